//! A session's numbered, bounded queue. It outlives the connection that drains it.

use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use domain::user::PresenceState;
use domain::{EndReason, Error, MailboxId, SessionId, UserId};
use parking_lot::{Mutex, MutexGuard};

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

/// What a mailbox gives its connection.
#[derive(Debug, Clone, Copy)]
pub enum Delivery<'a> {
    /// A fact, with its number.
    Event {
        /// The mailbox number.
        n: u64,
        /// The fact.
        event: &'a Published,
    },
    /// Something that is not stored.
    Signal(&'a PublishedSignal),
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
    /// Who waits until something is there. Taken when woken, so that a reader is woken once for
    /// all that comes before it looks.
    waker: Option<Waker>,
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

    fn give_events(&mut self, max: usize, each: &mut impl FnMut(Delivery<'_>)) -> usize {
        let known = usize::try_from(self.taken - self.base).expect("what was taken is held");
        let before = self.taken;
        for event in self.ring.iter().skip(known).take(max) {
            self.taken += 1;
            self.waiting_bytes = self.waiting_bytes.saturating_sub(event.weight());
            each(Delivery::Event {
                n: self.taken,
                event,
            });
        }
        usize::try_from(self.taken - before).expect("no more than there are")
    }

    fn give_signals(&mut self, max: usize, each: &mut impl FnMut(Delivery<'_>)) -> usize {
        let count = max.min(self.signals.len());
        for signal in self.signals.drain(..count) {
            each(Delivery::Signal(&signal));
        }
        if self.signals.is_empty() && self.signals.capacity() > 0 {
            self.signals = VecDeque::new();
        }
        count
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

/// Releases a mailbox and has its reader look. Not under the lock: a waker is somebody else's code.
fn wake(mut state: MutexGuard<'_, State>) {
    let waker = state.waker.take();
    drop(state);
    if let Some(waker) = waker {
        waker.wake();
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
            waker: None,
        };
        Self {
            id,
            user,
            session,
            state: Mutex::new(state),
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
        // A connection that was replaced waits; it has to look.
        wake(state);
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
        // It may keep its owner alive, and its end may lead back here: not under the lock.
        let waker = state.waker.take();
        drop(state);
        drop(waker);
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
        wake(state);
    }

    /// Empties the mailbox and has its reader told, as if it had overflowed.
    pub(crate) fn overflow(&self) {
        let mut state = self.state.lock();
        state.overflow();
        wake(state);
    }

    /// Puts a signal in; a later one about the same thing takes the place of an earlier.
    pub(crate) fn signal(&self, signal: &Arc<PublishedSignal>) {
        let mut state = self.state.lock();
        if state.ended.is_some() {
            return;
        }
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
        wake(state);
    }

    /// Ends the session's mailbox; the connection takes what is there and then the end.
    pub(crate) fn end(&self, reason: EndReason) {
        let mut state = self.state.lock();
        state.ended.get_or_insert(reason);
        wake(state);
    }

    /// Gives what waits, at most `max`, in order; signals after the events that preceded them.
    /// Returns how many were given. The mailbox is locked meanwhile.
    pub(crate) fn drain(
        &self,
        generation: u32,
        max: usize,
        mut each: impl FnMut(Delivery<'_>),
    ) -> usize {
        let mut guard = self.state.lock();
        let state = &mut *guard;
        if state.generation != generation {
            drop(guard);
            each(Delivery::End(EndReason::Replaced));
            return 1;
        }
        let mut given = 0;
        if max > 0 && std::mem::take(&mut state.overflowed) {
            each(Delivery::Reset { n: state.base });
            given += 1;
        }
        given += state.give_events(max - given, &mut each);
        given += state.give_signals(max - given, &mut each);
        if let Some(reason) = state.ended.filter(|_| given < max) {
            each(Delivery::End(reason));
            given += 1;
        }
        given
    }

    /// Is there something for this attachment (or was it replaced)? If not, `context` is woken
    /// when there is.
    pub(crate) fn poll_ready(&self, generation: u32, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.state.lock();
        if state.generation != generation || state.waiting() {
            return Poll::Ready(());
        }
        let mine = context.waker();
        let known = state.waker.as_ref().is_some_and(|w| w.will_wake(mine));
        if !known {
            let earlier = state.waker.replace(mine.clone());
            drop(state);
            drop(earlier);
        }
        Poll::Pending
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
