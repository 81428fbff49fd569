//! From the bus to the hub: keeps each conversation's events in line, closes gaps from the log,
//! and lets membership changes take effect on who listens.

use std::sync::Arc;
use std::time::Duration;

use domain::conversation::Kind;
use domain::event::{Event, EventBody, Signal};
use domain::{ConversationId, EndReason, Result, Seq, UserRef};
use tokio::sync::mpsc;

use super::hub::Fit;
use super::{Published, PublishedSignal};
use crate::engine::Inner;
use crate::job;
use crate::port::Notice;

/// How many events are read at once to close a gap.
const GAP_PAGE: usize = 500;
/// A longer gap is not delivered one by one: the sessions are told to synchronise.
const GAP_PAGES: usize = 20;
/// How long a gap that could not be read is left before it is tried again.
const HEAL: Duration = Duration::from_secs(2);

/// Runs until the bus closes.
pub(crate) async fn run(inner: Arc<Inner>, mut notices: mpsc::Receiver<Notice>) {
    let mut lost = inner.ports.bus.lost();
    let mut behind = false;
    loop {
        let notice = if behind {
            tokio::time::timeout(HEAL, notices.recv()).await
        } else {
            Ok(notices.recv().await)
        };
        match notice {
            Ok(Some(notice)) => behind |= take(&inner, notice).await.is_err(),
            Ok(None) => return,
            Err(_elapsed) => behind = heal(&inner).await.is_err(),
        }
        // Notices that were lost may have been the last of their conversations: no later one
        // would show the gap.
        let now_lost = inner.ports.bus.lost();
        if now_lost != lost {
            lost = now_lost;
            behind = heal(&inner).await.is_err();
        }
    }
}

async fn take(inner: &Arc<Inner>, notice: Notice) -> Result<()> {
    match notice {
        Notice::Committed(events) => {
            let mut outcome = Ok(());
            for event in events.iter() {
                outcome = outcome.and(relay(inner, event).await);
            }
            inner.committed.notify_waiters();
            return outcome;
        }
        Notice::Signal { signal, to } => tell(inner, signal, to.as_deref()),
        Notice::Ended(sessions) => {
            for session in sessions.iter() {
                inner.forget_session(*session);
                inner.hub.end_session(*session, EndReason::Revoked);
            }
        }
    }
    Ok(())
}

async fn relay(inner: &Arc<Inner>, event: &Event) -> Result<()> {
    inner.metrics.events_relayed.add(1);
    take_effect_before(inner, event).await;
    if !inner.hub.listens(event.conversation) {
        return Ok(());
    }
    let published = Arc::new(Published::new(event.clone()));
    match inner.hub.deliver(&published) {
        Fit::Skip => Ok(()),
        Fit::Delivered => {
            take_effect_after(inner, event);
            Ok(())
        }
        Fit::Gap(after) => close_gap(inner, event.conversation, after).await,
    }
}

/// Delivers what the log has after a place.
async fn close_gap(inner: &Arc<Inner>, conversation: ConversationId, mut after: Seq) -> Result<()> {
    inner.metrics.gap_reads.add(1);
    for _ in 0..GAP_PAGES {
        let page = job::read_gap(inner, conversation, after, GAP_PAGE).await?;
        let full = page.len() == GAP_PAGE;
        for missed in page {
            after = missed.seq;
            let published = Arc::new(Published::new(missed));
            take_effect_before(inner, &published.event).await;
            if inner.hub.deliver(&published) == Fit::Delivered {
                take_effect_after(inner, &published.event);
            }
        }
        if !full {
            return Ok(());
        }
    }
    inner.hub.reset_audience(conversation);
    Ok(())
}

/// Looks in the log for what every audience may have missed.
async fn heal(inner: &Arc<Inner>) -> Result<()> {
    for (conversation, last) in inner.hub.heads() {
        close_gap(inner, conversation, last).await?;
    }
    Ok(())
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
        EventBody::MemberDeclined { member }
        | EventBody::MemberLeft { member, .. }
        | EventBody::MemberRemoved { member, .. }
        | EventBody::MemberBanned { member, .. } => {
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
        (None, Signal::Presence(_) | Signal::Profile(_)) => {}
    }
}
