//! Read and delivered markers.

use domain::conversation::{Kind, Standing};
use domain::event::EventBody;
use domain::permit::Read;
use domain::{Permit, Seq, Timestamp, UserId};
use engine::port::Marked;

use super::head::Head;
use super::log::readable;
use super::member::{self, MemberRow};
use super::{actor, feed, notify};
use crate::failure::Outcome;
use crate::statement::{event, member as sql};
use crate::transaction::{Operation, Transaction};
use crate::value::params;

/// [`engine::port::Messages::mark`].
pub(crate) struct Mark {
    pub(crate) permit: Permit<Read>,
    pub(crate) read: Option<Seq>,
    pub(crate) delivered: Option<Seq>,
    pub(crate) at: Timestamp,
}

impl Operation for Mark {
    type Output = Option<Marked>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Option<Marked>> {
        let user = actor(&self.permit)?.id;
        let head = Head::to_write(tx, &self.permit).await?;
        let before = member::get(tx, head.id, user).await?;
        if !takes_part(&head, &before) {
            return Ok(None);
        }
        let until = readable(&head, &self.permit);
        let read = self
            .read
            .map_or(before.read, |seq| seq.min(until).max(before.read));
        let delivered = self.delivered.map_or(Seq::ZERO, |seq| seq.min(until));
        let delivered = delivered.max(before.delivered).max(read);
        let reads = read > before.read || (self.read.is_some() && before.marked);
        if !reads && delivered == before.delivered {
            return Ok(None);
        }
        let mut now = MemberRow {
            read,
            delivered,
            ..before
        };
        if reads {
            now.marked = false;
            now.read_messages = messages_at(tx, &head, read).await?;
        }
        save(tx, &head, user, &now).await?;
        if reads {
            tell(tx, &head, user, &now, self.at).await?;
            notify::read_up_to(tx, (user, head.id), read, self.at).await?;
        }
        Ok(Some(Marked { delivered, read }))
    }
}

/// [`engine::port::Messages::mark_unread`].
pub(crate) struct MarkUnread {
    pub(crate) permit: Permit<Read>,
    pub(crate) at: Timestamp,
}

impl Operation for MarkUnread {
    type Output = ();

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<()> {
        let user = actor(&self.permit)?.id;
        let head = Head::to_write(tx, &self.permit).await?;
        let before = member::get(tx, head.id, user).await?;
        if !takes_part(&head, &before) || before.marked {
            return Ok(());
        }
        let now = MemberRow {
            marked: true,
            ..before
        };
        save(tx, &head, user, &now).await?;
        tell(tx, &head, user, &now, self.at).await
    }
}

/// Who only may read what was, has no markers.
fn takes_part(head: &Head, row: &MemberRow) -> bool {
    match row.standing {
        Standing::Member => true,
        Standing::Invited => head.kind == Kind::Direct,
        Standing::Left | Standing::Banned | Standing::None => false,
    }
}

/// How many messages there are up to a place.
async fn messages_at<T: Transaction>(tx: &mut T, head: &Head, place: Seq) -> Outcome<i64> {
    let row = tx
        .first(event::MESSAGES_AT, params![head.id, place])
        .await?;
    row.map_or(Ok(0), |row| row.int(0))
}

async fn save<T: Transaction>(
    tx: &mut T,
    head: &Head,
    user: UserId,
    row: &MemberRow,
) -> Outcome<()> {
    let params = params![
        head.id,
        user,
        row.read,
        row.read_messages,
        row.delivered,
        row.marked
    ];
    tx.execute(sql::MARK, params).await?;
    Ok(())
}

async fn tell<T: Transaction>(
    tx: &mut T,
    head: &Head,
    user: UserId,
    row: &MemberRow,
    at: Timestamp,
) -> Outcome<()> {
    let mentions = tx
        .first(event::MENTIONS_AFTER, params![user, head.id, row.read])
        .await?;
    let event = EventBody::ReadChanged {
        of: head.id,
        read: row.read,
        unread: u64::try_from(head.messages - row.read_messages).unwrap_or(0),
        mentions: mentions.map_or(Ok(0), |row| row.count(0))?,
        marked_unread: row.marked,
        head: head.last,
    };
    feed::put(tx, user, at, event).await
}
