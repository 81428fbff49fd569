//! What is answered to a command.

use crate::command::Cursor;
use crate::contact::Contact;
use crate::conversation::{Member, PublicView, View};
use crate::event::Event;
use crate::message::Version;
use crate::notification::Thread;
use crate::user::{Account, Presence};
use crate::{ClientId, ConversationId, DeviceName, Epoch, Seq, SessionId, Timestamp};

/// The answer to a command that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Nothing more to say.
    Done,
    /// The server's time.
    Pong(Timestamp),
    /// A message has its place.
    Sent(Sent),
    /// The event that the command became; the head when nothing had to change.
    Appended(Appended),
    /// Every text that a message had.
    Versions(Vec<Version>),
    /// Presences that the caller may see.
    Presences(Vec<Presence>),
    /// What a returning client needs.
    Synced(Box<Synced>),
    /// A page of history.
    History(Box<History>),
    /// A piece of the log.
    Log(Log),
    /// Messages that were found.
    Found(Box<Found>),
    /// One conversation, and the accounts it names.
    Conversation(Box<(View, Vec<Account>)>),
    /// Public conversations.
    Discovered(Page<PublicView>),
    /// Members.
    Members(Page<Member>),
    /// A member was added (false) or invited (true).
    MemberAdded {
        /// They have to accept.
        invited: bool,
    },
    /// Contacts, requests and blocks.
    Contacts(Vec<Contact>),
    /// One relation.
    Contact(Box<Contact>),
    /// The own account.
    Me(Box<Account>),
    /// One user.
    User(Box<Account>),
    /// Users that were found.
    Users(Vec<Account>),
    /// Signed-in sessions.
    Sessions(Vec<SignedIn>),
    /// The notification feed.
    Notifications(Box<Notifications>),
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where it goes on; none at the end.
    pub cursor: Option<Cursor>,
}

/// A message that has its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// Where.
    pub conversation: ConversationId,
    /// The place.
    pub seq: Seq,
    /// When it was committed.
    pub at: Timestamp,
    /// The sender's own id of it.
    pub client_id: ClientId,
    /// It had been accepted before.
    pub repeated: bool,
}

/// An event that has its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Where.
    pub conversation: ConversationId,
    /// The place.
    pub seq: Seq,
    /// When it was committed.
    pub at: Timestamp,
}

/// What a returning client needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synced {
    /// The log's life.
    pub epoch: Epoch,
    /// The caller.
    pub me: Account,
    /// The conversations, last active first; `last` is left out where the client has the head.
    pub conversations: Vec<View>,
    /// Named by the client, and no longer theirs.
    pub gone: Vec<ConversationId>,
    /// Everyone named.
    pub accounts: Vec<Account>,
    /// Contacts; first page only.
    pub contacts: Vec<Contact>,
    /// Who is there; first page only.
    pub presences: Vec<Presence>,
    /// The feed's head.
    pub feed_head: Seq,
    /// Unseen notification items.
    pub unseen: u64,
    /// Where the list goes on.
    pub cursor: Option<Cursor>,
}

/// A page of history, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// What is on it, each in its present state.
    pub items: Vec<Event>,
    /// Everyone who wrote them.
    pub accounts: Vec<Account>,
    /// Ask before this for older ones.
    pub prev: Option<Seq>,
    /// Ask after this for newer ones.
    pub next: Option<Seq>,
    /// The readable head.
    pub head: Seq,
}

/// A piece of the log, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// The events.
    pub events: Vec<Event>,
    /// The readable head.
    pub head: Seq,
    /// The first place that is still kept.
    pub first: Seq,
}

/// A message that was found, and where the words stand in its text (UTF-16 code units).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The message in its present state.
    pub message: Event,
    /// Start and end of each word found.
    pub marks: Vec<(u32, u32)>,
}

/// Messages that were found, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The messages.
    pub hits: Vec<Hit>,
    /// Everyone who wrote them.
    pub accounts: Vec<Account>,
    /// Where the list goes on.
    pub cursor: Option<Cursor>,
}

/// A signed-in session in the list of one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Its id.
    pub id: SessionId,
    /// What the client calls itself.
    pub device: DeviceName,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// It is the one that asks.
    pub current: bool,
    /// It is connected.
    pub connected: bool,
}

/// The notification feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notifications {
    /// Newest first.
    pub threads: Page<Thread>,
    /// Everyone named.
    pub accounts: Vec<Account>,
    /// Unseen items in all threads.
    pub unseen: u64,
}
