use async_trait::async_trait;
use domain::event::Event;
use domain::message::{Amendment, Draft, MessageFacts, Span, Version};
use domain::permit::{Own, Post, Read, System};
use domain::reply::{Appended, Log, Sent};
use domain::{ConversationId, Permit, Result, Seq};

/// The log.
#[async_trait]
pub trait Messages: Send + Sync {
    /// Gives the message the next place. Appends that wait together share one commit. The sender's
    /// read marker moves with it, which clears the mention and message notifications up to there;
    /// mentioned members' mention counts grow.
    ///
    /// The same `(sender, client_id)` in the conversation returns the first result with `repeated`,
    /// or `Conflict` when text or reply differ. `reply_to` must be a message of the conversation
    /// (`NotFound`).
    async fn append(&self, permit: &Permit<Post>, draft: Draft) -> Result<Sent>;

    /// Edits, retracts, reacts: appends the event and changes the state of the message together.
    /// What changes nothing (the same text, a reaction that is there) appends nothing and returns
    /// the head. Retracting erases the text and the texts of its edits. More than
    /// [`domain::message::REACTIONS`] different emoji are refused with `TooLarge`.
    async fn amend(&self, permit: &Permit<Amendment>) -> Result<Appended>;

    /// What the rules need to know of a message; `NotFound` when there is none at that place.
    async fn facts(&self, permit: &Permit<Read>, message: Seq) -> Result<MessageFacts>;

    /// A page of what is shown in a conversation, oldest first, in its present state.
    async fn history(&self, permit: &Permit<Read>, span: Span, limit: usize)
    -> Result<HistoryPage>;

    /// The log after a place, at most `limit` events.
    async fn log(&self, permit: &Permit<Read>, after: Seq, limit: usize) -> Result<Log>;

    /// The log after a place, for the relay that closes a gap of what it delivers.
    async fn gap(
        &self,
        permit: &Permit<System>,
        conversation: ConversationId,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<Event>>;

    /// Every text that a message had, oldest first; none when it was retracted.
    async fn versions(&self, permit: &Permit<Read>, message: Seq) -> Result<Vec<Version>>;

    /// Messages at these places in their present state; places that are none are left out.
    /// The caller has checked that the actor may read the places.
    async fn at(
        &self,
        permit: &Permit<Own>,
        places: &[(ConversationId, Seq)],
    ) -> Result<Vec<Event>>;

    /// Moves the actor's markers forward (never back; never beyond the head). Reading clears
    /// "marked as unread" and the mention and message notifications up to there, and puts
    /// `ReadChanged` in the feed. What changes nothing returns `None`.
    async fn mark(
        &self,
        permit: &Permit<Read>,
        read: Option<Seq>,
        delivered: Option<Seq>,
        at: domain::Timestamp,
    ) -> Result<Option<Marked>>;

    /// Marks as unread by hand and puts `ReadChanged` in the feed.
    async fn mark_unread(&self, permit: &Permit<Read>, at: domain::Timestamp) -> Result<()>;
}

/// A page of history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage {
    /// What is on it, oldest first.
    pub items: Vec<Event>,
    /// There are older ones.
    pub older: bool,
    /// There are newer ones.
    pub newer: bool,
    /// The readable head.
    pub head: Seq,
}

/// Where markers are now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marked {
    /// Received up to here.
    pub delivered: Seq,
    /// Read up to here.
    pub read: Seq,
}
