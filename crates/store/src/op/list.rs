//! Lists of conversations and members.

use domain::command::Cursor;
use domain::conversation::{Kind, Member, PublicView, Role, Standing};
use domain::event::EventBody;
use domain::permit::{Own, Read};
use domain::reply::Page;
use domain::text::{Title, Topic};
use domain::{ConversationId, Permit, Seq, Timestamp};
use engine::port::Membership;

use super::head::Head;
use super::{account, actor, feed, split_cursor, word};
use crate::failure::Outcome;
use crate::statement::{conversation as sql, member};
use crate::stored::code::Code;
use crate::transaction::{Operation, Transaction};
use crate::value::{Row, count, params};

/// [`engine::port::Conversations::memberships`].
pub(crate) struct Memberships(pub(crate) Permit<Own>);

impl Operation for Memberships {
    type Output = Vec<Membership>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Vec<Membership>> {
        let rows = tx
            .query(member::MEMBERSHIPS, params![actor(&self.0)?.id])
            .await?;
        let read = |row: &Row| {
            Ok(Membership {
                conversation: row.conversation(0)?,
                kind: Kind::from_code(row.int(1)?)?,
                head: row.seq(2)?,
                members: row.count(3)?,
            })
        };
        rows.iter().map(read).collect()
    }
}

/// [`engine::port::Conversations::readable`].
pub(crate) struct Readable(pub(crate) Permit<Own>);

impl Operation for Readable {
    type Output = Vec<(ConversationId, Seq)>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Vec<(ConversationId, Seq)>> {
        let rows = tx
            .query(member::READABLE, params![actor(&self.0)?.id])
            .await?;
        rows.iter()
            .map(|row| Ok((row.conversation(0)?, row.seq(1)?)))
            .collect()
    }
}

/// [`engine::port::Conversations::members`].
pub(crate) struct Members {
    pub(crate) permit: Permit<Read>,
    pub(crate) banned: bool,
    pub(crate) cursor: Option<Cursor>,
    pub(crate) limit: usize,
}

impl Operation for Members {
    type Output = Page<Member>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Page<Member>> {
        let head = Head::to_read(tx, &self.permit).await?;
        let (role, name) = match &self.cursor {
            Some(cursor) => split_cursor(cursor)?,
            None => (i64::MAX, ""),
        };
        let limit = count(self.limit) + 1;
        let rows = if self.banned {
            tx.query(member::BANNED, params![head.id, name, limit])
                .await?
        } else {
            tx.query(member::PAGE, params![head.id, role, name, limit])
                .await?
        };
        page(&rows, self.limit, read_member, |member| {
            format!("{}.{}", member.role.code(), member.account.user.username)
        })
    }
}

fn read_member(row: &Row) -> Outcome<Member> {
    Ok(Member {
        account: account::read(row)?,
        role: Role::from_code(row.int(10)?)?,
        standing: Standing::from_code(row.int(11)?)?,
        since: row.time(12)?,
    })
}

/// A page of rows of which one more was read than is wanted.
pub(crate) fn page<I>(
    rows: &[Row],
    limit: usize,
    read: impl Fn(&Row) -> Outcome<I>,
    cursor: impl Fn(&I) -> Cursor,
) -> Outcome<Page<I>> {
    let items = rows
        .iter()
        .take(limit)
        .map(read)
        .collect::<Outcome<Vec<I>>>()?;
    let more = rows.len() > limit;
    let cursor = items.last().filter(|_| more).map(cursor);
    Ok(Page { items, cursor })
}

/// [`engine::port::Conversations::discover`].
pub(crate) struct Discover {
    pub(crate) permit: Permit<Own>,
    pub(crate) prefix: String,
    pub(crate) cursor: Option<Cursor>,
    pub(crate) limit: usize,
}

impl Operation for Discover {
    type Output = Page<PublicView>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Page<PublicView>> {
        let user = actor(&self.permit)?.id;
        let (id, title) = match &self.cursor {
            Some(cursor) => split_cursor(cursor)?,
            None => (0, ""),
        };
        let limit = count(self.limit) + 1;
        let (low, high) = word::bounds(&self.prefix);
        let rows = if low.is_empty() {
            tx.query(sql::PUBLIC, params![user, title, id, limit])
                .await?
        } else {
            let params = params![user, title, id, limit, low.as_str(), high.as_str()];
            tx.query(sql::PUBLIC_WITH, params).await?
        };
        let page = page(&rows, self.limit, read_public, |(view, key)| {
            format!("{}.{key}", view.id)
        })?;
        let items = page.items.into_iter().map(|(view, _)| view).collect();
        Ok(Page {
            items,
            cursor: page.cursor,
        })
    }
}

/// A public conversation and what it is ordered by.
fn read_public(row: &Row) -> Outcome<(PublicView, String)> {
    let view = PublicView {
        id: row.conversation(0)?,
        title: Title::from_stored(row.text(1)?),
        topic: row.opt_text(2)?.map(Topic::from_stored),
        members: row.count(3)?,
        joined: row.opt_int(5)? == Some(Standing::Member.code()),
    };
    Ok((view, row.text(4)?.to_owned()))
}

/// [`engine::port::Conversations::mute`].
pub(crate) struct Mute {
    pub(crate) permit: Permit<Read>,
    pub(crate) until: Option<Timestamp>,
    pub(crate) at: Timestamp,
}

impl Operation for Mute {
    type Output = ();

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<()> {
        let user = actor(&self.permit)?.id;
        let head = Head::to_write(tx, &self.permit).await?;
        if super::member::get(tx, head.id, user).await?.muted_until == self.until {
            return Ok(());
        }
        tx.execute(member::MUTE, params![head.id, user, self.until])
            .await?;
        let event = EventBody::ConversationMuted {
            of: head.id,
            until: self.until,
        };
        feed::put(tx, user, self.at, event).await
    }
}
