//! A storm: writing, reading and killing, at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use client::wire::{
    Command, ConversationKind, CreateConversation, GetLog, OneConversation, OpenDirect, Outcome,
    SendMessage, Sent,
};
use client::{Address, Backoff, Error, Follower, Options, Session};
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::evidence::{Acknowledged, Evidence, Told};
use super::liar::Liar;
use super::reader::{self, Heads};
use crate::{Carrier, Door, Server, open, post_command};

/// How the storm is to be.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Everything that chance decides follows from it.
    pub seed: u64,
    /// How many users write and read.
    pub users: usize,
    /// How often the server is killed.
    pub kills: usize,
    /// About how many messages are acknowledged between two kills, at most.
    pub between: u64,
    /// The first writer's door acknowledges a message that it does not pass on.
    pub lie: bool,
}

/// How long the readers may take to be told everything in the end.
const PATIENCE: Duration = Duration::from_mins(1);
/// The longest pause between two attempts of a writer.
const PAUSE_MS: u64 = 40;
/// A door that lies does so among its first messages.
const LIE_WITHIN: usize = 3;
/// One of so many acknowledged messages is sent once more.
const AGAIN: u32 = 8;

/// One who takes part.
#[derive(Debug, Clone)]
struct Someone {
    name: String,
    token: String,
    /// Where they write: conversations, by id.
    conversations: Vec<String>,
}

/// What the writers share.
#[derive(Debug)]
struct Writing {
    acknowledged: Mutex<Vec<Acknowledged>>,
    count: watch::Sender<u64>,
    over: AtomicBool,
    /// Nobody lies, so that what is sent again has to come to the same.
    honest: bool,
}

/// Runs a storm on a server of its own and gathers the evidence.
pub async fn storm(plan: Plan) -> Result<Evidence> {
    let mut server = Server::start().await?;
    let mut chance = fastrand::Rng::with_seed(plan.seed);
    let people = gather(&server, plan.users).await?;
    let address = server.address().clone();
    let (heads, finish) = watch::channel(None);
    let readers = read(&address, &people, &finish, &mut chance);
    let writing = Arc::new(Writing {
        acknowledged: Mutex::default(),
        count: watch::channel(0).0,
        over: AtomicBool::new(false),
        honest: !plan.lie,
    });
    let writers = write(plan, &address, &people, &writing, &mut chance);

    kill_again_and_again(&mut server, plan, &writing, &mut chance).await?;
    writing.over.store(true, Ordering::Relaxed);
    for result in writers.join_all().await {
        result?;
    }
    let mut evidence = Evidence {
        kills: plan.kills,
        ..Evidence::default()
    };
    evidence.acknowledged = std::mem::take(&mut *writing.acknowledged.lock());
    for someone in &people {
        for conversation in &someone.conversations {
            let log = log(&address, &someone.token, conversation).await?;
            evidence.logs.insert(conversation.clone(), log);
        }
    }
    let ends: Heads = evidence
        .logs
        .iter()
        .map(|(id, log)| (id.clone(), log.len() as u64))
        .collect();
    heads.send_replace(Some(Arc::new(ends)));
    let reports = tokio::time::timeout(PATIENCE, readers.join_all()).await;
    for report in reports.context("the readers were not told everything in time")? {
        let report = report?;
        evidence.resumed += report.resumed;
        evidence.reset += report.reset;
        evidence.readers.push(report.reader);
    }
    Ok(evidence)
}

/// Makes users, two groups with all of them and a direct conversation for each neighbouring pair.
async fn gather(server: &Server, users: usize) -> Result<Vec<Someone>> {
    let mut people = Vec::new();
    for index in 0..users {
        let name = format!("user{index}");
        let token = server.account(&name).await?.token;
        people.push(Someone {
            name,
            token,
            conversations: Vec::new(),
        });
    }
    let names: Vec<String> = people.iter().map(|someone| someone.name.clone()).collect();
    for title in ["First", "Second"] {
        let create = CreateConversation {
            kind: ConversationKind::Group,
            title: title.to_owned(),
            topic: None,
            public: false,
            members: names[1..].to_vec(),
            client_id: None,
        };
        let id = conversation(server.address(), &people[0].token, create.into()).await?;
        for someone in &mut people {
            someone.conversations.push(id.clone());
        }
    }
    for one in 0..users {
        let other = (one + 1) % users;
        let open = OpenDirect {
            username: names[other].clone(),
        };
        let id = conversation(server.address(), &people[one].token, open.into()).await?;
        for index in [one, other] {
            if !people[index].conversations.contains(&id) {
                people[index].conversations.push(id.clone());
            }
        }
    }
    Ok(people)
}

async fn conversation(address: &Address, token: &str, command: Command) -> Result<String> {
    let outcome = post_command(address, token, command).await?;
    let reply: OneConversation = outcome.into_reply().map_err(Error::from)?;
    Ok(reply.conversation.id)
}

/// Everyone reads by every door, and once more by a follower.
fn read(
    address: &Address,
    people: &[Someone],
    finish: &watch::Receiver<Option<Arc<Heads>>>,
    chance: &mut fastrand::Rng,
) -> JoinSet<Result<reader::Report>> {
    let mut readers = JoinSet::new();
    for (index, someone) in people.iter().enumerate() {
        let carrier = Carrier::ALL[index % Carrier::ALL.len()];
        let door = open(carrier, address, &someone.token);
        let name = format!("{} by {carrier}", someone.name);
        let conversations = someone.conversations.clone();
        readers.spawn(reader::by_door(
            name,
            door,
            conversations,
            finish.clone(),
            chance.fork(),
        ));

        let mut options = Options::new(address.clone(), someone.token.clone());
        options.backoff = Backoff {
            first: Duration::from_millis(20),
            most: Duration::from_millis(200),
        };
        let (session, inbox) = Session::open(options);
        let follower = Follower::starting(session, inbox, client::Begin::Beginning);
        let name = format!("{} by follower", someone.name);
        let conversations = someone.conversations.clone();
        readers.spawn(reader::by_follower(
            name,
            follower,
            conversations,
            finish.clone(),
        ));
    }
    readers
}

fn write(
    plan: Plan,
    address: &Address,
    people: &[Someone],
    writing: &Arc<Writing>,
    chance: &mut fastrand::Rng,
) -> JoinSet<Result<()>> {
    let mut writers = JoinSet::new();
    for (index, someone) in people.iter().enumerate() {
        let carrier = Carrier::ALL[(index + 1) % Carrier::ALL.len()];
        let mut door = open(carrier, address, &someone.token);
        if plan.lie && index == 0 {
            door = Box::new(Liar::new(door, chance.usize(..LIE_WITHIN)));
        }
        writers.spawn(keep_writing(
            door,
            someone.clone(),
            writing.clone(),
            chance.fork(),
        ));
    }
    writers
}

/// Writes message after message, each until it is acknowledged.
async fn keep_writing(
    mut door: Box<dyn Door>,
    someone: Someone,
    writing: Arc<Writing>,
    mut chance: fastrand::Rng,
) -> Result<()> {
    let mut count = 0;
    while !writing.over.load(Ordering::Relaxed) {
        count += 1;
        let place = chance
            .choice(&someone.conversations)
            .expect("everyone is in a conversation");
        let message = client::message_in(place, &format!("{} {count}", someone.name));
        let sent = until_acknowledged(door.as_mut(), &message, &mut chance).await?;
        if writing.honest && chance.u32(..AGAIN) == 0 {
            let again = until_acknowledged(door.as_mut(), &message, &mut chance).await?;
            if (again.seq, &again.conversation) != (sent.seq, &sent.conversation) {
                bail!("the same message got two places: {sent:?} and {again:?}");
            }
        }
        writing.acknowledged.lock().push(Acknowledged {
            client_id: message.client_id,
            conversation: sent.conversation,
            seq: sent.seq,
            text: message.text,
        });
        writing.count.send_modify(|count| *count += 1);
        tokio::task::yield_now().await;
    }
    Ok(())
}

async fn until_acknowledged(
    door: &mut dyn Door,
    message: &SendMessage,
    chance: &mut fastrand::Rng,
) -> Result<Sent> {
    loop {
        let error = match door.command(message.clone().into()).await {
            Ok(Outcome::Ok(reply)) => return Ok(serde_json::from_value(reply)?),
            Ok(Outcome::Error(body)) => Error::Refused(body),
            Err(error) => error,
        };
        if error.retry_after().is_none() && !matches!(error, Error::Protocol(_)) {
            return Err(error).context("a message was refused");
        }
        tokio::time::sleep(Duration::from_millis(chance.u64(1..PAUSE_MS))).await;
        // A door without a connection gets one; until the server is back this fails, too.
        let _ = door.connect().await;
    }
}

/// Kills the server whenever so many more messages were acknowledged as chance says.
async fn kill_again_and_again(
    server: &mut Server,
    plan: Plan,
    writing: &Writing,
    chance: &mut fastrand::Rng,
) -> Result<()> {
    let mut count = writing.count.subscribe();
    for kill in 0..=plan.kills {
        let more = if plan.lie {
            plan.between
        } else {
            chance.u64(1..=plan.between)
        };
        let until = *count.borrow() + more;
        let reached = count.wait_for(|count| *count >= until);
        // What it gives holds the counter; the writers could not go on.
        let reached = tokio::time::timeout(PATIENCE, reached).await.map(drop);
        if reached.is_err() {
            bail!(
                "nobody could write for a minute; the server said:\n{}",
                server.output()
            );
        }
        // Also in the middle of a commit, not only right after an acknowledgement.
        tokio::time::sleep(Duration::from_micros(chance.u64(..20_000))).await;
        if kill < plan.kills {
            server.kill().await?;
            server.restart().await?;
        }
    }
    Ok(())
}

/// The whole log of a conversation.
async fn log(address: &Address, token: &str, conversation: &str) -> Result<Vec<Told>> {
    let mut told: Vec<Told> = Vec::new();
    loop {
        let after = told.last().map_or(0, |told| told.seq);
        let get = GetLog {
            conversation: conversation.to_owned(),
            after,
            limit: Some(500),
        };
        let outcome = post_command(address, token, get.into()).await?;
        let log: client::wire::Log = outcome.into_reply().map_err(Error::from)?;
        if log.events.is_empty() {
            return Ok(told);
        }
        told.extend(log.events.into_iter().map(Told::from));
    }
}
