//! Notification threads: reading them.

use std::collections::HashMap;

use domain::command::Cursor;
use domain::notification::{ACTORS, Kind, Thread};
use domain::permit::Own;
use domain::reply::Page;
use domain::{ConversationId, Permit, Seq, ThreadId, Timestamp, UserId};

use super::{account, actor, listed, split_cursor};
use crate::failure::Outcome;
use crate::statement::notification as sql;
use crate::stored::assemble::user_ref;
use crate::stored::code::Code;
use crate::transaction::{Operation, Transaction};
use crate::value::{Row, Value, count, params};

/// A row of a thread.
#[derive(Debug, Clone)]
pub(crate) struct ThreadRow {
    pub(crate) id: ThreadId,
    pub(crate) kind: Kind,
    pub(crate) conversation: Option<ConversationId>,
    /// The message that a thread of reactions is about.
    pub(crate) subject: Option<Seq>,
    pub(crate) total: i64,
    pub(crate) unseen: i64,
    pub(crate) at: Timestamp,
}

impl ThreadRow {
    pub(crate) fn read(row: &Row) -> Outcome<Self> {
        Ok(Self {
            id: ThreadId::new(row.int(0)?),
            kind: Kind::from_code(row.int(1)?)?,
            conversation: Some(row.conversation(2)?).filter(|id| id.get() != 0),
            subject: Some(row.seq(3)?).filter(|seq| *seq != Seq::ZERO),
            total: row.int(4)?,
            unseen: row.int(5)?,
            at: row.time(6)?,
        })
    }
}

/// An item as its thread shows it.
struct Shown {
    message: Option<Seq>,
    actor: UserId,
    excerpt: Option<Box<str>>,
}

/// Threads of a user by id, as their owner sees them.
pub(crate) async fn by_ids<T: Transaction>(
    tx: &mut T,
    owner: UserId,
    ids: Vec<i64>,
) -> Outcome<HashMap<ThreadId, Thread>> {
    let rows = listed(tx, sql::BY_IDS, &[Value::from(owner)], &ids).await?;
    let rows = rows
        .iter()
        .map(ThreadRow::read)
        .collect::<Outcome<Vec<_>>>()?;
    Ok(shown(tx, rows)
        .await?
        .into_iter()
        .map(|thread| (thread.id, thread))
        .collect())
}

/// Threads with what their items say, in the order of the rows.
pub(crate) async fn shown<T: Transaction>(
    tx: &mut T,
    rows: Vec<ThreadRow>,
) -> Outcome<Vec<Thread>> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id.get()).collect();
    let found = listed(tx, sql::ITEMS, &[], &ids).await?;
    let mut items: HashMap<ThreadId, Vec<Shown>> = HashMap::new();
    let mut users = Vec::new();
    for row in &found {
        let actor = row.user(3)?;
        users.push(actor);
        items
            .entry(ThreadId::new(row.int(0)?))
            .or_default()
            .push(Shown {
                message: Some(row.seq(2)?).filter(|seq| *seq != Seq::ZERO),
                actor,
                excerpt: row.opt_text(4)?.map(Into::into),
            });
    }
    let names = account::names(tx, users).await?;
    let threads = rows.into_iter().map(|row| {
        let mut items = items.remove(&row.id).unwrap_or_default();
        let mut actors = Vec::new();
        for item in &items {
            if actors.len() < ACTORS && !actors.contains(&item.actor) {
                actors.push(item.actor);
            }
        }
        let newest = if items.is_empty() {
            None
        } else {
            Some(items.swap_remove(0))
        };
        Thread {
            id: row.id,
            kind: row.kind,
            conversation: row.conversation,
            message: row
                .subject
                .or(newest.as_ref().and_then(|item| item.message)),
            actors: actors
                .into_iter()
                .map(|actor| user_ref(actor, &names))
                .collect(),
            excerpt: newest.and_then(|item| item.excerpt),
            count: row.total.unsigned_abs(),
            unseen: row.unseen.unsigned_abs(),
            at: row.at,
        }
    });
    Ok(threads.collect())
}

/// Unseen items of a user.
pub(crate) async fn unseen<T: Transaction>(tx: &mut T, user: UserId) -> Outcome<u64> {
    let row = tx.first(sql::UNSEEN, params![user]).await?;
    let sum = row
        .map(|row| row.opt_int(0))
        .transpose()?
        .flatten()
        .unwrap_or(0);
    Ok(sum.unsigned_abs())
}

/// [`engine::port::Notifications::unseen`].
pub(crate) struct Unseen(pub(crate) Permit<Own>);

impl Operation for Unseen {
    type Output = u64;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<u64> {
        unseen(tx, actor(&self.0)?.id).await
    }
}

/// [`engine::port::Notifications::threads`].
pub(crate) struct Threads {
    pub(crate) permit: Permit<Own>,
    pub(crate) unseen: bool,
    pub(crate) cursor: Option<Cursor>,
    pub(crate) limit: usize,
}

impl Operation for Threads {
    type Output = Page<Thread>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Page<Thread>> {
        let user = actor(&self.permit)?.id;
        let (at, id) = match &self.cursor {
            None => (i64::MAX, i64::MAX),
            Some(cursor) => {
                let (at, id) = split_cursor(cursor)?;
                (at, id.parse().unwrap_or(i64::MAX))
            }
        };
        let least = i64::from(self.unseen);
        let rows = tx
            .query(
                sql::PAGE,
                params![user, at, id, least, count(self.limit) + 1],
            )
            .await?;
        let page = super::list::page(&rows, self.limit, ThreadRow::read, |row| {
            format!("{}.{}", row.at.millis(), row.id)
        })?;
        Ok(Page {
            items: shown(tx, page.items).await?,
            cursor: page.cursor,
        })
    }
}
