//! Which commands of one connection run beside each other, and which one after another.
//!
//! What changes a conversation keeps the order in which it was asked; so do other changes among
//! themselves. What only reads waits for nobody. Messages to one conversation overlap, because
//! many of them share a commit.

use std::collections::{HashMap, VecDeque};

use domain::command::{Command as C, Destination};
use domain::{ConversationId, Username};

use crate::native::from_wire::Request;
use crate::native::perform::Asked;

/// Commands of one connection that are under way or wait, at most.
pub(super) const MOST: usize = 64;

/// What keeps its order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Lane {
    /// Changes in a conversation.
    Conversation(ConversationId),
    /// Messages to a user.
    User(Username),
    /// Other changes.
    Own,
}

/// The lane of a request; none for what only reads.
pub(super) fn lane(request: &Request) -> Option<Lane> {
    let command = match request {
        Request::Ack(_) | Request::Presence(_) => return None,
        Request::Command(command) => command,
    };
    match command {
        C::SendMessage {
            to: Destination::User(username),
            ..
        } => Some(Lane::User(username.clone())),
        C::SendMessage {
            to: Destination::Conversation(conversation),
            ..
        }
        | C::EditMessage { conversation, .. }
        | C::RetractMessage { conversation, .. }
        | C::AddReaction { conversation, .. }
        | C::RemoveReaction { conversation, .. }
        | C::MarkRead { conversation, .. }
        | C::MarkDelivered { conversation, .. }
        | C::MarkUnread { conversation, .. }
        | C::SetTyping { conversation, .. }
        | C::UpdateConversation { conversation, .. }
        | C::Join { conversation }
        | C::Leave { conversation }
        | C::Mute { conversation, .. }
        | C::AddMember { conversation, .. }
        | C::RemoveMember { conversation, .. }
        | C::BanMember { conversation, .. }
        | C::UnbanMember { conversation, .. }
        | C::SetRole { conversation, .. } => Some(Lane::Conversation(*conversation)),
        C::CreateConversation { .. }
        | C::OpenDirect { .. }
        | C::RequestContact { .. }
        | C::AcceptContact { .. }
        | C::DeclineContact { .. }
        | C::RemoveContact { .. }
        | C::SetNickname { .. }
        | C::Block { .. }
        | C::Unblock { .. }
        | C::UpdateMe { .. }
        | C::SetAvatar { .. }
        | C::ChangePassword { .. }
        | C::RevokeSession { .. }
        | C::SignOut
        | C::DeleteAccount { .. }
        | C::SetPresence { .. }
        | C::SeeNotifications { .. } => Some(Lane::Own),
        C::Ping
        | C::ListVersions { .. }
        | C::GetPresence { .. }
        | C::Sync { .. }
        | C::GetHistory { .. }
        | C::GetLog { .. }
        | C::Search { .. }
        | C::GetConversation { .. }
        | C::Discover { .. }
        | C::ListMembers { .. }
        | C::ListContacts
        | C::GetMe
        | C::GetUser { .. }
        | C::FindUsers { .. }
        | C::ListSessions
        | C::ListNotifications { .. } => None,
    }
}

/// Is it a message to a conversation? The engine keeps those in order by itself, so the next one
/// need not wait until the last one is durable.
pub(super) fn overlaps(request: &Request) -> bool {
    let to_conversation = |to: &Destination| match to {
        Destination::Conversation(_) => true,
        Destination::User(_) => false,
    };
    matches!(request, Request::Command(C::SendMessage { to, .. }) if to_conversation(to))
}

/// The commands of one connection that wait for another, and how many there are in all.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    /// A lane that is here has a command under way.
    busy: HashMap<Lane, Busy>,
    count: usize,
}

/// A lane with commands under way: one, or several that overlap.
#[derive(Debug, Default)]
struct Busy {
    running: usize,
    overlapping: bool,
    waiting: VecDeque<Asked>,
}

impl Lanes {
    /// Is there room for another command?
    pub(super) fn has_room(&self) -> bool {
        self.count < MOST
    }

    /// A command came. It is given back when it can start at once.
    pub(super) fn enter(&mut self, lane: Option<&Lane>, asked: Asked) -> Option<Asked> {
        self.count += 1;
        let Some(lane) = lane else { return Some(asked) };
        let overlapping = overlaps(&asked.request);
        let busy = self.busy.entry(lane.clone()).or_default();
        let joins = busy.overlapping && overlapping && busy.waiting.is_empty();
        if busy.running > 0 && !joins {
            busy.waiting.push_back(asked);
            return None;
        }
        busy.running += 1;
        busy.overlapping = overlapping;
        Some(asked)
    }

    /// A command is done. Those of its lane that can start now, in order.
    pub(super) fn leave(&mut self, lane: Option<&Lane>) -> Vec<Asked> {
        self.count -= 1;
        let mut next = Vec::new();
        let Some(lane) = lane else { return next };
        let Some(busy) = self.busy.get_mut(lane) else {
            return next;
        };
        busy.running -= 1;
        if busy.running == 0 {
            next.extend(busy.waiting.pop_front());
            busy.overlapping = next.first().is_some_and(|first| overlaps(&first.request));
            while busy.overlapping && busy.waiting.front().is_some_and(|n| overlaps(&n.request)) {
                next.extend(busy.waiting.pop_front());
            }
            busy.running = next.len();
        }
        if busy.running == 0 {
            self.busy.remove(lane);
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use domain::message::Extensions;
    use domain::text::MessageText;
    use domain::{ClientId, Seq};

    use super::*;

    const HERE: ConversationId = ConversationId::new(1);
    const LANE: Lane = Lane::Conversation(HERE);
    const NONE: [u64; 0] = [];

    fn other(id: u64) -> Asked {
        let command = C::MarkRead {
            conversation: HERE,
            seq: Seq::new(1),
        };
        Asked {
            id: Some(id),
            request: Request::Command(command),
        }
    }

    fn send(id: u64) -> Asked {
        let command = C::SendMessage {
            to: Destination::Conversation(HERE),
            client_id: ClientId([0; 16]),
            text: MessageText::parse("x", 9).unwrap(),
            reply_to: None,
            mentions: None,
            extensions: Extensions::default(),
        };
        Asked {
            id: Some(id),
            request: Request::Command(command),
        }
    }

    fn ids(asked: impl IntoIterator<Item = Asked>) -> Vec<u64> {
        asked.into_iter().filter_map(|asked| asked.id).collect()
    }

    #[test]
    fn one_lane_keeps_its_order_and_others_do_not_wait() {
        let mut lanes = Lanes::default();
        assert_eq!(ids(lanes.enter(Some(&LANE), other(1))), [1]);
        assert_eq!(ids(lanes.enter(Some(&LANE), other(2))), NONE);
        assert_eq!(ids(lanes.enter(Some(&Lane::Own), other(3))), [3]);
        assert_eq!(ids(lanes.enter(None, other(4))), [4]);
        assert_eq!(ids(lanes.enter(Some(&LANE), other(5))), NONE);
        assert_eq!(ids(lanes.leave(None)), NONE);
        assert_eq!(ids(lanes.leave(Some(&LANE))), [2]);
        assert_eq!(ids(lanes.leave(Some(&LANE))), [5]);
        assert_eq!(ids(lanes.leave(Some(&LANE))), NONE);
        assert_eq!(ids(lanes.leave(Some(&Lane::Own))), NONE);
        assert!(lanes.busy.is_empty());
        assert_eq!(lanes.count, 0);
        assert_eq!(ids(lanes.enter(Some(&LANE), other(6))), [6]);
    }

    #[test]
    fn messages_overlap_and_what_is_no_message_waits_for_all_of_them() {
        let mut lanes = Lanes::default();
        assert_eq!(ids(lanes.enter(Some(&LANE), send(1))), [1]);
        assert_eq!(ids(lanes.enter(Some(&LANE), send(2))), [2]);
        assert_eq!(ids(lanes.enter(Some(&LANE), other(3))), NONE);
        assert_eq!(
            ids(lanes.enter(Some(&LANE), send(4))),
            NONE,
            "it came after the other"
        );
        assert_eq!(ids(lanes.enter(Some(&LANE), send(5))), NONE);
        assert_eq!(ids(lanes.leave(Some(&LANE))), NONE);
        assert_eq!(ids(lanes.leave(Some(&LANE))), [3]);
        assert_eq!(ids(lanes.leave(Some(&LANE))), [4, 5]);
        assert_eq!(ids(lanes.enter(Some(&LANE), send(6))), [6]);
        for _ in 0..3 {
            assert_eq!(ids(lanes.leave(Some(&LANE))), NONE);
        }
        assert!(lanes.busy.is_empty());
    }

    #[test]
    fn there_is_an_end_to_it() {
        let mut lanes = Lanes::default();
        for n in 0..MOST as u64 {
            assert!(lanes.has_room());
            lanes.enter(Some(&Lane::Own), other(n));
        }
        assert!(!lanes.has_room());
        lanes.leave(Some(&Lane::Own));
        assert!(lanes.has_room());
    }
}
