//! An operation, written once, and the transaction that it runs in, one for each database.
//!
//! The futures are driven on the thread that owns the connection and need not be `Send`. On SQLite
//! they never wait.

use std::sync::Arc;

use domain::event::Event;
use domain::{SessionId, UserId};
use engine::Published;

use crate::failure::Outcome;
use crate::late::Late;
use crate::names::Names;
use crate::statement::Statement;
use crate::value::{Row, Value};

/// A transaction of some database.
pub(crate) trait Transaction {
    /// Changes rows. How many.
    async fn execute(&mut self, statement: Statement, params: &[Value<'_>]) -> Outcome<u64>;

    /// Reads rows.
    async fn query(&mut self, statement: Statement, params: &[Value<'_>]) -> Outcome<Vec<Row>>;

    /// Usernames that were looked up before.
    fn names(&self) -> &Arc<Names>;

    /// As of when the names of this transaction are; see [`Names`].
    fn names_as_of(&self) -> u64;

    /// What is written once for all operations of the transaction; see [`Late`].
    fn late(&mut self) -> &mut Late;

    /// What is to be told when the transaction has been committed.
    fn outbox(&mut self) -> &mut Outbox;

    /// Puts an event in the outbox, whose row was the last that was put in. In a direct
    /// conversation with the one of the two who did not cause it.
    fn tell(&mut self, event: Event, peer: Option<UserId>);

    /// Reads at most one row.
    async fn first(&mut self, statement: Statement, params: &[Value<'_>]) -> Outcome<Option<Row>> {
        Ok(self.query(statement, params).await?.into_iter().next())
    }
}

/// One call of a port, as a unit that is done wholly or not at all.
///
/// Invariant: an operation that changes something checks everything before its first write, so
/// that a refusal leaves nothing behind in a transaction that it shares with others.
pub(crate) trait Operation: Send + 'static {
    /// What the caller gets.
    type Output: Send + 'static;

    /// Does it.
    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Self::Output>;
}

/// What is to be told when a transaction has been committed.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    /// The events, in order.
    pub(crate) events: Vec<Published>,
    /// The sessions that ended.
    pub(crate) ended: Vec<SessionId>,
    /// The users whose name changed.
    pub(crate) renamed: Vec<UserId>,
}

impl Outbox {
    /// How full it is, to go back to by [`Self::truncate`].
    pub(crate) fn mark(&self) -> (usize, usize, usize) {
        (self.events.len(), self.ended.len(), self.renamed.len())
    }

    /// Forgets what was put in after a mark, by an operation that was refused.
    pub(crate) fn truncate(&mut self, (events, ended, renamed): (usize, usize, usize)) {
        self.events.truncate(events);
        self.ended.truncate(ended);
        self.renamed.truncate(renamed);
    }
}
