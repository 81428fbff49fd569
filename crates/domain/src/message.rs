//! Messages and what is done to them.

use crate::text::{Emoji, MessageText};
use crate::{ClientId, Seq, Timestamp, UserRef};

/// The most members that one message may mention.
pub const MENTIONS: usize = 50;
/// The most opaque additions of other protocols, in bytes of JSON.
pub const EXTENSION_BYTES: usize = 4096;
/// The most different emoji under one message.
pub const REACTIONS: usize = 50;
/// How many names a reaction lists.
pub const REACTION_USERS: usize = 20;

/// Opaque additions of other protocols, by namespace: a JSON object as text, handed back unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extensions(Option<Box<str>>);

impl Extensions {
    /// From a JSON object's text that the frontier has parsed; `None` or `{}` is nothing.
    pub fn new(json: Option<String>) -> crate::Result<Self> {
        match json {
            None => Ok(Self(None)),
            Some(json) if json == "{}" => Ok(Self(None)),
            Some(json) if json.len() > EXTENSION_BYTES => Err(crate::Error::TooLarge {
                field: "extensions",
                limit: EXTENSION_BYTES,
            }),
            Some(json) => Ok(Self(Some(json.into_boxed_str()))),
        }
    }

    /// From storage.
    pub fn from_stored(json: Option<String>) -> Self {
        Self(json.map(String::into_boxed_str))
    }

    /// The JSON object's text.
    pub fn as_json(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

/// A message in its present state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The sender's own id of it.
    pub client_id: Option<ClientId>,
    /// The text; empty when it was retracted.
    pub text: MessageText,
    /// The message it answers.
    pub reply_to: Option<Seq>,
    /// Members it names.
    pub mentions: Vec<UserRef>,
    /// Opaque additions.
    pub extensions: Extensions,
    /// The place of the newest edit.
    pub edited: Option<Seq>,
    /// It was taken back.
    pub retracted: bool,
    /// The reactions it has; filled in pages of history, empty in the log.
    pub reactions: Vec<Reaction>,
}

/// One emoji under a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// The emoji.
    pub emoji: Emoji,
    /// How many gave it.
    pub count: u64,
    /// Who, the first [`REACTION_USERS`].
    pub users: Vec<UserRef>,
}

/// A message before it has a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The sender's own id of it.
    pub client_id: ClientId,
    /// The text.
    pub text: MessageText,
    /// The message it answers.
    pub reply_to: Option<Seq>,
    /// Members it names.
    pub mentions: Vec<UserRef>,
    /// Opaque additions.
    pub extensions: Extensions,
    /// Now.
    pub at: Timestamp,
}

/// Something that is done to a message that has a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// The message's place.
    pub message: Seq,
    /// What is done.
    pub act: Amend,
    /// Now.
    pub at: Timestamp,
}

/// What is done to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amend {
    /// A new text.
    Edit {
        /// The text.
        text: MessageText,
        /// Members it names now.
        mentions: Vec<UserRef>,
    },
    /// Take it back.
    Retract,
    /// Add a reaction.
    React(Emoji),
    /// Take a reaction back.
    Unreact(Emoji),
}

/// What the rules need to know of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageFacts {
    /// Who wrote it.
    pub sender: UserRef,
    /// The sender's present role; `None` when not a member any longer.
    pub sender_role: Option<crate::conversation::Role>,
    /// It was taken back already.
    pub retracted: bool,
}

/// One text that a message had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The place of the message or of the edit.
    pub seq: Seq,
    /// From when on.
    pub at: Timestamp,
    /// The text.
    pub text: MessageText,
}

/// Which part of a conversation's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// The newest.
    Newest,
    /// Up to, without, a place.
    Before(Seq),
    /// From, without, a place.
    After(Seq),
    /// Half before and half from a place on.
    Around(Seq),
}
