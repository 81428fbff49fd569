//! What is done to a message that has a place.

use domain::event::EventBody;
use domain::message::{Amend, Amendment, REACTIONS};
use domain::reply::Appended;
use domain::text::{Emoji, MessageText};
use domain::{Error, Permit, Seq, UserId, UserRef};

use super::actor;
use super::head::Head;
use super::log::{NO_MESSAGE, edits, message_at};
use crate::failure::Outcome;
use crate::statement::{event as sql, notification};
use crate::stored::raw::{RawBody, RawMessage};
use crate::transaction::{Operation, Transaction};
use crate::value::params;

/// [`engine::port::Messages::amend`].
pub(crate) struct Apply(pub(crate) Permit<Amendment>);

impl Operation for Apply {
    type Output = Appended;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Appended> {
        let (by, amendment) = (actor(&self.0)?, self.0.action());
        let mut head = Head::to_write(tx, &self.0).await?;
        let raw = message_at(tx, head.id, amendment.message)
            .await?
            .ok_or(NO_MESSAGE)?;
        let sender = raw.sender.ok_or(NO_MESSAGE)?;
        let RawBody::Message(message) = raw.body else {
            return Err(NO_MESSAGE.into());
        };
        let act = Act {
            by,
            sender,
            amendment,
            message: &message,
        };
        let head_ = &mut head;
        let appended = match &amendment.act {
            Amend::Edit { text, mentions } => act.edit(tx, head_, text, mentions).await?,
            Amend::Retract => act.retract(tx, head_).await?,
            Amend::React(emoji) => act.react(tx, head_, emoji).await?,
            Amend::Unreact(emoji) => act.unreact(tx, head_, emoji).await?,
        };
        let Some(appended) = appended else {
            return Ok(head.unchanged());
        };
        head.save(tx);
        Ok(appended)
    }
}

/// An amendment and what it finds. Each act returns `None` when there was nothing to change.
struct Act<'a> {
    by: &'a UserRef,
    sender: UserId,
    amendment: &'a Amendment,
    message: &'a RawMessage,
}

impl Act<'_> {
    async fn edit<T: Transaction>(
        &self,
        tx: &mut T,
        head: &mut Head,
        text: &MessageText,
        mentions: &[UserRef],
    ) -> Outcome<Option<Appended>> {
        self.require_text()?;
        if self.sender != self.by.id {
            return Err(Error::Denied {
                reason: "only its sender may edit a message",
            }
            .into());
        }
        if self.message.text == *text {
            return Ok(None);
        }
        let place = self.amendment.message;
        let event = EventBody::MessageEdited {
            message: place,
            text: text.clone(),
            mentions: mentions.to_vec(),
        };
        let at = self.amendment.at;
        let appended = head
            .append_edit(tx, Some(self.by), at, event, self.message.edited)
            .await?;
        tx.execute(sql::SET_EDIT, params![head.id, place, appended.seq])
            .await?;
        for before in &self.message.mentions {
            if !mentions.iter().any(|named| named.id == *before) {
                tx.execute(sql::UNMENTION, params![*before, head.id, place])
                    .await?;
            }
        }
        for named in mentions.iter().filter(|named| named.id != self.sender) {
            tx.execute(sql::MENTION, params![named.id, head.id, place])
                .await?;
        }
        Ok(Some(appended))
    }

    /// The text goes everywhere it was put: the message, its edits, notifications.
    async fn retract<T: Transaction>(
        &self,
        tx: &mut T,
        head: &mut Head,
    ) -> Outcome<Option<Appended>> {
        if self.message.retracted {
            return Ok(None);
        }
        let place = self.amendment.message;
        for text in edits(tx, head.id, place).await? {
            tx.execute(sql::BLANK, params![head.id, text]).await?;
        }
        for named in &self.message.mentions {
            tx.execute(sql::UNMENTION, params![*named, head.id, place])
                .await?;
        }
        tx.execute(sql::UNREACT_ALL, params![head.id, place])
            .await?;
        tx.execute(notification::BLANK, params![head.id, place])
            .await?;
        self.append(tx, head, EventBody::MessageRetracted { message: place })
            .await
    }

    async fn react<T: Transaction>(
        &self,
        tx: &mut T,
        head: &mut Head,
        emoji: &Emoji,
    ) -> Outcome<Option<Appended>> {
        self.require_text()?;
        let place = self.amendment.message;
        if self.has(tx, head, emoji).await? {
            return Ok(None);
        }
        let others = tx
            .first(sql::EMOJI_COUNT, params![head.id, place, emoji.as_str()])
            .await?;
        let others = others.map_or(Ok(0), |row| row.count(0))?;
        if others >= REACTIONS as u64 {
            return Err(Error::TooLarge {
                field: "emoji",
                limit: REACTIONS,
            }
            .into());
        }
        let row = params![
            head.id,
            place,
            emoji.as_str(),
            self.by.id,
            self.amendment.at
        ];
        tx.execute(sql::REACT, row).await?;
        self.append(
            tx,
            head,
            EventBody::ReactionAdded {
                message: place,
                emoji: emoji.clone(),
            },
        )
        .await
    }

    async fn unreact<T: Transaction>(
        &self,
        tx: &mut T,
        head: &mut Head,
        emoji: &Emoji,
    ) -> Outcome<Option<Appended>> {
        if !self.has(tx, head, emoji).await? {
            return Ok(None);
        }
        let place = self.amendment.message;
        tx.execute(
            sql::UNREACT,
            params![head.id, place, emoji.as_str(), self.by.id],
        )
        .await?;
        self.append(
            tx,
            head,
            EventBody::ReactionRemoved {
                message: place,
                emoji: emoji.clone(),
            },
        )
        .await
    }

    async fn has<T: Transaction>(&self, tx: &mut T, head: &Head, emoji: &Emoji) -> Outcome<bool> {
        let place: Seq = self.amendment.message;
        let params = params![head.id, place, emoji.as_str(), self.by.id];
        Ok(tx.first(sql::REACTION, params).await?.is_some())
    }

    fn require_text(&self) -> Outcome<()> {
        if self.message.retracted {
            Err(NO_MESSAGE.into())
        } else {
            Ok(())
        }
    }

    async fn append<T: Transaction>(
        &self,
        tx: &mut T,
        head: &mut Head,
        event: EventBody,
    ) -> Outcome<Option<Appended>> {
        head.append(tx, Some(self.by), self.amendment.at, event)
            .await
            .map(Some)
    }
}
