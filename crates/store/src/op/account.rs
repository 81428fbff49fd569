//! Accounts: reading them.

use std::collections::HashMap;

use domain::text::{Bio, DisplayName};
use domain::user::{Account, AccountStatus, Avatar, ImageKind};
use domain::{ConversationId, Timestamp, UserId, UserRef, Username};

use super::{listed, word};
use crate::failure::{Failure, Outcome};
use crate::names::Known;
use crate::statement::{account as sql, member};
use crate::stored::assemble::Named;
use crate::stored::code::Code;
use crate::transaction::{Operation, Transaction};
use crate::value::{Row, count, params};

/// Reads the first ten columns of a row.
pub(crate) fn read(row: &Row) -> Outcome<Account> {
    Ok(Account {
        user: UserRef {
            id: row.user(0)?,
            username: Username::from_stored(row.text(1)?),
        },
        name: row.opt_text(2)?.map(DisplayName::from_stored),
        bio: row.opt_text(3)?.map(Bio::from_stored),
        avatar: row.opt_int(4)?,
        status: AccountStatus::from_code(row.int(5)?)?,
        operator: row.flag(6)?,
        feed: row.conversation(7)?,
        created_at: row.time(8)?,
        last_seen: row.opt_int(9)?.map(Timestamp::from_millis),
    })
}

/// Accounts by id.
pub(crate) async fn by_ids<T: Transaction>(
    tx: &mut T,
    users: Vec<UserId>,
) -> Outcome<HashMap<UserId, Account>> {
    let rows = listed(tx, sql::BY_IDS, &[], &distinct(users)).await?;
    rows.iter()
        .map(|row| read(row).map(|account| (account.user.id, account)))
        .collect()
}

/// One account that must be there.
pub(crate) async fn one<T: Transaction>(tx: &mut T, user: UserId) -> Outcome<Account> {
    by_ids(tx, vec![user])
        .await?
        .remove(&user)
        .ok_or_else(|| UNKNOWN.into())
}

/// The account that is about to be changed.
pub(crate) async fn to_change<T: Transaction>(tx: &mut T, user: UserId) -> Outcome<Account> {
    let row = tx
        .first(sql::FOR_CHANGE, params![user])
        .await?
        .ok_or(UNKNOWN)?;
    read(&row)
}

/// The refusal of a user who is not there.
pub(crate) const UNKNOWN: domain::Error = domain::Error::NotFound { what: "user" };

fn distinct(mut users: Vec<UserId>) -> Vec<i64> {
    users.sort_unstable();
    users.dedup();
    users.into_iter().map(UserId::get).collect()
}

/// The names of users, most of them from memory.
pub(crate) async fn names<T: Transaction>(tx: &mut T, mut users: Vec<UserId>) -> Outcome<Named> {
    users.sort_unstable();
    users.dedup();
    let (mut names, unknown) = tx.names().split(&users);
    for (user, known) in look_up(tx, unknown).await? {
        names.insert(user, known.username);
    }
    Ok(names)
}

/// The name and the feed of a user.
pub(crate) async fn known<T: Transaction>(tx: &mut T, user: UserId) -> Outcome<Option<Known>> {
    match tx.names().get(user) {
        Some(known) => Ok(Some(known)),
        None => Ok(look_up(tx, vec![user]).await?.pop().map(|(_, known)| known)),
    }
}

async fn look_up<T: Transaction>(tx: &mut T, users: Vec<UserId>) -> Outcome<Vec<(UserId, Known)>> {
    let rows = listed(tx, sql::NAMES, &[], &distinct(users)).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let user = row.user(0)?;
        let known = Known {
            username: Username::from_stored(row.text(1)?),
            feed: row.conversation(2)?,
        };
        tx.names().put(tx.names_as_of(), user, known.clone());
        found.push((user, known));
    }
    Ok(found)
}

/// Whose feed it is.
pub(crate) async fn owner_of<T: Transaction>(tx: &mut T, feed: ConversationId) -> Outcome<UserId> {
    let row = tx.first(member::ANY, params![feed]).await?;
    row.ok_or_else(|| Failure::broken("a feed without an owner"))?
        .user(0)
}

/// [`engine::port::Accounts::by_ids`].
pub(crate) struct ByIds(pub(crate) Vec<UserId>);

impl Operation for ByIds {
    type Output = Vec<Account>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Vec<Account>> {
        Ok(by_ids(tx, self.0.clone()).await?.into_values().collect())
    }
}

/// [`engine::port::Accounts::by_names`].
pub(crate) struct ByNames(pub(crate) Vec<Username>);

impl Operation for ByNames {
    type Output = Vec<Account>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Vec<Account>> {
        let mut names: Vec<&str> = self.0.iter().map(Username::as_str).collect();
        names.sort_unstable();
        names.dedup();
        let mut found = Vec::with_capacity(names.len());
        for chunk in names.chunks(crate::statement::LIST) {
            let params: Vec<_> = (0..crate::statement::LIST)
                .map(|index| (*chunk.get(index).unwrap_or(&chunk[0])).into())
                .collect();
            for row in tx.query(sql::BY_NAMES, &params).await? {
                found.push(read(&row)?);
            }
        }
        Ok(found)
    }
}

/// [`engine::port::Accounts::find`].
pub(crate) struct Find {
    pub(crate) prefix: String,
    pub(crate) limit: usize,
}

impl Operation for Find {
    type Output = Vec<Account>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Vec<Account>> {
        let (low, high) = word::bounds(&self.prefix);
        let rows = tx
            .query(
                sql::FIND,
                params![low.as_str(), high.as_str(), count(self.limit)],
            )
            .await?;
        rows.iter().map(read).collect()
    }
}

/// [`engine::port::Accounts::avatar`].
pub(crate) struct GetAvatar(pub(crate) UserId);

impl Operation for GetAvatar {
    type Output = Option<Avatar>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Option<Avatar>> {
        let Some(row) = tx.first(sql::AVATAR, params![self.0]).await? else {
            return Ok(None);
        };
        Ok(Some(Avatar {
            kind: ImageKind::from_code(row.int(0)?)?,
            bytes: row.bytes(1)?.to_vec(),
            version: row.int(2)?,
        }))
    }
}

/// [`engine::port::Accounts::all`].
pub(crate) struct All {
    pub(crate) after: Option<Username>,
    pub(crate) limit: usize,
}

impl Operation for All {
    type Output = Vec<Account>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Vec<Account>> {
        let after = self.after.as_ref().map_or("", Username::as_str);
        let rows = tx
            .query(sql::ALL_AFTER, params![after, count(self.limit)])
            .await?;
        rows.iter().map(read).collect()
    }
}
