//! What a play says that came of it.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use client::wire::{Event, Outcome};
use serde_json::Value;
use tokio::time::Instant;

use super::perform::{Seen, Stage};
use super::script::{Pairs, Token};
use super::value;

/// How long something that follows the log by itself (search, notifications) may take.
const SOON: Duration = Duration::from_secs(15);

impl Stage {
    pub(super) fn refused(&mut self, code: &str) -> Result<()> {
        match self.outcome.take() {
            Some(Outcome::Error(body)) if body.code == code => {
                self.refusal = Some(body);
                Ok(())
            }
            other => bail!("expected to be refused with `{code}`, but it came to {other:?}"),
        }
    }

    pub(super) fn refused_alike(&mut self) -> Result<()> {
        let (Some(Outcome::Error(body)), Some(before)) = (self.outcome.take(), &self.refusal)
        else {
            bail!("there are no two refusals to compare");
        };
        ensure!(
            body == *before,
            "the refusals differ: {body:?}, before {before:?}"
        );
        Ok(())
    }

    pub(super) async fn gets(&mut self, pairs: &Pairs, soon: bool) -> Result<()> {
        let until = Instant::now() + SOON;
        loop {
            let (who, command) = self.last.clone().context("nothing was asked before")?;
            let reply = match &self.outcome {
                Some(Outcome::Ok(reply)) => reply.clone(),
                other => bail!("it came to {other:?}"),
            };
            let names = Seen(self);
            let Some(mismatch) = value::mismatch(&reply, pairs, &names) else {
                return Ok(());
            };
            if !soon || Instant::now() > until {
                bail!("{mismatch}\n    the reply was {reply}");
            }
            // What follows the log by itself has no event to wait for.
            tokio::time::sleep(Duration::from_millis(50)).await;
            self.command(&who, command).await?;
        }
    }

    pub(super) fn lacks(&self, path: &str) -> Result<()> {
        let Some(Outcome::Ok(reply)) = &self.outcome else {
            bail!("it came to {:?}", self.outcome);
        };
        match value::at(reply, path, &Seen(self)) {
            None => Ok(()),
            Some(there) => bail!("there is `{path}`: {there}"),
        }
    }

    pub(super) async fn receives(
        &mut self,
        who: &str,
        kind: &str,
        pairs: &Pairs,
        yes: bool,
    ) -> Result<()> {
        let mut wanted = pairs.clone();
        wanted.insert(0, ("type".to_owned(), Token::Word(kind.to_owned())));
        let mut actor = self
            .actors
            .remove(who)
            .with_context(|| format!("{who} is not here"))?;
        let names = Seen(self);
        let matches = |seen: &Value| value::mismatch(seen, &wanted, &names).map_or(Ok(()), Err);
        let result = if yes {
            actor.wait_for(matches).await
        } else {
            actor.wait_for_none(matches).await
        };
        self.actors.insert(who.to_owned(), actor);
        result
    }

    /// All who can read a conversation read the same log, and were told exactly that log.
    pub(super) async fn same_log(&mut self, place: &str) -> Result<()> {
        let conversation = self.conversation(place)?;
        let mut first: Option<(String, Vec<Value>)> = None;
        for (name, actor) in self
            .actors
            .iter_mut()
            .filter(|(_, actor)| actor.connected && actor.ended.is_none())
        {
            let log = match actor.log(&conversation).await {
                Ok(log) => log,
                Err(client::Error::Refused(_)) => continue,
                Err(error) => bail!("{name} cannot read the log: {error}"),
            };
            let head = log.last().map_or(0, |event| event.seq);
            let told = actor.told_up_to(&conversation, head).await?;
            let outlines = |events: &[Event]| events.iter().map(outline).collect::<Vec<_>>();
            let (told, read) = (outlines(told), outlines(&log));
            ensure!(
                told == read,
                "{name} was told {told:#?}\n    but the log is {read:#?}"
            );
            let shown = log.into_iter().map(shown).collect::<Result<Vec<_>>>()?;
            match &first {
                None => first = Some((name.clone(), shown)),
                Some((other, log)) => ensure!(
                    *log == shown,
                    "{name} reads {shown:#?}\n    but {other} reads {log:#?}"
                ),
            }
        }
        ensure!(first.is_some(), "nobody can read that log");
        Ok(())
    }
}

/// What stays the same of an event whatever is done to its message later.
fn outline(event: &Event) -> (u64, String, Option<String>) {
    let value = serde_json::to_value(event).unwrap_or_default();
    (
        event.seq,
        value["type"].as_str().unwrap_or_default().to_owned(),
        event.sender.clone(),
    )
}

/// An event as everyone sees it; the sender's own id of it is theirs.
fn shown(event: Event) -> Result<Value> {
    let mut value = serde_json::to_value(event)?;
    if let Some(map) = value.as_object_mut() {
        map.remove("client_id");
    }
    Ok(value)
}
