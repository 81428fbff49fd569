//! The feed of a user: what concerns one alone, in the same log as everything else.

use domain::event::EventBody;
use domain::{Timestamp, UserId};

use super::account;
use super::head::Head;
use crate::failure::Outcome;
use crate::transaction::Transaction;

/// Puts an event in a user's feed. A deleted user has none.
pub(crate) async fn put<T: Transaction>(
    tx: &mut T,
    user: UserId,
    at: Timestamp,
    body: EventBody,
) -> Outcome<()> {
    let Some(known) = account::known(tx, user).await? else {
        return Ok(());
    };
    if known.username == domain::Username::of_deleted(user) {
        return Ok(());
    }
    let mut head = Head::own(tx, known.feed).await?;
    head.append(tx, None, at, body).await?;
    head.save(tx);
    Ok(())
}
