//! Those who follow the log, in an engine on the real store: each event is dealt with once, whether
//! it was heard of or has to be read.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use domain::contact::Step;
use domain::conversation::Change;
use domain::notification::Kind;
use domain::permit::System;
use domain::{Actor, ConversationId, Permit, Result, Seq};
use engine::port::{Bus, Followed, Followers, Notice, Position, SearchQuery};
use engine::{Engine, Ports, Settings};
use testkit::contract::Stage;
use testkit::{Clock, Entropy};
use tokio::sync::mpsc;

use super::fresh;

const PATIENCE: Duration = Duration::from_secs(30);

/// Counts what is read from the log.
struct Counted {
    inner: Arc<dyn Followers>,
    calls: AtomicUsize,
    events: AtomicUsize,
}

#[async_trait]
impl Followers for Counted {
    async fn read(
        &self,
        permit: &Permit<System>,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Followed>> {
        let page = self.inner.read(permit, after, limit).await?;
        self.events.fetch_add(page.len(), Ordering::SeqCst);
        self.calls.fetch_add(1, Ordering::SeqCst);
        Ok(page)
    }

    async fn position(&self, permit: &Permit<System>, follower: &str) -> Result<Position> {
        self.inner.position(permit, follower).await
    }

    async fn advance(
        &self,
        permit: &Permit<System>,
        follower: &str,
        position: Position,
    ) -> Result<()> {
        self.inner.advance(permit, follower, position).await
    }

    async fn end(&self, permit: &Permit<System>) -> Result<Position> {
        self.inner.end(permit).await
    }
}

/// Loses every other notice between the store and the engine.
struct Lossy(Arc<dyn Bus>);

impl Bus for Lossy {
    fn publish(&self, notice: Notice) {
        self.0.publish(notice);
    }

    fn subscribe(&self) -> mpsc::Receiver<Notice> {
        let mut whole = self.0.subscribe();
        let (sender, receiver) = mpsc::channel(1000);
        tokio::spawn(async move {
            let mut number = 0;
            while let Some(notice) = whole.recv().await {
                number += 1;
                if number % 2 == 0 && sender.send(notice).await.is_err() {
                    return;
                }
            }
        });
        receiver
    }

    fn lost(&self) -> u64 {
        0
    }
}

/// An engine on the store of a stage, and what it reads.
fn engine(stage: &Stage, bus: Arc<dyn Bus>) -> (Engine, Arc<Counted>) {
    let counted = Arc::new(Counted {
        inner: stage.followers.clone(),
        calls: AtomicUsize::new(0),
        events: AtomicUsize::new(0),
    });
    let ports = Ports {
        accounts: stage.accounts.clone(),
        sessions: stage.sessions.clone(),
        contacts: stage.contacts.clone(),
        conversations: stage.conversations.clone(),
        messages: stage.messages.clone(),
        notifications: stage.notifications.clone(),
        followers: counted.clone(),
        search: stage.search.clone(),
        storage: stage.storage.clone(),
        bus,
        clock: Arc::new(Clock::default()),
        entropy: Arc::new(Entropy::from_seed(1)),
    };
    (Engine::start(ports, Settings::default()), counted)
}

/// Looks until it is so.
async fn until<F: Future<Output = bool>>(so: impl Fn() -> F) {
    let looking = async {
        while !so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.unwrap();
}

async fn unseen(stage: &Stage, who: &Actor) -> u64 {
    stage.notifications.unseen(&stage.own(who)).await.unwrap()
}

async fn found(stage: &Stage, conversation: ConversationId, text: &str) -> u64 {
    let query = SearchQuery {
        text: text.to_owned(),
        within: vec![(conversation, Seq::MAX)],
        sender: None,
        after: None,
        limit: 1000,
    };
    stage.search.query(query).await.unwrap().len() as u64
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_heard_is_not_read_again() {
    let stage = fresh().await;
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let id = stage.group(&anna, &[&bob]).await;
    let direct = stage.direct(&anna, &bob).await;
    let (_engine, log) = engine(&stage, stage.bus.clone());
    until(async || log.calls.load(Ordering::SeqCst) == 2).await;
    let read = log.events.load(Ordering::SeqCst);
    for round in 1..=5 {
        let repeated = stage.draft("hear me");
        stage.send(&anna, id, repeated.clone()).await.unwrap();
        // It uses up a number, and is no event.
        assert!(stage.send(&anna, id, repeated).await.unwrap().repeated);
        stage.mention(&anna, id, &[&bob]).await;
        let seq = stage.say(&bob, direct, "hear me").await;
        stage.mark_read(&anna, direct, seq).await;
        stage.say(&anna, direct, "you").await;
        until(async || found(&stage, id, "hear").await == round).await;
        until(async || found(&stage, direct, "hear").await == round).await;
        until(async || unseen(&stage, &bob).await == round + 1).await;
    }
    assert_eq!(log.events.load(Ordering::SeqCst), read);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_heard_is_read_once() {
    let stage = fresh().await;
    let (anna, bob) = (stage.user("anna").await, stage.user("bob").await);
    let id = stage.group(&anna, &[&bob]).await;
    let (_engine, log) = engine(&stage, Arc::new(Lossy(stage.bus.clone())));
    for round in 1..=5 {
        for _ in 0..9 {
            stage.mention(&anna, id, &[&bob]).await;
        }
        until(async || found(&stage, id, "you").await == round * 9).await;
        until(async || unseen(&stage, &bob).await == round * 9).await;
    }
    assert!(log.events.load(Ordering::SeqCst) > 0);
    let own = stage.own(&bob);
    let threads = stage.notifications.threads(&own, false, None, 9).await;
    assert_eq!(threads.unwrap().items[0].count, 45);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_that_is_made_anew_is_filled_from_the_log() {
    let stage = fresh().await;
    let anna = stage.user("anna").await;
    let id = stage.group(&anna, &[]).await;
    let (_engine, _) = engine(&stage, stage.bus.clone());
    stage.say(&anna, id, "the first").await;
    until(async || found(&stage, id, "first").await == 1).await;
    stage.search.clear().await.unwrap();
    stage.say(&anna, id, "the second").await;
    until(async || found(&stage, id, "the").await == 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_notify_any_longer_does_not() {
    let stage = fresh().await;
    let bob = stage.user("bob").await;
    let mut others = Vec::new();
    for name in ["anna", "carol", "dora", "emil", "fritz", "gina"] {
        others.push(stage.user(name).await);
    }
    let [anna, carol, dora, emil, fritz, gina] = &others[..] else {
        panic!("six are there")
    };
    for other in [anna, carol, dora] {
        let direct = stage.direct(other, &bob).await;
        stage.say(other, direct, "hello").await;
    }
    let request = stage.direct_request(emil, &bob).await;
    stage.say(emil, request, "hello").await;
    let group = stage.group(anna, &[&bob, fritz, gina]).await;
    let question = stage.say(&bob, group, "who is there?").await;
    for member in [fritz, gina] {
        stage.mention(member, group, &[&bob]).await;
        let answer = domain::message::Draft {
            reply_to: Some(question),
            ..stage.draft("me")
        };
        stage.send(member, group, answer).await.unwrap();
    }
    stage.relate(&bob, carol, Step::Block).await.unwrap();
    stage.relate(dora, &bob, Step::Block).await.unwrap();
    let leave = |who, id, change| stage.change(who, id, None, change);
    leave(&bob, request, Change::Leave).await.unwrap();
    leave(gina, group, Change::Leave).await.unwrap();
    let ban = Change::Ban(fritz.user.clone());
    stage.change(anna, group, Some(fritz), ban).await.unwrap();
    stage.mention(anna, group, &[&bob]).await;

    let (_engine, _) = engine(&stage, stage.bus.clone());
    until(async || unseen(&stage, &bob).await > 0).await;
    let own = stage.own(&bob);
    let threads = stage.notifications.threads(&own, false, None, 100).await;
    let mut told = Vec::new();
    for thread in threads.unwrap().items {
        let actors: Vec<_> = thread
            .actors
            .iter()
            .map(|who| who.username.to_string())
            .collect();
        told.push((thread.kind, actors.join(" "), thread.count));
    }
    let expected = [
        (Kind::Mention, "anna gina".to_owned(), 3),
        (Kind::Message, "anna".to_owned(), 1),
    ];
    assert_eq!(told, expected);
}
