use domain::event::{Event, EventBody};
use domain::message::Span;
use domain::reply::{History, Reply};
use domain::{ConversationId, Result, Seq, UserId, permit};

use super::accounts_of;
use crate::session::Session;

/// A page of history with the accounts of everyone it shows.
pub(super) async fn history(
    session: &Session,
    conversation: ConversationId,
    span: Span,
    limit: usize,
) -> Result<Reply> {
    let messages = &session.inner().ports.messages;
    let page = session
        .permitted(conversation, permit::read, |permit| async move {
            messages.history(&permit, span, limit).await
        })
        .await?;
    let accounts = accounts_of(session, page.items.iter().flat_map(people)).await?;
    let (first, last) = (page.items.first(), page.items.last());
    Ok(Reply::History(Box::new(History {
        prev: first.filter(|_| page.older).map(|event| event.seq),
        next: last.filter(|_| page.newer).map(|event| event.seq),
        head: page.head,
        items: page.items,
        accounts,
    })))
}

/// A piece of the log.
pub(super) async fn log(
    session: &Session,
    conversation: ConversationId,
    after: Seq,
    limit: usize,
) -> Result<Reply> {
    let messages = &session.inner().ports.messages;
    let log = session
        .permitted(conversation, permit::read, |permit| async move {
            messages.log(&permit, after, limit).await
        })
        .await?;
    Ok(Reply::Log(log))
}

/// Every text that a message had.
pub(super) async fn versions(
    session: &Session,
    conversation: ConversationId,
    message: Seq,
) -> Result<Reply> {
    let messages = &session.inner().ports.messages;
    let versions = session
        .permitted(conversation, permit::read, |permit| async move {
            messages.versions(&permit, message).await
        })
        .await?;
    Ok(Reply::Versions(versions))
}

/// The sender, and the member that a membership event is about.
pub(super) fn people(event: &Event) -> impl Iterator<Item = UserId> {
    let member = match &event.body {
        EventBody::MemberJoined { member, .. }
        | EventBody::MemberInvited { member }
        | EventBody::MemberDeclined { member }
        | EventBody::MemberLeft { member, .. }
        | EventBody::MemberRemoved { member, .. }
        | EventBody::MemberBanned { member, .. }
        | EventBody::MemberUnbanned { member }
        | EventBody::MemberRoleChanged { member, .. }
        | EventBody::ConversationTransferred { member } => Some(member.id),
        EventBody::MessageCreated(_)
        | EventBody::MessageEdited { .. }
        | EventBody::MessageRetracted { .. }
        | EventBody::ReactionAdded { .. }
        | EventBody::ReactionRemoved { .. }
        | EventBody::ConversationCreated { .. }
        | EventBody::ConversationUpdated { .. }
        | EventBody::ContactChanged { .. }
        | EventBody::ReadChanged { .. }
        | EventBody::NotificationChanged { .. }
        | EventBody::NotificationSeen { .. }
        | EventBody::ProfileChanged { .. }
        | EventBody::ConversationMuted { .. } => None,
    };
    event
        .sender
        .as_ref()
        .map(|sender| sender.id)
        .into_iter()
        .chain(member)
}
