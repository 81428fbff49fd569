//! Someone in a play: a session through a door, what came to it, and what was told in order.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use client::wire::{Command, Event, GetLog, Log, Outcome, Request, ServerFrame, Sync};
use client::{End, Error, Step, Timeline};
use serde_json::Value;
use tokio::time::Instant;

use crate::Door;

/// How long an expected frame may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it must be quiet before nothing more is expected.
const QUIET: Duration = Duration::from_millis(300);
/// The largest piece of the log that the server gives.
const PAGE: u32 = 500;

pub(super) struct Actor {
    pub(super) name: String,
    pub(super) door: Box<dyn Door>,
    pub(super) connected: bool,
    pub(super) ended: Option<End>,
    /// What came and was not yet looked for, as JSON with its `type`.
    backlog: Vec<Value>,
    timeline: Timeline,
    told: BTreeMap<String, Vec<Event>>,
}

impl Actor {
    pub(super) fn new(name: &str, door: Box<dyn Door>) -> Self {
        Self {
            name: name.to_owned(),
            door,
            connected: false,
            ended: None,
            backlog: Vec::new(),
            timeline: Timeline::default(),
            told: BTreeMap::new(),
        }
    }

    /// Waits for the first thing that `wanted` says yes to, and takes it out; in words, what came
    /// instead when nothing does.
    pub(super) async fn wait_for(
        &mut self,
        wanted: impl Fn(&Value) -> Result<(), String>,
    ) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        let mut looked_at = 0;
        loop {
            let found = self.backlog[looked_at..]
                .iter()
                .position(|seen| wanted(seen).is_ok());
            if let Some(place) = found {
                self.backlog.remove(looked_at + place);
                return Ok(());
            }
            looked_at = self.backlog.len();
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || self.ended.is_some() || !self.step(left).await? {
                bail!("{} did not receive it.{}", self.name, self.came(wanted));
            }
        }
    }

    /// Checks that nothing came, and nothing comes in a short while, that `unwanted` says yes to.
    pub(super) async fn wait_for_none(
        &mut self,
        unwanted: impl Fn(&Value) -> Result<(), String>,
    ) -> Result<()> {
        while self.ended.is_none() && self.step(QUIET).await? {}
        match self.backlog.iter().find(|seen| unwanted(seen).is_ok()) {
            None => Ok(()),
            Some(seen) => bail!("{} received it after all: {seen}", self.name),
        }
    }

    /// Waits until the server ended the session.
    pub(super) async fn wait_for_end(&mut self) -> Result<End> {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(end) = &self.ended {
                return Ok(end.clone());
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || !self.step(left).await? {
                bail!("{}'s session was not ended", self.name);
            }
        }
    }

    /// What was told of a conversation, when it is told up to a place.
    pub(super) async fn told_up_to(&mut self, conversation: &str, head: u64) -> Result<&[Event]> {
        let until = Instant::now() + PATIENCE;
        while self.timeline.head(conversation).unwrap_or(0) < head {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || !self.step(left).await? {
                let told = self.timeline.head(conversation).unwrap_or(0);
                bail!(
                    "{} was told up to {told}, but the log ends at {head}",
                    self.name
                );
            }
        }
        Ok(self.told.get(conversation).map_or(&[], Vec::as_slice))
    }

    /// The whole log of a conversation as the server gives it.
    pub(super) async fn log(&mut self, conversation: &str) -> Result<Vec<Event>, Error> {
        let mut events: Vec<Event> = Vec::new();
        loop {
            let after = events.last().map_or(0, |event| event.seq);
            let log = self.log_after(conversation, after).await?;
            let (empty, head) = (log.events.is_empty(), log.head);
            events.extend(log.events);
            if empty || events.last().is_some_and(|event| event.seq >= head) {
                return Ok(events);
            }
        }
    }

    /// After a reset: everything that was missed, from the log.
    pub(super) async fn heal(&mut self) -> Result<(), Error> {
        let heads = self.timeline.heads().clone();
        let synced = self
            .call(Sync {
                heads,
                ..Sync::default()
            })
            .await?;
        let mut heads: Vec<(String, u64)> = synced
            .conversations
            .into_iter()
            .map(|c| (c.id, c.head))
            .collect();
        heads.push((synced.feed, synced.feed_head));
        for (conversation, head) in heads {
            self.timeline.follow(&conversation, 0);
            if self.timeline.head(&conversation) < Some(head) {
                self.fill(&conversation).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn call<R: Request>(&mut self, request: R) -> Result<R::Reply, Error> {
        let command: Command = request.into();
        let outcome: Outcome = self.door.command(command).await?;
        Ok(outcome.into_reply()?)
    }

    /// Reads one frame; false when none came in time.
    async fn step(&mut self, within: Duration) -> Result<bool> {
        if !self.connected {
            return Ok(false);
        }
        match self.door.next(within).await {
            Ok(Some(frame)) => {
                self.take(frame).await?;
                Ok(true)
            }
            Ok(None) => Ok(false),
            Err(Error::Ended(end)) => {
                self.ended.get_or_insert(end);
                Ok(true)
            }
            Err(error) => Err(anyhow!("{}'s connection failed: {error}", self.name)),
        }
    }

    async fn take(&mut self, frame: ServerFrame) -> Result<(), Error> {
        match frame {
            ServerFrame::Event { event, .. } => match self.timeline.offer(event) {
                Step::Tell(event) => self.tell(*event),
                Step::Told => {}
                Step::Missing { conversation, .. } => self.fill(&conversation).await?,
            },
            ServerFrame::Signal { signal } => {
                self.backlog
                    .push(serde_json::to_value(signal).unwrap_or_default());
            }
            ServerFrame::Reset { .. } => self.heal().await?,
            ServerFrame::End { reason, reconnect } => self.ended = Some(End { reason, reconnect }),
            ServerFrame::Hello(_) | ServerFrame::Reply { .. } => {}
        }
        Ok(())
    }

    async fn fill(&mut self, conversation: &str) -> Result<(), Error> {
        let mut next = self.timeline.head(conversation);
        while let Some(after) = next {
            let log = self.log_after(conversation, after).await?;
            let piece = self.timeline.fill(conversation, log);
            next = piece.more;
            for event in piece.events {
                self.tell(event);
            }
        }
        Ok(())
    }

    async fn log_after(&mut self, conversation: &str, after: u64) -> Result<Log, Error> {
        let conversation = conversation.to_owned();
        self.call(GetLog {
            conversation,
            after,
            limit: Some(PAGE),
        })
        .await
    }

    fn tell(&mut self, event: Event) {
        self.backlog
            .push(serde_json::to_value(&event).unwrap_or_default());
        self.told
            .entry(event.conversation.clone())
            .or_default()
            .push(event);
    }

    fn came(&self, wanted: impl Fn(&Value) -> Result<(), String>) -> String {
        if let Some(end) = &self.ended {
            return format!(" The session ended: {}", end.reason);
        }
        if self.backlog.is_empty() {
            return " Nothing came.".to_owned();
        }
        self.backlog
            .iter()
            .fold(" There came:".to_owned(), |text, seen| {
                let why = wanted(seen).err().unwrap_or_default();
                format!("{text}\n      {seen}\n        {why}")
            })
    }
}
