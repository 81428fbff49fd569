//! Notifications: items in a user's feed, grouped in threads by kind and subject.

use crate::{ConversationId, Seq, ThreadId, Timestamp, UserRef};

/// What a notification is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Someone named the user in a message, or replied to them. One thread a conversation.
    Mention,
    /// Direct messages came while the user was away. One thread a conversation.
    Message,
    /// Someone asks to become a contact. One thread for all.
    ContactRequest,
    /// Someone reacted to the user's message. One thread a message.
    Reaction,
    /// The user was invited to a conversation. One thread a conversation.
    Invitation,
    /// A call was not taken. One thread a conversation.
    MissedCall,
}

/// An item before it has joined its thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Whose feed.
    pub user: UserRef,
    /// What it is about.
    pub kind: Kind,
    /// Where, for every kind but contact requests.
    pub conversation: Option<ConversationId>,
    /// The message that mentions, came or was reacted to.
    pub message: Option<Seq>,
    /// Who caused it.
    pub actor: UserRef,
    /// The beginning of the message, or the emoji.
    pub excerpt: Option<Box<str>>,
    /// When.
    pub at: Timestamp,
}

/// The longest excerpt, in characters.
pub const EXCERPT_CHARS: usize = 140;
/// How many actors a thread names.
pub const ACTORS: usize = 5;

/// A thread as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// Its id.
    pub id: ThreadId,
    /// What it is about.
    pub kind: Kind,
    /// Where.
    pub conversation: Option<ConversationId>,
    /// The message reacted to, or the newest.
    pub message: Option<Seq>,
    /// Who caused it, newest first, at most [`ACTORS`].
    pub actors: Vec<UserRef>,
    /// The newest excerpt.
    pub excerpt: Option<Box<str>>,
    /// How many items it holds.
    pub count: u64,
    /// How many were not seen.
    pub unseen: u64,
    /// When the newest came.
    pub at: Timestamp,
}
