//! How quick the hot path is: messages a second and CPU time a message, at several concurrencies.
//!
//! `cargo run --release -p switchboard-store --example append [DIRECTORY [CONCURRENCY …]]`
//!
//! Bounded: about five seconds for each concurrency. The figures include the load generator.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domain::conversation::{Kind, NewConversation};
use domain::message::{Draft, Extensions};
use domain::permit::{self, Post};
use domain::text::{MessageText, Title};
use domain::{
    Actor, ClientId, ConversationId, Permit, SessionId, Timestamp, UserId, UserRef, Username,
};
use engine::port::{Accounts, Bus, Conversations, Messages, NewAccount, Notice, Storage};
use store::{OpenMode, OpenOptions, Store};
use tokio::sync::mpsc;

const CONVERSATIONS: i64 = 1_000;
const SECONDS: u64 = 5;

/// A bus without subscribers.
struct Nowhere;

impl Bus for Nowhere {
    fn publish(&self, _notice: Notice) {}
    fn subscribe(&self) -> mpsc::Receiver<Notice> {
        mpsc::channel(1).1
    }
    fn lost(&self) -> u64 {
        0
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let dir = std::env::args()
        .nth(1)
        .map_or_else(std::env::temp_dir, PathBuf::from);
    let dir = dir.join(format!("switchboard-append-{}", std::process::id()));
    let url = format!("sqlite:{}", dir.join("append.db").display());
    let options = OpenOptions::new(OpenMode::Server, Arc::new(Nowhere));
    let store = store::open(&url, options).await.expect("the store opens");
    let permits = Arc::new(prepare(&store).await);
    println!(
        "{:>11} {:>10} {:>12} {:>10} {:>10}",
        "concurrency", "messages/s", "CPU µs/msg", "p50 ms", "p99 ms"
    );
    let wished: Vec<usize> = std::env::args()
        .skip(2)
        .map(|number| number.parse().expect("a concurrency is a number"))
        .collect();
    let wished = if wished.is_empty() {
        vec![1, 64, 512]
    } else {
        wished
    };
    for concurrency in wished {
        run(&store, &permits, concurrency).await;
    }
    store.close().await.expect("the store closes");
    std::fs::remove_dir_all(&dir).expect("the directory is ours");
}

async fn prepare(store: &Store) -> Vec<Permit<Post>> {
    let user = UserRef {
        id: UserId::new(1),
        username: Username::from_stored("anna"),
    };
    let at = Timestamp::from_millis(1);
    let feed = ConversationId::new(1_000_000);
    let new = NewAccount {
        user: user.clone(),
        feed,
        name: None,
        credentials: None,
        operator: false,
        at,
    };
    Accounts::create(store, new).await.expect("an account");
    let actor = Actor {
        user,
        session: SessionId::new(1),
        operator: false,
    };
    let mut permits = Vec::new();
    for number in 1..=CONVERSATIONS {
        let new = NewConversation {
            id: ConversationId::new(number),
            kind: Kind::Group,
            title: Title::from_stored("a group"),
            topic: None,
            public: false,
            members: Vec::new(),
            invited: Vec::new(),
            client_id: None,
            at,
        };
        let permit = permit::create(&actor, new).expect("anyone may");
        let id = Conversations::create(store, &permit)
            .await
            .expect("a conversation");
        let facts = Conversations::facts(store, id, actor.user.id)
            .await
            .expect("facts")
            .expect("there");
        permits.push(permit::post(&actor, &facts).expect("the owner may write"));
    }
    permits
}

async fn run(store: &Store, permits: &Arc<Vec<Permit<Post>>>, concurrency: usize) {
    let end = Instant::now() + Duration::from_secs(SECONDS);
    let (cpu, start) = (cpu_time(), Instant::now());
    let tasks = (0..concurrency).map(|task| {
        let (store, permits) = (store.clone(), Arc::clone(permits));
        tokio::spawn(async move { write(&store, &permits, task, end).await })
    });
    let mut waits = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        waits.extend(task.await.expect("the task ends"));
    }
    let (elapsed, cpu) = (
        start.elapsed().as_secs_f64(),
        cpu_time().saturating_sub(cpu),
    );
    waits.sort_unstable();
    let count = f64::from(u32::try_from(waits.len()).unwrap_or(u32::MAX));
    let at = |part: usize| waits[(waits.len() - 1) * part / 100].as_secs_f64() * 1e3;
    let per_message = cpu.as_secs_f64() * 1e6 / count;
    println!(
        "{concurrency:>11} {:>10.0} {per_message:>12.1} {:>10.2} {:>10.2}",
        count / elapsed,
        at(50),
        at(99)
    );
}

/// Writes one message after the other; how long each took.
async fn write(
    store: &Store,
    permits: &[Permit<Post>],
    task: usize,
    end: Instant,
) -> Vec<Duration> {
    let mut waits = Vec::new();
    let mut place = task * 7919;
    while Instant::now() < end {
        place = place
            .wrapping_mul(6_364_136_223)
            .wrapping_add(1_442_695_041)
            & 0xffff_ffff;
        let draft = Draft {
            client_id: next_id(),
            text: MessageText::from_stored("x".repeat(200)),
            reply_to: None,
            mentions: Vec::new(),
            extensions: Extensions::default(),
            at: Timestamp::from_millis(1_700_000_000_000),
        };
        let start = Instant::now();
        let sent = store
            .append(&permits[(place >> 8) % permits.len()], draft)
            .await
            .expect("it is stored");
        assert!(!sent.repeated);
        waits.push(start.elapsed());
    }
    waits
}

/// An id like those of clients: ordered by time, and by chance within a moment (RFC 9562 §5.7).
fn next_id() -> ClientId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let count = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&(count / 50).to_be_bytes());
    bytes[8..].copy_from_slice(&count.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    ClientId(bytes)
}

/// User and system time of this process (proc(5), `/proc/self/stat`), to a hundredth of a second.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |index: usize| {
        fields
            .get(index)
            .and_then(|text| text.parse::<u64>().ok())
            .unwrap_or(0)
    };
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}
