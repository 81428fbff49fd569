use domain::contact::{ContactState, RelationFacts, Step};
use domain::reply::Reply;
use domain::text::{Nickname, Note};
use domain::{Error, Result, Username, permit};

use crate::session::Session;

/// All of one's own relations.
pub(super) async fn list(session: &Session) -> Result<Reply> {
    let own = permit::own(session.actor());
    Ok(Reply::Contacts(
        session.inner().ports.contacts.list(&own).await?,
    ))
}

/// Asks; or accepts, when they had asked.
pub(super) async fn request(
    session: &Session,
    username: &Username,
    note: Option<Note>,
) -> Result<Reply> {
    let facts = facts(session, username).await?;
    let step = match facts.mine {
        ContactState::Incoming if !facts.blocked => Step::Accept,
        ContactState::Incoming
        | ContactState::Outgoing
        | ContactState::Accepted
        | ContactState::None => Step::Request {
            note,
            unheard: facts.blocked,
        },
    };
    take(session, &facts, step).await
}

/// Says yes.
pub(super) async fn accept(session: &Session, username: &Username) -> Result<Reply> {
    step(session, username, Step::Accept).await
}

/// Says no; they are not told.
pub(super) async fn decline(session: &Session, username: &Username) -> Result<Reply> {
    step(session, username, Step::Decline).await
}

/// Ends it, or takes the request back.
pub(super) async fn remove(session: &Session, username: &Username) -> Result<Reply> {
    step(session, username, Step::Remove).await
}

/// One's own name for them.
pub(super) async fn nickname(
    session: &Session,
    username: &Username,
    nickname: Option<Nickname>,
) -> Result<Reply> {
    step(session, username, Step::SetNickname(nickname)).await
}

/// Blocks; they are not told.
pub(super) async fn block(session: &Session, username: &Username) -> Result<Reply> {
    step(session, username, Step::Block).await
}

/// Lifts a block.
pub(super) async fn unblock(session: &Session, username: &Username) -> Result<Reply> {
    step(session, username, Step::Unblock).await
}

async fn step(session: &Session, username: &Username, step: Step) -> Result<Reply> {
    let facts = facts(session, username).await?;
    take(session, &facts, step).await
}

async fn take(session: &Session, facts: &RelationFacts, step: Step) -> Result<Reply> {
    let inner = session.inner();
    let permit = permit::relate(session.actor(), facts, step)?;
    let contact = inner.ports.contacts.take(&permit, inner.now()).await?;
    // Who may see whose presence has changed: tell it anew to who may see it now.
    for user in [session.actor().user.id, facts.other.id] {
        inner.tell_presence_anew(user);
    }
    Ok(Reply::Contact(Box::new(contact)))
}

async fn facts(session: &Session, username: &Username) -> Result<RelationFacts> {
    let other = session.resolve(username).await?;
    let me = session.actor().user.id;
    let facts = session
        .inner()
        .ports
        .contacts
        .facts(me, &[other.id])
        .await?;
    facts
        .into_iter()
        .next()
        .ok_or(Error::NotFound { what: "user" })
}
