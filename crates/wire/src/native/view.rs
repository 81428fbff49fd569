//! The things that replies and events show: users, conversations, messages' state and so on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Time};

/// A user as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// The name that identifies the user; it never changes.
    pub username: String,
    /// The display name; the username when none was chosen.
    pub name: String,
    /// A few words about themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bio: Option<String>,
    /// Path of the picture on this server, `/v1/users/{username}/avatar?v=…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    /// True when the account was deleted; its messages stay under this name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

/// A user's own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Account {
    /// What others see.
    #[serde(flatten)]
    pub user: User,
    /// When the account was made.
    pub created_at: Time,
    /// May this account use the administrative commands.
    #[serde(default)]
    pub operator: bool,
}

/// Availability now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PresenceState {
    /// Connected and in use.
    Active,
    /// Connected, not in use.
    Away,
    /// Not connected.
    Offline,
}

/// A user's presence, told to accepted contacts and fellow members only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Presence {
    /// Whose.
    pub user: String,
    /// What it is.
    pub state: PresenceState,
    /// When they were last connected; absent while they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Time>,
}

/// Where a contact relation stands, seen from the owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactState {
    /// I asked and wait.
    Outgoing,
    /// They asked and wait for me.
    Incoming,
    /// Both agreed.
    Accepted,
    /// No relation (any longer).
    None,
}

/// A contact, a request, or a block, seen from the owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contact {
    /// The other.
    pub user: User,
    /// The relation.
    pub state: ContactState,
    /// The owner's own name for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// What was written with the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The owner blocks them.
    #[serde(default)]
    pub blocked: bool,
    /// Since when the relation is what it is.
    pub since: Time,
}

/// What sort of conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConversationKind {
    /// Between two users; one per pair.
    Direct,
    /// Between many; every member writes.
    Group,
    /// Owner and admins write, members read.
    Broadcast,
    /// A user's private feed; only its owner ever sees it.
    Feed,
}

/// A member's role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May do everything, also hand the conversation over.
    Owner,
    /// May manage members and settings.
    Admin,
    /// May take part.
    Member,
}

/// How a user stands to a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Takes part.
    Member,
    /// Was invited (or, in a direct conversation, written to by a stranger) and has not answered.
    Invited,
    /// Took part once; sees the log up to the day they left.
    Left,
    /// May not come back until unbanned.
    Banned,
    /// Never took part.
    None,
}

/// What the caller may do in a conversation, so that a client need not know the rules.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Ability {
    /// Write messages and edit one's own.
    Post,
    /// React to messages.
    React,
    /// Add or invite users.
    Invite,
    /// Change title, topic, picture and openness.
    Configure,
    /// Remove and ban members and retract others' messages.
    Moderate,
    /// Give and take roles.
    Appoint,
    /// Hand the conversation over to another owner.
    Transfer,
    /// Leave.
    Leave,
    /// Join (public, or invited).
    Join,
}

/// A conversation as the caller sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Conversation {
    /// Its id.
    pub id: String,
    /// Direct, group, broadcast or feed.
    pub kind: ConversationKind,
    /// The name of a group or broadcast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Anyone may find and join it.
    #[serde(default)]
    pub public: bool,
    /// The other side of a direct conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<String>,
    /// The caller's standing.
    pub standing: Standing,
    /// The caller's role while a member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// What the caller may do here now.
    #[serde(default)]
    pub can: Vec<Ability>,
    /// How many members there are.
    pub members: u64,
    /// The last place of the log that the caller may read.
    pub head: u64,
    /// The first place of the log that is still kept.
    pub first: u64,
    /// Messages after the caller's read marker.
    pub unread: u64,
    /// How many of those mention the caller.
    pub mentions: u64,
    /// The caller's own read marker.
    pub read: u64,
    /// The caller marked it as unread by hand.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub marked_unread: bool,
    /// No notifications until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub muted_until: Option<Time>,
    /// The newest message in its present state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Event>,
    /// The other members' markers; left out above 50 members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub markers: Vec<Marker>,
    /// When something last happened here.
    pub active_at: Time,
    /// When it was made.
    pub created_at: Time,
}

/// How far a member has received and read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Marker {
    /// Whose.
    pub user: String,
    /// Received up to this place.
    pub delivered: u64,
    /// Read up to this place.
    pub read: u64,
}

/// A member of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    /// Who.
    pub user: User,
    /// Their role.
    pub role: Role,
    /// Their standing: member, invited or banned.
    pub standing: Standing,
    /// Since when.
    pub since: Time,
}

/// One emoji under a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// How many gave it.
    pub count: u64,
    /// Who gave it, the first 20.
    pub users: Vec<String>,
}

/// What a notification is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// Someone named the user in a message, or replied to them.
    Mention,
    /// Messages came while the user was away.
    Message,
    /// Someone asks to become a contact.
    ContactRequest,
    /// Someone reacted to the user's message.
    Reaction,
    /// The user was invited to a conversation.
    Invitation,
    /// A call was not taken.
    MissedCall,
}

/// Notifications of one kind about one thing: a new one joins the thread or opens it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotificationThread {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub kind: NotificationKind,
    /// The conversation, when it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// The message: the one reacted to, or the newest that mentions or was missed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<u64>,
    /// Who caused it, newest first, at most 5.
    pub actors: Vec<String>,
    /// The beginning of the newest message, or the emoji.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
    /// How many items the thread holds.
    pub count: u64,
    /// How many of them were not seen.
    pub unseen: u64,
    /// When the newest came.
    pub at: Time,
}

/// A signed-in session: what sign-in made and sign-out ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SessionView {
    /// Its id.
    pub id: String,
    /// What the client calls itself, such as `Firefox on Linux`.
    pub device: String,
    /// When it was made.
    pub created_at: Time,
    /// When it was last used, to the minute.
    pub last_used_at: Time,
    /// When it ends by itself.
    pub expires_at: Time,
    /// Is it the one that asks.
    pub current: bool,
    /// Is it connected now.
    pub connected: bool,
}
