//! What the people of a play do.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, anyhow};
use client::wire::{
    AddReaction, Command, CommandFrame, CreateConversation, EditMessage, MarkRead, Outcome,
    RemoveReaction, RetractMessage, SendMessage,
};
use serde_json::{Map, json};

use super::perform::{Seen, Stage, Written, pair, username};
use super::script::{Act, Pairs, Place, Token, Touch};
use super::value;

/// Fields of commands that are places: a text stands for the message that has it.
const PLACES: &[&str] = &["message", "seq", "reply_to", "before", "after", "around"];

impl Stage {
    pub(super) async fn act(&mut self, who: &str, act: &Act) -> Result<()> {
        match act {
            Act::Send { text, place } => self.send(who, text, place, None, None).await,
            Act::Answer {
                text,
                message,
                place,
            } => {
                let answered = self.written(who, message, place)?;
                self.send(who, text, place, Some(answered.seq), None).await
            }
            Act::Resend { text, place, other } => {
                let first = self.written(who, text, place)?;
                let text = other.as_ref().unwrap_or(text);
                self.send(who, text, place, None, Some(first.client_id))
                    .await
            }
            Act::SendMany { count, place } => {
                for _ in 0..*count {
                    self.written += 1;
                    let text = format!("message {}", self.written);
                    self.send(who, &text, place, None, None).await?;
                }
                Ok(())
            }
            Act::Touch {
                message,
                place,
                touch,
            } => self.touch(who, message, place, touch).await,
            Act::Create {
                kind,
                name,
                members,
            } => self.create(who, kind, name, members).await,
            Act::Ask { word, fields } => {
                let command = self.build(word, fields)?;
                self.command(who, command).await
            }
        }
    }

    async fn touch(&mut self, who: &str, text: &str, place: &Place, touch: &Touch) -> Result<()> {
        let conversation = self.place(who, place)?;
        let written = self.written(who, text, place)?;
        let message = written.seq;
        let command: Command = match touch {
            Touch::Edit(text) => {
                let text = text.clone();
                self.messages
                    .insert((conversation.clone(), text.clone()), written);
                EditMessage {
                    conversation,
                    message,
                    text,
                    mentions: None,
                }
                .into()
            }
            Touch::Retract => RetractMessage {
                conversation,
                message,
            }
            .into(),
            Touch::React(emoji) => AddReaction {
                conversation,
                message,
                emoji: emoji.clone(),
            }
            .into(),
            Touch::Unreact(emoji) => RemoveReaction {
                conversation,
                message,
                emoji: emoji.clone(),
            }
            .into(),
            Touch::Read => MarkRead {
                conversation,
                seq: message,
            }
            .into(),
        };
        self.command(who, command).await
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
                Token::Text(_) | Token::Word(_) | Token::Pair(..) => value::value(token, &names),
            };
            let value = value.with_context(|| format!("nothing is known as {token:?}"))?;
            frame.insert(key.clone(), value);
        }
        let bytes = serde_json::to_vec(&frame)?;
        let frame = CommandFrame::decode(&bytes).map_err(|error| anyhow!(error.detail()))?;
        Ok(frame.command)
    }

    pub(super) async fn command(&mut self, who: &str, command: Command) -> Result<()> {
        let outcome = self.actor(who)?.door.command(command.clone()).await?;
        if let Some(Outcome::Error(body)) = self.outcome.take() {
            self.refusal = Some(body);
        }
        self.outcome = Some(outcome);
        self.last = Some((who.to_owned(), command));
        Ok(())
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
