//! Facts in a log, and signals that are in none.

use crate::contact::Contact;
use crate::conversation::Role;
use crate::message::Message;
use crate::notification::Thread;
use crate::text::{Emoji, MessageText, Title, Topic};
use crate::user::{Account, Presence};
use crate::{ConversationId, Seq, ThreadId, Timestamp, UserRef};

/// A fact in a conversation's log. `(conversation, seq)` identifies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Whose log.
    pub conversation: ConversationId,
    /// The place.
    pub seq: Seq,
    /// When it was committed.
    pub at: Timestamp,
    /// Who caused it; none when the server did.
    pub sender: Option<UserRef>,
    /// What happened.
    pub body: EventBody,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventBody {
    /// A message was written.
    MessageCreated(Message),
    /// Its text was changed.
    MessageEdited {
        /// The message's place.
        message: Seq,
        /// The new text; empty when the message was retracted since.
        text: MessageText,
        /// Members it names now.
        mentions: Vec<UserRef>,
    },
    /// It was taken back.
    MessageRetracted {
        /// The message's place.
        message: Seq,
    },
    /// The sender reacted.
    ReactionAdded {
        /// The message's place.
        message: Seq,
        /// With what.
        emoji: Emoji,
    },
    /// The sender took a reaction back.
    ReactionRemoved {
        /// The message's place.
        message: Seq,
        /// Which.
        emoji: Emoji,
    },
    /// The conversation began; seq 1.
    ConversationCreated {
        /// Its name.
        title: Option<Title>,
    },
    /// Settings changed; only what changed.
    ConversationUpdated {
        /// The new name.
        title: Option<Title>,
        /// The new topic; `Some(None)`: removed.
        topic: Option<Option<Topic>>,
        /// Open to anyone.
        public: Option<bool>,
    },
    /// A user became a member.
    MemberJoined {
        /// Who.
        member: UserRef,
        /// As what.
        role: Role,
        /// How many members there are now.
        members: u64,
    },
    /// A user was invited.
    MemberInvited {
        /// Who.
        member: UserRef,
    },
    /// An invited user declined.
    MemberDeclined {
        /// Who.
        member: UserRef,
    },
    /// A member left.
    MemberLeft {
        /// Who.
        member: UserRef,
        /// How many members there are now.
        members: u64,
    },
    /// The sender removed a member.
    MemberRemoved {
        /// Who.
        member: UserRef,
        /// How many members there are now.
        members: u64,
    },
    /// The sender banned a user.
    MemberBanned {
        /// Who.
        member: UserRef,
        /// How many members there are now.
        members: u64,
    },
    /// The sender lifted a ban.
    MemberUnbanned {
        /// Who.
        member: UserRef,
    },
    /// A member has another role.
    MemberRoleChanged {
        /// Who.
        member: UserRef,
        /// Which.
        role: Role,
    },
    /// The sender handed the conversation over.
    ConversationTransferred {
        /// To whom.
        member: UserRef,
    },
    /// Feed: a relation is now this.
    ContactChanged {
        /// It.
        contact: Box<Contact>,
    },
    /// Feed: the user read elsewhere.
    ReadChanged {
        /// Where.
        of: ConversationId,
        /// Up to here.
        read: Seq,
        /// Unread messages now.
        unread: u64,
        /// How many of them mention the user.
        mentions: u64,
        /// Marked as unread by hand.
        marked_unread: bool,
        /// The conversation's head when it was counted.
        head: Seq,
    },
    /// Feed: a notification thread is now this.
    NotificationChanged {
        /// It.
        thread: Box<Thread>,
        /// Unseen items in all threads.
        unseen: u64,
    },
    /// Feed: threads were seen.
    NotificationSeen {
        /// Which; all when empty.
        threads: Vec<ThreadId>,
        /// Unseen items in all threads.
        unseen: u64,
    },
    /// Feed: the own profile is now this.
    ProfileChanged {
        /// It.
        account: Box<Account>,
    },
    /// Feed: a conversation was muted or no longer is.
    ConversationMuted {
        /// Which.
        of: ConversationId,
        /// Until when.
        until: Option<Timestamp>,
    },
}

impl EventBody {
    /// The text that someone wrote with it: a new message's, or an edited one's new text.
    pub fn text(&self) -> Option<&MessageText> {
        match self {
            Self::MessageCreated(message) => Some(&message.text),
            Self::MessageEdited { text, .. } => Some(text),
            Self::MessageRetracted { .. }
            | Self::ReactionAdded { .. }
            | Self::ReactionRemoved { .. }
            | Self::ConversationCreated { .. }
            | Self::ConversationUpdated { .. }
            | Self::MemberJoined { .. }
            | Self::MemberInvited { .. }
            | Self::MemberDeclined { .. }
            | Self::MemberLeft { .. }
            | Self::MemberRemoved { .. }
            | Self::MemberBanned { .. }
            | Self::MemberUnbanned { .. }
            | Self::MemberRoleChanged { .. }
            | Self::ConversationTransferred { .. }
            | Self::ContactChanged { .. }
            | Self::ReadChanged { .. }
            | Self::NotificationChanged { .. }
            | Self::NotificationSeen { .. }
            | Self::ProfileChanged { .. }
            | Self::ConversationMuted { .. } => None,
        }
    }

    /// What a new message carries for programs, as JSON.
    pub fn extensions(&self) -> Option<&str> {
        if let Self::MessageCreated(message) = self {
            message.extensions.as_json()
        } else {
            None
        }
    }

    /// The message whose text it changes or takes back.
    pub fn rewritten(&self) -> Option<Seq> {
        if let Self::MessageEdited { message, .. } | Self::MessageRetracted { message } = self {
            Some(*message)
        } else {
            None
        }
    }

    /// Is it shown among the messages of a conversation by itself? Edits, retractions and
    /// reactions show in the message that they are about; the feed is no conversation.
    pub fn in_history(&self) -> bool {
        match self {
            Self::MessageCreated(_)
            | Self::ConversationCreated { .. }
            | Self::ConversationUpdated { .. }
            | Self::MemberJoined { .. }
            | Self::MemberInvited { .. }
            | Self::MemberDeclined { .. }
            | Self::MemberLeft { .. }
            | Self::MemberRemoved { .. }
            | Self::MemberBanned { .. }
            | Self::MemberUnbanned { .. }
            | Self::MemberRoleChanged { .. }
            | Self::ConversationTransferred { .. } => true,
            Self::MessageEdited { .. }
            | Self::MessageRetracted { .. }
            | Self::ReactionAdded { .. }
            | Self::ReactionRemoved { .. }
            | Self::ContactChanged { .. }
            | Self::ReadChanged { .. }
            | Self::NotificationChanged { .. }
            | Self::NotificationSeen { .. }
            | Self::ProfileChanged { .. }
            | Self::ConversationMuted { .. } => false,
        }
    }
}

/// What is told to who is connected, and forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// A member writes, or stopped.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Who.
        user: UserRef,
        /// Writing, or stopped.
        active: bool,
    },
    /// A presence changed.
    Presence(Presence),
    /// A profile changed.
    Profile(Box<Account>),
    /// A member received or read.
    Marker {
        /// Where.
        conversation: ConversationId,
        /// How far.
        marker: crate::conversation::Marker,
    },
}
