use std::collections::VecDeque;

use tokio::time::Instant;
use wire::native::{
    Conversation, ConversationKind as Kind, Event, GetLog, Hello, Signal, Standing, Sync, Synced,
};

use crate::{Backoff, End, Error, Inbox, Incoming, Session, Step, Timeline};

/// Events asked for at once when a gap is closed.
const PAGE: u32 = 200;

/// What a follower tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    /// A fact: of each conversation every one, once, in order.
    Event(Box<Event>),
    /// Something that is not stored.
    Signal(Signal),
    /// What `sync` said, after the first connection and after every break that lost something:
    /// unread counts, names, contacts, presences. One for each page.
    Synced(Box<Synced>),
    /// These places (the first and the last) are no longer kept by the server.
    Lost {
        /// Of which conversation.
        conversation: String,
        /// The first place.
        first: u64,
        /// The last place.
        last: u64,
    },
    /// The session is not in this conversation any longer; it is not followed from here on.
    Left {
        /// Which.
        conversation: String,
    },
    /// The log began a new life (a backup was restored): forget what is known, it comes anew.
    Forget,
    /// Connected, for the first time or again.
    Connected(Box<Hello>),
    /// The connection is gone; another will be made.
    Disconnected,
    /// The session ended for good. Nothing follows.
    Ended(End),
}

/// From where on a new follower tells the conversations that it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Begin {
    /// What happens from now on. Conversations that appear later are told from their beginning.
    #[default]
    Now,
    /// Everything that is still kept.
    Beginning,
}

/// What has to be asked before events can be told again.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Work {
    Sync(Option<String>),
    Fill(String),
    /// The rest of a log that may be read up to the day on which the user left.
    Close(String),
}

/// Gives each conversation's events exactly once and in order, whatever happens to the connection.
#[derive(Debug)]
pub struct Follower {
    session: Session,
    inbox: Inbox,
    timeline: Timeline,
    epoch: Option<String>,
    begin: Begin,
    /// The first `sync` was answered to its last page.
    started: bool,
    work: VecDeque<Work>,
    ready: VecDeque<Update>,
    backoff: Backoff,
    failures: u32,
    not_before: Option<Instant>,
}

impl Follower {
    /// Follows from now on.
    pub fn new(session: Session, inbox: Inbox) -> Self {
        Self::starting(session, inbox, Begin::Now)
    }

    /// Follows from there on.
    pub fn starting(session: Session, inbox: Inbox, begin: Begin) -> Self {
        Self {
            session,
            inbox,
            timeline: Timeline::default(),
            epoch: None,
            begin,
            started: false,
            work: VecDeque::from([Work::Sync(None)]),
            ready: VecDeque::new(),
            backoff: Backoff::default(),
            failures: 0,
            not_before: None,
        }
    }

    /// Goes on where an earlier process stopped: what it kept of [`Follower::epoch`] and
    /// [`Timeline::heads`].
    #[must_use]
    pub fn resuming(mut self, epoch: String, timeline: Timeline) -> Self {
        self.epoch = Some(epoch);
        self.timeline = timeline;
        self.started = true;
        self
    }

    /// The session that is followed.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// How far each conversation was told.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Which life of the log the places are of; `None` before the first connection.
    pub fn epoch(&self) -> Option<&str> {
        self.epoch.as_deref()
    }

    /// The next update; `None` when the session is over. Cancel-safe.
    pub async fn next(&mut self) -> Option<Update> {
        loop {
            if let Some(update) = self.ready.pop_front() {
                return Some(update);
            }
            if let Some(work) = self.work.front().cloned() {
                self.step(work).await?;
            } else {
                let incoming = self.inbox.next().await?;
                self.take(incoming);
            }
        }
    }

    /// Does one piece of work. Nothing is taken off the list before its answer is there, so that a
    /// cancelled call is only asked again. `None`: the session is over.
    async fn step(&mut self, work: Work) -> Option<()> {
        if let Some(moment) = self.not_before {
            tokio::time::sleep_until(moment).await;
            self.not_before = None;
        }
        let result = match &work {
            Work::Sync(cursor) => self.sync(cursor.clone()).await,
            Work::Fill(conversation) => self.fill(conversation, false).await,
            Work::Close(conversation) => self.fill(conversation, true).await,
        };
        match result {
            Ok(()) => {
                self.failures = 0;
                Some(())
            }
            Err(error) => self.failed(work, &error),
        }
    }

    async fn sync(&mut self, cursor: Option<String>) -> Result<(), Error> {
        let heads = self.timeline.heads().clone();
        let request = Sync {
            epoch: self.epoch.clone(),
            heads,
            cursor,
            limit: None,
        };
        let synced = self.session.call(request).await?;
        self.work.pop_front();
        self.notice_epoch(&synced.epoch);
        let first = !self.started && self.begin == Begin::Now;
        // An invitation shows the name of a group, not its log.
        let readable = |c: &&Conversation| c.kind == Kind::Direct || c.standing == Standing::Member;
        for conversation in synced.conversations.iter().filter(readable) {
            let fresh = if first { conversation.head } else { 0 };
            self.catch_up(&conversation.id, conversation.head, fresh);
        }
        self.catch_up(
            &synced.feed,
            synced.feed_head,
            if first { synced.feed_head } else { 0 },
        );
        for conversation in &synced.gone {
            self.plan(Work::Close(conversation.clone()));
        }
        match &synced.cursor {
            Some(cursor) => self.work.push_front(Work::Sync(Some(cursor.clone()))),
            None => self.started = true,
        }
        self.ready.push_back(Update::Synced(Box::new(synced)));
        Ok(())
    }

    fn catch_up(&mut self, conversation: &str, head: u64, fresh: u64) {
        self.timeline.follow(conversation, fresh);
        if self.timeline.head(conversation) < Some(head) {
            self.plan(Work::Fill(conversation.to_owned()));
        }
    }

    async fn fill(&mut self, conversation: &str, leave: bool) -> Result<(), Error> {
        let Some(after) = self.timeline.head(conversation) else {
            self.work.pop_front();
            return Ok(());
        };
        let request = GetLog {
            conversation: conversation.to_owned(),
            after,
            limit: Some(PAGE),
        };
        let piece = {
            let log = self.session.call(request).await?;
            self.timeline.fill(conversation, log)
        };
        if piece.more.is_none() {
            self.work.pop_front();
        }
        if let Some((first, last)) = piece.lost {
            let conversation = conversation.to_owned();
            self.ready.push_back(Update::Lost {
                conversation,
                first,
                last,
            });
        }
        let events = piece
            .events
            .into_iter()
            .map(|event| Update::Event(Box::new(event)));
        self.ready.extend(events);
        if leave && piece.more.is_none() {
            self.leave(conversation);
        }
        Ok(())
    }

    /// What cannot be had is given up, what failed for now is tried again.
    fn failed(&mut self, work: Work, error: &Error) -> Option<()> {
        if let Some(wait) = error.retry_after() {
            let wait = wait.max(self.backoff.wait(self.failures));
            self.failures += 1;
            self.not_before = Some(Instant::now() + wait);
            return Some(());
        }
        if let Error::Ended(_) = error {
            // The end itself, and what came before it, still waits in the inbox.
            self.work.clear();
            return Some(());
        }
        self.work.pop_front();
        match work {
            Work::Fill(conversation) | Work::Close(conversation) => self.leave(&conversation),
            Work::Sync(_) => return None,
        }
        Some(())
    }

    fn take(&mut self, incoming: Incoming) {
        match incoming {
            Incoming::Event(event) => match self.timeline.offer(event) {
                Step::Tell(event) => self.ready.push_back(Update::Event(event)),
                Step::Told => {}
                Step::Missing { conversation, .. } => self.plan(Work::Fill(conversation)),
            },
            Incoming::Signal(signal) => self.ready.push_back(Update::Signal(signal)),
            Incoming::Reset => self.plan(Work::Sync(None)),
            Incoming::Connected(hello) => {
                if self
                    .epoch
                    .as_ref()
                    .is_some_and(|epoch| *epoch != hello.epoch)
                {
                    self.plan(Work::Sync(None));
                }
                self.notice_epoch(&hello.epoch);
                self.ready.push_back(Update::Connected(hello));
            }
            Incoming::Disconnected => self.ready.push_back(Update::Disconnected),
            Incoming::Ended(end) => self.ready.push_back(Update::Ended(end)),
        }
    }

    fn notice_epoch(&mut self, epoch: &str) {
        if self.epoch.as_ref().is_some_and(|known| known != epoch) {
            self.timeline = Timeline::default();
            self.started = false;
            self.work.retain(|work| matches!(work, Work::Sync(None)));
            self.ready.push_back(Update::Forget);
        }
        self.epoch = Some(epoch.to_owned());
    }

    fn leave(&mut self, conversation: &str) {
        self.timeline.forget(conversation);
        self.ready.push_back(Update::Left {
            conversation: conversation.to_owned(),
        });
    }

    fn plan(&mut self, work: Work) {
        if !self.work.contains(&work) {
            self.work.push_back(work);
        }
    }
}
