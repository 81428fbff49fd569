//! Pages of what is shown in a conversation.

use domain::event::{Event, EventBody};
use domain::message::{REACTION_USERS, Reaction, Span};
use domain::permit::Read;
use domain::text::Emoji;
use domain::{ConversationId, Permit, Seq, UserId};
use engine::port::HistoryPage;

use super::account;
use super::head::Head;
use super::log::{clip, readable};
use crate::failure::Outcome;
use crate::statement::event as sql;
use crate::stored::assemble::user_ref;
use crate::stored::{Raw, assemble};
use crate::transaction::{Operation, Transaction};
use crate::value::{count, params};

/// [`engine::port::Messages::history`].
pub(crate) struct Turn {
    pub(crate) permit: Permit<Read>,
    pub(crate) span: Span,
    pub(crate) limit: usize,
}

/// Rows of a page, oldest first, and whether there are more on either side.
#[derive(Default)]
struct Stretch {
    rows: Vec<Raw>,
    older: bool,
    newer: bool,
}

impl Operation for Turn {
    type Output = HistoryPage;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<HistoryPage> {
        let head = Head::to_read(tx, &self.permit).await?;
        let until = readable(&head, &self.permit);
        let mut page = self.rows(tx, head.id, until).await?;
        if until < head.last {
            clip(tx, &mut page.rows, until).await?;
        }
        let mut items = assemble(tx, page.rows).await?;
        put_reactions(tx, head.id, &mut items).await?;
        Ok(HistoryPage {
            items,
            older: page.older,
            newer: page.newer,
            head: until,
        })
    }
}

impl Turn {
    async fn rows<T: Transaction>(
        &self,
        tx: &mut T,
        conversation: ConversationId,
        until: Seq,
    ) -> Outcome<Stretch> {
        let log = Readable {
            conversation,
            until,
        };
        match self.span {
            Span::Newest => log.before(tx, until.next(), self.limit).await,
            Span::Before(place) => {
                let place = place.min(until.next());
                let mut page = log.before(tx, place, self.limit).await?;
                page.newer = log.any_from(tx, place).await?;
                Ok(page)
            }
            Span::After(place) => {
                let mut page = log.after(tx, place, self.limit).await?;
                page.older = log.any_before(tx, place.next().min(until.next())).await?;
                Ok(page)
            }
            Span::Around(place) => {
                let half = self.limit / 2;
                let place = place.min(until.next());
                let mut page = log.before(tx, place, half).await?;
                let after = log.after(tx, place.previous(), self.limit - half).await?;
                page.rows.extend(after.rows);
                page.newer = after.newer;
                Ok(page)
            }
        }
    }
}

/// The part of a log that may be read.
#[derive(Clone, Copy)]
struct Readable {
    conversation: ConversationId,
    until: Seq,
}

impl Readable {
    async fn before<T: Transaction>(
        self,
        tx: &mut T,
        place: Seq,
        limit: usize,
    ) -> Outcome<Stretch> {
        let rows = tx
            .query(
                sql::BEFORE,
                params![self.conversation, place, count(limit) + 1],
            )
            .await?;
        let older = rows.len() > limit;
        let rows: Outcome<Vec<_>> = rows
            .iter()
            .take(limit)
            .rev()
            .map(|row| Raw::read(row, 0))
            .collect();
        Ok(Stretch {
            rows: rows?,
            older,
            newer: false,
        })
    }

    async fn after<T: Transaction>(self, tx: &mut T, place: Seq, limit: usize) -> Outcome<Stretch> {
        let params = params![self.conversation, place, self.until, count(limit) + 1];
        let rows = tx.query(sql::AFTER, params).await?;
        let newer = rows.len() > limit;
        let rows: Outcome<Vec<_>> = rows
            .iter()
            .take(limit)
            .map(|row| Raw::read(row, 0))
            .collect();
        Ok(Stretch {
            rows: rows?,
            older: false,
            newer,
        })
    }

    async fn any_before<T: Transaction>(self, tx: &mut T, place: Seq) -> Outcome<bool> {
        Ok(tx
            .first(sql::BEFORE, params![self.conversation, place, 1])
            .await?
            .is_some())
    }

    async fn any_from<T: Transaction>(self, tx: &mut T, place: Seq) -> Outcome<bool> {
        let params = params![self.conversation, place.previous(), self.until, 1];
        Ok(tx.first(sql::AFTER, params).await?.is_some())
    }
}

/// Puts the reactions into the messages of a page.
async fn put_reactions<T: Transaction>(
    tx: &mut T,
    conversation: ConversationId,
    items: &mut [Event],
) -> Outcome<()> {
    let (Some(first), Some(last)) = (items.first(), items.last()) else {
        return Ok(());
    };
    let params = params![conversation, first.seq, last.seq, count(REACTION_USERS)];
    let rows = tx.query(sql::REACTIONS, params).await?;
    let users = rows
        .iter()
        .map(|row| row.user(2))
        .collect::<Outcome<Vec<UserId>>>()?;
    let names = account::names(tx, users).await?;
    for row in &rows {
        let place = row.seq(0)?;
        let Ok(index) = items.binary_search_by_key(&place, |item| item.seq) else {
            continue;
        };
        let EventBody::MessageCreated(message) = &mut items[index].body else {
            continue;
        };
        let emoji = Emoji::from_stored(row.text(1)?);
        let user = user_ref(row.user(2)?, &names);
        let known = message
            .reactions
            .iter_mut()
            .find(|reaction| reaction.emoji == emoji);
        if let Some(reaction) = known {
            reaction.users.push(user);
        } else {
            let count = row.count(3)?;
            message.reactions.push(Reaction {
                emoji,
                count,
                users: vec![user],
            });
        }
    }
    Ok(())
}
