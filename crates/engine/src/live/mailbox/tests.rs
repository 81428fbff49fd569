use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Wake;

use super::*;
use crate::live::published::tests::retraction;
use domain::{ConversationId, UserId, UserRef, Username};
use proptest::prelude::*;

const BOUNDS: Bounds = Bounds {
    items: 4,
    bytes: 1 << 20,
};

fn put(mailbox: &Mailbox, seqs: RangeInclusive<i64>, bounds: Bounds) {
    let run: Vec<_> = seqs
        .map(|seq| retraction(ConversationId::new(1), seq))
        .collect();
    let weight = run.iter().map(|event| event.weight()).sum();
    mailbox.put(&run, weight, bounds);
}

fn typing(active: bool) -> Arc<PublishedSignal> {
    Arc::new(PublishedSignal::new(domain::Signal::Typing {
        conversation: ConversationId::new(1),
        user: UserRef {
            id: UserId::new(1),
            username: Username::from_stored("anna"),
        },
        active,
    }))
}

fn mailbox() -> Mailbox {
    Mailbox::new(MailboxId::new(9), SessionId::new(1))
}

/// What a mailbox gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Given {
    Event(u64, i64),
    Signal,
    Reset(u64),
    End(EndReason),
}

fn drain(mailbox: &Mailbox, hold: Hold) -> Vec<Given> {
    let mut given = Vec::new();
    let count = mailbox.drain(hold.generation, 10, |delivery| {
        given.push(match delivery {
            Delivery::Event { n, event } => Given::Event(n, event.event.seq.get()),
            Delivery::Signal(_) => Given::Signal,
            Delivery::Reset { n } => Given::Reset(n),
            Delivery::End(reason) => Given::End(reason),
        });
    });
    assert_eq!(count, given.len());
    given
}

/// Counts how often it was woken.
#[derive(Debug, Default)]
struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Bell {
    fn rung(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

fn poll(mailbox: &Mailbox, hold: Hold, bell: &Arc<Bell>) -> Poll<()> {
    let waker = Waker::from(Arc::clone(bell));
    mailbox.poll_ready(hold.generation, &mut Context::from_waker(&waker))
}

#[test]
fn what_was_taken_and_not_acknowledged_comes_again_after_a_cut() {
    let mailbox = mailbox();
    let first = mailbox.hold(None);
    for seq in 1..=3 {
        put(&mailbox, seq..=seq, BOUNDS);
    }
    assert_eq!(
        drain(&mailbox, first),
        [Given::Event(1, 1), Given::Event(2, 2), Given::Event(3, 3)]
    );
    assert!(mailbox.let_go(first.generation, Duration::ZERO));
    put(&mailbox, 4..=4, BOUNDS);
    let second = mailbox.hold(Some(1));
    assert_eq!(second.outcome, ResumeOutcome::Resumed);
    assert_eq!(
        drain(&mailbox, second),
        [Given::Event(2, 2), Given::Event(3, 3), Given::Event(4, 4)]
    );
}

#[test]
fn a_cursor_that_is_no_longer_held_or_from_the_future_is_a_reset() {
    let mailbox = mailbox();
    let hold = mailbox.hold(None);
    for seq in 1..=3 {
        put(&mailbox, seq..=seq, BOUNDS);
    }
    drain(&mailbox, hold);
    mailbox.ack(2);
    assert_eq!(mailbox.hold(Some(1)).outcome, ResumeOutcome::Reset);
    assert_eq!(mailbox.hold(Some(99)).outcome, ResumeOutcome::Reset);
    assert_eq!(mailbox.hold(Some(3)).outcome, ResumeOutcome::Resumed);
}

#[test]
fn a_reader_that_does_not_read_is_reset_and_goes_on_from_there() {
    let mailbox = mailbox();
    let hold = mailbox.hold(None);
    for seq in 1..=7 {
        put(&mailbox, seq..=seq, BOUNDS);
    }
    assert_eq!(drain(&mailbox, hold), [Given::Reset(7)]);
    put(&mailbox, 8..=8, BOUNDS);
    assert_eq!(drain(&mailbox, hold), [Given::Event(8, 8)]);
}

#[test]
fn an_overflow_while_away_is_a_reset_when_coming_back() {
    let mailbox = mailbox();
    let hold = mailbox.hold(None);
    mailbox.let_go(hold.generation, Duration::ZERO);
    for seq in 1..=7 {
        put(&mailbox, seq..=seq, BOUNDS);
    }
    let back = mailbox.hold(Some(0));
    assert_eq!((back.outcome, back.n), (ResumeOutcome::Reset, 7));
    put(&mailbox, 8..=8, BOUNDS);
    assert_eq!(drain(&mailbox, back), [Given::Event(8, 8)]);
}

#[test]
fn taken_events_make_room_for_new_ones() {
    let mailbox = mailbox();
    let hold = mailbox.hold(None);
    for seq in 1..=20 {
        put(&mailbox, seq..=seq, BOUNDS);
        assert_eq!(drain(&mailbox, hold).len(), 1);
    }
    assert_eq!(mailbox.hold(Some(16)).outcome, ResumeOutcome::Resumed);
    assert_eq!(mailbox.hold(Some(15)).outcome, ResumeOutcome::Reset);
}

#[test]
fn bytes_are_bounded_too() {
    let mailbox = mailbox();
    let hold = mailbox.hold(None);
    let bounds = Bounds {
        items: 1000,
        bytes: 600,
    };
    for seq in 1..=3 {
        put(&mailbox, seq..=seq, bounds);
    }
    assert_eq!(drain(&mailbox, hold), [Given::Reset(3)]);
}

#[test]
fn the_newer_connection_wins_and_the_older_is_told() {
    let mailbox = mailbox();
    let older = mailbox.hold(None);
    let newer = mailbox.hold(Some(0));
    assert_eq!(drain(&mailbox, older), [Given::End(EndReason::Replaced)]);
    assert!(
        !mailbox.let_go(older.generation, Duration::ZERO),
        "it holds nothing any longer"
    );
    assert!(mailbox.attached().is_some());
    assert!(mailbox.let_go(newer.generation, Duration::ZERO));
    assert!(mailbox.attached().is_none());
}

#[test]
fn signals_are_coalesced_and_come_after_events() {
    let mailbox = mailbox();
    let hold = mailbox.hold(None);
    mailbox.signal(&typing(true));
    mailbox.signal(&typing(false));
    put(&mailbox, 1..=1, BOUNDS);
    assert_eq!(drain(&mailbox, hold), [Given::Event(1, 1), Given::Signal]);
}

#[test]
fn the_end_is_the_last_thing() {
    let mailbox = mailbox();
    let hold = mailbox.hold(None);
    put(&mailbox, 1..=1, BOUNDS);
    mailbox.end(EndReason::Draining);
    put(&mailbox, 2..=2, BOUNDS);
    assert_eq!(
        drain(&mailbox, hold),
        [Given::Event(1, 1), Given::End(EndReason::Draining)]
    );
}

#[test]
fn who_waits_is_woken_once_for_all_that_comes_before_they_look() {
    let (mailbox, bell) = (mailbox(), Arc::new(Bell::default()));
    let hold = mailbox.hold(None);
    assert!(poll(&mailbox, hold, &bell).is_pending());
    assert!(poll(&mailbox, hold, &bell).is_pending());
    assert_eq!(Arc::strong_count(&bell), 2, "one waker is kept");
    put(&mailbox, 1..=1, BOUNDS);
    put(&mailbox, 2..=2, BOUNDS);
    mailbox.signal(&typing(true));
    assert_eq!(bell.rung(), 1);
    assert!(poll(&mailbox, hold, &bell).is_ready());
    assert_eq!(drain(&mailbox, hold).len(), 3);
    assert!(poll(&mailbox, hold, &bell).is_pending());
    mailbox.signal(&typing(true));
    assert_eq!(bell.rung(), 2);
    assert_eq!(drain(&mailbox, hold), [Given::Signal]);
    assert!(poll(&mailbox, hold, &bell).is_pending());
    mailbox.overflow();
    assert_eq!(bell.rung(), 3);
    assert_eq!(drain(&mailbox, hold).len(), 1);
    assert!(poll(&mailbox, hold, &bell).is_pending());
    mailbox.end(EndReason::Revoked);
    assert_eq!(bell.rung(), 4);
}

#[test]
fn who_is_replaced_is_woken_and_who_lets_go_is_kept_no_longer() {
    let mailbox = mailbox();
    let (older, newer) = (Arc::new(Bell::default()), Arc::new(Bell::default()));
    let first = mailbox.hold(None);
    assert!(poll(&mailbox, first, &older).is_pending());
    let second = mailbox.hold(Some(0));
    assert_eq!((older.rung(), Arc::strong_count(&older)), (1, 1));
    assert!(poll(&mailbox, first, &older).is_ready());
    assert!(poll(&mailbox, second, &newer).is_pending());
    mailbox.let_go(second.generation, Duration::ZERO);
    assert_eq!((newer.rung(), Arc::strong_count(&newer)), (0, 1));
    put(&mailbox, 1..=1, BOUNDS);
    assert_eq!((older.rung(), newer.rung()), (1, 0));
}

#[test]
fn no_more_is_given_than_was_asked_for() {
    let mailbox = mailbox();
    let hold = mailbox.hold(None);
    for seq in 1..=3 {
        put(&mailbox, seq..=seq, BOUNDS);
    }
    mailbox.signal(&typing(true));
    mailbox.end(EndReason::Idle);
    for expected in [2, 2, 1] {
        assert_eq!(mailbox.drain(hold.generation, 2, |_| ()), expected);
    }
    assert_eq!(mailbox.drain(hold.generation, 0, |_| ()), 0);
}

proptest! {
    /// Whatever comes singly or in runs, a reader that goes on from its cursor gets every event
    /// once and in line, or is told that it was reset.
    #[test]
    fn a_reader_misses_nothing_without_being_told(
        steps in prop::collection::vec((0_u8..6, 1_i64..7), 1..80),
    ) {
        let mailbox = mailbox();
        let mut hold = mailbox.hold(None);
        let (mut seq, mut read, mut number) = (0, 0, 0);
        for (step, count) in steps {
            match step {
                0..3 => {
                    put(&mailbox, seq + 1..=seq + count, BOUNDS);
                    seq += count;
                }
                3 => mailbox.ack(number),
                4 => {
                    mailbox.let_go(hold.generation, Duration::ZERO);
                    hold = mailbox.hold(Some(number));
                    if hold.outcome == ResumeOutcome::Reset {
                        (read, number) = (seq, hold.n);
                    }
                    prop_assert_eq!(hold.n, number);
                }
                _ => {
                    for given in drain(&mailbox, hold) {
                        match given {
                            Given::Event(n, event) => {
                                prop_assert_eq!((n, event), (number + 1, read + 1));
                                (number, read) = (n, event);
                            }
                            Given::Reset(n) => {
                                prop_assert!(n > number);
                                (number, read) = (n, seq);
                            }
                            Given::Signal | Given::End(_) => prop_assert!(false, "{given:?}"),
                        }
                    }
                    prop_assert_eq!(read, seq);
                }
            }
        }
    }
}

#[test]
fn a_cursor_reads_as_it_was_written() {
    let cursor = Cursor {
        mailbox: MailboxId::new(7),
        n: 12,
    };
    assert_eq!(cursor.to_string(), "7.12");
    assert_eq!("7.12".parse::<Cursor>().unwrap(), cursor);
    for bad in ["", "7", "7.", ".1", "7.-1", "x.1", "7.1.2", "0.1"] {
        assert!(bad.parse::<Cursor>().is_err(), "{bad}");
    }
}

#[test]
fn a_reader_may_wait_for_more_than_signals() {
    let (mailbox, bell) = (mailbox(), Arc::new(Bell::default()));
    let hold = mailbox.hold(None);
    let pressing = || {
        let waker = Waker::from(Arc::clone(&bell));
        mailbox.poll_pressing(hold.generation, &mut Context::from_waker(&waker))
    };
    assert_eq!(pressing(), Poll::Pending);
    mailbox.signal(&typing(true));
    assert_eq!(pressing(), Poll::Pending, "a signal alone does not press");
    assert_eq!(poll(&mailbox, hold, &bell), Poll::Ready(()));
    put(&mailbox, 1..=1, BOUNDS);
    assert_eq!(pressing(), Poll::Ready(()));
}
