//! The direct answers to commands: what stands under `ok`.
// tidy: table

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Account, Contact, Conversation, Event, Member, NotificationThread, Presence, SessionView, Time,
    User,
};

/// Declares a reply's struct with the derives that every reply has.
macro_rules! reply {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        pub struct $name { $($(#[$field_doc])* pub $field: $kind,)* }
    };
}

reply! {
    /// Done; nothing more to say.
    Done {}
}
reply! {
    /// A sign of life.
    Pong {
        /// The server's time.
        at: Time,
    }
}
reply! {
    /// The message is durable and has its place.
    Sent {
        /// Where.
        conversation: String,
        /// Its place.
        seq: u64,
        /// When it was committed.
        at: Time,
        /// The sender's id of it.
        client_id: String,
        /// It had been accepted before; this is the first result.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        repeated: bool,
    }
}
reply! {
    /// The event that the command became. `seq` is the head when nothing had to change.
    Appended {
        /// Where.
        conversation: String,
        /// The event's place.
        seq: u64,
        /// When it was committed.
        at: Time,
    }
}
reply! {
    /// One text that a message had.
    Version {
        /// The place of the message or of the edit.
        seq: u64,
        /// From when on.
        at: Time,
        /// The text.
        text: String,
    }
}
reply! {
    /// Every text that a message had, oldest first; none when it was retracted.
    Versions {
        /// The texts.
        versions: Vec<Version>,
    }
}
reply! {
    /// Presences that the caller may see.
    Presences {
        /// One a user.
        presences: Vec<Presence>,
    }
}
reply! {
    /// What a returning client needs.
    Synced {
        /// Changes when the log was restored from a backup: forget what you have.
        epoch: String,
        /// The caller.
        me: Account,
        /// The conversations, last active first.
        conversations: Vec<Conversation>,
        /// Conversations named in `heads` that the caller is not in any longer.
        gone: Vec<String>,
        /// Everyone named above, and the contacts.
        users: Vec<User>,
        /// Contacts, requests and blocks; on the first page only.
        contacts: Vec<Contact>,
        /// Presence of those whose presence the caller may see and who are not offline; first page only.
        presences: Vec<Presence>,
        /// The private feed's conversation id.
        feed: String,
        /// The feed's head.
        feed_head: u64,
        /// Unseen notification items.
        unseen: u64,
        /// Where to continue; absent at the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cursor: Option<String>,
    }
}
reply! {
    /// A page of history, oldest first.
    History {
        /// Messages in their present state and what else happened, without edits, retractions and reactions.
        items: Vec<Event>,
        /// Everyone who wrote them.
        users: Vec<User>,
        /// Ask `before` this for older ones; absent at the beginning.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        prev: Option<u64>,
        /// Ask `after` this for newer ones; absent at the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<u64>,
        /// The head when the page was read.
        head: u64,
    }
}
reply! {
    /// A piece of the log, in order.
    Log {
        /// The events; text that was retracted since is empty.
        events: Vec<Event>,
        /// The head when it was read; ask on while the last event's seq is smaller.
        head: u64,
        /// The first place that is still kept: a client that is behind it has a gap that cannot be filled.
        first: u64,
    }
}
reply! {
    /// A message that was found.
    Hit {
        /// The message in its present state.
        message: Event,
        /// Where the words stand in its text: start and end in UTF-16 code units.
        marks: Vec<(u32, u32)>,
    }
}
reply! {
    /// Messages that were found, newest first.
    Found {
        /// The messages.
        hits: Vec<Hit>,
        /// Everyone who wrote them.
        users: Vec<User>,
        /// Where to continue; absent at the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cursor: Option<String>,
    }
}
reply! {
    /// One conversation and whom it names.
    OneConversation {
        /// The conversation.
        conversation: Conversation,
        /// The peer, the last sender.
        users: Vec<User>,
    }
}
reply! {
    /// A public conversation as one who may join sees it.
    PublicConversation {
        /// Its id.
        id: String,
        /// Its name.
        title: String,
        /// What it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic: Option<String>,
        /// How many members.
        members: u64,
        /// The caller is one of them.
        joined: bool,
    }
}
reply! {
    /// Public conversations.
    Discovered {
        /// By name.
        conversations: Vec<PublicConversation>,
        /// Where to continue; absent at the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cursor: Option<String>,
    }
}
reply! {
    /// Members.
    Members {
        /// By role and name.
        members: Vec<Member>,
        /// Where to continue; absent at the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cursor: Option<String>,
    }
}
reply! {
    /// What became of adding a member.
    MemberAdded {
        /// They were invited and have to accept; false: they are a member now.
        invited: bool,
    }
}
reply! {
    /// Contacts, requests and blocks.
    Contacts {
        /// By name.
        contacts: Vec<Contact>,
    }
}
reply! {
    /// One relation as it is now.
    OneContact {
        /// The relation.
        contact: Contact,
    }
}
reply! {
    /// The own account.
    Me {
        /// The account.
        me: Account,
    }
}
reply! {
    /// One user.
    OneUser {
        /// The user.
        user: User,
    }
}
reply! {
    /// Users that were found.
    Users {
        /// By username.
        users: Vec<User>,
    }
}
reply! {
    /// Signed-in sessions.
    Sessions {
        /// Last used first.
        sessions: Vec<SessionView>,
    }
}
reply! {
    /// The notification feed.
    Notifications {
        /// Newest first.
        threads: Vec<NotificationThread>,
        /// Everyone named in them.
        users: Vec<User>,
        /// Unseen items in all threads.
        unseen: u64,
        /// Where to continue; absent at the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cursor: Option<String>,
    }
}
reply! {
    /// A new session (`POST /v1/sessions`, `POST /v1/accounts`).
    SignedIn {
        /// The bearer token; shown once.
        token: String,
        /// The session's id.
        session: String,
        /// Who signed in.
        user: Account,
        /// When the session ends by itself.
        expires_at: Time,
    }
}
