//! Performing a play.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use client::wire::{
    AddReaction, Command, CommandFrame, CreateConversation, EditMessage, ErrorBody, Event,
    MarkRead, Outcome, RemoveReaction, ResumeOutcome, RetractMessage, SendMessage,
};
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::actor::Actor;
use super::script::{Line, Pairs, Place, Script, Step, Token};
use super::value::{self, Names};
use crate::{Carrier, Server, Setup, open};

/// How long a whole play may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long something that follows the log by itself (search, notifications) may take.
const SOON: Duration = Duration::from_secs(15);
/// Fields of commands that are places: a text stands for the message that has it.
const PLACES: &[&str] = &["message", "seq", "reply_to", "before", "after", "around"];

pub(super) async fn run(script: &Script) -> Result<()> {
    let setup = script
        .lines
        .iter()
        .fold(Setup::new(), |setup, line| match &line.step {
            Step::Set { key, value } => setup.set(key, value),
            _ => setup,
        });
    let server = setup.start().await.with_context(|| script.name.clone())?;
    let mut stage = Stage::new(server);
    let performed = tokio::time::timeout(PATIENCE, stage.perform(script)).await;
    performed.unwrap_or_else(|_| bail!("{}: the play does not come to an end", script.name))
}

struct Stage {
    server: Server,
    actors: BTreeMap<String, Actor>,
    /// Conversations by the name that the play gave them; direct ones as `alice+bob`.
    conversations: BTreeMap<String, String>,
    /// The last message with a text in a conversation.
    messages: BTreeMap<(String, String), Written>,
    last: Option<(String, Command)>,
    outcome: Option<Outcome>,
    refusal: Option<ErrorBody>,
    /// How many messages `SendMany` made, so that their texts differ.
    written: usize,
}

#[derive(Debug, Clone)]
struct Written {
    seq: u64,
    client_id: String,
}

/// The names of a play.
struct Seen<'a>(&'a Stage);

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
            writing => self.write(writing).await,
        }
    }

    async fn write(&mut self, step: &Step) -> Result<()> {
        match step {
            Step::Send { who, text, place } => self.send(who, text, place, None, None).await,
            Step::Answer {
                who,
                text,
                message,
                place,
            } => {
                let answered = self.written(who, message, place)?;
                self.send(who, text, place, Some(answered.seq), None).await
            }
            Step::Resend {
                who,
                text,
                place,
                other,
            } => {
                let first = self.written(who, text, place)?;
                let text = other.as_ref().unwrap_or(text);
                self.send(who, text, place, None, Some(first.client_id))
                    .await
            }
            Step::SendMany { who, count, place } => {
                for _ in 0..*count {
                    self.written += 1;
                    let text = format!("message {}", self.written);
                    self.send(who, &text, place, None, None).await?;
                }
                Ok(())
            }
            Step::Edit {
                who,
                message,
                place,
                text,
            } => {
                let (conversation, seq) = self.message(who, message, place)?;
                let written = self.written(who, message, place)?;
                let text = text.clone();
                self.messages
                    .insert((conversation.clone(), text.clone()), written);
                let edit = EditMessage {
                    conversation,
                    message: seq,
                    text,
                    mentions: None,
                };
                self.command(who, edit.into()).await
            }
            Step::Retract {
                who,
                message,
                place,
            } => {
                let (conversation, message) = self.message(who, message, place)?;
                self.command(
                    who,
                    RetractMessage {
                        conversation,
                        message,
                    }
                    .into(),
                )
                .await
            }
            Step::React {
                who,
                emoji,
                message,
                place,
            } => {
                let (conversation, message) = self.message(who, message, place)?;
                let emoji = emoji.clone();
                self.command(
                    who,
                    AddReaction {
                        conversation,
                        message,
                        emoji,
                    }
                    .into(),
                )
                .await
            }
            Step::Unreact {
                who,
                emoji,
                message,
                place,
            } => {
                let (conversation, message) = self.message(who, message, place)?;
                let emoji = emoji.clone();
                self.command(
                    who,
                    RemoveReaction {
                        conversation,
                        message,
                        emoji,
                    }
                    .into(),
                )
                .await
            }
            Step::Read {
                who,
                message,
                place,
            } => {
                let (conversation, seq) = self.message(who, message, place)?;
                self.command(who, MarkRead { conversation, seq }.into())
                    .await
            }
            Step::Create {
                who,
                kind,
                name,
                members,
            } => self.create(who, kind, name, members).await,
            Step::Ask { who, word, fields } => {
                let command = self.build(word, fields)?;
                self.command(who, command).await
            }
            other => bail!("{other:?} is not something a user does"),
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

    async fn send(
        &mut self,
        who: &str,
        text: &str,
        place: &Place,
        reply_to: Option<u64>,
        again: Option<String>,
    ) -> Result<()> {
        let (conversation, to) = match place {
            Place::With(peer) => (None, Some(username(peer))),
            Place::Named(name) => (Some(self.conversation(name)?), None),
        };
        let client_id = again.unwrap_or_else(client::new_client_id);
        let message = SendMessage {
            conversation,
            to,
            client_id: client_id.clone(),
            text: text.to_owned(),
            reply_to,
            mentions: None,
            extensions: BTreeMap::new(),
        };
        self.command(who, message.into()).await?;
        let Some(Outcome::Ok(sent)) = &self.outcome else {
            return Ok(());
        };
        let conversation = sent["conversation"].as_str().unwrap_or_default().to_owned();
        let seq = sent["seq"].as_u64().context("the reply has no `seq`")?;
        if let Place::With(peer) = place {
            self.conversations
                .insert(pair(who, peer), conversation.clone());
        }
        self.messages
            .insert((conversation, text.to_owned()), Written { seq, client_id });
        Ok(())
    }

    async fn create(
        &mut self,
        who: &str,
        kind: &str,
        name: &str,
        members: &[String],
    ) -> Result<()> {
        let create = CreateConversation {
            kind: serde_json::from_value(json!(kind))?,
            title: name.to_owned(),
            topic: None,
            public: false,
            members: members.iter().map(|member| username(member)).collect(),
            client_id: None,
        };
        self.command(who, create.into()).await?;
        self.name_conversation(name)
    }

    fn name_conversation(&mut self, name: &str) -> Result<()> {
        let Some(Outcome::Ok(reply)) = &self.outcome else {
            return Ok(());
        };
        let id = reply["conversation"]["id"]
            .as_str()
            .context("the reply names no conversation")?;
        self.conversations.insert(name.to_owned(), id.to_owned());
        Ok(())
    }

    fn build(&self, word: &str, fields: &Pairs) -> Result<Command> {
        let mut frame = Map::from_iter([("id".into(), json!(1)), ("type".into(), json!(word))]);
        let names = Seen(self);
        for (key, token) in fields {
            let place = PLACES.contains(&key.as_str());
            let value = match token {
                Token::Text(text) if place => {
                    let found = self
                        .messages
                        .iter()
                        .find(|((_, written), _)| written == text);
                    found.map(|(_, written)| json!(written.seq))
                }
                other => value::value(other, &names),
            };
            let value = value.with_context(|| format!("nothing is known as {token:?}"))?;
            frame.insert(key.clone(), value);
        }
        let bytes = serde_json::to_vec(&frame)?;
        let frame = CommandFrame::decode(&bytes).map_err(|error| anyhow!(error.detail()))?;
        Ok(frame.command)
    }

    async fn command(&mut self, who: &str, command: Command) -> Result<()> {
        let outcome = self.actor(who)?.door.command(command.clone()).await?;
        if let Some(Outcome::Error(body)) = self.outcome.take() {
            self.refusal = Some(body);
        }
        self.outcome = Some(outcome);
        self.last = Some((who.to_owned(), command));
        Ok(())
    }

    fn refused(&mut self, code: &str) -> Result<()> {
        match self.outcome.take() {
            Some(Outcome::Error(body)) if body.code == code => {
                self.refusal = Some(body);
                Ok(())
            }
            other => bail!("expected to be refused with `{code}`, but it came to {other:?}"),
        }
    }

    fn refused_alike(&mut self) -> Result<()> {
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

    async fn gets(&mut self, pairs: &Pairs, soon: bool) -> Result<()> {
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

    fn lacks(&self, path: &str) -> Result<()> {
        let Some(Outcome::Ok(reply)) = &self.outcome else {
            bail!("it came to {:?}", self.outcome);
        };
        match value::at(reply, path, &Seen(self)) {
            None => Ok(()),
            Some(there) => bail!("there is `{path}`: {there}"),
        }
    }

    async fn receives(&mut self, who: &str, kind: &str, pairs: &Pairs, yes: bool) -> Result<()> {
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
    async fn same_log(&mut self, place: &str) -> Result<()> {
        let conversation = self.conversation(place)?;
        let mut first: Option<(String, Vec<Value>)> = None;
        for (name, actor) in self.actors.iter_mut().filter(|(_, actor)| actor.connected) {
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

    fn actor(&mut self, who: &str) -> Result<&mut Actor> {
        self.actors
            .get_mut(who)
            .with_context(|| format!("{who} is not here"))
    }

    /// A conversation's id by its name, or of `Alice+Bob`.
    fn conversation(&self, name: &str) -> Result<String> {
        let name = name
            .split_once('+')
            .map_or(name.to_owned(), |(one, other)| pair(one, other));
        let id = self.conversations.get(&name).cloned();
        id.with_context(|| format!("no conversation is called {name}"))
    }

    fn message(&self, who: &str, text: &str, place: &Place) -> Result<(String, u64)> {
        let conversation = self.place(who, place)?;
        Ok((conversation, self.written(who, text, place)?.seq))
    }

    fn written(&self, who: &str, text: &str, place: &Place) -> Result<Written> {
        let key = (self.place(who, place)?, text.to_owned());
        let written = self.messages.get(&key).cloned();
        written.with_context(|| format!("nobody wrote \"{text}\" there"))
    }

    fn place(&self, who: &str, place: &Place) -> Result<String> {
        match place {
            Place::Named(name) => self.conversation(name),
            Place::With(peer) => self.conversation(&format!("{who}+{peer}")),
        }
    }
}

/// The username of someone in a play.
fn username(who: &str) -> String {
    who.split('/').next().unwrap_or(who).to_lowercase()
}

/// The name of the direct conversation of two users, whoever of them speaks.
fn pair(one: &str, other: &str) -> String {
    let (one, other) = (username(one), username(other));
    if one < other {
        format!("{one}+{other}")
    } else {
        format!("{other}+{one}")
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
