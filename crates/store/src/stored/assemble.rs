//! Events out of rows: names, accounts and threads are put in.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::contact::{Contact, ContactState};
use domain::conversation::Role;
use domain::event::{Event, EventBody};
use domain::message::Message;
use domain::notification::Thread;
use domain::text::{Nickname, Note};
use domain::user::Account;
use domain::{ConversationId, Seq, ThreadId, Timestamp, UserId, UserRef, Username};

use super::body::Relation;
use super::code::{Code, event};
use super::raw::{Raw, RawBody, RawMessage};
use crate::failure::{Failure, Outcome};
use crate::op::{account, thread};
use crate::transaction::Transaction;

/// Usernames by id.
pub(crate) type Named = HashMap<UserId, Username>;

/// A user with the name. One whose account cannot be found keeps the id.
pub(crate) fn user_ref(id: UserId, names: &Named) -> UserRef {
    let username = names
        .get(&id)
        .cloned()
        .unwrap_or_else(|| Username::of_deleted(id));
    UserRef { id, username }
}

/// Makes events of rows, in their order.
pub(crate) async fn assemble<T: Transaction>(tx: &mut T, rows: Vec<Raw>) -> Outcome<Vec<Event>> {
    let mut users = Vec::new();
    for row in &rows {
        row.users(&mut users);
    }
    let names = account::names(tx, users).await?;
    let feed = if rows.iter().any(|row| in_feed(&row.body)) {
        Feed::load(tx, &rows).await?
    } else {
        Feed::default()
    };
    rows.into_iter()
        .map(|row| {
            Ok(Event {
                conversation: row.conversation,
                seq: row.seq,
                at: row.at,
                sender: row.sender.map(|sender| user_ref(sender, &names)),
                body: body(row.body, row.conversation, &names, &feed)?,
            })
        })
        .collect()
}

/// What events of feeds show in its present state.
#[derive(Debug, Default)]
struct Feed {
    accounts: HashMap<UserId, Account>,
    owners: HashMap<ConversationId, UserId>,
    threads: HashMap<ThreadId, Thread>,
}

impl Feed {
    async fn load<T: Transaction>(tx: &mut T, rows: &[Raw]) -> Outcome<Self> {
        let mut feed = Self::default();
        let mut users = Vec::new();
        for row in rows.iter().filter(|row| in_feed(&row.body)) {
            if let Entry::Vacant(unknown) = feed.owners.entry(row.conversation) {
                unknown.insert(account::owner_of(tx, row.conversation).await?);
            }
            if let RawBody::Contact(relation) = &row.body {
                users.push(UserId::new(relation.peer));
            }
        }
        users.extend(feed.owners.values());
        feed.accounts = account::by_ids(tx, users).await?;
        for (conversation, owner) in feed.owners.clone() {
            let of_this = rows.iter().filter(|row| row.conversation == conversation);
            let mut ids = Vec::new();
            for row in of_this {
                if let RawBody::Thread(threads) = &row.body {
                    ids.extend(threads.ids.first());
                }
            }
            feed.threads.extend(thread::by_ids(tx, owner, ids).await?);
        }
        Ok(feed)
    }

    fn account(&self, user: UserId) -> Outcome<Account> {
        let found = self.accounts.get(&user).cloned();
        found.ok_or_else(|| Failure::broken(format!("a feed names the unknown user {user}")))
    }
}

fn in_feed(body: &RawBody) -> bool {
    matches!(
        body,
        RawBody::Contact(_) | RawBody::Thread(_) | RawBody::Profile
    )
}

fn body(
    raw: RawBody,
    conversation: ConversationId,
    names: &Named,
    feed: &Feed,
) -> Outcome<EventBody> {
    Ok(match raw {
        RawBody::Message(message) => EventBody::MessageCreated(self::message(message, names)),
        RawBody::Edited {
            message,
            text,
            mentions,
        } => EventBody::MessageEdited {
            message,
            text,
            mentions: user_refs(&mentions, names),
        },
        RawBody::Retracted { message } => EventBody::MessageRetracted { message },
        RawBody::Reaction {
            message,
            emoji,
            added: true,
        } => EventBody::ReactionAdded { message, emoji },
        RawBody::Reaction {
            message,
            emoji,
            added: false,
        } => EventBody::ReactionRemoved { message, emoji },
        RawBody::Created { title } => EventBody::ConversationCreated { title },
        RawBody::Updated {
            title,
            topic,
            public,
        } => EventBody::ConversationUpdated {
            title,
            topic,
            public,
        },
        RawBody::Member {
            kind,
            member,
            role,
            members,
        } => member_change(kind, user_ref(member, names), role, members.unwrap_or(0))?,
        RawBody::Contact(_)
        | RawBody::Read(_)
        | RawBody::Thread(_)
        | RawBody::Seen(_)
        | RawBody::Profile
        | RawBody::Muted(_) => feed_body(raw, conversation, feed)?,
    })
}

/// What happened in a feed.
fn feed_body(raw: RawBody, conversation: ConversationId, feed: &Feed) -> Outcome<EventBody> {
    Ok(match raw {
        RawBody::Contact(relation) => {
            let account = feed.account(UserId::new(relation.peer))?;
            EventBody::ContactChanged {
                contact: Box::new(contact(&relation, account)?),
            }
        }
        RawBody::Read(up_to) => EventBody::ReadChanged {
            of: ConversationId::new(up_to.of),
            read: Seq::new(up_to.read),
            unread: up_to.unread,
            mentions: up_to.mentions,
            marked_unread: up_to.marked,
            head: Seq::new(up_to.head),
        },
        RawBody::Thread(threads) => thread_change(&threads.ids, threads.unseen, feed),
        RawBody::Seen(threads) => seen(&threads.ids, threads.unseen),
        RawBody::Profile => {
            let owner = feed.owners.get(&conversation).copied();
            let owner =
                owner.ok_or_else(|| Failure::broken("a profile in a log that is no feed"))?;
            EventBody::ProfileChanged {
                account: Box::new(feed.account(owner)?),
            }
        }
        RawBody::Muted(muted) => EventBody::ConversationMuted {
            of: ConversationId::new(muted.of),
            until: muted.until.map(Timestamp::from_millis),
        },
        RawBody::Message(_)
        | RawBody::Edited { .. }
        | RawBody::Retracted { .. }
        | RawBody::Reaction { .. }
        | RawBody::Created { .. }
        | RawBody::Updated { .. }
        | RawBody::Member { .. } => return Err(Failure::broken("a message in a feed")),
    })
}

/// A message with names; reactions come with pages of history only.
fn message(raw: RawMessage, names: &Named) -> Message {
    Message {
        client_id: raw.client_id,
        text: raw.text,
        reply_to: raw.reply_to,
        mentions: user_refs(&raw.mentions, names),
        extensions: raw.extensions,
        edited: raw.edited,
        retracted: raw.retracted,
        reactions: Vec::new(),
    }
}

fn user_refs(users: &[UserId], names: &Named) -> Vec<UserRef> {
    users.iter().map(|user| user_ref(*user, names)).collect()
}

fn member_change(
    kind: i64,
    member: UserRef,
    role: Option<i64>,
    members: u64,
) -> Outcome<EventBody> {
    let role = role.map_or(Ok(Role::Member), Role::from_code)?;
    Ok(match kind {
        event::JOINED => EventBody::MemberJoined {
            member,
            role,
            members,
        },
        event::DECLINED => EventBody::MemberDeclined { member },
        event::INVITED => EventBody::MemberInvited { member },
        event::LEFT => EventBody::MemberLeft { member, members },
        event::REMOVED => EventBody::MemberRemoved { member, members },
        event::BANNED => EventBody::MemberBanned { member, members },
        event::UNBANNED => EventBody::MemberUnbanned { member },
        event::ROLE_CHANGED => EventBody::MemberRoleChanged { member, role },
        event::TRANSFERRED => EventBody::ConversationTransferred { member },
        _ => return Err(Failure::broken(format!("{kind} is no change of a member"))),
    })
}

fn contact(relation: &Relation, account: Account) -> Outcome<Contact> {
    Ok(Contact {
        account,
        state: ContactState::from_code(relation.state)?,
        nickname: relation.nickname.as_deref().map(Nickname::from_stored),
        note: relation.note.as_deref().map(Note::from_stored),
        blocked: relation.blocked,
        since: Timestamp::from_millis(relation.since),
    })
}

/// A thread in its present state; one that is gone is told as seen.
fn thread_change(ids: &[i64], unseen: u64, feed: &Feed) -> EventBody {
    let found = ids
        .first()
        .and_then(|id| feed.threads.get(&ThreadId::new(*id)));
    match found {
        Some(thread) => EventBody::NotificationChanged {
            thread: Box::new(thread.clone()),
            unseen,
        },
        None => seen(ids, unseen),
    }
}

fn seen(ids: &[i64], unseen: u64) -> EventBody {
    EventBody::NotificationSeen {
        threads: ids.iter().copied().map(ThreadId::new).collect(),
        unseen,
    }
}
