//! Accounts, sessions and conversations, put into a store before a server opens it: thousands of
//! them cannot sign up one by one in a reasonable time, because hashing a password is slow on
//! purpose. They are made through the ports of the store, as the server would.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use domain::contact::{ContactState, RelationFacts, Strangers};
use domain::conversation::{Kind, NewConversation};
use domain::permit::Post;
use domain::text::Title;
use domain::{
    Actor, ConversationId, DeviceName, Permit, SessionId, Timestamp, UserId, UserRef, Username,
    permit,
};
use engine::port::{
    Accounts, Bus, Conversations, NewAccount, NewSession, Notice, Sessions, Storage, TokenHash,
};
use rusqlite::Connection;
use sha2::Digest as _;
use store::{OpenMode, OpenOptions, Store};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::population::Population;

/// Writes that are under way at once; they share commits.
const AT_ONCE: usize = 512;
/// Ids of feeds begin here, below those that a server makes.
const FEEDS: usize = 100_000_000;
/// Ids of groups begin here.
const GROUPS: usize = 200_000_000;
/// Ids of direct conversations begin here.
const DIRECT: usize = 300_000_000;
/// How long a session lasts: longer than any run.
const LIFE: std::time::Duration = std::time::Duration::from_hours(24 * 365);

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

/// The name of a user.
pub(crate) fn username(user: usize) -> String {
    format!("user{user}")
}

/// The token of a user's session.
pub(crate) fn token(user: usize) -> String {
    format!("sw_{user:032}")
}

/// The id of a group, as the protocol has it.
pub(crate) fn group(number: usize) -> String {
    (GROUPS + number).to_string()
}

/// The id of a direct conversation, as the protocol has it.
pub(crate) fn direct(number: usize) -> String {
    (DIRECT + number).to_string()
}

/// Fills the empty directory `data` with a store that holds the population.
pub(crate) fn fill(population: &Population, data: &Path) -> Result<()> {
    fs::create_dir_all(data)?;
    tokio::runtime::Builder::new_current_thread()
        .build()?
        .block_on(async {
            let store = open(data).await?;
            let making = make(&store, population).await;
            store.close().await?;
            making
        })
        .context("the store could not be filled")
}

/// Opens the store of a filled directory.
pub(crate) async fn open(data: &Path) -> Result<Store> {
    let url = format!("sqlite:{}", data.join("switchboard.db").display());
    let options = OpenOptions::new(OpenMode::Server, Arc::new(Nowhere));
    Ok(store::open(&url, options).await?)
}

/// For each user, the permits to write in the user's direct conversations.
pub(crate) async fn writers(
    store: &Store,
    population: &Population,
) -> Result<Vec<Vec<Permit<Post>>>> {
    let mut writers = vec![Vec::new(); population.users];
    for (number, (one, other)) in population.pairs().enumerate() {
        for user in [one, other] {
            writers[user].push(writer(store, number, user).await?);
        }
    }
    Ok(writers)
}

/// So many accounts, and these pairs of them with a direct conversation each; the permits of both to
/// write there.
pub(crate) async fn people(
    store: &Store,
    users: usize,
    pairs: &[(usize, usize)],
) -> Result<Vec<[Permit<Post>; 2]>> {
    let mut work = Work::default();
    for user in 0..users {
        let store = store.clone();
        work.add(async move { account(&store, user).await }).await?;
    }
    work.finish().await?;
    for (number, of) in pairs.iter().copied().enumerate() {
        let store = store.clone();
        work.add(async move { pair(&store, number, of).await })
            .await?;
    }
    work.finish().await?;
    let mut permits = Vec::with_capacity(pairs.len());
    for (number, (one, other)) in pairs.iter().enumerate() {
        let one = writer(store, number, *one).await?;
        permits.push([one, writer(store, number, *other).await?]);
    }
    Ok(permits)
}

async fn writer(store: &Store, number: usize, user: usize) -> Result<Permit<Post>> {
    let (actor, conversation) = (actor(user), ConversationId::new(id(DIRECT + number)));
    let facts = Conversations::facts(store, conversation, actor.user.id).await?;
    Ok(permit::post(
        &actor,
        &facts.context("a direct conversation")?,
    )?)
}

/// How many messages are in the store of a directory: events that carry an id of a client.
pub(crate) fn messages(data: &Path) -> Result<u64> {
    let database = Connection::open(data.join("switchboard.db"))?;
    let count = "SELECT count(*) FROM events WHERE cid IS NOT NULL";
    let count: i64 = database.query_row(count, (), |row| row.get(0))?;
    Ok(u64::try_from(count)?)
}

/// Copies a filled directory.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<PathBuf> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(to.to_owned())
}

async fn make(store: &Store, population: &Population) -> Result<()> {
    let mut work = Work::default();
    for user in 0..population.users {
        let store = store.clone();
        work.add(async move { account(&store, user).await }).await?;
    }
    work.finish().await?;
    for (number, (one, other)) in population.pairs().enumerate() {
        let store = store.clone();
        work.add(async move { pair(&store, number, (one, other)).await })
            .await?;
    }
    let groups = population.gatherings().enumerate();
    for (number, members) in groups {
        let id = GROUPS + number;
        let store = store.clone();
        work.add(async move { circle(&store, id, &members).await })
            .await?;
    }
    work.finish().await
}

/// Writes under way.
#[derive(Default)]
struct Work(JoinSet<domain::Result<()>>);

impl Work {
    async fn add(
        &mut self,
        one: impl Future<Output = domain::Result<()>> + Send + 'static,
    ) -> Result<()> {
        self.0.spawn(one);
        if self.0.len() >= AT_ONCE
            && let Some(done) = self.0.join_next().await
        {
            done??;
        }
        Ok(())
    }

    async fn finish(&mut self) -> Result<()> {
        while let Some(done) = self.0.join_next().await {
            done??;
        }
        Ok(())
    }
}

fn id(number: usize) -> i64 {
    i64::try_from(number).expect("counts are small")
}

fn reference(user: usize) -> UserRef {
    UserRef {
        id: UserId::new(id(user + 1)),
        username: Username::from_stored(&username(user)),
    }
}

fn actor(user: usize) -> Actor {
    Actor {
        user: reference(user),
        session: SessionId::new(id(user + 1)),
        operator: false,
    }
}

/// The time on the clock.
pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::UNIX_EPOCH
        .elapsed()
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

async fn account(store: &Store, user: usize) -> domain::Result<()> {
    let at = now();
    let account = NewAccount {
        user: reference(user),
        feed: ConversationId::new(id(FEEDS + user)),
        name: None,
        credentials: None,
        operator: false,
        at,
    };
    Accounts::create(store, account).await?;
    let session = NewSession {
        id: SessionId::new(id(user + 1)),
        user: UserId::new(id(user + 1)),
        hash: TokenHash(sha2::Sha256::digest(token(user).as_bytes()).into()),
        device: DeviceName::from_claim("bench"),
        at,
        expires_at: at.plus(LIFE),
    };
    Sessions::open(store, session, 1).await
}

async fn pair(store: &Store, number: usize, (one, other): (usize, usize)) -> domain::Result<()> {
    let facts = RelationFacts {
        other: reference(other),
        other_active: true,
        mine: ContactState::None,
        blocking: false,
        blocked: false,
    };
    let permit = permit::open_direct(&actor(one), &facts, Strangers::Allow)?;
    let fresh = ConversationId::new(id(DIRECT + number));
    Conversations::open_direct(store, &permit, fresh, now()).await?;
    Ok(())
}

async fn circle(store: &Store, number: usize, members: &[usize]) -> domain::Result<()> {
    let new = NewConversation {
        id: ConversationId::new(id(number)),
        kind: Kind::Group,
        title: Title::from_stored(&format!("Group {number}")),
        topic: None,
        public: false,
        members: members
            .iter()
            .skip(1)
            .map(|member| reference(*member))
            .collect(),
        invited: Vec::new(),
        client_id: None,
        at: now(),
    };
    let permit = permit::create(&actor(members[0]), new)?;
    Conversations::create(store, &permit).await?;
    Ok(())
}
