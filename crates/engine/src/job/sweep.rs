use std::sync::Arc;
use std::time::Duration;

use domain::{EndReason, SessionId, Timestamp, UserId};

use super::{flush, system};
use crate::engine::Inner;

/// How often waiting writes are written and departures looked at.
const TICK: Duration = Duration::from_secs(1);
/// How often abandoned mailboxes are looked for.
const SWEEP_TICKS: u32 = 5;
/// How often what was looked up and is not used any more is forgotten.
const FORGET_TICKS: u32 = 30;
/// How often ended sessions are forgotten.
const PURGE_TICKS: u32 = 3600;
/// How long an ended session stays listed for the other nodes.
const REMEMBER_ENDED: Duration = Duration::from_hours(24);
/// How often sessions that were ended by another process are looked for.
const ENDED_TICK: Duration = Duration::from_secs(2);

/// Everything that happens every so often.
pub(super) async fn run(inner: Arc<Inner>) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut count = 0_u32;
    loop {
        ticks.tick().await;
        count = count.wrapping_add(1);
        flush(&inner).await;
        tell_departures(&inner);
        if count.is_multiple_of(SWEEP_TICKS) {
            sweep_mailboxes(&inner);
            inner.accounts.age();
        }
        if count.is_multiple_of(FORGET_TICKS) {
            inner.forget_idle();
        }
        if count.is_multiple_of(PURGE_TICKS) {
            purge_sessions(&inner).await;
        }
    }
}

/// Writes down when users were seen and sessions used.
pub(super) async fn write_down(inner: &Arc<Inner>) {
    let seen = std::mem::take(&mut *inner.last_seen.lock());
    if !seen.is_empty() && inner.ports.accounts.saw(&seen).await.is_err() {
        tracing::debug!(users = seen.len(), "last_seen.not_written");
    }
    let touched = std::mem::take(&mut *inner.touched.lock());
    if !touched.is_empty() && inner.ports.sessions.touch(&touched).await.is_err() {
        tracing::debug!(sessions = touched.len(), "session.use_not_written");
    }
}

fn tell_departures(inner: &Arc<Inner>) {
    let now = inner.elapsed();
    let due: Vec<UserId> = {
        let mut departed = inner.departed.lock();
        let due = departed.extract_if(|_, at| *at <= now);
        let due = due.map(|(user, _)| user).collect();
        // After a wave of departures.
        departed.shrink_to_fit();
        due
    };
    for user in due {
        if let Some(online) = inner.hub.user(user) {
            inner.tell_presence(&online);
        }
    }
}

fn sweep_mailboxes(inner: &Arc<Inner>) {
    // In the first moments of a node nobody is away for so long, but some have ended.
    let moment = inner.elapsed().saturating_sub(inner.settings.grace);
    for online in inner.hub.sweep(moment) {
        inner.metrics.mailboxes_expired.add(1);
        inner.tell_presence(&online);
    }
}

async fn purge_sessions(inner: &Arc<Inner>) {
    let before = Timestamp::from_millis(
        inner.now().millis() - i64::try_from(REMEMBER_ENDED.as_millis()).unwrap_or(0),
    );
    if let Ok(purged @ 1..) = inner
        .ports
        .sessions
        .purge(&system("forget ended sessions"), before)
        .await
    {
        tracing::debug!(purged, "session.purged");
    }
}

/// Ends the live part of sessions that another process ended: the command line, another node.
pub(super) async fn watch_ended_sessions(inner: Arc<Inner>) {
    let mut after = inner.now();
    let mut ticks = tokio::time::interval(ENDED_TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let permit = system("end sessions that another process ended");
        let Ok(ended) = inner.ports.sessions.ended_since(&permit, after).await else {
            continue;
        };
        for (session, at) in ended {
            end(&inner, session);
            after = after.max(at);
        }
    }
}

fn end(inner: &Arc<Inner>, session: SessionId) {
    inner.forget_session(session);
    inner.hub.end_session(session, EndReason::Revoked);
}
