//! What it costs to bring an event to everyone who listens: from the notice to the reader.
//!
//! `cargo run --release -p switchboard-engine --example delivery [MEMBERS] [ROUNDS]`
//!
//! A notice goes on the bus, the relay puts its events into the mailboxes, each reader is woken and
//! drains. One event a notice, and sixteen.

mod house;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use domain::event::{Event, EventBody};
use domain::message::{Extensions, Message};
use domain::text::MessageText;
use domain::{ConversationId, Seq, Timestamp};
use engine::port::Notice;
use engine::{Attachment, Delivery};
use house::{House, Town, person};

/// Counts who was woken; a reader's waker, without anything behind it.
struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1).map_while(|text| text.parse().ok());
    let members = arguments.next().unwrap_or(5000);
    let rounds = arguments.next().unwrap_or(400);
    let house = House::open("switchboard-delivery").await;
    house
        .populate(Town {
            people: members,
            directs: 0,
            groups: 0,
        })
        .await;
    let group = house.group(1, (0..members).collect()).await;
    let mut held = Vec::with_capacity(members);
    for number in 0..members {
        let session = house.session(number).await;
        held.push(session.attach(None).await.expect("a mailbox").0);
    }
    // The group's log: its making, and who joined.
    let mut seq = Seq::from_u64(members as u64 + 1);
    tokio::time::sleep(Duration::from_secs(5)).await;
    drain(&held);
    println!("members events-a-notice µs-a-delivery (relay and hub; reader) wakes-a-delivery");
    for burst in [1, 16, 1, 16] {
        measure(&house, &held, (group, &mut seq), (burst, rounds)).await;
    }
}

async fn measure(
    house: &House,
    held: &[Attachment],
    (group, seq): (ConversationId, &mut Seq),
    (burst, rounds): (usize, usize),
) {
    let bell = Arc::new(Bell(AtomicUsize::new(0)));
    let waker = Waker::from(Arc::clone(&bell));
    let notices = rounds / burst;
    let (mut putting, mut reading) = (0.0, 0.0);
    for _ in 0..notices {
        for reader in held {
            let ready = reader.poll_ready(&mut Context::from_waker(&waker));
            assert!(ready.is_pending(), "nothing was sent yet");
        }
        let events: Vec<Event> = (0..burst).map(|_| next(group, seq)).collect();
        let before = now();
        house.ports.bus.publish(Notice::committed(events));
        until(|| held[held.len() - 1].poll_ready(&mut Context::from_waker(Waker::noop()))).await;
        putting += now() - before;
        let before = now();
        assert_eq!(drain(held), held.len() * burst, "everyone gets all of it");
        reading += now() - before;
    }
    let each = 1.0 / f64::from(u32::try_from(notices * burst * held.len()).expect("millions"));
    let woken = f64::from(u32::try_from(bell.0.load(Ordering::Relaxed)).expect("millions"));
    println!(
        "{:>7} {burst:>15} {:>13.3} {:>13.3} {:>16.2}",
        held.len(),
        putting * each,
        reading * each,
        woken * each,
    );
}

/// CPU time of the runtime's thread, which all of this runs on, in microseconds.
fn now() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let time = Duration::try_from(time).expect("CPU time is not negative");
    time.as_secs_f64() * 1e6
}

/// Lets the relay work until something is there.
async fn until(mut ready: impl FnMut() -> Poll<()>) {
    while ready().is_pending() {
        tokio::task::yield_now().await;
    }
}

fn drain(held: &[Attachment]) -> usize {
    let mut bytes = 0;
    let mut given = 0;
    for reader in held {
        let mut last = 0;
        given += reader.drain(usize::MAX, |delivery| {
            bytes += std::mem::size_of_val(&delivery);
            if let Delivery::Event { n, .. } = delivery {
                last = n;
            }
        });
        reader.ack(last);
    }
    std::hint::black_box(bytes);
    given
}

fn next(conversation: ConversationId, seq: &mut Seq) -> Event {
    *seq = seq.next();
    Event {
        conversation,
        seq: *seq,
        at: Timestamp::from_millis(1_700_000_000_000),
        sender: Some(person(0)),
        body: EventBody::MessageCreated(Message {
            client_id: None,
            text: MessageText::from_stored("x".repeat(200)),
            reply_to: None,
            mentions: Vec::new(),
            extensions: Extensions::default(),
            edited: None,
            retracted: false,
            reactions: Vec::new(),
        }),
    }
}
