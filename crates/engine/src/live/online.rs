//! A user who is here.

use std::sync::Arc;

use domain::user::PresenceState;
use domain::{ConversationId, MailboxId, Seq, UserRef};
use parking_lot::Mutex;
use smallvec::SmallVec;
use tokio::sync::OnceCell;

use super::audience::Slot;
use super::mailbox::Mailbox;

/// A user with at least one mailbox on this node.
#[derive(Debug)]
pub(crate) struct OnlineUser {
    pub(crate) user: UserRef,
    pub(super) slot: Slot,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Oldest first. Nearly everyone has one.
    mailboxes: SmallVec<[Arc<Mailbox>; 1]>,
    /// In whose audience the user is; to be undone when the last mailbox goes.
    conversations: Vec<ConversationId>,
    /// While the memberships are being loaded.
    enrolling: Option<Box<Enrolling>>,
    /// What others were last told.
    told: PresenceState,
    /// The last mailbox went: whoever still has this joins nothing any more.
    gone: bool,
}

/// What is known of a user who does not listen yet.
#[derive(Debug, Default)]
struct Enrolling {
    /// Who opens a mailbox first loads the memberships, others wait for it.
    once: Arc<OnceCell<()>>,
    /// Membership changes that the relay saw meanwhile.
    pending: Vec<Turn>,
}

/// A user began or ceased to listen to a conversation, by the event at a place of its log.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    pub(super) conversation: ConversationId,
    pub(super) seq: Seq,
    pub(super) listens: bool,
}

impl OnlineUser {
    /// Somebody who has no mailbox yet and listens to nothing.
    pub(super) fn new(user: UserRef, slot: Slot) -> Self {
        Self {
            user,
            slot,
            state: Mutex::new(State {
                mailboxes: SmallVec::new(),
                conversations: Vec::new(),
                enrolling: Some(Box::default()),
                told: PresenceState::Offline,
                gone: false,
            }),
        }
    }

    /// Visits the mailboxes, oldest first.
    pub(super) fn each(&self, visit: impl FnMut(&Arc<Mailbox>)) {
        self.state.lock().mailboxes.iter().for_each(visit);
    }

    /// The liveliest presence of the attached mailboxes.
    pub(crate) fn presence(&self) -> PresenceState {
        let mut best = PresenceState::Offline;
        self.each(|mailbox| match (mailbox.attached(), best) {
            (Some(PresenceState::Active), _) => best = PresenceState::Active,
            (Some(PresenceState::Away), PresenceState::Offline) => best = PresenceState::Away,
            (Some(PresenceState::Away | PresenceState::Offline) | None, _) => {}
        });
        best
    }

    /// Is the presence what others were told?
    pub(super) fn is_told(&self) -> bool {
        let presence = self.presence();
        self.state.lock().told == presence
    }

    /// Notes what others are told from now on; `false` when it is what they were told.
    pub(super) fn tell(&self, state: PresenceState) -> bool {
        std::mem::replace(&mut self.state.lock().told, state) != state
    }

    /// Adds a mailbox.
    pub(super) fn add(&self, mailbox: Arc<Mailbox>) {
        self.state.lock().mailboxes.push(mailbox);
    }

    /// Takes a mailbox away. When it was the last: in whose audience the user was, who from now
    /// on joins no other.
    pub(super) fn remove(&self, mailbox: MailboxId) -> Option<Vec<ConversationId>> {
        let mut state = self.state.lock();
        state.mailboxes.retain(|held| held.id != mailbox);
        if !state.mailboxes.is_empty() || state.gone {
            return None;
        }
        state.gone = true;
        Some(std::mem::take(&mut state.conversations))
    }

    /// Where whoever opens a mailbox sees to it that the memberships are loaded; none when they
    /// are.
    pub(crate) fn enrolling(&self) -> Option<Arc<OnceCell<()>>> {
        let state = self.state.lock();
        state.enrolling.as_ref().map(|e| Arc::clone(&e.once))
    }

    /// Keeps a turn until the memberships are loaded; `false` when they are.
    pub(super) fn postpone(&self, turn: Turn) -> bool {
        let mut state = self.state.lock();
        let enrolling = state.enrolling.as_mut();
        enrolling.map(|e| e.pending.push(turn)).is_some()
    }

    /// The turns that were postponed. When there are none, there will be none.
    pub(super) fn postponed(&self) -> Vec<Turn> {
        let mut state = self.state.lock();
        let pending = state
            .enrolling
            .as_mut()
            .map(|e| std::mem::take(&mut e.pending));
        let pending = pending.unwrap_or_default();
        if pending.is_empty() {
            state.enrolling = None;
        }
        pending
    }

    /// Makes room for so many conversations, and no more: most stay in as many as they are.
    pub(super) fn expect(&self, conversations: usize) {
        self.state.lock().conversations.reserve_exact(conversations);
    }

    /// Notes that the user is put into an audience; `false` when they are there, or are gone. To be
    /// called with the audience locked.
    pub(super) fn note_joined(&self, conversation: ConversationId) -> bool {
        let mut state = self.state.lock();
        if state.gone || state.conversations.contains(&conversation) {
            return false;
        }
        if state.conversations.len() == state.conversations.capacity() {
            state.conversations.reserve_exact(1);
        }
        state.conversations.push(conversation);
        true
    }

    /// Notes that the user is taken out of an audience; `false` when they are not there. To be
    /// called with the audience locked.
    pub(super) fn note_parted(&self, conversation: ConversationId) -> bool {
        let mut state = self.state.lock();
        let at = state
            .conversations
            .iter()
            .position(|id| *id == conversation);
        at.map(|at| state.conversations.swap_remove(at)).is_some()
    }

    /// In whose audience the user is.
    pub(super) fn conversations(&self) -> Vec<ConversationId> {
        self.state.lock().conversations.clone()
    }
}
