//! What rights in a conversation are judged on.

use domain::conversation::{Facts, Kind, Role, Standing, Target};
use domain::permit::Glance;
use domain::user::AccountStatus;
use domain::{AccessVersion, ConversationId, Permit, Seq, UserId, UserRef};

use super::head::Head;
use super::{account, member};
use crate::failure::Outcome;
use crate::statement::conversation as sql;
use crate::stored::code::Code;
use crate::transaction::{Operation, Transaction};
use crate::value::{Row, params};

/// Reads the first twelve columns of a row of `FACTS` or a view.
pub(crate) fn read(row: &Row) -> Outcome<Facts> {
    let kind = Kind::from_code(row.int(1)?)?;
    let standing = row
        .opt_int(5)?
        .map_or(Ok(Standing::None), Standing::from_code)?;
    let direct = kind == Kind::Direct;
    Ok(Facts {
        conversation: row.conversation(0)?,
        kind,
        public: row.flag(2)?,
        version: AccessVersion(row.int(3)?),
        standing,
        role: row.opt_int(6)?.map_or(Ok(Role::Member), Role::from_code)?,
        left_at: row.opt_int(7)?.map_or(Seq::ZERO, Seq::new),
        members: row.count(4)?,
        blocks_peer: direct && row.opt_int(8)?.unwrap_or(0) != 0,
        closed_by_peer: direct && closed(row)?,
    })
}

/// The peer blocks the user, is not in use, or declined the conversation.
fn closed(row: &Row) -> Outcome<bool> {
    let blocks = row.opt_int(9)?.unwrap_or(0) != 0;
    let in_use = row.opt_int(10)? == Some(AccountStatus::Active.code());
    let declined = row.opt_int(11)? == Some(Standing::Left.code());
    Ok(blocks || !in_use || declined)
}

/// [`engine::port::Conversations::facts`].
pub(crate) struct Get {
    pub(crate) conversation: ConversationId,
    pub(crate) user: UserId,
}

impl Operation for Get {
    type Output = Option<Facts>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Option<Facts>> {
        let row = tx
            .first(sql::FACTS, params![self.user, self.conversation])
            .await?;
        row.map(|row| read(&row)).transpose()
    }
}

/// [`engine::port::Conversations::target`].
pub(crate) struct GetTarget {
    pub(crate) permit: Permit<Glance>,
    pub(crate) user: UserId,
}

impl Operation for GetTarget {
    type Output = Target;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Target> {
        let head = Head::to_read(tx, &self.permit).await?;
        let known = account::known(tx, self.user)
            .await?
            .ok_or(account::UNKNOWN)?;
        let row = member::get(tx, head.id, self.user).await?;
        Ok(Target {
            user: UserRef {
                id: self.user,
                username: known.username,
            },
            standing: row.standing,
            role: row.role,
        })
    }
}

/// [`engine::port::Conversations::direct`].
pub(crate) struct Direct {
    pub(crate) one: UserId,
    pub(crate) other: UserId,
}

impl Operation for Direct {
    type Output = Option<ConversationId>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Option<ConversationId>> {
        direct(tx, self.one, self.other).await
    }
}

/// The direct conversation of a pair.
pub(crate) async fn direct<T: Transaction>(
    tx: &mut T,
    one: UserId,
    other: UserId,
) -> Outcome<Option<ConversationId>> {
    let (lo, hi) = (one.min(other), one.max(other));
    tx.first(sql::DIRECT, params![lo, hi])
        .await?
        .map(|row| row.conversation(0))
        .transpose()
}
