//! What a client asks. One struct for each command; the table at the end is the only list of them.
// tidy: table

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ConversationKind, PresenceState, Role, Time, reply};

/// Declares a command's struct with the derives that every command has.
macro_rules! command {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
        #[serde(default)]
        pub struct $name { $($(#[$field_doc])* pub $field: $kind,)* }
    };
}

/// Like `command!`, for commands with at least one field that must be there.
macro_rules! strict {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        pub struct $name { $($(#[$field_doc])* pub $field: $kind,)* }
    };
}

command! {
    /// Asks for a sign of life.
    Ping {}
}
strict! {
    /// Tells that everything up to this mailbox number arrived, so that the server may forget it.
    /// The only command without a reply.
    Ack {
        /// The last number that was handled.
        n: u64,
    }
}

strict! {
    /// Writes a message, to a `conversation` or `to` a user (which opens the direct conversation).
    /// The same `client_id` again returns the first result; with another text it is a `conflict`.
    SendMessage {
        /// Where; or `to`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation: Option<String>,
        /// To whom; or `conversation`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        /// A UUID made by the client (version 7 is best), the same on every retry.
        client_id: String,
        /// The text, at most `limits.text_bytes`.
        text: String,
        /// The message it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<u64>,
        /// Members it names; when absent, `@username` in the text is looked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mentions: Option<Vec<String>>,
        /// Opaque additions, by namespace, at most 4 KiB together.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        extensions: BTreeMap<String, serde_json::Value>,
    }
}
strict! {
    /// Changes the text of one's own message.
    EditMessage {
        /// Where.
        conversation: String,
        /// The message's place.
        message: u64,
        /// The new text.
        text: String,
        /// Members it names; when absent, `@username` in the text is looked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mentions: Option<Vec<String>>,
    }
}
strict! {
    /// Takes one's own message back; moderators may take back others'.
    RetractMessage {
        /// Where.
        conversation: String,
        /// The message's place.
        message: u64,
    }
}
strict! {
    /// Every text that a message had, oldest first.
    ListVersions {
        /// Where.
        conversation: String,
        /// The message's place.
        message: u64,
    }
}
strict! {
    /// Reacts to a message; doing it twice changes nothing.
    AddReaction {
        /// Where.
        conversation: String,
        /// The message's place.
        message: u64,
        /// One emoji.
        emoji: String,
    }
}
strict! {
    /// Takes a reaction back.
    RemoveReaction {
        /// Where.
        conversation: String,
        /// The message's place.
        message: u64,
        /// The emoji.
        emoji: String,
    }
}
strict! {
    /// Tells that the caller has read up to a place. Never goes back.
    MarkRead {
        /// Where.
        conversation: String,
        /// The place.
        seq: u64,
    }
}
strict! {
    /// Tells that messages up to a place reached one of the caller's devices. Never goes back.
    MarkDelivered {
        /// Where.
        conversation: String,
        /// The place.
        seq: u64,
    }
}
strict! {
    /// Shows the conversation as unread until it is read again.
    MarkUnread {
        /// Where.
        conversation: String,
    }
}
strict! {
    /// Tells the other members that the caller writes, or stopped. Forgotten after 6 seconds.
    SetTyping {
        /// Where.
        conversation: String,
        /// Writing, or stopped.
        active: bool,
    }
}
strict! {
    /// Tells whether the user is at this device. Connected without having said: active.
    SetPresence {
        /// `active` or `away`.
        state: PresenceState,
    }
}
strict! {
    /// The presence of users, as far as the caller may see it; the others are left out.
    GetPresence {
        /// Whose, at most 200.
        users: Vec<String>,
    }
}

command! {
    /// Everything a returning client needs: conversations with heads, unread counts and last
    /// messages, contacts, the feed's head and the unseen notifications.
    Sync {
        /// The epoch that the client's heads are from.
        #[serde(skip_serializing_if = "Option::is_none")]
        epoch: Option<String>,
        /// The heads the client has; a conversation whose head is the same comes without `last`.
        heads: BTreeMap<String, u64>,
        /// Continue a long list from here.
        #[serde(skip_serializing_if = "Option::is_none")]
        cursor: Option<String>,
        /// At most so many conversations, 1 to 500; 200 when absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        limit: Option<u32>,
    }
}
strict! {
    /// A page of history, oldest first, each message in its present state. At most one of `before`,
    /// `after` and `around`; without any, the newest.
    GetHistory {
        /// Where.
        conversation: String,
        /// Up to, without, this place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<u64>,
        /// From, without, this place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<u64>,
        /// Half before and half from this place on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        around: Option<u64>,
        /// At most so many, 1 to 200; 50 when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<u32>,
    }
}
strict! {
    /// The log itself after a place, every event, to close a gap.
    GetLog {
        /// Where; a conversation's id, or the feed's.
        conversation: String,
        /// From, without, this place.
        after: u64,
        /// At most so many, 1 to 500; 200 when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<u32>,
    }
}
strict! {
    /// Finds messages by words, in what the caller may read, newest first.
    Search {
        /// The words; all must be there. The last one may be a beginning.
        q: String,
        /// Only there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation: Option<String>,
        /// Only from this user.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// Continue from here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cursor: Option<String>,
        /// At most so many, 1 to 100; 20 when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<u32>,
    }
}

strict! {
    /// Makes a group or broadcast; the caller owns it.
    CreateConversation {
        /// `group` or `broadcast`.
        kind: ConversationKind,
        /// Its name.
        title: String,
        /// What it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic: Option<String>,
        /// Anyone may find and join it.
        #[serde(default)]
        public: bool,
        /// Whom to add or invite at once, at most 100.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        members: Vec<String>,
        /// A UUID; the same again returns the first result.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client_id: Option<String>,
    }
}
strict! {
    /// Opens the direct conversation with a user; the one that is there, when there is one.
    OpenDirect {
        /// With whom.
        username: String,
    }
}
strict! {
    /// One conversation.
    GetConversation {
        /// Which.
        conversation: String,
    }
}
strict! {
    /// Changes settings; only what is given.
    UpdateConversation {
        /// Which.
        conversation: String,
        /// The new name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// The new topic; empty removes it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic: Option<String>,
        /// Open to anyone, or by invitation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        public: Option<bool>,
    }
}
command! {
    /// Public conversations by name.
    Discover {
        /// A beginning of a word of the title; all when empty.
        q: String,
        /// Continue from here.
        #[serde(skip_serializing_if = "Option::is_none")]
        cursor: Option<String>,
        /// At most so many, 1 to 100; 20 when absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        limit: Option<u32>,
    }
}
strict! {
    /// Joins a public conversation, or accepts an invitation or a stranger's direct conversation.
    Join {
        /// Which.
        conversation: String,
    }
}
strict! {
    /// Leaves, or declines an invitation.
    Leave {
        /// Which.
        conversation: String,
    }
}
strict! {
    /// No notifications from a conversation for a while.
    Mute {
        /// Which.
        conversation: String,
        /// Until when; absent: no longer muted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Time>,
    }
}
strict! {
    /// Members by role and name.
    ListMembers {
        /// Of which.
        conversation: String,
        /// Continue from here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cursor: Option<String>,
        /// At most so many, 1 to 200; 100 when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<u32>,
        /// The banned instead of the members.
        #[serde(default)]
        banned: bool,
    }
}
strict! {
    /// Adds a user, or invites one who does not accept strangers.
    AddMember {
        /// Where.
        conversation: String,
        /// Whom.
        username: String,
    }
}
strict! {
    /// Removes a member or takes an invitation back.
    RemoveMember {
        /// Where.
        conversation: String,
        /// Whom.
        username: String,
    }
}
strict! {
    /// Removes a user and keeps them out.
    BanMember {
        /// Where.
        conversation: String,
        /// Whom.
        username: String,
    }
}
strict! {
    /// Lifts a ban.
    UnbanMember {
        /// Where.
        conversation: String,
        /// Whom.
        username: String,
    }
}
strict! {
    /// Gives a member a role: `admin` or `member`; `owner` hands the conversation over.
    SetRole {
        /// Where.
        conversation: String,
        /// Whose.
        username: String,
        /// Which.
        role: Role,
    }
}

command! {
    /// Contacts, requests and blocks.
    ListContacts {}
}
strict! {
    /// Asks a user to become a contact; accepts when they had asked.
    RequestContact {
        /// Whom.
        username: String,
        /// A few words, at most 500 bytes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    }
}
strict! {
    /// Accepts a contact request.
    AcceptContact {
        /// Whose.
        username: String,
    }
}
strict! {
    /// Declines a contact request; they are not told.
    DeclineContact {
        /// Whose.
        username: String,
    }
}
strict! {
    /// Ends a contact relation, or takes a request back.
    RemoveContact {
        /// Whom.
        username: String,
    }
}
strict! {
    /// Gives a contact a name of one's own.
    SetNickname {
        /// Whom.
        username: String,
        /// The name; absent or empty removes it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nickname: Option<String>,
    }
}
strict! {
    /// Blocks a user: no messages, calls, requests or presence; they are not told.
    Block {
        /// Whom.
        username: String,
    }
}
strict! {
    /// Lifts a block.
    Unblock {
        /// Whom.
        username: String,
    }
}

command! {
    /// The own account.
    GetMe {}
}
command! {
    /// Changes the own profile; only what is given.
    UpdateMe {
        /// The display name; empty removes it.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// A few words; empty removes them.
        #[serde(skip_serializing_if = "Option::is_none")]
        bio: Option<String>,
    }
}
strict! {
    /// One user's profile.
    GetUser {
        /// Whose.
        username: String,
    }
}
strict! {
    /// Users whose username or name begins with something.
    FindUsers {
        /// The beginning, at least two characters.
        q: String,
        /// At most so many, 1 to 50; 20 when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<u32>,
    }
}
strict! {
    /// Changes the password and ends the caller's other sessions.
    ChangePassword {
        /// The present one.
        current: String,
        /// The new one.
        new: String,
    }
}
command! {
    /// The caller's signed-in sessions.
    ListSessions {}
}
strict! {
    /// Ends one of the caller's sessions.
    RevokeSession {
        /// Which.
        session: String,
    }
}
command! {
    /// Ends this session.
    SignOut {}
}
strict! {
    /// Deletes the own account for ever.
    DeleteAccount {
        /// The password, once more.
        password: String,
    }
}

command! {
    /// The notification feed, newest first.
    ListNotifications {
        /// Only threads with unseen items.
        unseen: bool,
        /// Continue from here.
        #[serde(skip_serializing_if = "Option::is_none")]
        cursor: Option<String>,
        /// At most so many, 1 to 100; 30 when absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        limit: Option<u32>,
    }
}
command! {
    /// Marks notification threads as seen.
    SeeNotifications {
        /// Which; all of them when empty.
        threads: Vec<String>,
    }
}

/// A command whose reply is known by type, for clients.
pub trait Request: Into<Command> {
    /// What stands under `ok`.
    type Reply: serde::de::DeserializeOwned;
}

/// Makes the [`Command`] enum, its names, its decoder and the schema list from one table.
macro_rules! commands {
    ($($word:literal $name:ident -> $reply:ty,)*) => {
        /// A command, by the `type` of its frame.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Command {
            $(#[doc = concat!("`", $word, "`")] $name($name),)*
        }

        impl Command {
            /// The `type` word.
            pub fn word(&self) -> &'static str {
                match self { $(Self::$name(_) => $word,)* }
            }

            /// Decodes the fields of the command called `word`; `None` when there is none.
            pub(super) fn decode(word: &str, bytes: &[u8]) -> Option<serde_json::Result<Self>> {
                match word {
                    $($word => Some(serde_json::from_slice::<$name>(bytes).map(Self::$name)),)*
                    _ => None,
                }
            }

            /// Reads the command called `word` from its fields, a JSON object; `None` when there is
            /// none of that name.
            pub fn from_fields(
                word: &str,
                fields: serde_json::Value,
            ) -> Option<serde_json::Result<Self>> {
                match word {
                    $($word => Some(serde_json::from_value::<$name>(fields).map(Self::$name)),)*
                    _ => None,
                }
            }

            /// Serialises the fields, without `id` and `type`.
            pub(super) fn fields(&self) -> serde_json::Result<serde_json::Value> {
                match self { $(Self::$name(command) => serde_json::to_value(command),)* }
            }
        }

        $(impl From<$name> for Command {
            fn from(command: $name) -> Self { Self::$name(command) }
        })*

        $(impl Request for $name { type Reply = $reply; })*

        pub(super) fn each_schema(
            generator: &mut schemars::SchemaGenerator,
            mut visit: impl FnMut(&'static str, &'static str, schemars::Schema, schemars::Schema),
        ) {
            $(visit(
                $word,
                stringify!($name),
                generator.subschema_for::<$name>(),
                generator.subschema_for::<$reply>(),
            );)*
        }
    };
}

commands! {
    "ping" Ping -> reply::Pong,
    "ack" Ack -> reply::Done,
    "message.send" SendMessage -> reply::Sent,
    "message.edit" EditMessage -> reply::Appended,
    "message.retract" RetractMessage -> reply::Appended,
    "message.versions" ListVersions -> reply::Versions,
    "reaction.add" AddReaction -> reply::Appended,
    "reaction.remove" RemoveReaction -> reply::Appended,
    "read.mark" MarkRead -> reply::Done,
    "delivered.mark" MarkDelivered -> reply::Done,
    "unread.mark" MarkUnread -> reply::Done,
    "typing.set" SetTyping -> reply::Done,
    "presence.set" SetPresence -> reply::Done,
    "presence.get" GetPresence -> reply::Presences,
    "sync" Sync -> reply::Synced,
    "history.get" GetHistory -> reply::History,
    "log.get" GetLog -> reply::Log,
    "search" Search -> reply::Found,
    "conversation.create" CreateConversation -> reply::OneConversation,
    "conversation.direct" OpenDirect -> reply::OneConversation,
    "conversation.get" GetConversation -> reply::OneConversation,
    "conversation.update" UpdateConversation -> reply::Appended,
    "conversation.discover" Discover -> reply::Discovered,
    "conversation.join" Join -> reply::OneConversation,
    "conversation.leave" Leave -> reply::Done,
    "conversation.mute" Mute -> reply::Done,
    "member.list" ListMembers -> reply::Members,
    "member.add" AddMember -> reply::MemberAdded,
    "member.remove" RemoveMember -> reply::Appended,
    "member.ban" BanMember -> reply::Appended,
    "member.unban" UnbanMember -> reply::Appended,
    "member.role" SetRole -> reply::Appended,
    "contact.list" ListContacts -> reply::Contacts,
    "contact.request" RequestContact -> reply::OneContact,
    "contact.accept" AcceptContact -> reply::OneContact,
    "contact.decline" DeclineContact -> reply::OneContact,
    "contact.remove" RemoveContact -> reply::OneContact,
    "contact.nickname" SetNickname -> reply::OneContact,
    "block.add" Block -> reply::OneContact,
    "block.remove" Unblock -> reply::OneContact,
    "me.get" GetMe -> reply::Me,
    "me.update" UpdateMe -> reply::Me,
    "user.get" GetUser -> reply::OneUser,
    "user.find" FindUsers -> reply::Users,
    "password.change" ChangePassword -> reply::Done,
    "session.list" ListSessions -> reply::Sessions,
    "session.revoke" RevokeSession -> reply::Done,
    "session.sign_out" SignOut -> reply::Done,
    "account.delete" DeleteAccount -> reply::Done,
    "notification.list" ListNotifications -> reply::Notifications,
    "notification.see" SeeNotifications -> reply::Done,
}
