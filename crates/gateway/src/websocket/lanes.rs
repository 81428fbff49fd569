//! Which commands of one connection run beside each other, and which one after another.
//!
//! What changes a conversation keeps the order in which it was asked; so do other changes among
//! themselves. What only reads waits for nobody.

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

/// The commands of one connection that wait for another, and how many there are in all.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    /// A lane that is here has a command under way.
    waiting: HashMap<Lane, VecDeque<Asked>>,
    count: usize,
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
        if let Some(queue) = self.waiting.get_mut(lane) {
            queue.push_back(asked);
            return None;
        }
        self.waiting.insert(lane.clone(), VecDeque::new());
        Some(asked)
    }

    /// A command is done. The next one of its lane, which can start now.
    pub(super) fn leave(&mut self, lane: Option<&Lane>) -> Option<Asked> {
        self.count -= 1;
        let lane = lane?;
        let next = self.waiting.get_mut(lane)?.pop_front();
        if next.is_none() {
            self.waiting.remove(lane);
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(id: u64) -> Asked {
        Asked {
            id: Some(id),
            request: Request::Command(C::Ping),
        }
    }

    fn id(asked: Option<Asked>) -> Option<u64> {
        asked.and_then(|asked| asked.id)
    }

    #[test]
    fn one_lane_keeps_its_order_and_others_do_not_wait() {
        let (a, b) = (Lane::Conversation(ConversationId::new(1)), Lane::Own);
        let mut lanes = Lanes::default();
        assert_eq!(id(lanes.enter(Some(&a), asked(1))), Some(1));
        assert_eq!(id(lanes.enter(Some(&a), asked(2))), None);
        assert_eq!(id(lanes.enter(Some(&b), asked(3))), Some(3));
        assert_eq!(id(lanes.enter(None, asked(4))), Some(4));
        assert_eq!(id(lanes.enter(Some(&a), asked(5))), None);
        assert_eq!(id(lanes.leave(None)), None);
        assert_eq!(id(lanes.leave(Some(&a))), Some(2));
        assert_eq!(id(lanes.leave(Some(&a))), Some(5));
        assert_eq!(id(lanes.leave(Some(&a))), None);
        assert_eq!(id(lanes.leave(Some(&b))), None);
        assert!(lanes.waiting.is_empty());
        assert_eq!(lanes.count, 0);
        assert_eq!(id(lanes.enter(Some(&a), asked(6))), Some(6));
    }

    #[test]
    fn there_is_an_end_to_it() {
        let mut lanes = Lanes::default();
        for n in 0..MOST as u64 {
            assert!(lanes.has_room());
            lanes.enter(Some(&Lane::Own), asked(n));
        }
        assert!(!lanes.has_room());
        lanes.leave(Some(&Lane::Own));
        assert!(lanes.has_room());
    }
}
