//! The order of one connection's messages to one conversation while several are on their way.
//!
//! Storage takes appends in the order in which they were handed to it, and refuses one whose
//! permit is out of date. So a message may be handed over while earlier ones are not durable yet,
//! when all of them were handed over under the same version of the facts: then either all of them
//! come before it, or it is refused with them.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use domain::{AccessVersion, ConversationId};
use parking_lot::Mutex;
use tokio::sync::Notify;

/// Messages that are on their way, by conversation.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    lanes: Mutex<HashMap<ConversationId, Lane>>,
}

#[derive(Debug, Default)]
struct Lane {
    next: u64,
    /// In the order in which they came.
    entries: VecDeque<Entry>,
    moved: Arc<Notify>,
}

#[derive(Debug)]
struct Entry {
    ticket: u64,
    /// Handed over under this version; none while it is not.
    handed: Option<AccessVersion>,
}

/// A message's place in the order. Dropping it gives the place up.
#[derive(Debug)]
pub(crate) struct Turn<'t> {
    turns: &'t Turns,
    conversation: ConversationId,
    ticket: u64,
    moved: Arc<Notify>,
}

impl Turns {
    /// The next place.
    pub(crate) fn take(&self, conversation: ConversationId) -> Turn<'_> {
        let mut lanes = self.lanes.lock();
        let lane = lanes.entry(conversation).or_default();
        let ticket = lane.next;
        lane.next += 1;
        lane.entries.push_back(Entry {
            ticket,
            handed: None,
        });
        Turn {
            turns: self,
            conversation,
            ticket,
            moved: Arc::clone(&lane.moved),
        }
    }
}

impl Turn<'_> {
    /// Returns when every earlier message was handed over under this version, or is done.
    pub(crate) async fn come(&self, version: AccessVersion) {
        loop {
            let moved = self.moved.notified();
            tokio::pin!(moved);
            moved.as_mut().enable();
            if self.is_next(version) {
                return;
            }
            moved.await;
        }
    }

    fn is_next(&self, version: AccessVersion) -> bool {
        let lanes = self.turns.lanes.lock();
        let Some(lane) = lanes.get(&self.conversation) else {
            return true;
        };
        lane.entries
            .iter()
            .take_while(|entry| entry.ticket < self.ticket)
            .all(|entry| entry.handed == Some(version))
    }

    /// It was handed over under this version; or (none) was refused and has to be judged again.
    pub(crate) fn hand_over(&self, version: Option<AccessVersion>) {
        let mut lanes = self.turns.lanes.lock();
        let entries = lanes
            .get_mut(&self.conversation)
            .map(|lane| &mut lane.entries);
        let mine = entries
            .into_iter()
            .flatten()
            .find(|entry| entry.ticket == self.ticket);
        if let Some(entry) = mine {
            entry.handed = version;
        }
        drop(lanes);
        self.moved.notify_waiters();
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut lanes = self.turns.lanes.lock();
        if let Some(lane) = lanes.get_mut(&self.conversation) {
            lane.entries.retain(|entry| entry.ticket != self.ticket);
            if lane.entries.is_empty() {
                lanes.remove(&self.conversation);
            }
        }
        drop(lanes);
        self.moved.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: ConversationId = ConversationId::new(7);
    const OLD: AccessVersion = AccessVersion(1);
    const NEW: AccessVersion = AccessVersion(2);

    #[test]
    fn one_after_another_under_the_same_version() {
        let turns = Turns::default();
        let (first, second) = (turns.take(HERE), turns.take(HERE));
        assert!(first.is_next(OLD));
        assert!(!second.is_next(OLD), "the first was not handed over yet");
        first.hand_over(Some(OLD));
        assert!(second.is_next(OLD));
        assert!(
            !second.is_next(NEW),
            "the first may be refused, and come again"
        );
        first.hand_over(None);
        assert!(!second.is_next(OLD));
        drop(first);
        assert!(second.is_next(NEW));
    }

    #[test]
    fn other_conversations_do_not_wait_and_nothing_is_kept() {
        let turns = Turns::default();
        let (here, there) = (turns.take(HERE), turns.take(ConversationId::new(8)));
        assert!(here.is_next(OLD) && there.is_next(OLD));
        drop((here, there));
        assert!(turns.lanes.lock().is_empty());
    }

    #[tokio::test]
    async fn who_waits_is_woken() {
        let turns = Arc::new(Turns::default());
        let first = turns.take(HERE);
        let waiting = tokio::spawn({
            let turns = Arc::clone(&turns);
            async move { turns.take(HERE).come(OLD).await }
        });
        tokio::task::yield_now().await;
        first.hand_over(Some(OLD));
        waiting.await.unwrap();
    }
}
