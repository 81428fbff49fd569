//! The JSON in an event's row. Names are short because every message has them.

use std::borrow::Cow;

use domain::contact::Contact;
use domain::conversation::Role;
use domain::event::EventBody;
use domain::text::{Emoji, Title, Topic};
use domain::{Seq, Timestamp, UserRef};
use serde::{Deserialize, Serialize};

use super::code::{Code, event};

/// A message or an edit.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Text<'a> {
    /// The text.
    #[serde(borrow)]
    pub(crate) t: Cow<'a, str>,
    /// Members it names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) m: Vec<i64>,
    /// Opaque additions.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) x: Option<Cow<'a, str>>,
}

/// A change of a member.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Subject {
    /// Who.
    pub(crate) u: i64,
    /// The role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) r: Option<i64>,
    /// How many members there are then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) n: Option<u64>,
}

/// A reaction.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reaction {
    /// The emoji.
    pub(crate) e: String,
}

/// Settings of a conversation that were given.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Settings {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) topic: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) no_topic: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) public: Option<bool>,
}

/// Feed: one side of a relation on that day.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Relation {
    pub(crate) peer: i64,
    pub(crate) state: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) nickname: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    pub(crate) blocked: bool,
    pub(crate) since: i64,
}

/// Feed: read up to a place.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReadUpTo {
    pub(crate) of: i64,
    pub(crate) read: i64,
    pub(crate) unread: u64,
    pub(crate) mentions: u64,
    pub(crate) marked: bool,
    /// The head when it was counted.
    pub(crate) head: i64,
}

/// Feed: notification threads. For a change it is one, whose state is read when the event is.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Threads {
    pub(crate) ids: Vec<i64>,
    pub(crate) unseen: u64,
}

/// Feed: muted.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Muted {
    pub(crate) of: i64,
    pub(crate) until: Option<i64>,
}

/// An event's body as columns.
#[derive(Debug)]
pub(crate) struct Encoded {
    /// Its sort.
    pub(crate) kind: i64,
    /// The message that it is about.
    pub(crate) about: Option<Seq>,
    /// The JSON; none for what needs none.
    pub(crate) json: Option<String>,
}

/// The JSON of a text.
pub(crate) fn text(text: &str, mentions: &[UserRef], extensions: Option<&str>) -> String {
    let body = Text {
        t: text.into(),
        m: mentions.iter().map(|user| user.id.get()).collect(),
        x: extensions.map(Into::into),
    };
    // Room for the names, and for a few characters that are escaped.
    let length = text.len() + text.len() / 16 + extensions.map_or(0, str::len);
    let mut json = Vec::with_capacity(length + 32);
    serde_json::to_writer(&mut json, &body).expect("texts and numbers always become JSON");
    String::from_utf8(json).expect("JSON is UTF-8")
}

/// The columns of an event's body.
// tidy: table
pub(crate) fn encode(body: &EventBody) -> Encoded {
    let plain = |kind, json| Encoded {
        kind,
        about: None,
        json: Some(json),
    };
    let about = |kind, message: &Seq, json| Encoded {
        kind,
        about: Some(*message),
        json,
    };
    match body {
        EventBody::MessageCreated(message) => Encoded {
            kind: event::MESSAGE,
            about: message.reply_to,
            json: Some(text(
                message.text.as_str(),
                &message.mentions,
                message.extensions.as_json(),
            )),
        },
        EventBody::MessageEdited {
            message,
            text: new,
            mentions,
        } => about(
            event::EDITED,
            message,
            Some(text(new.as_str(), mentions, None)),
        ),
        EventBody::MessageRetracted { message } => about(event::RETRACTED, message, None),
        EventBody::ReactionAdded { message, emoji } => {
            about(event::REACTED, message, Some(reaction(emoji)))
        }
        EventBody::ReactionRemoved { message, emoji } => {
            about(event::UNREACTED, message, Some(reaction(emoji)))
        }
        EventBody::ConversationCreated { title } => {
            plain(event::CREATED, settings(title.as_ref(), None, None))
        }
        EventBody::ConversationUpdated {
            title,
            topic,
            public,
        } => plain(
            event::UPDATED,
            settings(title.as_ref(), topic.as_ref(), *public),
        ),
        EventBody::MemberJoined {
            member: who,
            role,
            members,
        } => change(event::JOINED, who, Some(*role), Some(*members)),
        EventBody::MemberRoleChanged { member: who, role } => {
            change(event::ROLE_CHANGED, who, Some(*role), None)
        }
        EventBody::MemberInvited { member: who } => change(event::INVITED, who, None, None),
        EventBody::MemberDeclined { member: who } => change(event::DECLINED, who, None, None),
        EventBody::MemberLeft {
            member: who,
            members,
        } => change(event::LEFT, who, None, Some(*members)),
        EventBody::MemberRemoved {
            member: who,
            members,
        } => change(event::REMOVED, who, None, Some(*members)),
        EventBody::MemberBanned {
            member: who,
            members,
        } => change(event::BANNED, who, None, Some(*members)),
        EventBody::MemberUnbanned { member: who } => change(event::UNBANNED, who, None, None),
        EventBody::ConversationTransferred { member: who } => {
            change(event::TRANSFERRED, who, None, None)
        }
        EventBody::ContactChanged { .. }
        | EventBody::ReadChanged { .. }
        | EventBody::NotificationChanged { .. }
        | EventBody::NotificationSeen { .. }
        | EventBody::ProfileChanged { .. }
        | EventBody::ConversationMuted { .. } => encode_feed(body),
    }
}

fn reaction(emoji: &Emoji) -> String {
    json(&Reaction {
        e: emoji.as_str().to_owned(),
    })
}

/// The columns of a change of a member.
fn change(kind: i64, member: &UserRef, role: Option<Role>, members: Option<u64>) -> Encoded {
    let subject = Subject {
        u: member.id.get(),
        r: role.map(Code::code),
        n: members,
    };
    Encoded {
        kind,
        about: None,
        json: Some(json(&subject)),
    }
}

/// The columns of an event of a feed.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "`encode` names every event and calls this for those of feeds"
)]
fn encode_feed(body: &EventBody) -> Encoded {
    let (kind, json) = match body {
        EventBody::ContactChanged { contact } => (event::CONTACT, Some(json(&relation(contact)))),
        EventBody::ReadChanged {
            of,
            read,
            unread,
            mentions,
            marked_unread,
            head,
        } => {
            let up_to = ReadUpTo {
                of: of.get(),
                read: read.get(),
                unread: *unread,
                mentions: *mentions,
                marked: *marked_unread,
                head: head.get(),
            };
            (event::READ, Some(json(&up_to)))
        }
        EventBody::NotificationChanged { thread, unseen } => (
            event::THREAD,
            Some(json(&Threads {
                ids: vec![thread.id.get()],
                unseen: *unseen,
            })),
        ),
        EventBody::NotificationSeen { threads, unseen } => {
            let ids = threads.iter().map(|thread| thread.get()).collect();
            (
                event::SEEN,
                Some(json(&Threads {
                    ids,
                    unseen: *unseen,
                })),
            )
        }
        EventBody::ConversationMuted { of, until } => (
            event::MUTED,
            Some(json(&Muted {
                of: of.get(),
                until: until.map(Timestamp::millis),
            })),
        ),
        // What a profile is now stands in the account.
        _ => (event::PROFILE, None),
    };
    Encoded {
        kind,
        about: None,
        json,
    }
}

fn relation(contact: &Contact) -> Relation {
    Relation {
        peer: contact.account.user.id.get(),
        state: contact.state.code(),
        nickname: contact
            .nickname
            .as_ref()
            .map(|nickname| nickname.as_str().to_owned()),
        note: contact.note.as_ref().map(|note| note.as_str().to_owned()),
        blocked: contact.blocked,
        since: contact.since.millis(),
    }
}

fn settings(title: Option<&Title>, topic: Option<&Option<Topic>>, public: Option<bool>) -> String {
    json(&Settings {
        title: title.map(|title| title.as_str().to_owned()),
        topic: topic
            .and_then(Option::as_ref)
            .map(|topic| topic.as_str().to_owned()),
        no_topic: topic.is_some_and(Option::is_none),
        public,
    })
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain structures of texts and numbers always become JSON")
}
