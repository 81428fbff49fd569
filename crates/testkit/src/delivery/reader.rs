//! Reading in a storm: what one session is told, from its first connection to the end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use client::wire::{
    Command, Event, EventBody, GetLog, Log, Outcome, ResumeOutcome, ServerFrame, Sync, Synced,
};
use client::{Error, Follower, Step, Timeline, Update};
use tokio::sync::watch;

use super::evidence::{Reader, Told};
use crate::Door;

/// A reader's connection is cut before one of so many frames.
const CUT: u32 = 60;

/// Where each log ends, once the writing is over.
pub(super) type Heads = BTreeMap<String, u64>;

/// What a reader was told, and how often it went on or had to read on.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) reader: Reader,
    pub(super) resumed: usize,
    pub(super) reset: usize,
    /// The log has to be read although the mailbox may go on.
    behind: bool,
}

impl From<Event> for Told {
    fn from(event: Event) -> Self {
        let (client_id, text) = if let EventBody::MessageCreated {
            client_id, text, ..
        } = event.body
        {
            (client_id, Some(text))
        } else {
            (None, None)
        };
        Self {
            seq: event.seq,
            client_id,
            text,
        }
    }
}

impl Report {
    fn new(name: String, conversations: &[String]) -> Self {
        let told = conversations
            .iter()
            .map(|id| (id.clone(), Vec::new()))
            .collect();
        Self {
            reader: Reader { name, told },
            ..Self::default()
        }
    }

    fn tell(&mut self, event: Event) {
        // Feeds are everyone's own and not a part of the evidence.
        if let Some(told) = self.reader.told.get_mut(&event.conversation) {
            told.push(event.into());
        }
    }

    fn count(&mut self, outcome: ResumeOutcome) {
        match outcome {
            ResumeOutcome::New => {}
            ResumeOutcome::Resumed => self.resumed += 1,
            ResumeOutcome::Reset => self.reset += 1,
        }
    }

    /// Was everything told that there is?
    fn complete(&self, ends: Option<&Arc<Heads>>) -> bool {
        ends.is_some_and(|ends| {
            self.reader.told.iter().all(|(conversation, told)| {
                let last = told.last().map_or(0, |told| told.seq);
                ends.get(conversation).is_none_or(|end| last >= *end)
            })
        })
    }
}

/// Reads by a follower, which reconnects and heals by itself.
pub(super) async fn by_follower(
    name: String,
    mut follower: Follower,
    conversations: Vec<String>,
    mut finish: watch::Receiver<Option<Arc<Heads>>>,
) -> Result<Report> {
    let mut report = Report::new(name, &conversations);
    loop {
        if report.complete(finish.borrow_and_update().as_ref()) {
            return Ok(report);
        }
        let update = tokio::select! {
            update = follower.next() => update,
            Ok(()) = finish.changed() => continue,
        };
        match update {
            Some(Update::Event(event)) => report.tell(*event),
            Some(Update::Connected(hello)) => report.count(hello.resume),
            Some(Update::Lost { .. } | Update::Forget) => bail!("the log was cut: {update:?}"),
            Some(Update::Ended(_)) | None => bail!("{} was ended", report.reader.name),
            Some(
                Update::Signal(_) | Update::Synced(_) | Update::Left { .. } | Update::Disconnected,
            ) => {}
        }
    }
}

/// Reads by a door, reconnecting and healing by hand.
pub(super) async fn by_door(
    name: String,
    mut door: Box<dyn Door>,
    conversations: Vec<String>,
    mut finish: watch::Receiver<Option<Arc<Heads>>>,
    mut chance: fastrand::Rng,
) -> Result<Report> {
    let mut report = Report::new(name, &conversations);
    let mut timeline = Timeline::default();
    let mut state = State::Apart;
    loop {
        if report.complete(finish.borrow_and_update().as_ref()) {
            return Ok(report);
        }
        if state == State::Current && chance.u32(..CUT) == 0 {
            // Connections break without a crash, too; the mailbox then goes on.
            door.cut();
            state = State::Apart;
        }
        let done = tokio::select! {
            done = go_on(door.as_mut(), &mut timeline, &mut report, &mut state) => done,
            Ok(()) = finish.changed() => continue,
        };
        if let Err(error) = done {
            if matches!(error, Error::Refused(_)) && error.retry_after().is_none() {
                bail!("{}: {error}", report.reader.name);
            }
            door.cut();
            state = State::Apart;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// How a door's connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// There is none.
    Apart,
    /// There is one, and the log has to be read before what comes is told.
    Behind,
    /// There is one, and what comes is the next.
    Current,
}

/// One step: connecting, reading on, or a frame. Cancelling it loses nothing.
async fn go_on(
    door: &mut dyn Door,
    timeline: &mut Timeline,
    report: &mut Report,
    state: &mut State,
) -> Result<(), Error> {
    match *state {
        State::Apart => {
            let outcome = door.connect().await?;
            report.count(outcome);
            // What was behind before the connection broke has to be read again, too.
            *state = State::Behind;
            if outcome == ResumeOutcome::Resumed && !report.behind {
                *state = State::Current;
            }
            report.behind = *state == State::Behind;
        }
        State::Behind => {
            heal(door, timeline, report).await?;
            *state = State::Current;
            report.behind = false;
        }
        State::Current => match door.next(Duration::from_mins(1)).await? {
            Some(ServerFrame::Event { event, .. }) => match timeline.offer(event) {
                Step::Tell(event) => report.tell(*event),
                Step::Told => {}
                Step::Missing { .. } => (*state, report.behind) = (State::Behind, true),
            },
            Some(ServerFrame::Reset { .. }) => {
                (*state, report.behind) = (State::Behind, true);
                report.reset += 1;
            }
            Some(ServerFrame::End { reason, reconnect }) => {
                return Err(Error::Ended(client::End { reason, reconnect }));
            }
            Some(
                ServerFrame::Hello(_) | ServerFrame::Reply { .. } | ServerFrame::Signal { .. },
            )
            | None => {}
        },
    }
    Ok(())
}

async fn heal(
    door: &mut dyn Door,
    timeline: &mut Timeline,
    report: &mut Report,
) -> Result<(), Error> {
    let heads = timeline.heads().clone();
    let command: Command = Sync {
        heads,
        ..Sync::default()
    }
    .into();
    let synced: Synced = reply(door.command(command).await?)?;
    for conversation in synced.conversations {
        timeline.follow(&conversation.id, 0);
        if timeline.head(&conversation.id) < Some(conversation.head) {
            fill(door, timeline, report, &conversation.id).await?;
        }
    }
    Ok(())
}

async fn fill(
    door: &mut dyn Door,
    timeline: &mut Timeline,
    report: &mut Report,
    conversation: &str,
) -> Result<(), Error> {
    let mut next = timeline.head(conversation);
    while let Some(after) = next {
        let conversation = conversation.to_owned();
        let get = GetLog {
            conversation: conversation.clone(),
            after,
            limit: Some(200),
        };
        let log: Log = reply(door.command(get.into()).await?)?;
        let piece = timeline.fill(&conversation, log);
        next = piece.more;
        for event in piece.events {
            report.tell(event);
        }
    }
    Ok(())
}

fn reply<R: serde::de::DeserializeOwned>(outcome: Outcome) -> Result<R, Error> {
    Ok(outcome.into_reply()?)
}
