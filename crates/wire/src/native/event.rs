use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Contact, NotificationThread, Reaction, Role, Time, User};

/// A fact in a conversation's log. `(conversation, seq)` identifies it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// Whose log.
    pub conversation: String,
    /// The place in the log: gap-free, from 1.
    pub seq: u64,
    /// When the server committed it.
    pub at: Time,
    /// Who caused it; absent when the server did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// What happened.
    #[serde(flatten)]
    pub body: EventBody,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub enum EventBody {
    /// A message was written. In history it carries its present state: an edited text, reactions,
    /// or `retracted` with an empty text.
    #[serde(rename = "message.created")]
    MessageCreated {
        /// The sender's id of it, a UUID; tells the sender which of theirs it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client_id: Option<String>,
        /// The text.
        text: String,
        /// The message it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<u64>,
        /// Members it names.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<String>,
        /// Opaque additions of other protocols, by namespace, handed back unchanged.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        extensions: BTreeMap<String, serde_json::Value>,
        /// The place of the newest edit, when it was edited.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        edited: Option<u64>,
        /// It was taken back.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        retracted: bool,
        /// The reactions it has.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        reactions: Vec<Reaction>,
    },
    /// A message's text was changed.
    #[serde(rename = "message.edited")]
    MessageEdited {
        /// The place of the message.
        message: u64,
        /// Its new text; empty when the message was retracted since.
        text: String,
        /// Members it names now.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<String>,
    },
    /// A message was taken back, by its sender or a moderator.
    #[serde(rename = "message.retracted")]
    MessageRetracted {
        /// The place of the message.
        message: u64,
    },
    /// Someone (`sender`) reacted to a message.
    #[serde(rename = "reaction.added")]
    ReactionAdded {
        /// The place of the message.
        message: u64,
        /// The emoji.
        emoji: String,
    },
    /// Someone (`sender`) took a reaction back.
    #[serde(rename = "reaction.removed")]
    ReactionRemoved {
        /// The place of the message.
        message: u64,
        /// The emoji.
        emoji: String,
    },
    /// The conversation began. Always at seq 1.
    #[serde(rename = "conversation.created")]
    ConversationCreated {
        /// Its name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
    },
    /// Its settings changed; only what changed is there.
    #[serde(rename = "conversation.updated")]
    ConversationUpdated {
        /// The new name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// The new topic; empty when it was removed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic: Option<String>,
        /// Open to anyone, or by invitation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        public: Option<bool>,
    },
    /// A user became a member.
    #[serde(rename = "member.joined")]
    MemberJoined {
        /// Who.
        member: String,
        /// With which role.
        role: Role,
        /// How many members there are now.
        members: u64,
    },
    /// A user was invited.
    #[serde(rename = "member.invited")]
    MemberInvited {
        /// Who.
        member: String,
    },
    /// An invited user declined.
    #[serde(rename = "member.declined")]
    MemberDeclined {
        /// Who.
        member: String,
    },
    /// A member left.
    #[serde(rename = "member.left")]
    MemberLeft {
        /// Who.
        member: String,
        /// How many members there are now.
        members: u64,
    },
    /// A member was removed by the sender.
    #[serde(rename = "member.removed")]
    MemberRemoved {
        /// Who.
        member: String,
        /// How many members there are now.
        members: u64,
    },
    /// A user was banned by the sender.
    #[serde(rename = "member.banned")]
    MemberBanned {
        /// Who.
        member: String,
        /// How many members there are now.
        members: u64,
    },
    /// A ban was lifted.
    #[serde(rename = "member.unbanned")]
    MemberUnbanned {
        /// Who.
        member: String,
    },
    /// A member's role changed.
    #[serde(rename = "member.role_changed")]
    MemberRoleChanged {
        /// Who.
        member: String,
        /// The new role.
        role: Role,
    },
    /// The sender handed the conversation over; they are an admin from now on.
    #[serde(rename = "conversation.transferred")]
    ConversationTransferred {
        /// The new owner.
        member: String,
    },
    /// In the feed: a contact relation changed; this is what it is now.
    #[serde(rename = "contact.changed")]
    ContactChanged {
        /// The relation.
        contact: Contact,
    },
    /// In the feed: the caller read elsewhere, or marked as unread.
    #[serde(rename = "read.changed")]
    ReadChanged {
        /// The conversation that was read.
        of: String,
        /// Up to where.
        read: u64,
        /// How many messages are unread now.
        unread: u64,
        /// How many of those mention the caller.
        mentions: u64,
        /// Marked as unread by hand.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        marked_unread: bool,
        /// The conversation's head when it was counted: what came after it is unread besides.
        head: u64,
    },
    /// In the feed: a notification thread is new or has changed.
    #[serde(rename = "notification.changed")]
    NotificationChanged {
        /// The thread as it is now.
        thread: NotificationThread,
        /// Unseen items in all threads.
        unseen: u64,
    },
    /// In the feed: threads were seen.
    #[serde(rename = "notification.seen")]
    NotificationSeen {
        /// Which; all of them when empty.
        threads: Vec<String>,
        /// Unseen items in all threads.
        unseen: u64,
    },
    /// In the feed: the own profile changed.
    #[serde(rename = "profile.changed")]
    ProfileChanged {
        /// What it is now.
        user: User,
    },
    /// In the feed: an own setting of a conversation changed.
    #[serde(rename = "conversation.muted")]
    ConversationMuted {
        /// Which.
        of: String,
        /// No notifications until then; absent: no longer muted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Time>,
    },
}
