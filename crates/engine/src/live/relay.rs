//! From the bus to the hub: keeps each conversation's events in line, closes gaps from the log,
//! and lets membership changes take effect on who listens.

use std::sync::Arc;
use std::time::Duration;

use domain::conversation::{Kind, Standing};
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
            inner.accounts.forget_all();
            behind = heal(&inner).await.is_err();
        }
    }
}

async fn take(inner: &Arc<Inner>, notice: Notice) -> Result<()> {
    match notice {
        Notice::Committed(events) => {
            let mut outcome = Ok(());
            for run in events.chunk_by(|one, next| follows(one, next)) {
                outcome = outcome.and(relay(inner, run).await);
            }
            job::hear(inner, &events);
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

/// May two events be delivered together? They are next to each other in one log, and neither
/// changes who listens to it or what is remembered of its user.
fn follows(one: &Published, next: &Published) -> bool {
    let (one, next) = (&one.event, &next.event);
    one.conversation == next.conversation
        && one.seq.next() == next.seq
        && concerned(one).is_none()
        && concerned(next).is_none()
}

/// Relays a run of events: one alone, or several as [`follows`] allows.
async fn relay(inner: &Arc<Inner>, run: &[Arc<Published>]) -> Result<()> {
    inner.metrics.events_relayed.add(run.len() as u64);
    let conversation = run[0].event.conversation;
    take_effect_before(inner, &run[0].event).await;
    match inner.hub.deliver(run) {
        Fit::Skip | Fit::Delivered => {
            take_effects_after(inner, run).await;
            Ok(())
        }
        Fit::Gap(after) => close_gap(inner, conversation, after).await,
    }
}

/// Delivers what the log has after a place.
async fn close_gap(inner: &Arc<Inner>, conversation: ConversationId, mut after: Seq) -> Result<()> {
    inner.metrics.gap_reads.add(1);
    for _ in 0..GAP_PAGES {
        let page = job::read_gap(inner, conversation, after, GAP_PAGE).await?;
        let full = page.len() == GAP_PAGE;
        let page = Published::all(page);
        after = page.last().map_or(after, |last| last.event.seq);
        for run in page.chunk_by(|one, next| follows(one, next)) {
            take_effect_before(inner, &run[0].event).await;
            // In line, or delivered by then: the log has no gap.
            let _ = inner.hub.deliver(run);
            take_effects_after(inner, run).await;
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

/// Lets a membership change take effect on who hears its event: who joins does, and so does who
/// declines or loses an invitation.
async fn take_effect_before(inner: &Arc<Inner>, event: &Event) {
    if let EventBody::ProfileChanged { account } = &event.body {
        inner.accounts.forget(&account.user.id);
    }
    let Some(member) = concerned(event) else {
        return;
    };
    inner.facts.forget(event.conversation);
    if matches!(
        event.body,
        EventBody::MemberJoined { .. } | EventBody::MemberInvited { .. }
    ) {
        settle(inner, event, member).await;
    } else if matches!(
        event.body,
        EventBody::MemberDeclined { .. } | EventBody::MemberRemoved { .. }
    ) {
        inner.hub.begin(member.id, event.conversation, event.seq);
    }
}

/// Lets them take effect on who hears what follows, and on what is remembered. Notices may be
/// doubled or late, so it is the log's present state that decides, not the event.
async fn take_effects_after(inner: &Arc<Inner>, run: &[Arc<Published>]) {
    for event in run.iter().map(|published| &published.event) {
        if let Some(member) = concerned(event) {
            settle(inner, event, member).await;
            if matches!(event.body, EventBody::MemberJoined { .. }) {
                inner.tell_presence_anew(member.id);
            }
        } else if !matches!(event.body, EventBody::MessageCreated(_)) {
            inner.facts.forget(event.conversation);
        }
    }
}

/// Lets a user listen to a conversation, or not, as their standing is now. When that cannot be
/// read, they do not: what they miss they find when they synchronise.
async fn settle(inner: &Arc<Inner>, event: &Event, member: &UserRef) {
    if inner.hub.user(member.id).is_none() {
        return;
    }
    let facts = inner
        .ports
        .conversations
        .facts(event.conversation, member.id)
        .await;
    let listens = facts
        .ok()
        .flatten()
        .is_some_and(|facts| match facts.standing {
            Standing::Member => true,
            Standing::Invited => facts.kind == Kind::Direct,
            Standing::Left | Standing::Banned | Standing::None => false,
        });
    if listens {
        inner.hub.begin(member.id, event.conversation, event.seq);
    } else {
        inner.hub.cease(member.id, event.conversation, event.seq);
    }
}

/// Whose membership an event is about.
fn concerned(event: &Event) -> Option<&UserRef> {
    match &event.body {
        EventBody::MemberJoined { member, .. }
        | EventBody::MemberInvited { member }
        | EventBody::MemberDeclined { member }
        | EventBody::MemberLeft { member, .. }
        | EventBody::MemberRemoved { member, .. }
        | EventBody::MemberBanned { member, .. } => Some(member),
        EventBody::MessageCreated(_)
        | EventBody::MessageEdited { .. }
        | EventBody::MessageRetracted { .. }
        | EventBody::ReactionAdded { .. }
        | EventBody::ReactionRemoved { .. }
        | EventBody::ConversationCreated { .. }
        | EventBody::ConversationUpdated { .. }
        | EventBody::MemberUnbanned { .. }
        | EventBody::MemberRoleChanged { .. }
        | EventBody::ConversationTransferred { .. }
        | EventBody::ContactChanged { .. }
        | EventBody::ReadChanged { .. }
        | EventBody::NotificationChanged { .. }
        | EventBody::NotificationSeen { .. }
        | EventBody::ProfileChanged { .. }
        | EventBody::ConversationMuted { .. } => None,
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
