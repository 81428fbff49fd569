use async_trait::async_trait;
use domain::event::Event;
use domain::permit::System;
use domain::{Permit, Result, UserId};

/// A place in the order in which events were committed, over all conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position(pub i64);

/// What an event takes up of the commit order: nothing was committed between the two. Zeros when
/// storage does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Step {
    /// The place of the event before.
    pub after: Position,
    /// The place of this one.
    pub position: Position,
}

/// An event and where it stands in the commit order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The place.
    pub position: Position,
    /// The event.
    pub event: Event,
    /// In a direct conversation: the one of the two who did not cause it.
    pub peer: Option<UserId>,
}

/// Those who follow the whole log with a durable position: the search index, the notifier.
#[async_trait]
pub trait Followers: Send + Sync {
    /// Events after a position in commit order, feeds left out. Never skips a committed event.
    async fn read(
        &self,
        permit: &Permit<System>,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Followed>>;

    /// Where a follower stands; the beginning when it is new.
    async fn position(&self, permit: &Permit<System>, follower: &str) -> Result<Position>;

    /// Moves a follower on.
    async fn advance(
        &self,
        permit: &Permit<System>,
        follower: &str,
        position: Position,
    ) -> Result<()>;

    /// The last position, to tell how far behind a follower is.
    async fn end(&self, permit: &Permit<System>) -> Result<Position>;
}
