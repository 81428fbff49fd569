//! Who listens to which conversation.
//!
//! There is one entry for each conversation of everyone who is here, most of them of two people:
//! it is the greatest part of what an idle session costs. So listeners are numbers of four bytes,
//! and two of them stand in the entry itself.

use std::num::NonZeroU32;
use std::sync::Arc;

use domain::{ConversationId, Seq};

use crate::ids::{IdMap, shrink};
use crate::live::Published;

/// The place of a user in the [`super::roster::Roster`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot(NonZeroU32);

impl Slot {
    /// The slot at an index.
    pub(super) fn new(index: usize) -> Self {
        let number = u32::try_from(index + 1).ok().and_then(NonZeroU32::new);
        Self(number.expect("fewer users than 2^32 fit a machine"))
    }

    /// Its index.
    pub(super) fn index(self) -> usize {
        usize::try_from(self.0.get()).expect("an index fits") - 1
    }
}

/// The audiences of some conversations.
#[derive(Debug, Default)]
pub(super) struct Audiences {
    by_conversation: IdMap<ConversationId, Audience>,
    crowds: Crowds,
}

/// The members of a conversation with mailboxes here; there is at least one.
#[derive(Debug)]
struct Audience {
    /// The last event that was delivered; [`ANY`] after a reset.
    last: i64,
    listeners: Listeners,
}

#[derive(Debug, Clone, Copy)]
enum Listeners {
    Few(Slot, Option<Slot>),
    /// An index of [`Crowds`].
    Crowd(u32),
}

const _: () = assert!(size_of::<(ConversationId, Audience)>() == 24);

/// Whatever comes is next.
const ANY: i64 = -1;

/// What of a run of events an audience has not had.
#[derive(Debug)]
pub(super) enum Due<'e> {
    /// Nothing, or nobody listens.
    Nothing,
    /// These are next, and now counted as delivered.
    Next(&'e [Arc<Published>]),
    /// Events after this place are missing before them.
    Gap(Seq),
}

impl Audiences {
    /// Adds a listener who is not in the audience; `head` is what they may be assumed to know.
    pub(super) fn join(&mut self, conversation: ConversationId, head: Seq, slot: Slot) {
        let crowds = &mut self.crowds;
        self.by_conversation
            .entry(conversation)
            .and_modify(|audience| audience.listeners.add(slot, crowds))
            .or_insert(Audience {
                last: head.get(),
                listeners: Listeners::Few(slot, None),
            });
    }

    /// Takes a listener out.
    pub(super) fn part(&mut self, conversation: ConversationId, slot: Slot) {
        let Some(audience) = self.by_conversation.get_mut(&conversation) else {
            return;
        };
        if !audience.listeners.remove(slot, &mut self.crowds) {
            self.by_conversation.remove(&conversation);
        }
    }

    /// How many conversations have an audience.
    pub(super) fn len(&self) -> usize {
        self.by_conversation.len()
    }

    /// Who listens.
    pub(super) fn of(&self, conversation: ConversationId) -> impl Iterator<Item = Slot> {
        let listeners = self.by_conversation.get(&conversation);
        let (one, other, crowd) = match listeners.map(|audience| audience.listeners) {
            None => (None, None, &[][..]),
            Some(Listeners::Few(one, other)) => (Some(one), other, &[][..]),
            Some(Listeners::Crowd(index)) => (None, None, self.crowds.at(index)),
        };
        one.into_iter().chain(other).chain(crowd.iter().copied())
    }

    /// How many listen.
    pub(super) fn count(&self, conversation: ConversationId) -> usize {
        match self.by_conversation.get(&conversation).map(|a| a.listeners) {
            None => 0,
            Some(Listeners::Few(_, None)) => 1,
            Some(Listeners::Few(_, Some(_))) => 2,
            Some(Listeners::Crowd(index)) => self.crowds.at(index).len(),
        }
    }

    /// Finds out what of a run of one conversation's events, in the log's order and without holes,
    /// is to be delivered, and counts it as delivered.
    pub(super) fn advance<'e>(&mut self, run: &'e [Arc<Published>]) -> Due<'e> {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            return Due::Nothing;
        };
        let (first, last) = (&first.event, &last.event);
        let Some(audience) = self.by_conversation.get_mut(&first.conversation) else {
            return Due::Nothing;
        };
        let known = match audience.last {
            ANY => first.seq.get() - 1,
            known => known,
        };
        if last.seq.get() <= known {
            return Due::Nothing;
        }
        if first.seq.get() > known + 1 {
            return Due::Gap(Seq::new(known));
        }
        audience.last = last.seq.get();
        let had = usize::try_from(known + 1 - first.seq.get()).expect("it is not negative");
        Due::Next(&run[had..])
    }

    /// Whatever comes next is next in line for this audience.
    pub(super) fn begin_anew(&mut self, conversation: ConversationId) {
        if let Some(audience) = self.by_conversation.get_mut(&conversation) {
            audience.last = ANY;
        }
    }

    /// Every conversation with the last event that was delivered.
    pub(super) fn heads(&self) -> impl Iterator<Item = (ConversationId, Seq)> {
        let all = self.by_conversation.iter();
        all.filter(|(_, audience)| audience.last != ANY)
            .map(|(conversation, audience)| (*conversation, Seq::new(audience.last)))
    }

    /// Gives memory back that a crowd needed which has gone.
    pub(super) fn shrink(&mut self) {
        shrink(&mut self.by_conversation);
    }
}

impl Listeners {
    fn add(&mut self, slot: Slot, crowds: &mut Crowds) {
        match *self {
            Self::Few(one, None) => *self = Self::Few(one, Some(slot)),
            Self::Few(one, Some(other)) => {
                *self = Self::Crowd(crowds.begin(vec![one, other, slot]));
            }
            Self::Crowd(index) => crowds.at_mut(index).push(slot),
        }
    }

    /// Takes one out; `false` when nobody is left.
    fn remove(&mut self, slot: Slot, crowds: &mut Crowds) -> bool {
        match *self {
            Self::Few(one, None) => return one != slot,
            Self::Few(one, Some(other)) if one == slot => *self = Self::Few(other, None),
            Self::Few(one, Some(other)) if other == slot => *self = Self::Few(one, None),
            Self::Few(_, Some(_)) => {}
            Self::Crowd(index) => {
                let crowd = crowds.at_mut(index);
                if let Some(at) = crowd.iter().position(|present| *present == slot) {
                    crowd.swap_remove(at);
                }
                if crowd.len() < crowd.capacity() / 4 {
                    crowd.shrink_to(crowd.len() * 2);
                }
                if let [one, other] = crowd[..] {
                    crowds.end(index);
                    *self = Self::Few(one, Some(other));
                }
            }
        }
        true
    }
}

/// The listeners of conversations that have more than two.
#[derive(Debug, Default)]
struct Crowds {
    all: Vec<Vec<Slot>>,
    /// Indices that are not in use.
    free: Vec<u32>,
}

impl Crowds {
    fn begin(&mut self, crowd: Vec<Slot>) -> u32 {
        if let Some(index) = self.free.pop() {
            *self.at_mut(index) = crowd;
            return index;
        }
        self.all.push(crowd);
        u32::try_from(self.all.len() - 1).expect("fewer conversations than 2^32 fit a machine")
    }

    fn end(&mut self, index: u32) {
        *self.at_mut(index) = Vec::new();
        self.free.push(index);
        if self.free.len() == self.all.len() {
            *self = Self::default();
        }
    }

    fn at(&self, index: u32) -> &[Slot] {
        &self.all[usize::try_from(index).expect("an index fits")]
    }

    fn at_mut(&mut self, index: u32) -> &mut Vec<Slot> {
        &mut self.all[usize::try_from(index).expect("an index fits")]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::live::published::tests::retraction;

    const HERE: ConversationId = ConversationId::new(7);

    fn slots(audiences: &Audiences) -> BTreeSet<usize> {
        audiences.of(HERE).map(Slot::index).collect()
    }

    proptest! {
        #[test]
        fn an_audience_is_the_set_of_those_who_joined_and_did_not_part(
            steps in prop::collection::vec((any::<bool>(), 0_usize..8), 0..200),
        ) {
            let (mut audiences, mut expected) = (Audiences::default(), BTreeSet::new());
            for (joins, index) in steps {
                if !joins {
                    expected.remove(&index);
                    audiences.part(HERE, Slot::new(index));
                } else if expected.insert(index) {
                    audiences.join(HERE, Seq::ZERO, Slot::new(index));
                }
                prop_assert_eq!(&slots(&audiences), &expected);
                prop_assert_eq!(audiences.count(HERE), expected.len());
                prop_assert_eq!(audiences.len(), usize::from(!expected.is_empty()));
            }
        }

        #[test]
        fn every_event_is_due_once_and_in_line(
            runs in prop::collection::vec((1_i64..30, 1_i64..6), 1..60),
        ) {
            let mut audiences = Audiences::default();
            audiences.join(HERE, Seq::ZERO, Slot::new(0));
            let mut last = 0;
            for (first, count) in runs {
                let run: Vec<_> = (first..first + count).map(|seq| retraction(HERE, seq)).collect();
                match audiences.advance(&run) {
                    Due::Nothing => prop_assert!(first + count - 1 <= last),
                    Due::Gap(after) => {
                        prop_assert_eq!(after.get(), last);
                        prop_assert!(first > last + 1);
                    }
                    Due::Next(due) => {
                        for event in due {
                            last += 1;
                            prop_assert_eq!(event.event.seq.get(), last);
                        }
                        prop_assert_eq!(last, first + count - 1);
                    }
                }
            }
        }
    }

    #[test]
    fn after_a_reset_whatever_comes_is_next() {
        let mut audiences = Audiences::default();
        audiences.join(HERE, Seq::new(3), Slot::new(0));
        let run = [retraction(HERE, 9), retraction(HERE, 10)];
        assert!(matches!(audiences.advance(&run), Due::Gap(after) if after.get() == 3));
        audiences.begin_anew(HERE);
        assert_eq!(audiences.heads().count(), 0);
        assert!(matches!(audiences.advance(&run), Due::Next(due) if due.len() == 2));
        assert!(matches!(audiences.advance(&run), Due::Nothing));
    }

    #[test]
    fn nothing_is_kept_of_who_is_gone() {
        let mut audiences = Audiences::default();
        for conversation in 0..1000 {
            for index in 0..4 {
                audiences.join(
                    ConversationId::new(conversation),
                    Seq::ZERO,
                    Slot::new(index),
                );
            }
        }
        for conversation in 0..1000 {
            for index in 0..4 {
                audiences.part(ConversationId::new(conversation), Slot::new(index));
            }
        }
        audiences.shrink();
        assert_eq!(audiences.len(), 0);
        assert!(audiences.by_conversation.capacity() <= 64);
        assert_eq!(audiences.crowds.all.capacity(), 0);
    }
}
