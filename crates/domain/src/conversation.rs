//! Conversations, their members, and what a permission is judged on.

use crate::event::Event;
use crate::text::{Title, Topic};
use crate::{AccessVersion, ConversationId, Seq, Timestamp, UserRef};

/// What sort of conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Between two users; one per pair.
    Direct,
    /// Between many; every member writes.
    Group,
    /// Owner and admins write, members read.
    Broadcast,
    /// A user's private feed; only its owner ever sees it, only the server writes it.
    Feed,
}

/// A member's role; the greater one has more rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// May take part.
    Member,
    /// May manage members and settings.
    Admin,
    /// May do everything, also hand the conversation over.
    Owner,
}

/// How a user stands to a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Takes part.
    Member,
    /// Was invited (or, in a direct conversation, written to by a stranger) and has not answered.
    Invited,
    /// Took part once, left or was removed; reads the log up to that day.
    Left,
    /// May not come back until unbanned.
    Banned,
    /// Never took part.
    None,
}

/// What a permission in a conversation is judged on: one user's view of it at one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Which.
    pub conversation: ConversationId,
    /// Its sort.
    pub kind: Kind,
    /// Anyone may find and join it.
    pub public: bool,
    /// Of what follows; an append under another version is refused.
    pub version: AccessVersion,
    /// The user's standing.
    pub standing: Standing,
    /// The user's role; meaningless unless the standing is `Member`.
    pub role: Role,
    /// Where the user left; the log is readable up to here.
    pub left_at: Seq,
    /// How many members there are.
    pub members: u64,
    /// Direct only: the user blocks the peer.
    pub blocks_peer: bool,
    /// Direct only: the peer blocks the user, or their account is not in use.
    pub closed_by_peer: bool,
}

/// What the rules say of another user in the same conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Who.
    pub user: UserRef,
    /// Their standing.
    pub standing: Standing,
    /// Their role; meaningless unless the standing is `Member`.
    pub role: Role,
}

/// A wish to change membership or settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// New settings; only what is given. `Some(None)` removes the topic.
    Configure {
        /// The name.
        title: Option<Title>,
        /// The topic.
        topic: Option<Option<Topic>>,
        /// Open to anyone.
        public: Option<bool>,
    },
    /// Join, or accept an invitation.
    Join,
    /// Leave, or decline an invitation.
    Leave,
    /// Make a user a member.
    Add(UserRef),
    /// Invite a user.
    Invite(UserRef),
    /// Remove a member or take an invitation back.
    Remove(UserRef),
    /// Remove a user and keep them out.
    Ban(UserRef),
    /// Lift a ban.
    Unban(UserRef),
    /// Give `Admin` or `Member`.
    SetRole(UserRef, Role),
    /// Hand over; the former owner becomes an admin.
    Transfer(UserRef),
}

/// A new group or broadcast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewConversation {
    /// Its id, from the mint.
    pub id: ConversationId,
    /// `Group` or `Broadcast`.
    pub kind: Kind,
    /// Its name.
    pub title: Title,
    /// What it is about.
    pub topic: Option<Topic>,
    /// Open to anyone.
    pub public: bool,
    /// Who becomes a member at once.
    pub members: Vec<UserRef>,
    /// Who is invited.
    pub invited: Vec<UserRef>,
    /// The same again returns the first result.
    pub client_id: Option<crate::ClientId>,
    /// Now.
    pub at: Timestamp,
}

/// A conversation as one user sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// What the user's rights are judged on.
    pub facts: Facts,
    /// The name of a group or broadcast.
    pub title: Option<Title>,
    /// What it is about.
    pub topic: Option<Topic>,
    /// The other side of a direct conversation.
    pub peer: Option<UserRef>,
    /// The last readable place.
    pub head: Seq,
    /// The first place that is still kept.
    pub first: Seq,
    /// Messages after the own read marker.
    pub unread: u64,
    /// How many of those mention the user.
    pub mentions: u64,
    /// The own read marker.
    pub read: Seq,
    /// Marked as unread by hand.
    pub marked_unread: bool,
    /// No notifications until then.
    pub muted_until: Option<Timestamp>,
    /// The newest message in its present state.
    pub last: Option<Event>,
    /// The other members' markers, unless there are more than [`MARKERS`] members.
    pub markers: Vec<Marker>,
    /// When something last happened.
    pub active_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Above so many members the markers of each are not listed.
pub const MARKERS: u64 = 50;

/// How far a member has received and read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// Whose.
    pub user: UserRef,
    /// Received up to here.
    pub delivered: Seq,
    /// Read up to here.
    pub read: Seq,
}

/// A member in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub account: crate::user::Account,
    /// Their role.
    pub role: Role,
    /// Member, invited or banned.
    pub standing: Standing,
    /// Since when.
    pub since: Timestamp,
}

/// A public conversation in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicView {
    /// Its id.
    pub id: ConversationId,
    /// Its name.
    pub title: Title,
    /// What it is about.
    pub topic: Option<Topic>,
    /// How many members.
    pub members: u64,
    /// The caller is one of them.
    pub joined: bool,
}
