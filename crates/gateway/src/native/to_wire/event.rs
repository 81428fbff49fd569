//! Events and signals.

use std::collections::BTreeMap;

use domain::event::{Event, EventBody, Signal};
use domain::message::{Extensions, Message, Reaction};
use domain::text::Topic;
use domain::{ClientId, Seq, UserRef};
use wire::native as wire;

use super::super::names;
use super::view::{contact, presence, thread, time, user, usernames};

/// A fact in a log.
pub fn event(event: &Event) -> wire::Event {
    wire::Event {
        conversation: event.conversation.to_string(),
        seq: event.seq.as_u64(),
        at: time(event.at),
        sender: event.sender.as_ref().map(username),
        body: body(&event.body),
    }
}

fn username(user: &UserRef) -> String {
    user.username.to_string()
}

#[rustfmt::skip] // A table: one line says one thing.
fn body(body: &EventBody) -> wire::EventBody {
    use EventBody as E;
    use wire::EventBody as W;
    let name = username;
    match body {
        E::MessageCreated(it) => message(it),
        E::MessageEdited { message, text, mentions } => W::MessageEdited {
            message: message.as_u64(), text: text.as_str().to_owned(), mentions: usernames(mentions),
        },
        E::MessageRetracted { message } => W::MessageRetracted { message: message.as_u64() },
        E::ReactionAdded { message, emoji } =>
            W::ReactionAdded { message: message.as_u64(), emoji: emoji.as_str().to_owned() },
        E::ReactionRemoved { message, emoji } =>
            W::ReactionRemoved { message: message.as_u64(), emoji: emoji.as_str().to_owned() },
        E::ConversationCreated { title } =>
            W::ConversationCreated { title: title.as_ref().map(|title| title.as_str().to_owned()) },
        E::ConversationUpdated { title, topic, public } => W::ConversationUpdated {
            title: title.as_ref().map(|title| title.as_str().to_owned()),
            topic: topic.as_ref().map(|topic| text_or_empty(topic.as_ref())),
            public: *public,
        },
        E::MemberJoined { member, role, members } =>
            W::MemberJoined { member: name(member), role: names::role(*role), members: *members },
        E::MemberInvited { member } => W::MemberInvited { member: name(member) },
        E::MemberDeclined { member } => W::MemberDeclined { member: name(member) },
        E::MemberLeft { member, members } =>
            W::MemberLeft { member: name(member), members: *members },
        E::MemberRemoved { member, members } =>
            W::MemberRemoved { member: name(member), members: *members },
        E::MemberBanned { member, members } =>
            W::MemberBanned { member: name(member), members: *members },
        E::MemberUnbanned { member } => W::MemberUnbanned { member: name(member) },
        E::MemberRoleChanged { member, role } =>
            W::MemberRoleChanged { member: name(member), role: names::role(*role) },
        E::ConversationTransferred { member } => W::ConversationTransferred { member: name(member) },
        E::ContactChanged { contact: it } => W::ContactChanged { contact: contact(it) },
        E::ReadChanged { of, head, read, unread, mentions, marked_unread } => W::ReadChanged {
            of: of.to_string(), head: head.as_u64(), read: read.as_u64(),
            unread: *unread, mentions: *mentions, marked_unread: *marked_unread,
        },
        E::NotificationChanged { thread: it, unseen } =>
            W::NotificationChanged { thread: thread(it), unseen: *unseen },
        E::NotificationSeen { threads, unseen } => W::NotificationSeen {
            threads: threads.iter().map(ToString::to_string).collect(), unseen: *unseen,
        },
        E::ProfileChanged { account } => W::ProfileChanged { user: user(account) },
        E::ConversationMuted { of, until } =>
            W::ConversationMuted { of: of.to_string(), until: until.map(time) },
    }
}

/// A removed topic is an empty one on the wire.
fn text_or_empty(topic: Option<&Topic>) -> String {
    topic.map_or_else(String::new, |topic| topic.as_str().to_owned())
}

fn message(message: &Message) -> wire::EventBody {
    wire::EventBody::MessageCreated {
        client_id: message.client_id.as_ref().map(ClientId::to_string),
        text: message.text.as_str().to_owned(),
        reply_to: message.reply_to.map(Seq::as_u64),
        mentions: usernames(&message.mentions),
        extensions: extensions(&message.extensions),
        edited: message.edited.map(Seq::as_u64),
        retracted: message.retracted,
        reactions: message.reactions.iter().map(reaction).collect(),
    }
}

/// The frontier checked that it is a JSON object when it came in; a store that says otherwise is
/// not a reason to lose the message.
fn extensions(extensions: &Extensions) -> BTreeMap<String, serde_json::Value> {
    extensions
        .as_json()
        .and_then(|json| serde_json::from_str(json).ok())
        .unwrap_or_default()
}

fn reaction(reaction: &Reaction) -> wire::Reaction {
    wire::Reaction {
        emoji: reaction.emoji.as_str().to_owned(),
        count: reaction.count,
        users: usernames(&reaction.users),
    }
}

/// Something that is told and forgotten.
pub fn signal(signal: &Signal) -> wire::Signal {
    match signal {
        Signal::Typing {
            conversation,
            user,
            active,
        } => wire::Signal::Typing {
            conversation: conversation.to_string(),
            user: username(user),
            active: *active,
        },
        Signal::Presence(it) => wire::Signal::Presence(presence(it)),
        Signal::Profile(account) => wire::Signal::Profile {
            user: user(account),
        },
        Signal::Marker {
            conversation,
            marker,
        } => wire::Signal::Marker {
            conversation: conversation.to_string(),
            user: username(&marker.user),
            delivered: marker.delivered.as_u64(),
            read: marker.read.as_u64(),
        },
    }
}
