use std::collections::BTreeMap;

use wire::native::{Event, Log};

/// How far each conversation's log was told, and what to do with an event that comes. Pure
/// arithmetic: it asks for a piece of the log where one is missing, and never waits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    heads: BTreeMap<String, u64>,
}

/// What to do with an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// It is the next of its conversation: tell it.
    Tell(Box<Event>),
    /// It was told before: drop it.
    Told,
    /// Others before it are missing: read the log after this place and give it to
    /// [`Timeline::fill`]. The event itself comes with the log.
    Missing {
        /// Of which conversation.
        conversation: String,
        /// After which place.
        after: u64,
    },
}

/// What a piece of the log brought.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Piece {
    /// The events to tell, in order.
    pub events: Vec<Event>,
    /// Places that are no longer kept, the first and the last: a gap for ever.
    pub lost: Option<(u64, u64)>,
    /// There is more: read after this place.
    pub more: Option<u64>,
}

impl Timeline {
    /// Goes on where an earlier process stopped.
    pub fn from_heads(heads: BTreeMap<String, u64>) -> Self {
        Self { heads }
    }

    /// How far each conversation was told.
    pub fn heads(&self) -> &BTreeMap<String, u64> {
        &self.heads
    }

    /// How far this conversation was told; `None` when it is not followed.
    pub fn head(&self, conversation: &str) -> Option<u64> {
        self.heads.get(conversation).copied()
    }

    /// Follows a conversation from after a place on. What is followed already stays as it is.
    pub fn follow(&mut self, conversation: &str, after: u64) {
        if !self.heads.contains_key(conversation) {
            self.heads.insert(conversation.to_owned(), after);
        }
    }

    /// Forgets a conversation.
    pub fn forget(&mut self, conversation: &str) {
        self.heads.remove(conversation);
    }

    /// Judges an event. A conversation that is not followed is followed from its beginning.
    pub fn offer(&mut self, event: Box<Event>) -> Step {
        self.follow(&event.conversation, 0);
        let head = self.heads.entry(event.conversation.clone()).or_default();
        if event.seq <= *head {
            return Step::Told;
        }
        if event.seq > *head + 1 {
            return Step::Missing {
                conversation: event.conversation,
                after: *head,
            };
        }
        *head = event.seq;
        Step::Tell(event)
    }

    /// Takes a piece of a conversation's log in. What is not asked for any longer changes nothing.
    pub fn fill(&mut self, conversation: &str, log: Log) -> Piece {
        let Some(head) = self.heads.get_mut(conversation) else {
            return Piece::default();
        };
        let mut piece = Piece::default();
        let kept = log.first.max(1);
        if *head + 1 < kept {
            piece.lost = Some((*head + 1, kept - 1));
            *head = kept - 1;
        }
        for event in log.events {
            if event.conversation == conversation && event.seq == *head + 1 {
                *head = event.seq;
                piece.events.push(event);
            }
        }
        // A page that brought nothing would be asked for for ever.
        let moved = !piece.events.is_empty() || piece.lost.is_some();
        piece.more = (moved && *head < log.head).then_some(*head);
        piece
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use wire::native::{EventBody, Time};

    use super::*;

    fn event(seq: u64) -> Event {
        Event {
            conversation: "7".to_owned(),
            seq,
            at: Time(0),
            sender: None,
            body: EventBody::MessageRetracted { message: seq },
        }
    }

    fn log(range: std::ops::RangeInclusive<u64>, head: u64) -> Log {
        Log {
            events: range.map(event).collect(),
            head,
            first: 1,
        }
    }

    #[test]
    fn an_event_is_told_once() {
        let mut timeline = Timeline::default();
        assert!(matches!(timeline.offer(Box::new(event(1))), Step::Tell(_)));
        assert_eq!(timeline.offer(Box::new(event(1))), Step::Told);
    }

    #[test]
    fn a_gap_is_asked_for_and_filled() {
        let mut timeline = Timeline::default();
        timeline.follow("7", 3);
        let missing = Step::Missing {
            conversation: "7".to_owned(),
            after: 3,
        };
        assert_eq!(timeline.offer(Box::new(event(6))), missing);
        let piece = timeline.fill("7", log(4..=5, 6));
        assert_eq!((piece.events.len(), piece.more), (2, Some(5)));
        let piece = timeline.fill("7", log(6..=6, 6));
        assert_eq!((piece.events.len(), piece.more), (1, None));
    }

    #[test]
    fn what_is_no_longer_kept_is_said_to_be_lost() {
        let mut timeline = Timeline::default();
        timeline.follow("7", 2);
        let piece = timeline.fill(
            "7",
            Log {
                events: vec![event(10)],
                head: 10,
                first: 10,
            },
        );
        assert_eq!((piece.lost, piece.events.len()), (Some((3, 9)), 1));
    }

    #[test]
    fn a_page_that_brings_nothing_is_not_asked_for_again() {
        let mut timeline = Timeline::default();
        timeline.follow("7", 2);
        assert_eq!(
            timeline
                .fill(
                    "7",
                    Log {
                        events: vec![],
                        head: 9,
                        first: 1
                    }
                )
                .more,
            None
        );
    }

    proptest! {
        /// Whatever is lost, doubled or late on the way, everything is told once and in order.
        #[test]
        fn every_event_once_and_in_order(
            arriving in prop::collection::vec(1_u64..40, 0..120),
            page in 1_u64..7,
        ) {
            let mut timeline = Timeline::default();
            let mut told = Vec::new();
            let mut head = 0;
            for seq in arriving {
                head = head.max(seq);
                match timeline.offer(Box::new(event(seq))) {
                    Step::Tell(event) => told.push(event.seq),
                    Step::Told => {}
                    Step::Missing { after, .. } => {
                        let mut next = Some(after);
                        while let Some(after) = next {
                            let last = (after + page).min(head);
                            let piece = timeline.fill("7", log(after + 1..=last, head));
                            told.extend(piece.events.iter().map(|event| event.seq));
                            next = piece.more;
                        }
                    }
                }
            }
            prop_assert_eq!(told, (1..=head).collect::<Vec<_>>());
        }
    }
}
