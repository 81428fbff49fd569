//! The operations: one call of a port each, written once for all databases.

pub(crate) mod account;
pub(crate) mod amend;
pub(crate) mod append;
pub(crate) mod contact;
pub(crate) mod create;
pub(crate) mod credentials;
pub(crate) mod direct;
pub(crate) mod erase;
pub(crate) mod facts;
pub(crate) mod feed;
pub(crate) mod follower;
pub(crate) mod head;
pub(crate) mod history;
pub(crate) mod list;
pub(crate) mod log;
pub(crate) mod mark;
pub(crate) mod member;
pub(crate) mod membership;
pub(crate) mod notify;
pub(crate) mod profile;
pub(crate) mod session;
pub(crate) mod status;
pub(crate) mod system;
pub(crate) mod thread;
pub(crate) mod view;
pub(crate) mod wanted;
pub(crate) mod word;

use domain::{Error, Permit, UserRef};

use crate::failure::Outcome;
use crate::statement::{LIST, Statement};
use crate::transaction::Transaction;
use crate::value::{Row, Value};

/// Who acts. Only the system's permits have no actor, and they are asked for by their type.
pub(crate) fn actor<A>(permit: &Permit<A>) -> Outcome<&UserRef> {
    permit.actor().ok_or_else(|| Error::Unauthenticated.into())
}

/// Runs a statement whose last parameters are a list of ids, as often as the list needs.
pub(crate) async fn listed<T: Transaction>(
    tx: &mut T,
    statement: Statement,
    before: &[Value<'_>],
    ids: &[i64],
) -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    for chunk in ids.chunks(LIST) {
        let mut params = before.to_vec();
        params.extend((0..LIST).map(|index| Value::Int(*chunk.get(index).unwrap_or(&chunk[0]))));
        rows.extend(tx.query(statement, &params).await?);
    }
    Ok(rows)
}

/// A cursor made of a number and whatever follows it.
pub(crate) fn split_cursor(cursor: &str) -> Outcome<(i64, &str)> {
    let refuse = || Error::invalid("cursor", "not from the last page of this list");
    let (number, rest) = cursor.split_once('.').ok_or_else(refuse)?;
    Ok((number.parse().map_err(|_| refuse())?, rest))
}
