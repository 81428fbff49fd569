//! Every event, signal and reply is written so that a client of the wire types reads it.

use std::collections::BTreeSet;

use domain::contact::{Contact, ContactState};
use domain::conversation::{Facts, Kind, Marker, Member, PublicView, Role, Standing, View};
use domain::event::{Event, EventBody, Signal};
use domain::message::{Extensions, Message, Reaction, Version};
use domain::notification::Thread;
use domain::reply::{self, Page, Reply};
use domain::text::{Bio, DisplayName, Emoji, MessageText, Nickname, Note, Title, Topic};
use domain::user::{Account, AccountStatus, Presence, PresenceState};
use domain::{
    AccessVersion, ClientId, ConversationId, DeviceName, EndReason, Epoch, Seq, SessionId,
    ThreadId, Timestamp, UserId, UserRef, notification,
};
use engine::{Delivery, Published, PublishedSignal};
use gateway::native::{frame, to_wire};
use serde::de::DeserializeOwned;
use serde_json::Value;
use wire::native::ServerFrame;

const AT: Timestamp = Timestamp::from_millis(1_795_167_000_000);
const HERE: ConversationId = ConversationId::new(71);

fn user(name: &str) -> UserRef {
    UserRef {
        id: UserId::new(1),
        username: name.parse().unwrap(),
    }
}

fn account(name: &str) -> Account {
    Account {
        user: user(name),
        name: DisplayName::parse("Anna K.").unwrap(),
        bio: Bio::parse("Gardener").unwrap(),
        avatar: Some(7),
        status: AccountStatus::Active,
        operator: false,
        feed: ConversationId::new(9),
        created_at: AT,
        last_seen: None,
    }
}

fn text(text: &str) -> MessageText {
    MessageText::parse(text, 1000).unwrap()
}

fn message() -> Message {
    Message {
        client_id: Some(ClientId([7; 16])),
        text: text("Hello \"Bob\"\n\u{2028}🌍"),
        reply_to: Some(Seq::new(1)),
        mentions: vec![user("bob")],
        extensions: Extensions::new(Some("{\"org.example\":[1]}".to_owned())).unwrap(),
        edited: Some(Seq::new(3)),
        retracted: false,
        reactions: vec![Reaction {
            emoji: Emoji::parse("👍").unwrap(),
            count: 2,
            users: vec![user("bob")],
        }],
    }
}

fn contact() -> Contact {
    Contact {
        account: account("bob"),
        state: ContactState::Accepted,
        nickname: Nickname::parse("Bobby").unwrap(),
        note: Note::parse("Hi").unwrap(),
        blocked: true,
        since: AT,
    }
}

fn thread() -> Thread {
    Thread {
        id: ThreadId::new(4),
        kind: notification::Kind::Mention,
        conversation: Some(HERE),
        message: Some(Seq::new(2)),
        actors: vec![user("bob")],
        excerpt: Some("Hello".into()),
        count: 3,
        unseen: 1,
        at: AT,
    }
}

#[rustfmt::skip] // A table: one line says one thing.
fn bodies() -> Vec<EventBody> {
    use EventBody as E;
    let (it, role, members, of) = (Seq::new(2), Role::Admin, 3, HERE);
    let member = || user("bob");
    let emoji = || Emoji::parse("👍").unwrap();
    let title = || Title::parse("Garden").unwrap();
    vec![
        E::MessageCreated(message()),
        E::MessageEdited { message: it, text: text("Hi"), mentions: vec![member()] },
        E::MessageRetracted { message: it },
        E::ReactionAdded { message: it, emoji: emoji() },
        E::ReactionRemoved { message: it, emoji: emoji() },
        E::ConversationCreated { title: title() },
        E::ConversationUpdated { title: title(), topic: Some(None), public: Some(true) },
        E::ConversationTransferred { member: member() },
        E::MemberJoined { member: member(), role, members },
        E::MemberInvited { member: member() },
        E::MemberDeclined { member: member() },
        E::MemberLeft { member: member(), members },
        E::MemberRemoved { member: member(), members },
        E::MemberBanned { member: member(), members },
        E::MemberUnbanned { member: member() },
        E::MemberRoleChanged { member: member(), role },
        E::ContactChanged { contact: Box::new(contact()) },
        E::ReadChanged { of, head: it, read: it, unread: 1, mentions: 1, marked_unread: true },
        E::NotificationChanged { thread: Box::new(thread()), unseen: 2 },
        E::NotificationSeen { threads: vec![ThreadId::new(4)], unseen: 0 },
        E::ProfileChanged { account: Box::new(account("anna")) },
        E::ConversationMuted { of, until: Some(AT) },
    ]
}

fn event(body: EventBody) -> Event {
    Event {
        conversation: HERE,
        seq: Seq::new(2),
        at: AT,
        sender: Some(user("anna")),
        body,
    }
}

#[test]
fn every_event_is_read_as_it_was_written() {
    let mut words = BTreeSet::new();
    for body in bodies() {
        let event = event(body);
        let expected = to_wire::event(&event);
        let event = &Published::new(event);
        let bytes = frame::delivery(Delivery::Event { n: 17, event }, |parts| parts.concat());
        let read = ServerFrame::decode(&bytes).unwrap();
        assert_eq!(
            read,
            ServerFrame::Event {
                n: 17,
                event: Box::new(expected)
            }
        );
        let json: Value = serde_json::from_slice(&bytes).unwrap();
        words.insert(json["event"]["type"].as_str().unwrap().to_owned());
    }
    let schema = wire::native::schema();
    let known = schema["$defs"]["Event"]["oneOf"].as_array().unwrap().len();
    assert_eq!(words.len(), known, "each type of event is tried: {words:?}");
}

#[test]
fn an_event_is_encoded_once() {
    let event = &Published::new(event(EventBody::MessageCreated(message())));
    let frames: Vec<Vec<u8>> = (1..4)
        .map(|n| frame::delivery(Delivery::Event { n, event }, |parts| parts.concat()))
        .collect();
    assert_ne!(frames[0], frames[1]);
    event.native(|_| panic!("it was encoded before"));
}

#[test]
fn signals_and_endings_are_read_as_they_were_written() {
    let signals = [
        Signal::Typing {
            conversation: HERE,
            user: user("bob"),
            active: true,
        },
        Signal::Presence(Presence {
            user: user("bob"),
            state: PresenceState::Offline,
            last_seen: Some(AT),
        }),
        Signal::Marker {
            conversation: HERE,
            marker: Marker {
                user: user("bob"),
                delivered: Seq::new(3),
                read: Seq::new(2),
            },
        },
    ];
    for signal in signals {
        let expected = to_wire::signal(&signal);
        let signal = &PublishedSignal::new(signal);
        let read = ServerFrame::decode(&frame::delivery(Delivery::Signal(signal), |parts| {
            parts.concat()
        }))
        .unwrap();
        assert_eq!(read, ServerFrame::Signal { signal: expected });
    }
    let read = ServerFrame::decode(&frame::delivery(Delivery::Reset { n: 4 }, |parts| {
        parts.concat()
    }))
    .unwrap();
    assert_eq!(read, ServerFrame::Reset { n: 4 });
    let read = ServerFrame::decode(&frame::end(EndReason::Idle)).unwrap();
    assert_eq!(
        read,
        ServerFrame::End {
            reason: "idle".to_owned(),
            reconnect: true
        }
    );
}

fn view() -> View {
    View {
        facts: Facts {
            conversation: HERE,
            kind: Kind::Group,
            public: true,
            version: AccessVersion(3),
            standing: Standing::Member,
            role: Role::Owner,
            left_at: Seq::ZERO,
            members: 2,
            blocks_peer: false,
            closed_by_peer: false,
        },
        title: Title::parse("Garden").unwrap(),
        topic: Topic::parse("Who waters").unwrap(),
        peer: None,
        head: Seq::new(9),
        first: Seq::new(1),
        unread: 2,
        mentions: 1,
        read: Seq::new(7),
        marked_unread: false,
        muted_until: Some(AT),
        last: Some(event(EventBody::MessageCreated(message()))),
        markers: vec![Marker {
            user: user("bob"),
            delivered: Seq::new(9),
            read: Seq::new(8),
        }],
        active_at: AT,
        created_at: AT,
    }
}

/// The reply is read as the type that the command's table names.
#[track_caller]
fn reads<T: DeserializeOwned>(reply: &Reply) -> T {
    let bytes = to_wire::reply(reply);
    serde_json::from_slice(&bytes)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&bytes)))
}

#[test]
fn replies_about_messages_are_read_as_their_types() {
    use wire::native as w;
    let written = || event(EventBody::MessageCreated(message()));
    let (conversation, seq, at) = (HERE, Seq::new(2), AT);
    let _: w::Done = reads(&Reply::Done);
    let pong: w::Pong = reads(&Reply::Pong(AT));
    assert_eq!(pong.at, w::Time(AT.millis()));
    let client_id = ClientId([7; 16]);
    let sent: w::Sent = reads(&Reply::Sent(reply::Sent {
        conversation,
        seq,
        at,
        client_id,
        repeated: true,
    }));
    assert_eq!(
        (sent.conversation.as_str(), sent.seq, sent.repeated),
        ("71", 2, true)
    );
    let appended: w::Appended = reads(&Reply::Appended(reply::Appended {
        conversation,
        seq,
        at,
    }));
    assert_eq!(appended.seq, 2);
    let versions: w::Versions = reads(&Reply::Versions(vec![Version {
        seq,
        at,
        text: text("a"),
    }]));
    assert_eq!(versions.versions[0].text, "a");
    let history: w::History = reads(&Reply::History(Box::new(reply::History {
        items: vec![written()],
        accounts: vec![account("anna")],
        prev: Some(seq),
        next: None,
        head: seq,
    })));
    assert_eq!(
        (history.prev, history.next, history.users.len()),
        (Some(2), None, 1)
    );
    let log: w::Log = reads(&Reply::Log(reply::Log {
        events: vec![written()],
        head: seq,
        first: Seq::new(1),
    }));
    assert_eq!(log.events[0], to_wire::event(&written()));
    let found: w::Found = reads(&Reply::Found(Box::new(reply::Found {
        hits: vec![reply::Hit {
            message: written(),
            marks: vec![(0, 5)],
        }],
        accounts: Vec::new(),
        cursor: Some("c".to_owned()),
    })));
    assert_eq!(found.hits[0].marks, [(0, 5)]);
}

#[test]
fn replies_about_conversations_and_people_are_read_as_their_types() {
    use wire::native as w;
    let one: w::OneConversation = reads(&Reply::Conversation(Box::new((
        view(),
        vec![account("bob")],
    ))));
    assert_eq!(one.conversation.role, Some(w::Role::Owner));
    assert!(one.conversation.can.contains(&w::Ability::Configure));
    let page = Page {
        items: vec![PublicView {
            id: HERE,
            title: Title::parse("Garden").unwrap().unwrap(),
            topic: None,
            members: 2,
            joined: false,
        }],
        cursor: None,
    };
    let discovered: w::Discovered = reads(&Reply::Discovered(page));
    assert_eq!(discovered.conversations[0].id, "71");
    let member = Member {
        account: account("bob"),
        role: Role::Member,
        standing: Standing::Invited,
        since: AT,
    };
    let members: w::Members = reads(&Reply::Members(Page {
        items: vec![member],
        cursor: Some("c".to_owned()),
    }));
    assert_eq!(members.members[0].standing, w::Standing::Invited);
    let added: w::MemberAdded = reads(&Reply::MemberAdded { invited: true });
    assert!(added.invited);
    let contacts: w::Contacts = reads(&Reply::Contacts(vec![contact()]));
    let single: w::OneContact = reads(&Reply::Contact(Box::new(contact())));
    assert_eq!(contacts.contacts[0], single.contact);
    let me: w::Me = reads(&Reply::Me(Box::new(account("anna"))));
    assert_eq!(
        me.me.user.avatar.as_deref(),
        Some("/v1/users/anna/avatar?v=7")
    );
    let user: w::OneUser = reads(&Reply::User(Box::new(account("花子"))));
    assert_eq!(
        user.user.avatar.as_deref(),
        Some("/v1/users/%E8%8A%B1%E5%AD%90/avatar?v=7")
    );
    let users: w::Users = reads(&Reply::Users(vec![account("bob")]));
    assert_eq!(users.users[0].name, "Anna K.");
    let presence = Presence {
        user: self::user("bob"),
        state: PresenceState::Away,
        last_seen: None,
    };
    let presences: w::Presences = reads(&Reply::Presences(vec![presence]));
    assert_eq!(presences.presences[0].state, w::PresenceState::Away);
}

#[test]
fn replies_about_oneself_are_read_as_their_types() {
    use wire::native as w;
    let session = reply::SignedIn {
        id: SessionId::new(41),
        device: DeviceName::from_claim("Test"),
        created_at: AT,
        last_used_at: AT,
        expires_at: AT,
        current: true,
        connected: false,
    };
    let sessions: w::Sessions = reads(&Reply::Sessions(vec![session]));
    assert_eq!(sessions.sessions[0].id, "41");
    let notifications: w::Notifications =
        reads(&Reply::Notifications(Box::new(reply::Notifications {
            threads: Page {
                items: vec![thread()],
                cursor: None,
            },
            accounts: vec![account("bob")],
            unseen: 1,
        })));
    assert_eq!(notifications.threads[0].kind, w::NotificationKind::Mention);
    let synced: w::Synced = reads(&Reply::Synced(Box::new(reply::Synced {
        epoch: Epoch(-2),
        me: account("anna"),
        conversations: vec![view()],
        gone: vec![HERE],
        accounts: vec![account("bob")],
        contacts: vec![contact()],
        presences: Vec::new(),
        feed_head: Seq::new(5),
        unseen: 1,
        cursor: None,
    })));
    assert_eq!(
        (synced.feed.as_str(), synced.epoch.as_str()),
        ("9", "fffffffffffffffe")
    );
}
