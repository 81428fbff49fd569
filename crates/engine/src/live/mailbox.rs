//! A session's numbered, bounded queue. It outlives the connection that drains it.

use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use domain::user::PresenceState;
use domain::{EndReason, Error, MailboxId, SessionId};
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

/// A session's mailbox. There is one for each session, however idle: it is kept small.
#[derive(Debug)]
pub(crate) struct Mailbox {
    pub(crate) id: MailboxId,
    pub(crate) session: SessionId,
    state: Mutex<State>,
}

const _: () = assert!(size_of::<Mailbox>() <= 112, "with its counts, 128 bytes");

#[derive(Debug)]
struct State {
    /// Events after `base`, the first of them has number `base + 1`.
    ring: VecDeque<Arc<Published>>,
    base: u64,
    /// How many of `ring` a connection took.
    taken: u32,
    /// Which attachment holds the mailbox; grows with each.
    generation: u32,
    /// Bytes of events that were not taken.
    waiting_bytes: u32,
    /// Who waits until something is there. Taken when woken, so that a reader is woken once for
    /// all that comes before it looks.
    waker: Option<Waker>,
    /// Boxed, because most of the time there are none.
    signals: Option<Box<Signals>>,
    /// When the last attachment let go, in milliseconds; [`HELD`] while one holds it.
    detached_at: u64,
    signals_lost: bool,
    overflowed: bool,
    ended: Option<EndReason>,
    presence: PresenceState,
}

/// Signals that wait to be taken; there is at least one.
#[derive(Debug, Default)]
struct Signals(VecDeque<Arc<PublishedSignal>>);

/// In place of the moment when the last attachment let go.
const HELD: u64 = u64::MAX;

fn millis(moment: Duration) -> u64 {
    u64::try_from(moment.as_millis()).unwrap_or(HELD - 1)
}

/// A count of bytes in its short form; no mailbox holds more.
fn bytes(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl State {
    fn last(&self) -> u64 {
        self.base + self.ring.len() as u64
    }

    /// The place after what was taken.
    fn place(&self) -> u64 {
        self.base + u64::from(self.taken)
    }

    fn waiting(&self) -> bool {
        self.pressing() || self.signals.is_some()
    }

    /// Does more wait than signals?
    fn pressing(&self) -> bool {
        self.ended.is_some() || self.overflowed || self.place() < self.last()
    }

    /// Empties it and passes over so many numbers: those of events that did not fit, or one, so
    /// that no earlier cursor looks valid.
    fn overflow(&mut self, passed: u64) {
        self.empty(self.last() + passed);
        self.overflowed = true;
    }

    /// Empties it; numbers go on after `n`.
    fn empty(&mut self, n: u64) {
        self.base = n;
        self.taken = 0;
        self.ring = VecDeque::new();
        self.waiting_bytes = 0;
    }

    /// Forgets the first events of the ring, which were taken.
    fn forget(&mut self, count: u32) {
        for _ in 0..count {
            self.ring.pop_front();
        }
        self.base += u64::from(count);
        self.taken -= count;
        if self.ring.is_empty() && self.ring.capacity() > 8 {
            self.ring = VecDeque::new();
        }
    }

    fn forget_until(&mut self, n: u64) {
        let known = u32::try_from(n.saturating_sub(self.base)).unwrap_or(u32::MAX);
        self.forget(known.min(self.taken));
    }

    fn give_events(&mut self, max: usize, each: &mut impl FnMut(Delivery<'_>)) -> usize {
        let first = usize::try_from(self.taken).expect("what was taken is held");
        let waiting = self.ring.iter().skip(first).take(max);
        for (n, event) in (self.place() + 1..).zip(waiting) {
            self.waiting_bytes = self.waiting_bytes.saturating_sub(bytes(event.weight()));
            each(Delivery::Event { n, event });
        }
        let given = max.min(self.ring.len() - first);
        self.taken += u32::try_from(given).expect("a mailbox is bounded");
        given
    }

    fn give_signals(&mut self, max: usize, each: &mut impl FnMut(Delivery<'_>)) -> usize {
        let Some(Signals(signals)) = self.signals.as_deref_mut() else {
            return 0;
        };
        let count = max.min(signals.len());
        for signal in signals.drain(..count) {
            each(Delivery::Signal(&signal));
        }
        if signals.is_empty() {
            self.signals = None;
        }
        count
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
    pub(crate) fn new(id: MailboxId, session: SessionId) -> Self {
        let state = State {
            ring: VecDeque::new(),
            base: 0,
            taken: 0,
            generation: 0,
            waiting_bytes: 0,
            waker: None,
            signals: None,
            detached_at: HELD,
            signals_lost: false,
            overflowed: false,
            ended: None,
            presence: PresenceState::Active,
        };
        Self {
            id,
            session,
            state: Mutex::new(state),
        }
    }

    /// Takes hold for a connection; an earlier one is told that it was replaced.
    pub(crate) fn hold(&self, resume_from: Option<u64>) -> Hold {
        let mut state = self.state.lock();
        state.generation += 1;
        state.detached_at = HELD;
        let held = state.base..=state.last();
        let known = resume_from.filter(|n| !state.overflowed && held.contains(n));
        let outcome = match (resume_from, known) {
            (None, _) => ResumeOutcome::New,
            (Some(_), Some(_)) => ResumeOutcome::Resumed,
            (Some(_), None) => ResumeOutcome::Reset,
        };
        if let Some(n) = known {
            state.taken = u32::try_from(n - state.base).expect("a mailbox is bounded");
            state.forget_until(n);
        } else {
            let last = state.last();
            state.empty(last);
            state.overflowed = false;
        }
        state.waiting_bytes = bytes(state.ring.iter().map(|item| item.weight()).sum());
        let begun = Hold {
            generation: state.generation,
            outcome,
            n: state.place(),
            signals_lost: std::mem::take(&mut state.signals_lost),
        };
        // A connection that was replaced waits; it has to look.
        wake(state);
        begun
    }

    /// Lets go, unless another connection has taken hold since. `true` when it did let go.
    pub(crate) fn let_go(&self, generation: u32, now: Duration) -> bool {
        let mut state = self.state.lock();
        if state.generation != generation || state.detached_at != HELD {
            return false;
        }
        state.detached_at = millis(now);
        state.presence = PresenceState::Active;
        // It may keep its owner alive, and its end may lead back here: not under the lock.
        let waker = state.waker.take();
        drop(state);
        drop(waker);
        true
    }

    /// Puts events in, together of this weight. Never waits: what does not fit empties the mailbox.
    pub(crate) fn put(&self, run: &[Arc<Published>], weight: usize, bounds: Bounds) {
        let mut state = self.state.lock();
        if state.ended.is_some() {
            return;
        }
        let count = run.len() as u64;
        if state.overflowed {
            // Numbers go on, so that a cursor from before the overflow is never taken for valid.
            state.base += count;
            return;
        }
        let surplus = (state.ring.len() + run.len()).saturating_sub(bounds.items);
        if surplus > 0 {
            let taken = state.taken;
            state.forget(u32::try_from(surplus).map_or(taken, |surplus| surplus.min(taken)));
        }
        state.waiting_bytes = state.waiting_bytes.saturating_add(bytes(weight));
        let full = state.ring.len() + run.len() > bounds.items;
        if full || state.waiting_bytes > bytes(bounds.bytes) {
            state.overflow(count);
        } else {
            state.ring.extend(run.iter().cloned());
        }
        wake(state);
    }

    /// Empties the mailbox and has its reader told, as if it had overflowed.
    pub(crate) fn overflow(&self) {
        let mut state = self.state.lock();
        state.overflow(1);
        wake(state);
    }

    /// Puts a signal in; a later one about the same thing takes the place of an earlier.
    pub(crate) fn signal(&self, signal: &Arc<PublishedSignal>) {
        let mut state = self.state.lock();
        if state.ended.is_some() {
            return;
        }
        let Signals(signals) = &mut **state.signals.get_or_insert_default();
        if let Some(earlier) = signals.iter_mut().find(|earlier| signal.replaces(earlier)) {
            *earlier = Arc::clone(signal);
        } else if signals.len() < SIGNALS {
            signals.push_back(Arc::clone(signal));
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
        self.poll_state(generation, context, State::waiting)
    }

    /// The same, when signals are not worth coming for.
    pub(crate) fn poll_pressing(&self, generation: u32, context: &mut Context<'_>) -> Poll<()> {
        self.poll_state(generation, context, State::pressing)
    }

    fn poll_state(
        &self,
        generation: u32,
        context: &mut Context<'_>,
        there: impl Fn(&State) -> bool,
    ) -> Poll<()> {
        let mut state = self.state.lock();
        if state.generation != generation || there(&state) {
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
            n: self.state.lock().place(),
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
        let held = state.detached_at == HELD && state.generation > 0;
        (held && state.ended.is_none()).then_some(state.presence)
    }

    /// Has nobody held it since before `moment`, or has it ended?
    pub(crate) fn abandoned_since(&self, moment: Duration) -> bool {
        let state = self.state.lock();
        let let_go = state.detached_at != HELD;
        let_go && (state.ended.is_some() || state.detached_at <= millis(moment))
    }
}

#[cfg(test)]
mod tests;
