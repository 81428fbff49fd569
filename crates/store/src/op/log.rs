//! The log as it is: pieces of it, single places, what the rules need to know of a message.

use domain::conversation::{Role, Standing};
use domain::event::Event;
use domain::message::{MessageFacts, Version};
use domain::permit::{Own, Read};
use domain::reply::Log;
use domain::{ConversationId, Error, Permit, Seq};

use super::head::Head;
use super::{account, actor, member};
use crate::failure::Outcome;
use crate::statement::event as sql;
use crate::stored::raw::{self, RawBody};
use crate::stored::{Raw, assemble};
use crate::transaction::{Operation, Transaction};
use crate::value::{count, params};

/// The refusal of a place where no message is.
pub(crate) const NO_MESSAGE: Error = Error::NotFound { what: "message" };

/// The last place that a permit lets its actor read.
pub(crate) fn readable(head: &Head, permit: &Permit<Read>) -> Seq {
    head.last.min(permit.action().until)
}

/// [`engine::port::Messages::log`].
pub(crate) struct Piece {
    pub(crate) permit: Permit<Read>,
    pub(crate) after: Seq,
    pub(crate) limit: usize,
}

impl Operation for Piece {
    type Output = Log;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Log> {
        let head = Head::to_read(tx, &self.permit).await?;
        let until = readable(&head, &self.permit);
        let mut rows = rows(tx, head.id, (self.after, until), self.limit).await?;
        clip(tx, &mut rows, until).await?;
        let events = assemble(tx, rows).await?;
        Ok(Log {
            events,
            head: until,
            first: head.first,
        })
    }
}

/// [`engine::port::Messages::gap`].
pub(crate) struct Gap {
    pub(crate) conversation: ConversationId,
    pub(crate) after: Seq,
    pub(crate) limit: usize,
}

impl Operation for Gap {
    type Output = Vec<Event>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Vec<Event>> {
        let all = (self.after, Seq::MAX);
        let rows = rows(tx, self.conversation, all, self.limit).await?;
        assemble(tx, rows).await
    }
}

async fn rows<T: Transaction>(
    tx: &mut T,
    conversation: ConversationId,
    (after, until): (Seq, Seq),
    limit: usize,
) -> Outcome<Vec<Raw>> {
    let rows = tx
        .query(sql::LOG, params![conversation, after, until, count(limit)])
        .await?;
    rows.iter().map(|row| Raw::read(row, 0)).collect()
}

/// Takes back edits after the last place that may be read: who left sees the texts of that day.
/// What was retracted since is gone for everyone.
pub(crate) async fn clip<T: Transaction>(tx: &mut T, rows: &mut [Raw], until: Seq) -> Outcome<()> {
    for raw in rows {
        let RawBody::Message(message) = &mut raw.body else {
            continue;
        };
        let mut newest = message.edited.filter(|edit| *edit > until);
        while let Some(edit) = newest {
            let params = params![raw.conversation, edit];
            let row = tx.first(sql::TEXT_AT, params).await?.ok_or(NO_MESSAGE)?;
            let before = row.opt_int(2)?.map(Seq::new);
            let place = before.unwrap_or(raw.seq);
            if place <= until {
                let params = params![raw.conversation, place];
                let row = tx.first(sql::TEXT_AT, params).await?.ok_or(NO_MESSAGE)?;
                let (text, mentions, _) = raw::read_text(row.opt_text(3)?)?;
                (message.text, message.mentions, message.edited) = (text, mentions, before);
            }
            newest = before.filter(|edit| *edit > until);
        }
    }
    Ok(())
}

/// A message as it is stored; none when something else or nothing is at that place.
pub(crate) async fn message_at<T: Transaction>(
    tx: &mut T,
    conversation: ConversationId,
    place: Seq,
) -> Outcome<Option<Raw>> {
    let row = tx.first(sql::AT, params![conversation, place]).await?;
    let raw = row.map(|row| Raw::read(&row, 0)).transpose()?;
    Ok(raw.filter(|raw| matches!(raw.body, RawBody::Message(_))))
}

/// [`engine::port::Messages::facts`].
pub(crate) struct Facts {
    pub(crate) permit: Permit<Read>,
    pub(crate) message: Seq,
}

impl Operation for Facts {
    type Output = MessageFacts;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<MessageFacts> {
        let head = Head::to_read(tx, &self.permit).await?;
        if self.message > readable(&head, &self.permit) {
            return Err(NO_MESSAGE.into());
        }
        let raw = message_at(tx, head.id, self.message)
            .await?
            .ok_or(NO_MESSAGE)?;
        let sender = raw.sender.ok_or(NO_MESSAGE)?;
        let names = account::names(tx, vec![sender]).await?;
        let row = member::get(tx, head.id, sender).await?;
        let sender_role: Option<Role> = (row.standing == Standing::Member).then_some(row.role);
        Ok(MessageFacts {
            sender: crate::stored::assemble::user_ref(sender, &names),
            sender_role,
            retracted: matches!(raw.body, RawBody::Message(message) if message.retracted),
        })
    }
}

/// [`engine::port::Messages::versions`].
pub(crate) struct Versions {
    pub(crate) permit: Permit<Read>,
    pub(crate) message: Seq,
}

impl Operation for Versions {
    type Output = Vec<Version>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Vec<Version>> {
        let head = Head::to_read(tx, &self.permit).await?;
        let until = readable(&head, &self.permit);
        if self.message > until || message_at(tx, head.id, self.message).await?.is_none() {
            return Err(NO_MESSAGE.into());
        }
        let mut found = Vec::new();
        for place in edits(tx, head.id, self.message).await? {
            let row = tx
                .first(sql::TEXT_AT, params![head.id, place])
                .await?
                .ok_or(NO_MESSAGE)?;
            let Some(json) = row.opt_text(3)? else {
                return Ok(Vec::new());
            };
            if place <= until {
                let (text, _, _) = raw::read_text(Some(json))?;
                found.push(Version {
                    seq: place,
                    at: row.time(1)?,
                    text,
                });
            }
        }
        Ok(found)
    }
}

/// The place of a message and those of its edits, oldest first. The message knows its newest edit
/// and each edit the one before.
pub(crate) async fn edits<T: Transaction>(
    tx: &mut T,
    conversation: ConversationId,
    message: Seq,
) -> Outcome<Vec<Seq>> {
    let mut places = Vec::new();
    let mut next = Some(message);
    while let Some(place) = next {
        let row = tx
            .first(sql::TEXT_AT, params![conversation, place])
            .await?
            .ok_or(NO_MESSAGE)?;
        places.push(place);
        next = row.opt_int(2)?.map(Seq::new);
    }
    places[1..].reverse();
    Ok(places)
}

/// [`engine::port::Messages::at`].
pub(crate) struct At {
    pub(crate) permit: Permit<Own>,
    pub(crate) places: Vec<(ConversationId, Seq)>,
}

impl Operation for At {
    type Output = Vec<Event>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Vec<Event>> {
        let user = actor(&self.permit)?.id;
        let mut rows = Vec::with_capacity(self.places.len());
        for (conversation, place) in &self.places {
            let Some(mut raw) = message_at(tx, *conversation, *place).await? else {
                continue;
            };
            let row = member::get(tx, *conversation, user).await?;
            if row.standing == Standing::Left {
                clip(tx, std::slice::from_mut(&mut raw), row.left).await?;
            }
            rows.push(raw);
        }
        assemble(tx, rows).await
    }
}
