//! Conversations as one user sees them.

use std::collections::HashMap;

use domain::command::Cursor;
use domain::conversation::{Kind, MARKERS, Marker, Standing, View};
use domain::permit::{Glance, Own};
use domain::reply::Page;
use domain::text::{Title, Topic};
use domain::{ConversationId, Permit, Seq, Timestamp, UserId, UserRef, Username};

use super::head::Head;
use super::log::clip;
use super::{account, actor, facts, split_cursor};
use crate::failure::Outcome;
use crate::statement::{conversation as sql, event};
use crate::stored::assemble::user_ref;
use crate::stored::{Raw, assemble};
use crate::transaction::{Operation, Transaction};
use crate::value::{Row, count, params};

/// Where the columns of the last message begin.
const LAST: usize = 27;

/// [`engine::port::Conversations::view`].
pub(crate) struct Get(pub(crate) Permit<Glance>);

impl Operation for Get {
    type Output = View;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<View> {
        let user = actor(&self.0)?.id;
        let head = Head::to_read(tx, &self.0).await?;
        let row = tx
            .first(sql::VIEW, params![user, head.id])
            .await?
            .ok_or(super::head::UNKNOWN)?;
        let mut view = read(&row)?;
        let mut last: Vec<Raw> = last(&row, &view)?.into_iter().collect();
        if view.facts.standing == Standing::Left {
            let params = params![head.id, view.head];
            let row = tx.first(event::LAST_MESSAGE, params).await?;
            last = row
                .iter()
                .map(|row| Raw::read(row, 0))
                .collect::<Outcome<_>>()?;
            clip(tx, &mut last, view.head).await?;
        }
        view.last = assemble(tx, last).await?.pop();
        if takes_part(&view) && view.facts.members <= MARKERS {
            let rows = tx.query(sql::MARKERS_OF, params![head.id, user]).await?;
            view.markers = markers(tx, &rows)
                .await?
                .remove(&head.id)
                .unwrap_or_default();
        }
        Ok(view)
    }
}

/// [`engine::port::Conversations::list`].
pub(crate) struct List {
    pub(crate) permit: Permit<Own>,
    pub(crate) cursor: Option<Cursor>,
    pub(crate) limit: usize,
}

impl Operation for List {
    type Output = Page<View>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Page<View>> {
        let user = actor(&self.permit)?.id;
        let (active, id) = match &self.cursor {
            None => (i64::MAX, i64::MAX),
            Some(cursor) => {
                let (active, id) = split_cursor(cursor)?;
                (active, id.parse().unwrap_or(i64::MAX))
            }
        };
        // One more than asked for tells whether there is another page.
        let limit = count(self.limit) + 1;
        let mut rows = tx
            .query(sql::VIEWS, params![user, active, id, limit])
            .await?;
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let few = i64::try_from(MARKERS).unwrap_or(i64::MAX);
        let markers_of = tx
            .query(sql::MARKERS, params![user, active, id, limit, few])
            .await?;
        let mut views = rows.iter().map(read).collect::<Outcome<Vec<_>>>()?;
        put_last(tx, &rows, &mut views).await?;
        let mut markers = markers(tx, &markers_of).await?;
        for view in views.iter_mut().filter(|view| takes_part(view)) {
            view.markers = markers.remove(&view.facts.conversation).unwrap_or_default();
        }
        let end = views.last().filter(|_| more);
        let cursor =
            end.map(|view| format!("{}.{}", view.active_at.millis(), view.facts.conversation));
        Ok(Page {
            items: views,
            cursor,
        })
    }
}

/// Puts the last messages into their views, all names looked up together.
async fn put_last<T: Transaction>(tx: &mut T, rows: &[Row], views: &mut [View]) -> Outcome<()> {
    let found = rows
        .iter()
        .zip(views.iter())
        .map(|(row, view)| last(row, view));
    let found: Vec<Raw> = found
        .filter_map(Outcome::transpose)
        .collect::<Outcome<_>>()?;
    let events = assemble(tx, found).await?;
    let mut by_conversation: HashMap<_, _> = events
        .into_iter()
        .map(|event| (event.conversation, event))
        .collect();
    for view in views {
        view.last = by_conversation.remove(&view.facts.conversation);
    }
    Ok(())
}

/// The last message of a row, when its view may show it.
fn last(row: &Row, view: &View) -> Outcome<Option<Raw>> {
    if takes_part(view) && row.opt_int(LAST)?.is_some() {
        Raw::read(row, LAST).map(Some)
    } else {
        Ok(None)
    }
}

/// Sees what happens: a member, or one who was written to and has not answered.
fn takes_part(view: &View) -> bool {
    match view.facts.standing {
        Standing::Member => true,
        Standing::Invited => view.facts.kind == Kind::Direct,
        Standing::Left | Standing::Banned | Standing::None => false,
    }
}

/// Reads a row of a view, without its last message and markers.
fn read(row: &Row) -> Outcome<View> {
    let facts = facts::read(row)?;
    let peer = match (row.opt_int(20)?, row.opt_text(21)?) {
        (Some(id), Some(name)) => Some(UserRef {
            id: UserId::new(id),
            username: Username::from_stored(name),
        }),
        _ => None,
    };
    let mut view = View {
        facts,
        title: row.opt_text(18)?.map(Title::from_stored),
        topic: row.opt_text(19)?.map(Topic::from_stored),
        peer,
        head: row.seq(12)?,
        first: row.seq(13)?,
        unread: 0,
        mentions: 0,
        read: row.opt_int(22)?.map_or(Seq::ZERO, Seq::new),
        marked_unread: row.opt_int(24)?.unwrap_or(0) != 0,
        muted_until: row.opt_int(25)?.map(Timestamp::from_millis),
        last: None,
        markers: Vec::new(),
        active_at: row.time(16)?,
        created_at: row.time(17)?,
    };
    if takes_part(&view) {
        let unread = row.int(14)? - row.opt_int(23)?.unwrap_or(0);
        view.unread = u64::try_from(unread).unwrap_or(0);
        view.mentions = row.count(26)?;
    } else if facts.standing == Standing::Left {
        view.head = facts.left_at;
    } else {
        view.head = Seq::ZERO;
    }
    Ok(view)
}

/// Markers by conversation, with names.
async fn markers<T: Transaction>(
    tx: &mut T,
    rows: &[Row],
) -> Outcome<HashMap<ConversationId, Vec<Marker>>> {
    let users = rows
        .iter()
        .map(|row| row.user(1))
        .collect::<Outcome<Vec<_>>>()?;
    let names = account::names(tx, users).await?;
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        found.entry(row.conversation(0)?).or_default().push(Marker {
            user: user_ref(row.user(1)?, &names),
            delivered: row.seq(2)?,
            read: row.seq(3)?,
        });
    }
    Ok(found)
}
