use domain::conversation::{Facts, MARKERS, Marker};
use domain::event::Signal;
use domain::reply::Reply;
use domain::{ConversationId, Result, Seq, UserRef, permit};

use crate::engine::Inner;
use crate::port::{Marked, Notice};
use crate::session::Session;

/// Reads up to a place. Written at once, so that the next count is right.
pub(super) async fn read(
    session: &Session,
    conversation: ConversationId,
    seq: Seq,
) -> Result<Reply> {
    let inner = session.inner();
    let now = inner.now();
    let marked = session
        .permitted(conversation, permit::read, |permit| async move {
            inner
                .ports
                .messages
                .mark(&permit, Some(seq), Some(seq), now)
                .await
        })
        .await?;
    if let Some(marked) = marked {
        tell(inner, conversation, &session.actor().user, marked);
    }
    Ok(Reply::Done)
}

/// Received up to a place. Written a moment later, together with others: what is lost of it in a
/// crash is told again by the device.
pub(super) async fn delivered(
    session: &Session,
    conversation: ConversationId,
    seq: Seq,
) -> Result<Reply> {
    let permit = session
        .permitted(
            conversation,
            permit::read,
            |permit| async move { Ok(permit) },
        )
        .await?;
    session.inner().marks.put(permit, seq);
    Ok(Reply::Done)
}

/// Shows a conversation as unread.
pub(super) async fn unread(session: &Session, conversation: ConversationId) -> Result<Reply> {
    let inner = session.inner();
    let now = inner.now();
    session
        .permitted(conversation, permit::read, |permit| async move {
            inner.ports.messages.mark_unread(&permit, now).await
        })
        .await?;
    Ok(Reply::Done)
}

/// Tells the others, unless there are so many that nobody looks at each one's marker.
pub(crate) fn tell(inner: &Inner, conversation: ConversationId, user: &UserRef, marked: Marked) {
    let known: Option<Facts> = inner.facts.get(conversation, user.id);
    if known.is_some_and(|facts| facts.members > MARKERS) {
        return;
    }
    let place = Marker {
        user: user.clone(),
        delivered: marked.delivered,
        read: marked.read,
    };
    let signal = Signal::Marker {
        conversation,
        marker: place,
    };
    inner.ports.bus.publish(Notice::Signal { signal, to: None });
}
