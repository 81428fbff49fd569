//! Which notifications their users want, when they are stored: what is read, blocked or muted by
//! then is left out, however long the notifier took.

use std::collections::HashMap;

use domain::conversation::{Kind as ConversationKind, Standing};
use domain::notification::{Item, Kind};
use domain::{ConversationId, Seq, UserId};

use super::head::Head;
use super::member::{self, MemberRow};
use crate::failure::Outcome;
use crate::statement::{contact, event};
use crate::transaction::Transaction;
use crate::value::params;

/// The items that are wanted.
pub(crate) async fn of<T: Transaction>(tx: &mut T, items: &[Item]) -> Outcome<Vec<Item>> {
    let mut known = Known::default();
    let mut found = Vec::with_capacity(items.len());
    for item in items {
        if !known.blocks(tx, item.user.id, item.actor.id).await? && known.takes(tx, item).await? {
            found.push(item.clone());
        }
    }
    Ok(found)
}

/// Did the message at a place lose its text?
pub(crate) async fn is_retracted<T: Transaction>(
    tx: &mut T,
    (conversation, place): (ConversationId, Seq),
) -> Outcome<bool> {
    let row = tx
        .first(event::TEXT_AT, params![conversation, place])
        .await?;
    row.map_or(Ok(false), |row| Ok(row.opt_text(3)?.is_none()))
}

/// What was looked up: many items are of the same few.
#[derive(Default)]
struct Known {
    blocks: HashMap<(UserId, UserId), bool>,
    members: HashMap<(ConversationId, UserId), Standpoint>,
}

/// How a user stands to a conversation.
#[derive(Clone, Copy)]
struct Standpoint {
    row: MemberRow,
    /// The last place that they may read.
    until: Seq,
}

impl Known {
    async fn blocks<T: Transaction>(
        &mut self,
        tx: &mut T,
        user: UserId,
        actor: UserId,
    ) -> Outcome<bool> {
        if let Some(known) = self.blocks.get(&(user, actor)) {
            return Ok(*known);
        }
        let row = tx.first(contact::GET, params![user, actor]).await?;
        let blocks = row.map_or(Ok(false), |row| row.flag(1))?;
        self.blocks.insert((user, actor), blocks);
        Ok(blocks)
    }

    /// May the user read what an item is about, and is it news to them?
    async fn takes<T: Transaction>(&mut self, tx: &mut T, item: &Item) -> Outcome<bool> {
        let Some((conversation, message)) = item.conversation.zip(item.message) else {
            return Ok(true);
        };
        let Standpoint { row, until } = self.standpoint(tx, conversation, item.user.id).await?;
        let muted = row.muted_until.is_some_and(|until| item.at < until);
        Ok(message <= until
            && match item.kind {
                Kind::Mention => message > row.read,
                Kind::Message => message > row.read && !muted,
                // One has read one's own message, to which someone reacts.
                Kind::Reaction | Kind::ContactRequest | Kind::Invitation | Kind::MissedCall => true,
            })
    }

    async fn standpoint<T: Transaction>(
        &mut self,
        tx: &mut T,
        conversation: ConversationId,
        user: UserId,
    ) -> Outcome<Standpoint> {
        if let Some(known) = self.members.get(&(conversation, user)) {
            return Ok(*known);
        }
        let row = member::get(tx, conversation, user).await?;
        let until = match row.standing {
            Standing::Member => Seq::MAX,
            Standing::Invited => {
                let direct = Head::own(tx, conversation).await?.kind == ConversationKind::Direct;
                if direct { Seq::MAX } else { Seq::ZERO }
            }
            Standing::Left => row.left,
            Standing::Banned | Standing::None => Seq::ZERO,
        };
        let standpoint = Standpoint { row, until };
        self.members.insert((conversation, user), standpoint);
        Ok(standpoint)
    }
}
