//! Performing a play.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use client::wire::{Command, ErrorBody, Outcome, ResumeOutcome};
use serde_json::{Value, json};

use super::actor::Actor;
use super::script::{Line, Script, Step};
use super::value::Names;
use crate::{Carrier, Server, Setup, open};

/// How long a whole play may take.
const PATIENCE: Duration = Duration::from_mins(2);

pub(super) async fn run(script: &Script) -> Result<()> {
    let mut setup = Setup::new();
    for line in &script.lines {
        if let Step::Set { key, value } = &line.step {
            setup = setup.set(key, value);
        }
    }
    let server = setup.start().await.with_context(|| script.name.clone())?;
    let mut stage = Stage::new(server);
    let performed = tokio::time::timeout(PATIENCE, stage.perform(script)).await;
    performed.unwrap_or_else(|_| bail!("{}: the play does not come to an end", script.name))
}

pub(super) struct Stage {
    pub(super) server: Server,
    pub(super) actors: BTreeMap<String, Actor>,
    /// Conversations by the name that the play gave them; direct ones as `alice+bob`.
    pub(super) conversations: BTreeMap<String, String>,
    /// The last message with a text in a conversation.
    pub(super) messages: BTreeMap<(String, String), Written>,
    pub(super) last: Option<(String, Command)>,
    pub(super) outcome: Option<Outcome>,
    pub(super) refusal: Option<ErrorBody>,
    /// How many messages `SendMany` made, so that their texts differ.
    pub(super) written: usize,
}

#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) seq: u64,
    pub(super) client_id: String,
}

/// The names of a play.
pub(super) struct Seen<'a>(pub(super) &'a Stage);

impl Names for Seen<'_> {
    fn resolve(&self, name: &str) -> Option<Value> {
        if let Some(id) = self.0.conversations.get(name) {
            return Some(json!(id));
        }
        if let Some((one, other)) = name.split_once('+') {
            let id = self.0.conversations.get(&pair(one, other))?;
            return Some(json!(id));
        }
        name.starts_with(char::is_uppercase)
            .then(|| json!(username(name)))
    }
}

impl Stage {
    fn new(server: Server) -> Self {
        Self {
            server,
            actors: BTreeMap::new(),
            conversations: BTreeMap::new(),
            messages: BTreeMap::new(),
            last: None,
            outcome: None,
            refusal: None,
            written: 0,
        }
    }

    async fn perform(&mut self, script: &Script) -> Result<()> {
        for (index, line) in script.lines.iter().enumerate() {
            let following = script.lines.get(index + 1).map(|line| &line.step);
            let checked = matches!(following, Some(Step::Refused { .. } | Step::RefusedAlike));
            let done = async {
                self.step(&line.step).await?;
                self.must_have_worked(&line.step, checked)
            };
            done.await
                .map_err(|error| self.explain(script, line, &error))?;
        }
        Ok(())
    }

    fn explain(&self, script: &Script, line: &Line, error: &anyhow::Error) -> anyhow::Error {
        let said = self.server.output();
        let faults: Vec<&str> = said.lines().filter(|l| l.contains("ERROR")).collect();
        let faults = if faults.is_empty() {
            String::new()
        } else {
            faults.join("\n    ")
        };
        anyhow!(
            "{}:{}: {}\n    {error:#}\n    {faults}",
            script.name,
            line.number,
            line.text
        )
    }

    /// A refusal that the play does not speak of is a failure.
    fn must_have_worked(&self, step: &Step, checked: bool) -> Result<()> {
        let commands = !matches!(
            step,
            Step::Refused { .. } | Step::RefusedAlike | Step::Set { .. } | Step::Enter { .. }
        );
        match (&self.outcome, checked || !commands) {
            (Some(Outcome::Error(body)), false) => {
                bail!("refused: {} ({})", body.message, body.code)
            }
            _ => Ok(()),
        }
    }

    async fn step(&mut self, step: &Step) -> Result<()> {
        match step {
            Step::Set { .. } => Ok(()),
            Step::KillServer => self.kill().await,
            Step::Enter { who, carrier } => self.enter(who, *carrier).await,
            Step::Cut { who } => self.cut(who),
            Step::Back { who, outcome } => self.back(who, outcome.as_deref()).await,
            Step::Ended { who, reason } => self.ended(who, reason).await,
            Step::Refused { code } => self.refused(code),
            Step::RefusedAlike => self.refused_alike(),
            Step::Gets { pairs, soon } => self.gets(pairs, *soon).await,
            Step::Lacks { path } => self.lacks(path),
            Step::Receives { who, kind, pairs } => self.receives(who, kind, pairs, true).await,
            Step::ReceivesNo { who, kind, pairs } => self.receives(who, kind, pairs, false).await,
            Step::SameLog { place } => self.same_log(place).await,
            Step::Does { who, act } => self.act(who, act).await,
        }
    }

    async fn enter(&mut self, who: &str, carrier: Carrier) -> Result<()> {
        ensure!(!self.actors.contains_key(who), "{who} is here already");
        let username = username(who);
        let signed_in = self.server.account(&username).await?;
        let door = open(carrier, self.server.address(), &signed_in.token);
        let mut actor = Actor::new(who, door);
        actor.door.connect().await?;
        actor.connected = true;
        self.conversations
            .insert(format!("session-of-{who}"), signed_in.session);
        self.actors.insert(who.to_owned(), actor);
        Ok(())
    }

    fn cut(&mut self, who: &str) -> Result<()> {
        let actor = self.actor(who)?;
        actor.door.cut();
        actor.connected = false;
        Ok(())
    }

    async fn back(&mut self, who: &str, wanted: Option<&str>) -> Result<()> {
        let actor = self.actor(who)?;
        let outcome = actor.door.connect().await?;
        actor.connected = true;
        let word = match outcome {
            ResumeOutcome::New => "new",
            ResumeOutcome::Resumed => "resumed",
            ResumeOutcome::Reset => "reset",
        };
        if outcome != ResumeOutcome::Resumed {
            actor.heal().await?;
        }
        ensure!(
            wanted.is_none_or(|wanted| wanted == word),
            "came back {word}"
        );
        Ok(())
    }

    async fn kill(&mut self) -> Result<()> {
        self.server.kill().await?;
        self.server.restart().await?;
        for actor in self.actors.values_mut() {
            actor.door.cut();
            actor.connected = false;
        }
        Ok(())
    }

    async fn ended(&mut self, who: &str, reason: &str) -> Result<()> {
        let end = self.actor(who)?.wait_for_end().await?;
        // A door without a connection at that moment learns it from its next request.
        let same =
            end.reason == reason || (reason, end.reason.as_str()) == ("revoked", "unauthenticated");
        ensure!(same, "ended because {}", end.reason);
        Ok(())
    }

    pub(super) fn actor(&mut self, who: &str) -> Result<&mut Actor> {
        self.actors
            .get_mut(who)
            .with_context(|| format!("{who} is not here"))
    }

    /// A conversation's id by its name, or of `Alice+Bob`.
    pub(super) fn conversation(&self, name: &str) -> Result<String> {
        let name = name
            .split_once('+')
            .map_or(name.to_owned(), |(one, other)| pair(one, other));
        let id = self.conversations.get(&name).cloned();
        id.with_context(|| format!("no conversation is called {name}"))
    }
}

/// The username of someone in a play.
pub(super) fn username(who: &str) -> String {
    who.split('/').next().unwrap_or(who).to_lowercase()
}

/// The name of the direct conversation of two users, whoever of them speaks.
pub(super) fn pair(one: &str, other: &str) -> String {
    let (one, other) = (username(one), username(other));
    if one < other {
        format!("{one}+{other}")
    } else {
        format!("{other}+{one}")
    }
}
