//! A row of the log.

use std::borrow::Cow;

use domain::message::Extensions;
use domain::text::{Emoji, MessageText, Title, Topic};
use domain::{ClientId, ConversationId, Seq, Timestamp, UserId};
use serde::Deserialize;

use super::body;
use super::code::event;
use crate::failure::{Failure, Outcome};
use crate::value::Row;

/// A row of the log, its JSON parsed, without names.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) conversation: ConversationId,
    pub(crate) seq: Seq,
    pub(crate) at: Timestamp,
    pub(crate) sender: Option<UserId>,
    /// The place in the commit order.
    pub(crate) position: i64,
    pub(crate) body: RawBody,
}

/// What happened, without names.
#[expect(
    clippy::option_option,
    reason = "a topic may be left as it is, or removed"
)]
#[derive(Debug)]
pub(crate) enum RawBody {
    Message(RawMessage),
    Edited {
        message: Seq,
        text: MessageText,
        mentions: Vec<UserId>,
    },
    Retracted {
        message: Seq,
    },
    Reaction {
        message: Seq,
        emoji: Emoji,
        added: bool,
    },
    Created {
        title: Option<Title>,
    },
    Updated {
        title: Option<Title>,
        topic: Option<Option<Topic>>,
        public: Option<bool>,
    },
    /// A change of a member, by its code.
    Member {
        kind: i64,
        member: UserId,
        role: Option<i64>,
        members: Option<u64>,
    },
    Contact(body::Relation),
    Read(body::ReadUpTo),
    Thread(body::Threads),
    Seen(body::Threads),
    Profile,
    Muted(body::Muted),
}

/// A message in its present state, without names.
#[derive(Debug)]
pub(crate) struct RawMessage {
    pub(crate) client_id: Option<ClientId>,
    pub(crate) text: MessageText,
    pub(crate) reply_to: Option<Seq>,
    pub(crate) mentions: Vec<UserId>,
    pub(crate) extensions: Extensions,
    pub(crate) edited: Option<Seq>,
    pub(crate) retracted: bool,
}

impl Raw {
    /// Reads the columns of `statement::event` that begin at a column.
    pub(crate) fn read(row: &Row, first: usize) -> Outcome<Self> {
        let kind = row.int(first + 2)?;
        Ok(Self {
            conversation: row.conversation(first)?,
            seq: row.seq(first + 1)?,
            at: row.time(first + 5)?,
            sender: row.opt_int(first + 3)?.map(UserId::new),
            position: row.int(first + 9)?,
            body: read_body(row, first, kind)?,
        })
    }

    /// The users whose names are needed.
    pub(crate) fn users(&self, found: &mut Vec<UserId>) {
        found.extend(self.sender);
        match &self.body {
            RawBody::Message(message) => found.extend(&message.mentions),
            RawBody::Edited { mentions, .. } => found.extend(mentions),
            RawBody::Member { member, .. } => found.push(*member),
            RawBody::Retracted { .. }
            | RawBody::Reaction { .. }
            | RawBody::Created { .. }
            | RawBody::Updated { .. }
            | RawBody::Contact(_)
            | RawBody::Read(_)
            | RawBody::Thread(_)
            | RawBody::Seen(_)
            | RawBody::Profile
            | RawBody::Muted(_) => {}
        }
    }
}

fn read_body(row: &Row, first: usize, kind: i64) -> Outcome<RawBody> {
    let about = || row.seq(first + 6);
    let json = || row.text(first + 8);
    Ok(match kind {
        event::MESSAGE => RawBody::Message(read_message(row, first)?),
        event::EDITED => {
            let (text, mentions, _) = read_text(row.opt_text(first + 8)?)?;
            RawBody::Edited {
                message: about()?,
                text,
                mentions,
            }
        }
        event::RETRACTED => RawBody::Retracted { message: about()? },
        event::REACTED | event::UNREACTED => RawBody::Reaction {
            message: about()?,
            emoji: Emoji::from_stored(&parse::<body::Reaction>(json()?)?.e),
            added: kind == event::REACTED,
        },
        event::CREATED => RawBody::Created {
            title: parse::<body::Settings>(json()?)?
                .title
                .as_deref()
                .map(Title::from_stored),
        },
        event::UPDATED => read_settings(json()?)?,
        event::JOINED..=event::DECLINED => {
            let subject: body::Subject = parse(json()?)?;
            RawBody::Member {
                kind,
                member: UserId::new(subject.u),
                role: subject.r,
                members: subject.n,
            }
        }
        event::CONTACT => RawBody::Contact(parse(json()?)?),
        event::READ => RawBody::Read(parse(json()?)?),
        event::THREAD => RawBody::Thread(parse(json()?)?),
        event::SEEN => RawBody::Seen(parse(json()?)?),
        event::PROFILE => RawBody::Profile,
        event::MUTED => RawBody::Muted(parse(json()?)?),
        _ => return Err(Failure::broken(format!("{kind} is no sort of event"))),
    })
}

fn read_message(row: &Row, first: usize) -> Outcome<RawMessage> {
    let original = row.opt_text(first + 8)?;
    let (first_text, first_mentions, extensions) = read_text(original)?;
    let (text, mentions) = match row.opt_text(first + 10)? {
        Some(edit) if original.is_some() => {
            let (text, mentions, _) = read_text(Some(edit))?;
            (text, mentions)
        }
        _ => (first_text, first_mentions),
    };
    let client_id = row
        .opt_bytes(first + 4)?
        .map(<[u8; 16]>::try_from)
        .transpose();
    Ok(RawMessage {
        client_id: client_id
            .map_err(|_| Failure::broken("the client id of a message is not 16 bytes long"))?
            .map(ClientId),
        text,
        reply_to: row.opt_int(first + 6)?.map(Seq::new),
        mentions,
        extensions,
        edited: row.opt_int(first + 7)?.map(Seq::new),
        retracted: original.is_none(),
    })
}

/// A text, the users it names and its additions; all empty when it was retracted.
pub(crate) fn read_text(json: Option<&str>) -> Outcome<(MessageText, Vec<UserId>, Extensions)> {
    let Some(json) = json else {
        return Ok((
            MessageText::from_stored(String::new()),
            Vec::new(),
            Extensions::default(),
        ));
    };
    let text: body::Text<'_> = parse(json)?;
    Ok((
        MessageText::from_stored(text.t.into_owned()),
        text.m.into_iter().map(UserId::new).collect(),
        Extensions::from_stored(text.x.map(Cow::into_owned)),
    ))
}

fn read_settings(json: &str) -> Outcome<RawBody> {
    let settings: body::Settings = parse(json)?;
    let topic = match settings.topic {
        Some(topic) => Some(Some(Topic::from_stored(&topic))),
        None if settings.no_topic => Some(None),
        None => None,
    };
    Ok(RawBody::Updated {
        title: settings.title.as_deref().map(Title::from_stored),
        topic,
        public: settings.public,
    })
}

fn parse<'a, T: Deserialize<'a>>(json: &'a str) -> Outcome<T> {
    serde_json::from_str(json).map_err(|error| Failure::broken(format!("a stored body: {error}")))
}
