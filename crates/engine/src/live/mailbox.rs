//! A session's numbered, bounded queue. It outlives the connection that drains it.

use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use domain::user::PresenceState;
use domain::{EndReason, Error, MailboxId, SessionId, UserId};
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::{Published, PublishedSignal};

/// How many signals wait for a reader; more than that are forgotten and the reader is told.
const SIGNALS: usize = 64;

/// A place in a mailbox: what a connection resumes from. Its text is `mailbox.n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// Which mailbox.
    pub mailbox: MailboxId,
    /// The last number that was handled.
    pub n: u64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.mailbox, self.n)
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refuse = || Error::invalid("resume", "expected a cursor of the form mailbox.n");
        let (mailbox, n) = text.split_once('.').ok_or_else(refuse)?;
        Ok(Self {
            mailbox: mailbox.parse().map_err(|_| refuse())?,
            n: n.parse().map_err(|_| refuse())?,
        })
    }
}

/// What became of the attempt to continue a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResumeOutcome {
    /// Nothing was asked to be resumed.
    New,
    /// It goes on after the cursor; nothing was missed.
    Resumed,
    /// It is gone, or the place is no longer held: synchronise by heads.
    Reset,
}

/// What a connection takes out of a mailbox.
#[derive(Debug, Clone)]
pub enum Delivery {
    /// A fact, with its number.
    Event {
        /// The mailbox number.
        n: u64,
        /// The fact.
        event: Arc<Published>,
    },
    /// Something that is not stored.
    Signal(Arc<PublishedSignal>),
    /// The mailbox overflowed and was emptied; numbers go on after `n`.
    Reset {
        /// The last number that was given.
        n: u64,
    },
    /// The session ends; nothing follows.
    End(EndReason),
}

/// The bounds of one mailbox.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Events held, taken or not.
    pub(crate) items: usize,
    /// About how many bytes of events that were not taken.
    pub(crate) bytes: usize,
}

/// A session's mailbox.
#[derive(Debug)]
pub(crate) struct Mailbox {
    pub(crate) id: MailboxId,
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    state: Mutex<State>,
    wake: Notify,
}

#[derive(Debug)]
struct State {
    /// Events after `base`, the first of them has number `base + 1`.
    ring: VecDeque<Arc<Published>>,
    base: u64,
    /// The last number that a connection took.
    taken: u64,
    /// Bytes of events that were not taken.
    waiting_bytes: usize,
    signals: VecDeque<Arc<PublishedSignal>>,
    signals_lost: bool,
    overflowed: bool,
    ended: Option<EndReason>,
    /// Which attachment holds the mailbox; grows with each.
    generation: u32,
    /// When the last attachment let go; none while one holds it.
    detached_at: Option<Duration>,
    presence: PresenceState,
}

impl State {
    fn last(&self) -> u64 {
        self.base + self.ring.len() as u64
    }

    fn waiting(&self) -> bool {
        self.ended.is_some()
            || self.overflowed
            || self.taken < self.last()
            || !self.signals.is_empty()
    }

    /// Empties it; one number is passed over, so that no earlier cursor looks valid.
    fn overflow(&mut self) {
        self.base = self.last() + 1;
        self.taken = self.base;
        self.ring = VecDeque::new();
        self.waiting_bytes = 0;
        self.overflowed = true;
    }

    fn forget_until(&mut self, n: u64) {
        while self.base < n.min(self.taken) && self.ring.pop_front().is_some() {
            self.base += 1;
        }
        if self.ring.is_empty() && self.ring.capacity() > 8 {
            self.ring = VecDeque::new();
        }
    }
}

/// What an attachment got hold of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hold {
    pub(crate) generation: u32,
    pub(crate) outcome: ResumeOutcome,
    pub(crate) n: u64,
    pub(crate) signals_lost: bool,
}

impl Mailbox {
    pub(crate) fn new(id: MailboxId, user: UserId, session: SessionId) -> Self {
        let state = State {
            ring: VecDeque::new(),
            base: 0,
            taken: 0,
            waiting_bytes: 0,
            signals: VecDeque::new(),
            signals_lost: false,
            overflowed: false,
            ended: None,
            generation: 0,
            detached_at: None,
            presence: PresenceState::Active,
        };
        Self {
            id,
            user,
            session,
            state: Mutex::new(state),
            wake: Notify::new(),
        }
    }

    /// Takes hold for a connection; an earlier one is told that it was replaced.
    pub(crate) fn hold(&self, resume_from: Option<u64>) -> Hold {
        let mut state = self.state.lock();
        state.generation += 1;
        state.detached_at = None;
        let known = resume_from
            .is_some_and(|n| !state.overflowed && (state.base..=state.last()).contains(&n));
        let outcome = match resume_from {
            None => ResumeOutcome::New,
            Some(_) if known => ResumeOutcome::Resumed,
            Some(_) => ResumeOutcome::Reset,
        };
        if let (true, Some(n)) = (known, resume_from) {
            state.taken = n;
            state.forget_until(n);
        } else {
            state.base = state.last();
            state.taken = state.base;
            state.ring = VecDeque::new();
            state.overflowed = false;
        }
        state.waiting_bytes = state.ring.iter().map(|item| item.weight()).sum();
        let begun = Hold {
            generation: state.generation,
            outcome,
            n: state.taken,
            signals_lost: std::mem::take(&mut state.signals_lost),
        };
        drop(state);
        // A connection that was replaced waits; it has to look.
        self.wake.notify_waiters();
        begun
    }

    /// Lets go, unless another connection has taken hold since. `true` when it did let go.
    pub(crate) fn let_go(&self, generation: u32, now: Duration) -> bool {
        let mut state = self.state.lock();
        if state.generation != generation || state.detached_at.is_some() {
            return false;
        }
        state.detached_at = Some(now);
        state.presence = PresenceState::Active;
        true
    }

    /// Puts an event in. Never waits: what does not fit empties the mailbox.
    pub(crate) fn put(&self, event: &Arc<Published>, bounds: Bounds) {
        let mut state = self.state.lock();
        if state.ended.is_some() {
            return;
        }
        if state.overflowed {
            // Numbers go on, so that a cursor from before the overflow is never taken for valid.
            state.base += 1;
            state.taken = state.base;
            return;
        }
        let idle = state.taken == state.last() && state.signals.is_empty();
        if state.ring.len() >= bounds.items {
            let oldest_is_taken = state.base < state.taken;
            if oldest_is_taken {
                state.ring.pop_front();
                state.base += 1;
            }
        }
        state.waiting_bytes += event.weight();
        if state.ring.len() >= bounds.items || state.waiting_bytes > bounds.bytes {
            state.overflow();
        } else {
            state.ring.push_back(Arc::clone(event));
        }
        drop(state);
        if idle {
            self.wake.notify_one();
        }
    }

    /// Empties the mailbox and has its reader told, as if it had overflowed.
    pub(crate) fn overflow(&self) {
        self.state.lock().overflow();
        self.wake.notify_one();
    }

    /// Puts a signal in; a later one about the same thing takes the place of an earlier.
    pub(crate) fn signal(&self, signal: &Arc<PublishedSignal>) {
        let mut state = self.state.lock();
        if state.ended.is_some() {
            return;
        }
        let away = state.detached_at.is_some();
        if let Some(earlier) = state
            .signals
            .iter_mut()
            .find(|earlier| signal.replaces(earlier))
        {
            *earlier = Arc::clone(signal);
        } else if state.signals.len() < SIGNALS {
            state.signals.push_back(Arc::clone(signal));
        } else {
            state.signals_lost = true;
        }
        drop(state);
        if !away {
            self.wake.notify_one();
        }
    }

    /// Ends the session's mailbox; the connection takes what is there and then the end.
    pub(crate) fn end(&self, reason: EndReason) {
        let mut state = self.state.lock();
        state.ended.get_or_insert(reason);
        drop(state);
        self.wake.notify_waiters();
        self.wake.notify_one();
    }

    /// Takes what waits, at most `max`, in order; signals after the events that preceded them.
    pub(crate) fn take(&self, generation: u32, max: usize) -> Vec<Delivery> {
        let mut state = self.state.lock();
        if state.generation != generation {
            return vec![Delivery::End(EndReason::Replaced)];
        }
        let mut taken = Vec::new();
        if state.overflowed {
            state.overflowed = false;
            taken.push(Delivery::Reset { n: state.base });
        }
        while taken.len() < max && state.taken < state.last() {
            let index = usize::try_from(state.taken - state.base).unwrap_or(usize::MAX);
            let Some(event) = state.ring.get(index).cloned() else {
                break;
            };
            state.waiting_bytes = state.waiting_bytes.saturating_sub(event.weight());
            state.taken += 1;
            taken.push(Delivery::Event {
                n: state.taken,
                event,
            });
        }
        while taken.len() < max {
            let Some(signal) = state.signals.pop_front() else {
                break;
            };
            taken.push(Delivery::Signal(signal));
        }
        if state.signals.is_empty() && state.signals.capacity() > 0 {
            state.signals = VecDeque::new();
        }
        if taken.len() < max {
            taken.extend(state.ended.map(Delivery::End));
        }
        taken
    }

    /// Returns when something waits for this attachment (or it was replaced).
    pub(crate) async fn ready(&self, generation: u32) {
        loop {
            let notified = self.wake.notified();
            tokio::pin!(notified);
            notified.as_mut().enable();
            {
                let state = self.state.lock();
                if state.generation != generation || state.waiting() {
                    return;
                }
            }
            notified.await;
        }
    }

    /// Forgets what was taken up to `n`.
    pub(crate) fn ack(&self, n: u64) {
        self.state.lock().forget_until(n);
    }

    pub(crate) fn cursor(&self) -> Cursor {
        Cursor {
            mailbox: self.id,
            n: self.state.lock().taken,
        }
    }

    pub(crate) fn set_presence(&self, presence: PresenceState) -> bool {
        let mut state = self.state.lock();
        let changed = state.presence != presence;
        state.presence = presence;
        changed
    }

    /// The presence of who is attached; none when nobody is.
    pub(crate) fn attached(&self) -> Option<PresenceState> {
        let state = self.state.lock();
        (state.detached_at.is_none() && state.generation > 0 && state.ended.is_none())
            .then_some(state.presence)
    }

    /// Has nobody held it since before `moment`, or has it ended?
    pub(crate) fn abandoned_since(&self, moment: Duration) -> bool {
        let state = self.state.lock();
        state.ended.is_some() && state.detached_at.is_some()
            || state.detached_at.is_some_and(|at| at <= moment)
    }
}

#[cfg(test)]
mod tests;
