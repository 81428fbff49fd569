use super::*;
use domain::event::{Event, EventBody};
use domain::{ConversationId, Seq, Timestamp, UserRef, Username};

const BOUNDS: Bounds = Bounds {
    items: 4,
    bytes: 1 << 20,
};

fn event(seq: i64) -> Arc<Published> {
    Arc::new(Published::new(Event {
        conversation: ConversationId::new(1),
        seq: Seq::new(seq),
        at: Timestamp::default(),
        sender: None,
        body: EventBody::MessageRetracted {
            message: Seq::new(1),
        },
    }))
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
    Mailbox::new(MailboxId::new(9), UserId::new(1), SessionId::new(1))
}

fn numbers(taken: &[Delivery]) -> Vec<(u64, i64)> {
    taken
        .iter()
        .map(|delivery| match delivery {
            Delivery::Event { n, event } => (*n, event.event.seq.get()),
            Delivery::Signal(_) | Delivery::Reset { .. } | Delivery::End(_) => {
                panic!("expected an event, got {delivery:?}")
            }
        })
        .collect()
}

#[test]
fn what_was_taken_and_not_acknowledged_comes_again_after_a_cut() {
    let mailbox = mailbox();
    let first = mailbox.hold(None);
    for seq in 1..=3 {
        mailbox.put(&event(seq), BOUNDS);
    }
    assert_eq!(
        numbers(&mailbox.take(first.generation, 10)),
        [(1, 1), (2, 2), (3, 3)]
    );
    assert!(mailbox.let_go(first.generation, Duration::ZERO));
    mailbox.put(&event(4), BOUNDS);
    let second = mailbox.hold(Some(1));
    assert_eq!(second.outcome, ResumeOutcome::Resumed);
    assert_eq!(
        numbers(&mailbox.take(second.generation, 10)),
        [(2, 2), (3, 3), (4, 4)]
    );
}

#[test]
fn a_cursor_that_is_no_longer_held_or_from_the_future_is_a_reset() {
    let mailbox = mailbox();
    let hold = mailbox.hold(None);
    for seq in 1..=3 {
        mailbox.put(&event(seq), BOUNDS);
    }
    mailbox.take(hold.generation, 10);
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
        mailbox.put(&event(seq), BOUNDS);
    }
    let taken = mailbox.take(hold.generation, 10);
    assert!(
        matches!(taken.as_slice(), [Delivery::Reset { n: 7 }]),
        "{taken:?}"
    );
    mailbox.put(&event(8), BOUNDS);
    assert_eq!(numbers(&mailbox.take(hold.generation, 10)), [(8, 8)]);
}

#[test]
fn an_overflow_while_away_is_a_reset_when_coming_back() {
    let mailbox = mailbox();
    let hold = mailbox.hold(None);
    mailbox.let_go(hold.generation, Duration::ZERO);
    for seq in 1..=7 {
        mailbox.put(&event(seq), BOUNDS);
    }
    let back = mailbox.hold(Some(0));
    assert_eq!((back.outcome, back.n), (ResumeOutcome::Reset, 7));
    mailbox.put(&event(8), BOUNDS);
    assert_eq!(numbers(&mailbox.take(back.generation, 10)), [(8, 8)]);
}

#[test]
fn taken_events_make_room_for_new_ones() {
    let mailbox = mailbox();
    let hold = mailbox.hold(None);
    for seq in 1..=20 {
        mailbox.put(&event(seq), BOUNDS);
        assert_eq!(mailbox.take(hold.generation, 10).len(), 1);
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
        mailbox.put(&event(seq), bounds);
    }
    assert!(matches!(
        mailbox.take(hold.generation, 10).as_slice(),
        [Delivery::Reset { n: 3 }]
    ));
}

#[test]
fn the_newer_connection_wins_and_the_older_is_told() {
    let mailbox = mailbox();
    let older = mailbox.hold(None);
    let newer = mailbox.hold(Some(0));
    assert!(matches!(
        mailbox.take(older.generation, 10).as_slice(),
        [Delivery::End(EndReason::Replaced)]
    ));
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
    mailbox.put(&event(1), BOUNDS);
    let taken = mailbox.take(hold.generation, 10);
    assert!(
        matches!(
            taken.as_slice(),
            [Delivery::Event { .. }, Delivery::Signal(_)]
        ),
        "{taken:?}"
    );
}

#[test]
fn the_end_is_the_last_thing() {
    let mailbox = mailbox();
    let hold = mailbox.hold(None);
    mailbox.put(&event(1), BOUNDS);
    mailbox.end(EndReason::Draining);
    mailbox.put(&event(2), BOUNDS);
    let taken = mailbox.take(hold.generation, 10);
    assert!(matches!(
        taken.as_slice(),
        [
            Delivery::Event { n: 1, .. },
            Delivery::End(EndReason::Draining)
        ]
    ));
}

#[tokio::test]
async fn who_waits_is_woken() {
    let mailbox = Arc::new(mailbox());
    let hold = mailbox.hold(None);
    let waiter = tokio::spawn({
        let mailbox = Arc::clone(&mailbox);
        async move {
            mailbox.ready(hold.generation).await;
            mailbox.take(hold.generation, 10).len()
        }
    });
    tokio::task::yield_now().await;
    mailbox.put(&event(1), BOUNDS);
    assert_eq!(waiter.await.unwrap(), 1);
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
