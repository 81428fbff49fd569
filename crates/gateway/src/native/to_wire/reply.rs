//! The direct answers to commands.

use domain::reply::{self, Reply};
use domain::{Seq, Timestamp};
use serde::Serialize;
use wire::native as wire;

use super::view;

/// The JSON of a reply, as it stands under `ok`.
pub fn reply(reply: &Reply) -> Vec<u8> {
    use view::{contact, conversation, member, presence, public, session, user, users};
    match reply {
        Reply::Done => json(&wire::Done {}),
        Reply::Pong(at) => json(&wire::Pong {
            at: view::time(*at),
        }),
        Reply::Sent(sent) => json(&self::sent(sent)),
        Reply::Appended(it) => json(&appended(it)),
        Reply::Versions(versions) => json(&wire::Versions {
            versions: versions.iter().map(version).collect(),
        }),
        Reply::Presences(presences) => json(&wire::Presences {
            presences: presences.iter().map(presence).collect(),
        }),
        Reply::Synced(it) => json(&synced(it)),
        Reply::History(it) => json(&history(it)),
        Reply::Log(log) => json(&wire::Log {
            events: log.events.iter().map(super::event::event).collect(),
            head: log.head.as_u64(),
            first: log.first.as_u64(),
        }),
        Reply::Found(it) => json(&found(it)),
        Reply::Conversation(both) => json(&wire::OneConversation {
            conversation: conversation(&both.0),
            users: users(&both.1),
        }),
        Reply::Discovered(page) => json(&wire::Discovered {
            conversations: page.items.iter().map(public).collect(),
            cursor: page.cursor.clone(),
        }),
        Reply::Members(page) => json(&wire::Members {
            members: page.items.iter().map(member).collect(),
            cursor: page.cursor.clone(),
        }),
        Reply::MemberAdded { invited } => json(&wire::MemberAdded { invited: *invited }),
        Reply::Contacts(contacts) => json(&wire::Contacts {
            contacts: contacts.iter().map(contact).collect(),
        }),
        Reply::Contact(it) => json(&wire::OneContact {
            contact: contact(it),
        }),
        Reply::Me(me) => json(&wire::Me {
            me: view::account(me),
        }),
        Reply::User(it) => json(&wire::OneUser { user: user(it) }),
        Reply::Users(accounts) => json(&wire::Users {
            users: users(accounts),
        }),
        Reply::Sessions(sessions) => json(&wire::Sessions {
            sessions: sessions.iter().map(session).collect(),
        }),
        Reply::Notifications(it) => json(&notifications(it)),
    }
}

/// A message of a few sentences, with everything around it, in bytes.
const USUAL: usize = 400;

/// Serialises a type of the wire.
pub(crate) fn json(value: &impl Serialize) -> Vec<u8> {
    let mut out = Vec::with_capacity(USUAL);
    serde_json::to_writer(&mut out, value)
        .expect("the wire types have string keys only and never fail");
    out
}

/// What sign-in answers.
pub fn signed_in(
    token: String,
    session: domain::SessionId,
    account: &domain::user::Account,
    expires_at: Timestamp,
) -> wire::SignedIn {
    wire::SignedIn {
        token,
        session: session.to_string(),
        user: view::account(account),
        expires_at: view::time(expires_at),
    }
}

fn sent(sent: &reply::Sent) -> wire::Sent {
    wire::Sent {
        conversation: sent.conversation.to_string(),
        seq: sent.seq.as_u64(),
        at: view::time(sent.at),
        client_id: sent.client_id.to_string(),
        repeated: sent.repeated,
    }
}

fn appended(appended: &reply::Appended) -> wire::Appended {
    wire::Appended {
        conversation: appended.conversation.to_string(),
        seq: appended.seq.as_u64(),
        at: view::time(appended.at),
    }
}

fn version(version: &domain::message::Version) -> wire::Version {
    wire::Version {
        seq: version.seq.as_u64(),
        at: view::time(version.at),
        text: version.text.as_str().to_owned(),
    }
}

fn synced(synced: &reply::Synced) -> wire::Synced {
    wire::Synced {
        epoch: synced.epoch.to_string(),
        me: view::account(&synced.me),
        conversations: synced
            .conversations
            .iter()
            .map(view::conversation)
            .collect(),
        gone: synced.gone.iter().map(ToString::to_string).collect(),
        users: view::users(&synced.accounts),
        contacts: synced.contacts.iter().map(view::contact).collect(),
        presences: synced.presences.iter().map(view::presence).collect(),
        feed: synced.me.feed.to_string(),
        feed_head: synced.feed_head.as_u64(),
        unseen: synced.unseen,
        cursor: synced.cursor.clone(),
    }
}

fn history(history: &reply::History) -> wire::History {
    wire::History {
        items: history.items.iter().map(super::event::event).collect(),
        users: view::users(&history.accounts),
        prev: history.prev.map(Seq::as_u64),
        next: history.next.map(Seq::as_u64),
        head: history.head.as_u64(),
    }
}

fn found(found: &reply::Found) -> wire::Found {
    let hit = |hit: &reply::Hit| wire::Hit {
        message: super::event::event(&hit.message),
        marks: hit.marks.clone(),
    };
    wire::Found {
        hits: found.hits.iter().map(hit).collect(),
        users: view::users(&found.accounts),
        cursor: found.cursor.clone(),
    }
}

fn notifications(notifications: &reply::Notifications) -> wire::Notifications {
    wire::Notifications {
        threads: notifications
            .threads
            .items
            .iter()
            .map(view::thread)
            .collect(),
        users: view::users(&notifications.accounts),
        unseen: notifications.unseen,
        cursor: notifications.threads.cursor.clone(),
    }
}
