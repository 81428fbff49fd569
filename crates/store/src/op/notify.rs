//! Notification threads: items come in and are seen.

use std::collections::HashMap;

use domain::event::EventBody;
use domain::notification::{Item, Kind};
use domain::permit::Own;
use domain::{ConversationId, Permit, Seq, ThreadId, Timestamp, UserId, UserRef, Username};
use engine::port::Position;

use super::thread::{self, ThreadRow};
use super::{account, actor, feed, follower, listed, wanted};
use crate::failure::{Failure, Outcome};
use crate::statement::notification as sql;
use crate::stored::code::Code;
use crate::transaction::{Operation, Transaction};
use crate::value::{Value, count, params};

/// How many items a thread keeps; it counts all of them.
const KEPT: i64 = 20;

/// The follower whose position moves together with the items it makes.
pub(crate) const NOTIFIER: &str = "notifier";

/// [`engine::port::Notifications::notify`].
pub(crate) struct Notify {
    pub(crate) items: Vec<Item>,
    pub(crate) position: Option<Position>,
}

impl Operation for Notify {
    type Output = ();

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<()> {
        if let Some(position) = self.position {
            if follower::position(tx, NOTIFIER).await? >= position {
                // Stored before, by a call whose answer was lost.
                return Ok(());
            }
            follower::advance(tx, NOTIFIER, position).await?;
        }
        let items = wanted::of(tx, &self.items).await?;
        put(tx, &items).await
    }
}

/// Puts items in their threads and tells each owner once a thread.
async fn put<T: Transaction>(tx: &mut T, items: &[Item]) -> Outcome<()> {
    let mut order = Vec::new();
    let mut threads: HashMap<Key, Vec<&Item>> = HashMap::new();
    for item in items {
        let key = key_of(item);
        threads.entry(key).or_insert_with(|| {
            order.push(key);
            Vec::new()
        });
        threads.entry(key).or_default().push(item);
    }
    for key in order {
        // A deleted account has no feed, and keeps nothing.
        let known = account::known(tx, key.0).await?;
        if known.is_none_or(|known| known.username == Username::of_deleted(key.0)) {
            continue;
        }
        let items = threads.remove(&key).unwrap_or_default();
        tx.late().notified(ConversationId::new(key.2), key.0);
        let (thread, at) = put_all(tx, key, &items).await?;
        tell(tx, key.0, thread, at).await?;
    }
    Ok(())
}

fn key_of(item: &Item) -> Key {
    let subject = match item.kind {
        Kind::Reaction => item.message.unwrap_or(Seq::ZERO),
        Kind::Mention
        | Kind::Message
        | Kind::ContactRequest
        | Kind::Invitation
        | Kind::MissedCall => Seq::ZERO,
    };
    let conversation = item.conversation.map_or(0, ConversationId::get);
    (item.user.id, item.kind, conversation, subject)
}

/// Puts items in one thread: which it is, and when the newest of them was.
async fn put_all<T: Transaction>(
    tx: &mut T,
    key: Key,
    items: &[&Item],
) -> Outcome<(ThreadId, Timestamp)> {
    let newest = items.iter().map(|item| item.at).max();
    let newest = newest.ok_or_else(|| Failure::broken("a thread without items"))?;
    let thread = find_or_make(tx, key, newest).await?;
    let total = thread.total + count(items.len());
    for (item, number) in items.iter().zip(thread.total + 1..) {
        // What would be too old at the end is counted only.
        if number > total - KEPT {
            insert(tx, thread.id, number, item).await?;
        }
    }
    if total > KEPT {
        tx.execute(sql::TRIM, params![thread.id, total - KEPT])
            .await?;
    }
    let unseen = thread.unseen + count(items.len());
    let at = thread.at.max(newest);
    tx.execute(sql::SAVE, params![thread.id, total, unseen, at])
        .await?;
    Ok((thread.id, newest))
}

async fn insert<T: Transaction>(
    tx: &mut T,
    thread: ThreadId,
    number: i64,
    item: &Item,
) -> Outcome<()> {
    let excerpt = match item.conversation.zip(item.message) {
        Some(place) if wanted::is_retracted(tx, place).await? => None,
        _ => item.excerpt.as_deref(),
    };
    let row = params![
        thread,
        number,
        item.conversation.map_or(0, ConversationId::get),
        item.message.unwrap_or(Seq::ZERO),
        item.actor.id,
        excerpt,
        item.at
    ];
    tx.execute(sql::INSERT_ITEM, row).await?;
    Ok(())
}

/// What a thread is found by: whose, of what kind, in which conversation, about which message.
type Key = (UserId, Kind, i64, Seq);

async fn find_or_make<T: Transaction>(tx: &mut T, key: Key, at: Timestamp) -> Outcome<ThreadRow> {
    if let Some(thread) = find(tx, key).await? {
        return Ok(thread);
    }
    let (user, kind, conversation, subject) = key;
    tx.execute(
        sql::INSERT,
        params![user, kind.code(), conversation, subject, at],
    )
    .await?;
    find(tx, key)
        .await?
        .ok_or_else(|| Failure::broken("a thread that was just made is gone"))
}

async fn find<T: Transaction>(
    tx: &mut T,
    (user, kind, conversation, subject): Key,
) -> Outcome<Option<ThreadRow>> {
    let row = tx
        .first(sql::FIND, params![user, kind.code(), conversation, subject])
        .await?;
    row.map(|row| ThreadRow::read(&row)).transpose()
}

/// Puts the present state of a thread in its owner's feed.
async fn tell<T: Transaction>(
    tx: &mut T,
    user: UserId,
    thread: ThreadId,
    at: Timestamp,
) -> Outcome<()> {
    let Some(shown) = thread::by_ids(tx, user, vec![thread.get()])
        .await?
        .remove(&thread)
    else {
        return Ok(());
    };
    let unseen = thread::unseen(tx, user).await?;
    feed::put(
        tx,
        user,
        at,
        EventBody::NotificationChanged {
            thread: Box::new(shown),
            unseen,
        },
    )
    .await
}

/// Tells a user of an invitation.
pub(crate) async fn invited<T: Transaction>(
    tx: &mut T,
    conversation: ConversationId,
    by: &UserRef,
    user: &UserRef,
    at: Timestamp,
) -> Outcome<()> {
    let item = Item {
        user: user.clone(),
        kind: Kind::Invitation,
        conversation: Some(conversation),
        message: None,
        actor: by.clone(),
        excerpt: None,
        at,
    };
    put(tx, &[item]).await
}

/// Tells a user of a request to become a contact.
pub(crate) async fn requested<T: Transaction>(
    tx: &mut T,
    by: &UserRef,
    user: &UserRef,
    at: Timestamp,
) -> Outcome<()> {
    let item = Item {
        user: user.clone(),
        kind: Kind::ContactRequest,
        conversation: None,
        message: None,
        actor: by.clone(),
        excerpt: None,
        at,
    };
    put(tx, &[item]).await
}

/// An invitation was answered or taken back: it is seen.
pub(crate) async fn answered<T: Transaction>(
    tx: &mut T,
    conversation: ConversationId,
    user: UserId,
    at: Timestamp,
) -> Outcome<()> {
    let key = (user, Kind::Invitation, conversation.get(), Seq::ZERO);
    let Some(thread) = find(tx, key).await?.filter(|thread| thread.unseen > 0) else {
        return Ok(());
    };
    see_all(tx, &thread).await?;
    tell(tx, user, thread.id, at).await
}

/// A contact request was answered or taken back: what it put in its thread is seen.
pub(crate) async fn request_answered<T: Transaction>(
    tx: &mut T,
    user: UserId,
    by: UserId,
    at: Timestamp,
) -> Outcome<()> {
    let key = (user, Kind::ContactRequest, 0, Seq::ZERO);
    let Some(thread) = find(tx, key).await?.filter(|thread| thread.unseen > 0) else {
        return Ok(());
    };
    let seen = tx.execute(sql::SEE_FROM, params![thread.id, by]).await?;
    if seen == 0 {
        return Ok(());
    }
    let unseen = thread.unseen - i64::try_from(seen).unwrap_or(thread.unseen);
    tx.execute(
        sql::SAVE,
        params![thread.id, thread.total, unseen.max(0), thread.at],
    )
    .await?;
    tell(tx, user, thread.id, at).await
}

/// A user has read a conversation up to a place: mentions and messages up to there are seen.
pub(crate) async fn read_up_to<T: Transaction>(
    tx: &mut T,
    (user, conversation): (UserId, ConversationId),
    place: Seq,
    at: Timestamp,
) -> Outcome<()> {
    if tx.late().has_seen(conversation, user) {
        return Ok(());
    }
    let mut left = 0;
    for kind in [Kind::Mention, Kind::Message] {
        let found = find(tx, (user, kind, conversation.get(), Seq::ZERO)).await?;
        let Some(thread) = found.filter(|thread| thread.unseen > 0) else {
            continue;
        };
        left += thread.unseen;
        // Items that are not kept any longer are older than those that are: when one of these was
        // read, so were they.
        if tx
            .execute(sql::SEE_UP_TO, params![thread.id, place])
            .await?
            == 0
        {
            continue;
        }
        let items = listed(tx, sql::ITEMS, &[], &[thread.id.get()]).await?;
        let mut unseen = 0;
        for item in &items {
            unseen += i64::from(!item.flag(5)?);
        }
        tx.execute(
            sql::SAVE,
            params![thread.id, thread.total, unseen, thread.at],
        )
        .await?;
        left -= thread.unseen - unseen;
        tell(tx, user, thread.id, at).await?;
    }
    if left == 0 {
        tx.late().saw(conversation, user);
    }
    Ok(())
}

async fn see_all<T: Transaction>(tx: &mut T, thread: &ThreadRow) -> Outcome<()> {
    tx.execute(sql::SEE_UP_TO, params![thread.id, Seq::MAX])
        .await?;
    tx.execute(sql::SAVE, params![thread.id, thread.total, 0, thread.at])
        .await?;
    Ok(())
}

/// [`engine::port::Notifications::see`].
pub(crate) struct See {
    pub(crate) permit: Permit<Own>,
    pub(crate) threads: Vec<ThreadId>,
    pub(crate) at: Timestamp,
}

impl Operation for See {
    type Output = ();

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<()> {
        let user = actor(&self.permit)?.id;
        let ids = if self.threads.is_empty() {
            let rows = tx.query(sql::UNSEEN_IDS, params![user]).await?;
            rows.iter()
                .map(|row| row.int(0))
                .collect::<Outcome<Vec<_>>>()?
        } else {
            self.threads.iter().map(|thread| thread.get()).collect()
        };
        let mut changed = Vec::new();
        for row in listed(tx, sql::BY_IDS, &[Value::from(user)], &ids).await? {
            let thread = ThreadRow::read(&row)?;
            // A list that was filled up holds an id more than once.
            if thread.unseen > 0 && !changed.contains(&thread.id) {
                see_all(tx, &thread).await?;
                changed.push(thread.id);
            }
        }
        if changed.is_empty() {
            return Ok(());
        }
        let unseen = thread::unseen(tx, user).await?;
        let threads = if self.threads.is_empty() {
            Vec::new()
        } else {
            changed
        };
        feed::put(
            tx,
            user,
            self.at,
            EventBody::NotificationSeen { threads, unseen },
        )
        .await
    }
}
