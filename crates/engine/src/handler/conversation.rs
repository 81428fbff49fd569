use domain::command::Cursor;
use domain::conversation::{Change, Kind, NewConversation, View};
use domain::reply::Reply;
use domain::text::{Title, Topic};
use domain::user::Account;
use domain::{ClientId, ConversationId, Error, Result, Timestamp, Username, permit};

use super::accounts_of;
use super::sync::people;
use crate::session::Session;

/// A conversation as its maker wishes it.
pub(super) struct Wish {
    pub(super) kind: Kind,
    pub(super) title: Title,
    pub(super) topic: Option<Topic>,
    pub(super) public: bool,
    pub(super) members: Vec<Username>,
    pub(super) client_id: Option<ClientId>,
}

/// Makes a group or broadcast.
pub(super) async fn create(session: &Session, wish: Wish) -> Result<Reply> {
    let inner = session.inner();
    let actor = session.actor();
    let accounts = inner.ports.accounts.by_names(&wish.members).await?;
    if let Some(unknown) = wish
        .members
        .iter()
        .find(|name| !accounts.iter().any(|a| a.user.username == **name))
    {
        return Err(Error::invalid(
            "members",
            format!("there is no user {unknown}"),
        ));
    }
    let ids: Vec<_> = accounts
        .iter()
        .map(|a| a.user.id)
        .filter(|id| *id != actor.user.id)
        .collect();
    let (mut members, mut invited) = (Vec::new(), Vec::new());
    for facts in inner.ports.contacts.facts(actor.user.id, &ids).await? {
        let at_once = permit::joins_at_once(&facts, inner.settings.strangers)?;
        if at_once { &mut members } else { &mut invited }.push(facts.other);
    }
    let new = NewConversation {
        id: ConversationId::new(inner.id()),
        kind: wish.kind,
        title: wish.title,
        topic: wish.topic,
        public: wish.public,
        members,
        invited,
        client_id: wish.client_id,
        at: inner.now(),
    };
    let permit = permit::create(actor, new)?;
    let id = inner.ports.conversations.create(&permit).await?;
    get(session, id).await
}

/// Opens the direct conversation with a user.
pub(super) async fn open_direct(session: &Session, username: &Username) -> Result<Reply> {
    let id = direct_with(session, username).await?;
    get(session, id).await
}

/// The direct conversation with a user: the one that is there, or a new one when the rules allow.
pub(super) async fn direct_with(session: &Session, username: &Username) -> Result<ConversationId> {
    let inner = session.inner();
    let me = session.actor().user.id;
    let peer = session.resolve(username).await?;
    if let Some(id) = inner.ports.conversations.direct(me, peer.id).await? {
        return Ok(id);
    }
    let facts = inner.ports.contacts.facts(me, &[peer.id]).await?;
    let facts = facts.first().ok_or(Error::NotFound { what: "user" })?;
    let permit = permit::open_direct(session.actor(), facts, inner.settings.strangers)?;
    let fresh = ConversationId::new(inner.id());
    let direct = inner
        .ports
        .conversations
        .open_direct(&permit, fresh, inner.now())
        .await?;
    Ok(direct.id)
}

/// One conversation and the accounts it names.
pub(super) async fn get(session: &Session, conversation: ConversationId) -> Result<Reply> {
    let (view, accounts) = view(session, conversation).await?;
    Ok(Reply::Conversation(Box::new((view, accounts))))
}

async fn view(session: &Session, conversation: ConversationId) -> Result<(View, Vec<Account>)> {
    let conversations = &session.inner().ports.conversations;
    let view = session
        .permitted(conversation, permit::glance, |permit| async move {
            conversations.view(&permit).await
        })
        .await?;
    let accounts = accounts_of(session, people(&view)).await?;
    Ok((view, accounts))
}

/// Joins, or accepts.
pub(super) async fn join(session: &Session, conversation: ConversationId) -> Result<Reply> {
    apply(session, conversation, Change::Join).await?;
    get(session, conversation).await
}

/// Leaves, or declines.
pub(super) async fn leave(session: &Session, conversation: ConversationId) -> Result<Reply> {
    apply(session, conversation, Change::Leave).await?;
    Ok(Reply::Done)
}

/// Makes a change that names no other user.
pub(super) async fn apply(
    session: &Session,
    conversation: ConversationId,
    change: Change,
) -> Result<Reply> {
    let inner = session.inner();
    let now = inner.now();
    let appended = session
        .permitted(
            conversation,
            |actor, facts| permit::change(actor, facts, None, change.clone()),
            |permit| async move { inner.ports.conversations.apply(&permit, now).await },
        )
        .await?;
    Ok(Reply::Appended(appended))
}

/// Public conversations by name.
pub(super) async fn discover(
    session: &Session,
    prefix: &str,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Reply> {
    let own = permit::own(session.actor());
    let page = session
        .inner()
        .ports
        .conversations
        .discover(&own, prefix, cursor, limit)
        .await?;
    Ok(Reply::Discovered(page))
}

/// Mutes, or no longer.
pub(super) async fn mute(
    session: &Session,
    conversation: ConversationId,
    until: Option<Timestamp>,
) -> Result<Reply> {
    let inner = session.inner();
    let now = inner.now();
    session
        .permitted(conversation, permit::read, |permit| async move {
            inner.ports.conversations.mute(&permit, until, now).await
        })
        .await?;
    Ok(Reply::Done)
}
