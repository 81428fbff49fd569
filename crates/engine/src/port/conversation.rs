use async_trait::async_trait;
use domain::command::Cursor;
use domain::conversation::{Change, Facts, Kind, Member, PublicView, Target, View};
use domain::permit::{Create, Glance, OpenDirect, Own, Read};
use domain::reply::{Appended, Page};
use domain::{ConversationId, Permit, Result, Seq, Timestamp, UserId};

/// Conversations and their members.
#[async_trait]
pub trait Conversations: Send + Sync {
    /// Makes a group or broadcast: `ConversationCreated`, then `MemberJoined` for the owner and
    /// each member, `MemberInvited` and an invitation notification for each invited. The id of the
    /// first result when the actor's `client_id` is known.
    async fn create(&self, permit: &Permit<Create>) -> Result<ConversationId>;

    /// Finds or makes the direct conversation of the pair; `fresh` is the id for a new one. When
    /// `as_request` and it is new, the peer is `Invited`.
    async fn open_direct(
        &self,
        permit: &Permit<OpenDirect>,
        fresh: ConversationId,
        at: Timestamp,
    ) -> Result<Direct>;

    /// The id of the direct conversation of a pair, when there is one.
    async fn direct(&self, one: UserId, other: UserId) -> Result<Option<ConversationId>>;

    /// What a user's rights are judged on; none when there is no such conversation.
    async fn facts(&self, conversation: ConversationId, user: UserId) -> Result<Option<Facts>>;

    /// How another user stands to it.
    async fn target(&self, permit: &Permit<Glance>, user: UserId) -> Result<Target>;

    /// Makes the change, appends its event and moves the access version. A change that changes
    /// nothing appends nothing and returns the head.
    async fn apply(&self, permit: &Permit<Change>, at: Timestamp) -> Result<Appended>;

    /// One conversation as the actor sees it.
    async fn view(&self, permit: &Permit<Glance>) -> Result<View>;

    /// The actor's conversations (standing `Member` or `Invited`; not the feed), last active first.
    async fn list(
        &self,
        permit: &Permit<Own>,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<View>>;

    /// The actor's own memberships (standing `Member`, and `Invited` in direct ones; the feed too):
    /// whose events their sessions get.
    async fn memberships(&self, permit: &Permit<Own>) -> Result<Vec<Membership>>;

    /// The conversations that the actor may read, each with the last readable place; for search.
    async fn readable(&self, permit: &Permit<Own>) -> Result<Vec<(ConversationId, Seq)>>;

    /// Members and invited by role and name, or the banned.
    async fn members(
        &self,
        permit: &Permit<Read>,
        banned: bool,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<Member>>;

    /// Public conversations, a word of whose title begins with `prefix`, by title.
    async fn discover(
        &self,
        permit: &Permit<Own>,
        prefix: &str,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<PublicView>>;

    /// Mutes or unmutes, and puts `ConversationMuted` in the feed.
    async fn mute(
        &self,
        permit: &Permit<Read>,
        until: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<()>;
}

/// A direct conversation that was found or made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Direct {
    /// Its id.
    pub id: ConversationId,
    /// It is new.
    pub created: bool,
}

/// One of a user's memberships.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// In which.
    pub conversation: ConversationId,
    /// Its sort.
    pub kind: Kind,
    /// Its head.
    pub head: Seq,
    /// How many members it has; presence is not told in large ones.
    pub members: u64,
}
