//! Users, conversations, contacts, notifications: what replies and events show.

use domain::contact::Contact;
use domain::conversation::{Marker, Member, PublicView, View};
use domain::notification::Thread;
use domain::permit::rules::abilities;
use domain::reply::SignedIn;
use domain::user::{Account, AccountStatus, Presence};
use domain::{Timestamp, UserRef};
use wire::native as wire;

use super::super::names;

/// A moment.
pub(super) fn time(at: Timestamp) -> wire::Time {
    wire::Time(at.millis())
}

/// Usernames of users.
pub(super) fn usernames(users: &[UserRef]) -> Vec<String> {
    users.iter().map(|user| user.username.to_string()).collect()
}

/// A user as others see them.
pub(super) fn user(account: &Account) -> wire::User {
    let username = account.user.username.as_str();
    wire::User {
        username: username.to_owned(),
        name: account
            .name
            .as_ref()
            .map_or(username, |name| name.as_str())
            .to_owned(),
        bio: account.bio.as_ref().map(|bio| bio.as_str().to_owned()),
        avatar: account.avatar.map(|version| {
            let name = crate::native::percent::segment(username);
            format!("/v1/users/{name}/avatar?v={version}")
        }),
        deleted: match account.status {
            AccountStatus::Deleted => true,
            AccountStatus::Active | AccountStatus::Disabled => false,
        },
    }
}

/// Users as others see them.
pub(super) fn users(accounts: &[Account]) -> Vec<wire::User> {
    accounts.iter().map(user).collect()
}

/// A user's own account.
pub fn account(account: &Account) -> wire::Account {
    wire::Account {
        user: user(account),
        created_at: time(account.created_at),
        operator: account.operator,
    }
}

/// A presence.
pub(super) fn presence(presence: &Presence) -> wire::Presence {
    wire::Presence {
        user: presence.user.username.to_string(),
        state: names::presence(presence.state),
        last_seen: presence.last_seen.map(time),
    }
}

/// A relation.
pub fn contact(contact: &Contact) -> wire::Contact {
    wire::Contact {
        user: user(&contact.account),
        state: names::contact(contact.state),
        nickname: contact
            .nickname
            .as_ref()
            .map(|name| name.as_str().to_owned()),
        note: contact.note.as_ref().map(|note| note.as_str().to_owned()),
        blocked: contact.blocked,
        since: time(contact.since),
    }
}

/// A conversation as one user sees it.
pub fn conversation(view: &View) -> wire::Conversation {
    let facts = &view.facts;
    let member = facts.standing == domain::conversation::Standing::Member;
    wire::Conversation {
        id: facts.conversation.to_string(),
        kind: names::kind(facts.kind),
        title: view.title.as_ref().map(|title| title.as_str().to_owned()),
        topic: view.topic.as_ref().map(|topic| topic.as_str().to_owned()),
        public: facts.public,
        peer: view.peer.as_ref().map(|peer| peer.username.to_string()),
        standing: names::standing(facts.standing),
        role: member.then(|| names::role(facts.role)),
        can: abilities(facts).into_iter().map(names::ability).collect(),
        members: facts.members,
        head: view.head.as_u64(),
        first: view.first.as_u64(),
        unread: view.unread,
        mentions: view.mentions,
        read: view.read.as_u64(),
        marked_unread: view.marked_unread,
        muted_until: view.muted_until.map(time),
        last: view.last.as_ref().map(super::event::event),
        markers: view.markers.iter().map(marker).collect(),
        active_at: time(view.active_at),
        created_at: time(view.created_at),
    }
}

fn marker(marker: &Marker) -> wire::Marker {
    wire::Marker {
        user: marker.user.username.to_string(),
        delivered: marker.delivered.as_u64(),
        read: marker.read.as_u64(),
    }
}

/// A member in a list.
pub(super) fn member(member: &Member) -> wire::Member {
    wire::Member {
        user: user(&member.account),
        role: names::role(member.role),
        standing: names::standing(member.standing),
        since: time(member.since),
    }
}

/// A public conversation in a list.
pub(super) fn public(view: &PublicView) -> wire::PublicConversation {
    wire::PublicConversation {
        id: view.id.to_string(),
        title: view.title.as_str().to_owned(),
        topic: view.topic.as_ref().map(|topic| topic.as_str().to_owned()),
        members: view.members,
        joined: view.joined,
    }
}

/// A notification thread.
pub(super) fn thread(thread: &Thread) -> wire::NotificationThread {
    wire::NotificationThread {
        id: thread.id.to_string(),
        kind: names::notification(thread.kind),
        conversation: thread.conversation.map(|id| id.to_string()),
        message: thread.message.map(domain::Seq::as_u64),
        actors: usernames(&thread.actors),
        excerpt: thread.excerpt.as_ref().map(ToString::to_string),
        count: thread.count,
        unseen: thread.unseen,
        at: time(thread.at),
    }
}

/// A signed-in session.
pub fn session(session: &SignedIn) -> wire::SessionView {
    wire::SessionView {
        id: session.id.to_string(),
        device: session.device.as_str().to_owned(),
        created_at: time(session.created_at),
        last_used_at: time(session.last_used_at),
        expires_at: time(session.expires_at),
        current: session.current,
        connected: session.connected,
    }
}
