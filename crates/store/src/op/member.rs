//! How users stand to conversations.

use domain::conversation::{Role, Standing};
use domain::{ConversationId, Seq, Timestamp, UserId};

use crate::failure::Outcome;
use crate::statement::member as sql;
use crate::stored::code::Code;
use crate::transaction::Transaction;
use crate::value::params;

/// A row of a member.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MemberRow {
    pub(crate) standing: Standing,
    pub(crate) role: Role,
    pub(crate) left: Seq,
    pub(crate) read: Seq,
    pub(crate) read_messages: i64,
    pub(crate) delivered: Seq,
    pub(crate) marked: bool,
    pub(crate) muted_until: Option<Timestamp>,
}

/// Who never took part.
const STRANGER: MemberRow = MemberRow {
    standing: Standing::None,
    role: Role::Member,
    left: Seq::ZERO,
    read: Seq::ZERO,
    read_messages: 0,
    delivered: Seq::ZERO,
    marked: false,
    muted_until: None,
};

/// How a user stands to a conversation.
pub(crate) async fn get<T: Transaction>(
    tx: &mut T,
    conversation: ConversationId,
    user: UserId,
) -> Outcome<MemberRow> {
    let Some(row) = tx.first(sql::GET, params![conversation, user]).await? else {
        return Ok(STRANGER);
    };
    Ok(MemberRow {
        standing: Standing::from_code(row.int(0)?)?,
        role: Role::from_code(row.int(1)?)?,
        left: row.seq(2)?,
        read: row.seq(3)?,
        read_messages: row.int(4)?,
        delivered: row.seq(5)?,
        marked: row.flag(6)?,
        muted_until: row.opt_int(7)?.map(Timestamp::from_millis),
    })
}
