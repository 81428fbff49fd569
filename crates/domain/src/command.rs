//! What can be asked of the server, by whatever protocol, with every value parsed.
// tidy: table

use crate::conversation::{Kind, Role};
use crate::message::{Extensions, Span};
use crate::text::{Emoji, MessageText, Nickname, Note, Title, Topic};
use crate::user::{Password, PresenceState, ProfileChange, Username};
use crate::{ClientId, ConversationId, Epoch, Seq, SessionId, ThreadId, Timestamp};

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A conversation.
    Conversation(ConversationId),
    /// A user, by way of the direct conversation.
    User(Username),
}

/// A place where a list goes on: what the last page said, not interpreted by anyone but the server.
pub type Cursor = String;

/// Something that a client asks. The doc comments of the wire types tell what each does.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "each field is documented once, in wire::native::command"
)]
pub enum Command {
    Ping,
    SendMessage {
        to: Destination,
        client_id: ClientId,
        text: MessageText,
        reply_to: Option<Seq>,
        /// `None`: look for `@username` in the text.
        mentions: Option<Vec<Username>>,
        extensions: Extensions,
    },
    EditMessage {
        conversation: ConversationId,
        message: Seq,
        text: MessageText,
        mentions: Option<Vec<Username>>,
    },
    RetractMessage {
        conversation: ConversationId,
        message: Seq,
    },
    ListVersions {
        conversation: ConversationId,
        message: Seq,
    },
    AddReaction {
        conversation: ConversationId,
        message: Seq,
        emoji: Emoji,
    },
    RemoveReaction {
        conversation: ConversationId,
        message: Seq,
        emoji: Emoji,
    },
    MarkRead {
        conversation: ConversationId,
        seq: Seq,
    },
    MarkDelivered {
        conversation: ConversationId,
        seq: Seq,
    },
    MarkUnread {
        conversation: ConversationId,
    },
    SetTyping {
        conversation: ConversationId,
        active: bool,
    },
    SetPresence {
        state: PresenceState,
    },
    GetPresence {
        users: Vec<Username>,
    },

    Sync {
        epoch: Option<Epoch>,
        heads: Vec<(ConversationId, Seq)>,
        cursor: Option<Cursor>,
        limit: usize,
    },
    GetHistory {
        conversation: ConversationId,
        span: Span,
        limit: usize,
    },
    GetLog {
        conversation: ConversationId,
        after: Seq,
        limit: usize,
    },
    Search {
        query: String,
        conversation: Option<ConversationId>,
        from: Option<Username>,
        cursor: Option<Cursor>,
        limit: usize,
    },

    CreateConversation {
        kind: Kind,
        title: Title,
        topic: Option<Topic>,
        public: bool,
        members: Vec<Username>,
        client_id: Option<ClientId>,
    },
    OpenDirect {
        username: Username,
    },
    GetConversation {
        conversation: ConversationId,
    },
    UpdateConversation {
        conversation: ConversationId,
        title: Option<Title>,
        topic: Option<Option<Topic>>,
        public: Option<bool>,
    },
    Discover {
        prefix: String,
        cursor: Option<Cursor>,
        limit: usize,
    },
    Join {
        conversation: ConversationId,
    },
    Leave {
        conversation: ConversationId,
    },
    Mute {
        conversation: ConversationId,
        until: Option<Timestamp>,
    },
    ListMembers {
        conversation: ConversationId,
        cursor: Option<Cursor>,
        limit: usize,
        banned: bool,
    },
    AddMember {
        conversation: ConversationId,
        username: Username,
    },
    RemoveMember {
        conversation: ConversationId,
        username: Username,
    },
    BanMember {
        conversation: ConversationId,
        username: Username,
    },
    UnbanMember {
        conversation: ConversationId,
        username: Username,
    },
    SetRole {
        conversation: ConversationId,
        username: Username,
        role: Role,
    },

    ListContacts,
    RequestContact {
        username: Username,
        note: Option<Note>,
    },
    AcceptContact {
        username: Username,
    },
    DeclineContact {
        username: Username,
    },
    RemoveContact {
        username: Username,
    },
    SetNickname {
        username: Username,
        nickname: Option<Nickname>,
    },
    Block {
        username: Username,
    },
    Unblock {
        username: Username,
    },

    GetMe,
    UpdateMe {
        change: ProfileChange,
    },
    SetAvatar {
        bytes: Option<Vec<u8>>,
    },
    GetUser {
        username: Username,
    },
    FindUsers {
        prefix: String,
        limit: usize,
    },
    ChangePassword {
        current: Password,
        new: String,
    },
    ListSessions,
    RevokeSession {
        session: SessionId,
    },
    SignOut,
    DeleteAccount {
        password: Password,
    },

    ListNotifications {
        unseen: bool,
        cursor: Option<Cursor>,
        limit: usize,
    },
    SeeNotifications {
        threads: Vec<ThreadId>,
    },
}
