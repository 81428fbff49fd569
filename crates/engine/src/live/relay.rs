//! From the bus to the hub: keeps each conversation's events in line, closes gaps from the log,
//! and lets membership changes take effect on who listens.

use std::sync::Arc;

use domain::conversation::Kind;
use domain::event::{Event, EventBody, Signal};
use domain::{EndReason, UserRef};
use tokio::sync::mpsc;

use super::hub::Fit;
use super::{Published, PublishedSignal};
use crate::engine::Inner;
use crate::job;
use crate::port::Notice;

/// How many events are read at once to close a gap.
const GAP_PAGE: usize = 500;

/// A gap larger than this is not delivered one by one: the sessions are better off with a reset.
const GAP_PAGES: usize = 20;

/// Runs until the bus closes.
pub(crate) async fn run(inner: Arc<Inner>, mut notices: mpsc::Receiver<Notice>) {
    while let Some(notice) = notices.recv().await {
        match notice {
            Notice::Committed(events) => {
                for event in events.iter() {
                    relay(&inner, event).await;
                }
                inner.committed.notify_waiters();
            }
            Notice::Signal { signal, to } => tell(&inner, signal, to.as_deref()),
            Notice::Ended(sessions) => {
                for session in sessions.iter() {
                    inner.forget_session(*session);
                    inner.hub.end_session(*session, EndReason::Revoked);
                }
            }
        }
    }
}

async fn relay(inner: &Arc<Inner>, event: &Event) {
    inner.metrics.events_relayed.add(1);
    take_effect_before(inner, event).await;
    if !inner.hub.listens(event.conversation) {
        return;
    }
    let published = Arc::new(Published::new(event.clone()));
    match inner.hub.deliver(&published) {
        Fit::Skip => {}
        Fit::Delivered => take_effect_after(inner, event),
        Fit::Gap(after) => close_gap(inner, event, after).await,
    }
}

async fn close_gap(inner: &Arc<Inner>, event: &Event, mut after: domain::Seq) {
    inner.metrics.gap_reads.add(1);
    for _ in 0..GAP_PAGES {
        let page = job::read_gap(inner, event.conversation, after, GAP_PAGE).await;
        let Ok(page) = page else { return };
        let Some(last) = page.last().map(|last| last.seq) else {
            return;
        };
        for missed in page {
            let published = Arc::new(Published::new(missed));
            take_effect_before(inner, &published.event).await;
            if inner.hub.deliver(&published) == Fit::Delivered {
                take_effect_after(inner, &published.event);
            }
        }
        if last >= event.seq {
            return;
        }
        after = last;
    }
    inner.hub.skip_to(event.conversation, event.seq);
}

/// Who becomes a member listens from their own joining on; in a direct conversation, who is asked
/// to join does.
async fn take_effect_before(inner: &Arc<Inner>, event: &Event) {
    let joining = match &event.body {
        EventBody::MemberJoined { member, .. } => Some(member),
        EventBody::MemberInvited { member } => {
            is_direct(inner, event, member).await.then_some(member)
        }
        EventBody::MessageCreated(_)
        | EventBody::MessageEdited { .. }
        | EventBody::MessageRetracted { .. }
        | EventBody::ReactionAdded { .. }
        | EventBody::ReactionRemoved { .. }
        | EventBody::ConversationCreated { .. }
        | EventBody::ConversationUpdated { .. }
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
        | EventBody::ConversationMuted { .. } => None,
    };
    if let Some(member) = joining {
        inner.facts.forget(event.conversation);
        inner.hub.begin(member.id, event.conversation, event.seq);
    }
}

async fn is_direct(inner: &Arc<Inner>, event: &Event, member: &UserRef) -> bool {
    matches!(
        inner.ports.conversations.facts(event.conversation, member.id).await,
        Ok(Some(facts)) if facts.kind == Kind::Direct
    )
}

/// Who is no longer a member hears of it, and nothing after it.
fn take_effect_after(inner: &Arc<Inner>, event: &Event) {
    match &event.body {
        EventBody::MemberLeft { member }
        | EventBody::MemberRemoved { member }
        | EventBody::MemberBanned { member } => {
            inner.hub.cease(member.id, event.conversation, event.seq);
            inner.facts.forget(event.conversation);
        }
        EventBody::ConversationUpdated { .. }
        | EventBody::MemberInvited { .. }
        | EventBody::MemberUnbanned { .. }
        | EventBody::MemberRoleChanged { .. }
        | EventBody::ConversationTransferred { .. } => inner.facts.forget(event.conversation),
        EventBody::MessageCreated(_)
        | EventBody::MessageEdited { .. }
        | EventBody::MessageRetracted { .. }
        | EventBody::ReactionAdded { .. }
        | EventBody::ReactionRemoved { .. }
        | EventBody::ConversationCreated { .. }
        | EventBody::MemberJoined { .. }
        | EventBody::ContactChanged { .. }
        | EventBody::ReadChanged { .. }
        | EventBody::NotificationChanged { .. }
        | EventBody::NotificationSeen { .. }
        | EventBody::ProfileChanged { .. }
        | EventBody::ConversationMuted { .. } => {}
    }
}

fn tell(inner: &Arc<Inner>, signal: Signal, to: Option<&[domain::UserId]>) {
    let published = Arc::new(PublishedSignal::new(signal));
    match (to, &published.signal) {
        (Some(users), _) => inner.hub.signal_users(users, &published),
        (
            None,
            Signal::Typing {
                conversation, user, ..
            },
        ) => {
            inner
                .hub
                .signal_audience(*conversation, user.id, &published);
        }
        (
            None,
            Signal::Marker {
                conversation,
                marker,
            },
        ) => {
            inner
                .hub
                .signal_audience(*conversation, marker.user.id, &published);
        }
        (None, Signal::Presence(_)) => {}
    }
}
