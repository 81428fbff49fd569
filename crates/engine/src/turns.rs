//! The order of one connection's messages to one conversation while several are on their way.
//!
//! Storage takes appends in the order in which they were handed to it, and refuses one whose
//! permit is out of date. So a message may be handed over while earlier ones are not durable yet,
//! when all of them were handed over under the same version of the facts: then either all of them
//! come before it, or it is refused with them.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

use domain::{AccessVersion, ConversationId};
use parking_lot::Mutex;

/// A connection, among those of its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line(pub(crate) u32);

/// Messages of one session that are on their way. Nothing is allocated while there are none.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<Option<Box<Lanes>>>);

/// There is at least one; seldom many, because a connection has few commands under way at once.
#[derive(Debug, Default)]
struct Lanes(Vec<Lane>);

/// The messages of one connection to one conversation.
#[derive(Debug)]
struct Lane {
    line: Line,
    conversation: ConversationId,
    /// The ticket of the first of `entries`.
    first: u64,
    /// In the order in which they came. The first is not done.
    entries: VecDeque<Entry>,
    /// Those before this ticket were handed over or are done.
    next: u64,
    /// How many were handed over and are not done; all under `version`.
    handed: usize,
    version: AccessVersion,
}

#[derive(Debug)]
enum Entry {
    /// Not handed over. Whom to wake when it may be.
    Waits(Option<Waker>),
    /// Handed over, not done.
    Handed,
    Done,
}

/// A message's place in the order. Dropping it gives the place up.
#[derive(Debug)]
pub(crate) struct Turn<'t> {
    turns: &'t Turns,
    line: Line,
    conversation: ConversationId,
    ticket: u64,
}

impl Turns {
    /// The next place.
    pub(crate) fn take(&self, line: Line, conversation: ConversationId) -> Turn<'_> {
        let mut lanes = self.0.lock();
        let Lanes(lanes) = &mut **lanes.get_or_insert_default();
        let known = lanes.iter().position(|lane| lane.is_of(line, conversation));
        let index = known.unwrap_or_else(|| {
            lanes.push(Lane::new(line, conversation));
            lanes.len() - 1
        });
        lanes[index].entries.push_back(Entry::Waits(None));
        Turn {
            turns: self,
            line,
            conversation,
            ticket: lanes[index].end() - 1,
        }
    }

    #[cfg(test)]
    fn is_empty(&self) -> bool {
        self.0.lock().is_none()
    }
}

impl Lane {
    fn new(line: Line, conversation: ConversationId) -> Self {
        Self {
            line,
            conversation,
            first: 0,
            entries: VecDeque::new(),
            next: 0,
            handed: 0,
            version: AccessVersion::default(),
        }
    }

    fn is_of(&self, line: Line, conversation: ConversationId) -> bool {
        self.conversation == conversation && self.line == line
    }

    /// The ticket after the last.
    fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    fn at(&mut self, ticket: u64) -> &mut Entry {
        let index = usize::try_from(ticket - self.first).expect("it is one of the entries");
        &mut self.entries[index]
    }

    fn may_be_handed_over(&self, ticket: u64, version: AccessVersion) -> bool {
        ticket == self.next && (self.handed == 0 || self.version == version)
    }

    /// Goes on to the first that waits, forgets what is done, and tells whom to wake: nobody behind
    /// the first that waits may be handed over.
    fn settle(&mut self) -> Option<Waker> {
        while self.next < self.end() && !matches!(self.at(self.next), Entry::Waits(_)) {
            self.next += 1;
        }
        while matches!(self.entries.front(), Some(Entry::Done)) {
            self.entries.pop_front();
            self.first += 1;
        }
        if self.next == self.end() {
            return None;
        }
        match self.at(self.next) {
            Entry::Waits(waker) => waker.take(),
            Entry::Handed | Entry::Done => None,
        }
    }

    fn change(&mut self, ticket: u64, to: Entry) -> Option<Waker> {
        let was_handed = matches!(self.at(ticket), Entry::Handed);
        self.handed -= usize::from(was_handed);
        self.handed += usize::from(matches!(to, Entry::Handed));
        if matches!(to, Entry::Waits(_)) {
            self.next = self.next.min(ticket);
        }
        *self.at(ticket) = to;
        self.settle()
    }
}

impl Turn<'_> {
    /// Returns when every earlier message was handed over under this version, or is done.
    pub(crate) async fn come(&self, version: AccessVersion) {
        poll_fn(|context| self.poll_come(version, context)).await;
    }

    fn poll_come(&self, version: AccessVersion, context: &Context<'_>) -> Poll<()> {
        let mut lanes = self.turns.0.lock();
        let lane = self.lane(&mut lanes);
        if lane.may_be_handed_over(self.ticket, version) {
            return Poll::Ready(());
        }
        *lane.at(self.ticket) = Entry::Waits(Some(context.waker().clone()));
        Poll::Pending
    }

    /// It was handed over under this version; or (none) was refused and has to be judged again.
    pub(crate) fn hand_over(&self, version: Option<AccessVersion>) {
        let mut lanes = self.turns.0.lock();
        let lane = self.lane(&mut lanes);
        let to = match version {
            Some(version) => {
                lane.version = version;
                Entry::Handed
            }
            None => Entry::Waits(None),
        };
        let waker = lane.change(self.ticket, to);
        drop(lanes);
        wake(waker);
    }

    fn lane<'l>(&self, lanes: &'l mut Option<Box<Lanes>>) -> &'l mut Lane {
        let lanes = lanes.iter_mut().flat_map(|lanes| &mut lanes.0);
        lanes
            .into_iter()
            .find(|lane| lane.is_of(self.line, self.conversation))
            .expect("a lane is there while one of its turns is")
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut lanes = self.turns.0.lock();
        let waker = self.lane(&mut lanes).change(self.ticket, Entry::Done);
        if let Some(Lanes(all)) = lanes.as_deref_mut() {
            all.retain(|lane| !lane.entries.is_empty());
            if all.is_empty() {
                *lanes = None;
            }
        }
        drop(lanes);
        wake(waker);
    }
}

/// Not under the lock: a waker is somebody else's code.
fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;

    const ME: Line = Line(1);
    const HERE: ConversationId = ConversationId::new(7);
    const OLD: AccessVersion = AccessVersion(1);
    const NEW: AccessVersion = AccessVersion(2);

    fn is_next(turn: &Turn<'_>, version: AccessVersion) -> bool {
        let context = Context::from_waker(Waker::noop());
        turn.poll_come(version, &context).is_ready()
    }

    #[test]
    fn one_after_another_under_the_same_version() {
        let turns = Turns::default();
        let (first, second) = (turns.take(ME, HERE), turns.take(ME, HERE));
        assert!(is_next(&first, OLD));
        assert!(!is_next(&second, OLD), "the first was not handed over yet");
        first.hand_over(Some(OLD));
        assert!(is_next(&second, OLD));
        assert!(
            !is_next(&second, NEW),
            "the first may be refused, and come again"
        );
        first.hand_over(None);
        assert!(!is_next(&second, OLD));
        drop(first);
        assert!(is_next(&second, NEW));
    }

    #[test]
    fn other_conversations_and_connections_do_not_wait_and_nothing_is_kept() {
        let turns = Turns::default();
        let here = turns.take(ME, HERE);
        let there = turns.take(ME, ConversationId::new(8));
        let other = turns.take(Line(2), HERE);
        assert!(is_next(&here, OLD) && is_next(&there, OLD) && is_next(&other, OLD));
        drop((here, there, other));
        assert!(turns.is_empty());
    }

    #[tokio::test]
    async fn who_waits_is_woken() {
        let turns = Arc::new(Turns::default());
        let first = turns.take(ME, HERE);
        let waiting = tokio::spawn({
            let turns = Arc::clone(&turns);
            async move { turns.take(ME, HERE).come(OLD).await }
        });
        tokio::task::yield_now().await;
        first.hand_over(Some(OLD));
        waiting.await.unwrap();
    }

    proptest! {
        /// Against the rule itself: all earlier ones were handed over under the same version, or
        /// are done. Being asked to wait longer is right only while a later one is under way under
        /// another version, which ends by itself.
        #[test]
        fn nobody_goes_before_an_earlier_one(
            steps in prop::collection::vec((0_u8..4, 0_usize..8, 1_i64..3), 0..120),
        ) {
            let turns = Turns::default();
            let mut model: Vec<(Turn<'_>, Option<AccessVersion>)> = Vec::new();
            for (step, which, version) in steps {
                let version = AccessVersion(version);
                let which = which.min(model.len().saturating_sub(1));
                match step {
                    0 => model.push((turns.take(ME, HERE), None)),
                    _ if model.is_empty() => {}
                    1 => drop(model.remove(which)),
                    2 => {
                        if model[which].1.take().is_some() {
                            model[which].0.hand_over(None);
                        }
                    }
                    _ if model[which].1.is_some() => {}
                    _ => {
                        let allowed = model[..which].iter().all(|(_, v)| *v == Some(version));
                        let later = model[which..].iter().any(|(_, v)| v.is_some_and(|v| v != version));
                        let comes = is_next(&model[which].0, version);
                        prop_assert!(!comes || allowed, "{which} of {model:?}");
                        prop_assert!(comes || !allowed || later, "{which} of {model:?}");
                        if comes {
                            model[which].0.hand_over(Some(version));
                            model[which].1 = Some(version);
                        }
                    }
                }
            }
            drop(model);
            prop_assert!(turns.is_empty());
        }
    }
}
