//! What one durable direct message costs in the engine, beside what it costs the store.
//!
//! `cargo run --release -p switchboard-engine --example messages [IN_FLIGHT] [SECONDS]`
//!
//! The same people write to the same conversations twice: straight to the store, and through
//! their sessions, their peers being attached. Threads are told apart by their names: `messages` is
//! the runtime with the engine, `store-…` are the store's.

mod house;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domain::command::{Command, Destination};
use domain::message::{Draft, Extensions};
use domain::reply::Reply;
use domain::text::MessageText;
use domain::{ClientId, ConversationId, permit};
use engine::{Attachment, Session};
use futures_util::future::join_all;
use futures_util::stream::{FuturesUnordered, StreamExt};
use house::{House, Town, actor, cpu, cpu_each, person};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// People who write; each to the next one.
const PEOPLE: usize = 256;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let argument = |at| std::env::args().nth(at).and_then(|text| text.parse().ok());
    let in_flight = argument(1).unwrap_or(512);
    let seconds = Duration::from_secs(argument(2).unwrap_or(5).try_into().expect("a few"));
    let house = House::open("switchboard-messages").await;
    house
        .populate(Town {
            people: PEOPLE,
            directs: 2,
            groups: 0,
        })
        .await;
    let conversations = join_all((0..PEOPLE).map(|number| direct(&house, number))).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    for _ in 0..2 {
        store(&house, &conversations, in_flight, seconds).await;
        tokio::time::sleep(Duration::from_secs(3)).await;
        for to in ["conversation", "user"] {
            sessions(&house, (&conversations, to), in_flight, seconds).await;
            tokio::time::sleep(Duration::from_secs(3)).await;
        }
    }
}

async fn direct(house: &House, number: usize) -> ConversationId {
    let peer = person((number + 1) % PEOPLE).id;
    let found = house
        .ports
        .conversations
        .direct(person(number).id, peer)
        .await;
    found.expect("it is read").expect("it was made")
}

/// Straight to the store.
async fn store(house: &House, conversations: &[ConversationId], in_flight: usize, time: Duration) {
    let permits = join_all((0..PEOPLE).map(async |number| {
        let here = conversations[number];
        let facts = house.ports.conversations.facts(here, person(number).id);
        let facts = facts.await.expect("facts are read").expect("it is there");
        permit::post(&actor(number), &facts).expect("a member may write")
    }))
    .await;
    let messages = &house.ports.messages;
    let send = async |number: usize| {
        let draft = Draft {
            client_id: client_id(),
            text: MessageText::from_stored("x".repeat(200)),
            reply_to: None,
            mentions: Vec::new(),
            extensions: Extensions::default(),
            at: house.ports.clock.now(),
        };
        let sent = messages.append(&permits[number % PEOPLE], draft).await;
        sent.expect("it is stored");
    };
    run("store", in_flight, time, send, || ()).await;
}

/// Through the engine.
async fn sessions(
    house: &House,
    (conversations, to): (&[ConversationId], &str),
    in_flight: usize,
    time: Duration,
) {
    let sessions: Vec<Session> = join_all((0..PEOPLE).map(|number| house.session(number))).await;
    let held: Vec<Attachment> = join_all(sessions.iter().map(async |session| {
        let (attachment, _) = session.attach(None).await.expect("a mailbox");
        attachment
    }))
    .await;
    let send = async |number: usize| {
        let number = number % PEOPLE;
        let to = match to {
            "user" => Destination::User(person((number + 1) % PEOPLE).username),
            _ => Destination::Conversation(conversations[number]),
        };
        let command = Command::SendMessage {
            to,
            client_id: client_id(),
            text: MessageText::from_stored("x".repeat(200)),
            reply_to: None,
            mentions: None,
            extensions: Extensions::default(),
        };
        let reply = sessions[number].execute(command).await;
        assert!(matches!(reply, Ok(Reply::Sent(_))), "{reply:?}");
    };
    let read = || {
        for attachment in &held {
            attachment.drain(1024, |_| ());
            attachment.ack(attachment.cursor().n);
        }
    };
    run(&format!("to a {to}"), in_flight, time, send, read).await;
    for attachment in held {
        attachment.close(domain::EndReason::Idle);
    }
}

/// Keeps so many under way, and says what each cost.
async fn run(
    what: &str,
    in_flight: usize,
    time: Duration,
    send: impl AsyncFn(usize),
    read: impl Fn(),
) {
    let (before, start) = (cpu(), Instant::now());
    let mut waiting: FuturesUnordered<_> = (0..in_flight).map(|number| send(number)).collect();
    let mut count = 0;
    while waiting.next().await.is_some() {
        count += 1;
        if start.elapsed() < time {
            waiting.push(send(count));
        }
        if count % 1000 == 0 {
            read();
        }
    }
    let rate =
        f64::from(u32::try_from(count).expect("a few millions")) / start.elapsed().as_secs_f64();
    let spent: BTreeMap<String, f64> = cpu_each(&before, count).into_iter().collect();
    let total: f64 = spent.values().sum();
    let spent: Vec<String> = spent
        .iter()
        .filter(|(_, time)| **time >= 0.05)
        .map(|(name, time)| format!("{name} {time:.2}"))
        .collect();
    println!(
        "{what:>17} {in_flight:>4} in flight: {rate:>7.0}/s, CPU µs a message {total:.2}: {}",
        spent.join(", ")
    );
}

/// An id like those of clients: ordered by time, and by chance within a moment (RFC 9562 §5.7).
fn client_id() -> ClientId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let count = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&(count / 50).to_be_bytes());
    bytes[8..].copy_from_slice(&count.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    ClientId(bytes)
}
