use domain::event::{Event, EventBody};
use domain::message::Message;
use domain::notification::{EXCERPT_CHARS, Item, Kind};
use domain::text::MessageText;
use domain::user::PresenceState;
use domain::{Actor, Error, Result, Seq, UserRef, permit};

use super::follower::Follow;
use super::system;
use crate::engine::Inner;
use crate::port::{Followed, Position};

/// Turns what happens in conversations into notifications. Its position moves in the transaction
/// that stores the items, so that each is stored once.
pub(super) struct Notifier;

impl Follow for Notifier {
    const NAME: &'static str = "notifier";

    async fn position(&self, inner: &Inner) -> Result<Position> {
        inner
            .ports
            .followers
            .position(&system(Self::NAME), Self::NAME)
            .await
    }

    async fn follow(&self, inner: &Inner, page: Vec<Followed>) -> Result<()> {
        let Some(position) = page.last().map(|followed| followed.position) else {
            return Ok(());
        };
        let mut items = Vec::new();
        for followed in page {
            items.extend(items_of(inner, &followed).await?);
        }
        if items.is_empty() {
            let permit = system(Self::NAME);
            return inner
                .ports
                .followers
                .advance(&permit, Self::NAME, position)
                .await;
        }
        inner.metrics.notifications.add(items.len() as u64);
        inner
            .ports
            .notifications
            .notify(&system(Self::NAME), items, Some(position))
            .await
    }
}

async fn items_of(inner: &Inner, followed: &Followed) -> Result<Vec<Item>> {
    let event = &followed.event;
    let Some(actor) = &event.sender else {
        return Ok(Vec::new());
    };
    let excerpt = |text: &MessageText| text.as_str().chars().take(EXCERPT_CHARS).collect();
    let item = |user: UserRef, kind, message: Seq, excerpt: Box<str>| Item {
        user,
        kind,
        conversation: Some(event.conversation),
        message: Some(message),
        actor: actor.clone(),
        excerpt: Some(excerpt),
        at: event.at,
    };
    match &event.body {
        EventBody::MessageCreated(message) => {
            let named = named(inner, event, actor, message).await?;
            let missed = missed(inner, followed.peer.as_ref(), &named);
            let mentions = named
                .into_iter()
                .map(|user| item(user, Kind::Mention, event.seq, excerpt(&message.text)));
            let missed = missed
                .into_iter()
                .map(|user| item(user, Kind::Message, event.seq, excerpt(&message.text)));
            Ok(mentions.chain(missed).collect())
        }
        EventBody::ReactionAdded { message, emoji } => {
            let author = author(inner, event, actor, *message).await?;
            Ok(author
                .filter(|author| author.id != actor.id)
                .map(|author| item(author, Kind::Reaction, *message, emoji.as_str().into()))
                .into_iter()
                .collect())
        }
        EventBody::MessageEdited { .. }
        | EventBody::MessageRetracted { .. }
        | EventBody::ReactionRemoved { .. }
        | EventBody::ConversationCreated { .. }
        | EventBody::ConversationUpdated { .. }
        | EventBody::MemberJoined { .. }
        | EventBody::MemberInvited { .. }
        | EventBody::MemberDeclined { .. }
        | EventBody::MemberLeft { .. }
        | EventBody::MemberRemoved { .. }
        | EventBody::MemberBanned { .. }
        | EventBody::MemberUnbanned { .. }
        | EventBody::MemberRoleChanged { .. }
        | EventBody::ConversationTransferred { .. }
        | EventBody::ContactChanged { .. }
        | EventBody::ReadChanged { .. }
        | EventBody::NotificationChanged { .. }
        | EventBody::NotificationSeen { .. }
        | EventBody::ProfileChanged { .. }
        | EventBody::ConversationMuted { .. } => Ok(Vec::new()),
    }
}

/// Whom a message names, and whom it answers.
async fn named(
    inner: &Inner,
    event: &Event,
    actor: &UserRef,
    message: &Message,
) -> Result<Vec<UserRef>> {
    let mut named = message.mentions.clone();
    if let Some(answered) = message.reply_to {
        named.extend(author(inner, event, actor, answered).await?);
    }
    named.retain(|user| user.id != actor.id);
    named.sort_by_key(|user| user.id);
    named.dedup_by_key(|user| user.id);
    Ok(named)
}

/// Who wrote a message, as the actor of the event may know.
async fn author(
    inner: &Inner,
    event: &Event,
    actor: &UserRef,
    message: Seq,
) -> Result<Option<UserRef>> {
    let facts = inner
        .ports
        .conversations
        .facts(event.conversation, actor.id)
        .await?;
    let Some(facts) = facts else { return Ok(None) };
    // The actor may have left since; then nobody is notified.
    let Ok(permit) = permit::read(&Actor::in_the_name_of(actor.clone()), &facts) else {
        return Ok(None);
    };
    match inner.ports.messages.facts(&permit, message).await {
        Ok(facts) => Ok(Some(facts.sender)),
        Err(Error::NotFound { .. } | Error::StalePermit) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The peer of a direct conversation who was not there when the message came.
fn missed(inner: &Inner, peer: Option<&UserRef>, named: &[UserRef]) -> Option<UserRef> {
    let peer = peer.filter(|peer| !named.iter().any(|user| user.id == peer.id))?;
    let away = inner.hub.presence(peer.id) == PresenceState::Offline;
    away.then(|| peer.clone())
}
