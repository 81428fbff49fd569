use async_trait::async_trait;
use domain::contact::{Contact, RelationFacts};
use domain::permit::{Own, Relate};
use domain::{Permit, Result, Timestamp, UserId};

/// Contacts, requests and blocks.
#[async_trait]
pub trait Contacts: Send + Sync {
    /// What the rules need to know of the owner and each of the others. Unknown ids are left out;
    /// the order is kept.
    async fn facts(&self, owner: UserId, others: &[UserId]) -> Result<Vec<RelationFacts>>;

    /// Takes the step on both sides, puts `ContactChanged` in the feeds of those whose side
    /// changed, and (for a request) a notification in the other's. Blocking and unblocking move
    /// the access version of the direct conversation. A request while the other's is waiting
    /// accepts it. Blocking ends the relation on both sides; the other side is told nothing but
    /// that the contact is gone.
    async fn take(&self, permit: &Permit<Relate>, at: Timestamp) -> Result<Contact>;

    /// All of one's own relations that are not nothing, by username.
    async fn list(&self, permit: &Permit<Own>) -> Result<Vec<Contact>>;

    /// The ids of one's accepted contacts where neither blocks the other: who is told one's
    /// presence.
    async fn accepted(&self, permit: &Permit<Own>) -> Result<Vec<UserId>>;

    /// Of whom there is a block with the owner, in either direction.
    async fn blocked_with(&self, permit: &Permit<Own>) -> Result<Vec<UserId>>;
}
