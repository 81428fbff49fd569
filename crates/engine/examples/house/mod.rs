//! An engine on the real store and the bus of one process, with people in it; what the examples
//! measure.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bus::MemoryBus;
use domain::conversation::{Kind, NewConversation};
use domain::text::Title;
use domain::{
    Actor, ConversationId, DeviceName, SessionId, Timestamp, UserId, UserRef, Username, permit,
};
use engine::port::{Clock, Entropy, NewAccount, NewSession, TokenHash};
use engine::{Engine, Ports, Rate, Rates, Session, Settings};
use sha2::Digest;
use store::{OpenMode, OpenOptions};

/// So many writes wait together while people are made, so that they share commits.
const TOGETHER: usize = 512;
/// How many people a group has.
pub(crate) const GROUP: usize = 40;

/// A running engine and what it stands on. Its directory goes with it.
pub(crate) struct House {
    pub(crate) engine: Engine,
    pub(crate) ports: Ports,
    directory: PathBuf,
}

/// How many people, and in how many conversations each of them is.
#[derive(Clone, Copy)]
pub(crate) struct Town {
    pub(crate) people: usize,
    pub(crate) directs: usize,
    pub(crate) groups: usize,
}

struct Machine(Instant);

impl Clock for Machine {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the adapter behind the port"
        )]
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let millis = since.map_or(0, |since| since.as_millis());
        Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

impl Entropy for Machine {
    /// Nothing here is secret.
    fn fill(&self, buffer: &mut [u8]) {
        let nanos = self.0.elapsed().as_nanos().to_le_bytes();
        for (byte, chance) in buffer.iter_mut().zip(nanos.into_iter().cycle()) {
            *byte = chance;
        }
    }
}

impl House {
    /// Opens an empty one.
    pub(crate) async fn open(name: &str) -> Self {
        let directory = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a directory for the database");
        let url = format!("sqlite:{}", directory.join("house.db").display());
        let bus = Arc::new(MemoryBus::new());
        let options = OpenOptions::new(OpenMode::Server, bus.clone());
        let store = Arc::new(store::open(&url, options).await.expect("the store opens"));
        let machine = Arc::new(Machine(Instant::now()));
        let ports = Ports {
            accounts: store.clone(),
            sessions: store.clone(),
            contacts: store.clone(),
            conversations: store.clone(),
            messages: store.clone(),
            notifications: store.clone(),
            followers: store.clone(),
            search: store.clone(),
            storage: store.clone(),
            bus,
            clock: machine.clone(),
            entropy: machine,
        };
        let engine = Engine::start(ports.clone(), unlimited());
        Self {
            engine,
            ports,
            directory,
        }
    }

    /// Makes accounts, a session for each, and their conversations.
    pub(crate) async fn populate(&self, town: Town) {
        together(0..town.people, async |number| self.account(number).await).await;
        let directs = (0..town.people).flat_map(|one| {
            (1..=town.directs / 2).map(move |step| (one, (one + step) % town.people))
        });
        together(directs, async |pair| self.direct(pair).await).await;
        let groups = (0..town.groups)
            .flat_map(|round| (0..town.people / GROUP).map(move |group| (round, group)));
        together(groups, async |(round, group)| {
            let members = (0..GROUP).map(|at| stride(round) * (group * GROUP + at) % town.people);
            self.group(10_000_000 + round * town.people + group, members.collect())
                .await;
        })
        .await;
    }

    /// The session of a person.
    pub(crate) async fn session(&self, number: usize) -> Session {
        let session = self.engine.authenticate(&token(number)).await;
        session.expect("the session was made")
    }

    async fn account(&self, number: usize) {
        let at = self.ports.clock.now();
        let account = NewAccount {
            user: person(number),
            feed: ConversationId::new(id(20_000_000 + number)),
            name: None,
            credentials: None,
            operator: false,
            at,
        };
        let made = self.ports.accounts.create(account).await;
        made.expect("the name is free");
        let session = NewSession {
            id: SessionId::new(id(number + 1)),
            user: person(number).id,
            hash: TokenHash(sha2::Sha256::digest(token(number)).into()),
            device: DeviceName::from_claim("an example"),
            at,
            expires_at: at.plus(Duration::from_hours(24)),
        };
        let opened = self.ports.sessions.open(session, 10).await;
        opened.expect("a session");
    }

    async fn direct(&self, (one, other): (usize, usize)) {
        let contacts = &self.ports.contacts;
        let facts = contacts.facts(person(one).id, &[person(other).id]).await;
        let facts = facts.expect("the relation is read");
        let permit = permit::open_direct(&actor(one), &facts[0], unlimited().strangers);
        let fresh = ConversationId::new(id(30_000_000 + one * 1000 + other % 1000));
        let at = self.ports.clock.now();
        let opened = self
            .ports
            .conversations
            .open_direct(&permit.expect("strangers may write"), fresh, at)
            .await;
        opened.expect("a direct conversation");
    }

    /// Makes a group of these people.
    pub(crate) async fn group(&self, number: usize, members: Vec<usize>) -> ConversationId {
        let new = NewConversation {
            id: ConversationId::new(id(number)),
            kind: Kind::Group,
            title: Title::from_stored("a group"),
            topic: None,
            public: false,
            members: members[1..].iter().map(|number| person(*number)).collect(),
            invited: Vec::new(),
            client_id: None,
            at: self.ports.clock.now(),
        };
        let permit = permit::create(&actor(members[0]), new).expect("anyone may");
        let made = self.ports.conversations.create(&permit).await;
        made.expect("a group")
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // Left behind when something still writes; it is in the directory for such things.
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// A person by number.
pub(crate) fn person(number: usize) -> UserRef {
    UserRef {
        id: UserId::new(id(number + 1)),
        username: Username::from_stored(&format!("person{number:06}")),
    }
}

/// A person as who acts.
pub(crate) fn actor(number: usize) -> Actor {
    Actor {
        user: person(number),
        session: SessionId::new(id(number + 1)),
        operator: false,
    }
}

fn token(number: usize) -> String {
    format!("token of person {number}")
}

fn id(number: usize) -> i64 {
    i64::try_from(number).expect("the examples count to a few millions")
}

/// Different ways to sort the same people into groups: no multiple of a factor of their number.
fn stride(round: usize) -> usize {
    let odd = (1..).step_by(2).filter(|number| number % 5 != 0);
    odd.into_iter().nth(round).expect("there are more of them")
}

/// Nothing is limited, and who is not a contact may write.
fn unlimited() -> Settings {
    let free = Rate {
        count: 0,
        per: Duration::from_secs(1),
    };
    Settings {
        strangers: domain::contact::Strangers::Allow,
        rates: Rates {
            sign_in_by_account: free,
            sign_in_by_address: free,
            register_by_address: free,
            commands: free,
        },
        ..Settings::default()
    }
}

/// Does something with each, many at a time.
async fn together<T>(all: impl IntoIterator<Item = T>, each: impl AsyncFn(T)) {
    let mut all = all.into_iter();
    loop {
        let batch: Vec<_> = all.by_ref().take(TOGETHER).collect();
        if batch.is_empty() {
            return;
        }
        futures_util::future::join_all(batch.into_iter().map(|one| each(one))).await;
    }
}

/// CPU time of this process by the names of its threads, from the scheduler (proc(5), `schedstat`).
#[allow(dead_code, reason = "not every example measures time")]
pub(crate) fn cpu() -> BTreeMap<String, Duration> {
    let mut times = BTreeMap::new();
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten();
    for task in tasks.flatten() {
        let read = |name: &str| std::fs::read_to_string(task.path().join(name)).unwrap_or_default();
        let name = read("comm").trim().to_owned();
        let nanos = read("schedstat");
        let nanos = nanos.split(' ').next().and_then(|text| text.parse().ok());
        *times.entry(name).or_default() += Duration::from_nanos(nanos.unwrap_or(0));
    }
    times
}

/// How much CPU time each kind of thread used since, in microseconds for each of `count`.
#[allow(dead_code, reason = "not every example measures time")]
pub(crate) fn cpu_each(before: &BTreeMap<String, Duration>, count: usize) -> Vec<(String, f64)> {
    let each = 1e6 / f64::from(u32::try_from(count).expect("a few millions"));
    let since = |(name, time): (String, Duration)| {
        let spent = time.saturating_sub(before.get(&name).copied().unwrap_or_default());
        (name, spent.as_secs_f64() * each)
    };
    cpu().into_iter().map(since).collect()
}
