//! Who on this node gets what: users with mailboxes, and for each conversation its audience.
//!
//! Lock order: one shard of the audiences, then the roster, then one user, then one mailbox; never
//! the other way.

use std::sync::Arc;
use std::time::Duration;

use domain::user::PresenceState;
use domain::{ConversationId, EndReason, MailboxId, Seq, SessionId, UserId, UserRef};
use parking_lot::{Mutex, RwLock};

use super::audience::{Audiences, Due};
use super::mailbox::{Bounds, Mailbox};
use super::online::{OnlineUser, Turn};
use super::roster::Roster;
use super::{Published, PublishedSignal};
use crate::ids::part_of;
use crate::port::Membership;

/// The audiences are spread over so many locks.
const SHARDS: usize = 16;

/// What to do with events.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// Nobody here is concerned, or they were delivered before.
    Skip,
    /// Next in line: they were delivered.
    Delivered,
    /// Events after this place are missing before them.
    Gap(Seq),
}

/// The node's live users and audiences.
#[derive(Debug)]
pub(crate) struct Hub {
    roster: RwLock<Roster>,
    audiences: [Mutex<Audiences>; SHARDS],
    bounds: Bounds,
}

impl Hub {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self {
            roster: RwLock::default(),
            audiences: std::array::from_fn(|_| Mutex::default()),
            bounds,
        }
    }

    fn shard(&self, conversation: ConversationId) -> &Mutex<Audiences> {
        &self.audiences[part_of(&conversation, SHARDS)]
    }

    /// Adds a mailbox. While the user is [`OnlineUser::enrolling`], the memberships have to be
    /// loaded and given to [`Self::enrol`].
    pub(crate) fn add(&self, user: &UserRef, mailbox: Arc<Mailbox>) -> Arc<OnlineUser> {
        let mut roster = self.roster.write();
        let online = roster.take_in(user);
        online.add(mailbox);
        Arc::clone(online)
    }

    /// Puts a user into the audiences of their conversations. What changed since the memberships
    /// were read is applied on top, so that nobody listens to what they have just left.
    pub(crate) fn enrol(&self, online: &OnlineUser, memberships: &[Membership]) {
        online.expect(memberships.len());
        for membership in memberships {
            self.join(online, membership.conversation, membership.head);
        }
        loop {
            let postponed = online.postponed();
            if postponed.is_empty() {
                return;
            }
            for turn in postponed {
                let known = memberships
                    .iter()
                    .find(|m| m.conversation == turn.conversation);
                if known.is_none_or(|membership| turn.seq > membership.head) {
                    self.take_turn(online, turn);
                }
            }
        }
    }

    /// A user listens from the event at `seq` on.
    pub(crate) fn begin(&self, user: UserId, conversation: ConversationId, seq: Seq) {
        let turn = Turn {
            conversation,
            seq,
            listens: true,
        };
        self.turn(user, turn);
    }

    /// A user does not listen after the event at `seq`.
    pub(crate) fn cease(&self, user: UserId, conversation: ConversationId, seq: Seq) {
        let turn = Turn {
            conversation,
            seq,
            listens: false,
        };
        self.turn(user, turn);
    }

    /// Takes effect at once; while the user enrols, it is kept for the end.
    fn turn(&self, user: UserId, turn: Turn) {
        if let Some(online) = self.user(user)
            && !online.postpone(turn)
        {
            self.take_turn(&online, turn);
        }
    }

    fn take_turn(&self, online: &OnlineUser, turn: Turn) {
        if turn.listens {
            self.join(online, turn.conversation, turn.seq.previous());
        } else {
            self.part(online, turn.conversation);
        }
    }

    /// Puts a user into an audience; `head` is what they may be assumed to know.
    fn join(&self, online: &OnlineUser, conversation: ConversationId, head: Seq) {
        let mut audiences = self.shard(conversation).lock();
        if online.note_joined(conversation) {
            audiences.join(conversation, head, online.slot);
        }
    }

    /// Takes a user out of an audience.
    fn part(&self, online: &OnlineUser, conversation: ConversationId) {
        let mut audiences = self.shard(conversation).lock();
        if online.note_parted(conversation) {
            audiences.part(conversation, online.slot);
        }
    }

    /// Takes a mailbox away; the user when it was their last.
    pub(crate) fn remove(&self, user: UserId, mailbox: MailboxId) -> Option<Arc<OnlineUser>> {
        let (gone, conversations) = {
            let mut roster = self.roster.write();
            let online = Arc::clone(roster.get(user)?);
            let conversations = online.remove(mailbox)?;
            roster.send_off(user);
            (online, conversations)
        };
        for conversation in conversations {
            let mut audiences = self.shard(conversation).lock();
            audiences.part(conversation, gone.slot);
        }
        self.roster.write().free(gone.slot);
        Some(gone)
    }

    /// A user with mailboxes here.
    pub(crate) fn user(&self, user: UserId) -> Option<Arc<OnlineUser>> {
        self.roster.read().get(user).cloned()
    }

    /// A mailbox by its id.
    pub(crate) fn mailbox(&self, user: UserId, id: MailboxId) -> Option<Arc<Mailbox>> {
        let mut found = None;
        self.user(user)?.each(|mailbox| {
            if mailbox.id == id {
                found = Some(Arc::clone(mailbox));
            }
        });
        found
    }

    /// The mailboxes of a user, oldest first.
    pub(crate) fn mailboxes(&self, user: UserId) -> Vec<Arc<Mailbox>> {
        let mut all = Vec::new();
        if let Some(online) = self.user(user) {
            online.each(|mailbox| all.push(Arc::clone(mailbox)));
        }
        all
    }

    /// What a user's presence is on this node.
    pub(crate) fn presence(&self, user: UserId) -> PresenceState {
        self.user(user)
            .map_or(PresenceState::Offline, |online| online.presence())
    }

    /// Is a mailbox of this session attached?
    pub(crate) fn connected(&self, user: UserId, session: SessionId) -> bool {
        self.mailboxes(user)
            .iter()
            .any(|m| m.session == session && m.attached().is_some())
    }

    /// Delivers events to their audience, when they are next in line. They are of one conversation
    /// and follow each other in its log.
    ///
    /// Readers are woken meanwhile: a waker does no more than to note that its reader has to look.
    pub(crate) fn deliver(&self, run: &[Arc<Published>]) -> Fit {
        let Some(first) = run.first() else {
            return Fit::Skip;
        };
        let conversation = first.event.conversation;
        let mut audiences = self.shard(conversation).lock();
        let due = match audiences.advance(run) {
            Due::Nothing => return Fit::Skip,
            Due::Gap(after) => return Fit::Gap(after),
            Due::Next(due) => due,
        };
        let weight = due.iter().map(|event| event.weight()).sum();
        let roster = self.roster.read();
        audiences.of(conversation).for_each(|slot| {
            if let Some(online) = roster.at(slot) {
                online.each(|mailbox| mailbox.put(due, weight, self.bounds));
            }
        });
        Fit::Delivered
    }

    /// Tells an audience that it has missed too much to be told one by one. What comes next is
    /// next in line for it, whatever its place.
    pub(crate) fn reset_audience(&self, conversation: ConversationId) {
        let mut audiences = self.shard(conversation).lock();
        audiences.begin_anew(conversation);
        let roster = self.roster.read();
        for online in audiences
            .of(conversation)
            .filter_map(|slot| roster.at(slot))
        {
            online.each(|mailbox| mailbox.overflow());
        }
    }

    /// Every audience with the last event that was delivered to it.
    pub(crate) fn heads(&self) -> Vec<(ConversationId, Seq)> {
        let shards = self.audiences.iter();
        shards
            .flat_map(|shard| shard.lock().heads().collect::<Vec<_>>())
            .collect()
    }

    /// Tells an audience, without one of them, something that is not stored.
    pub(crate) fn signal_audience(
        &self,
        conversation: ConversationId,
        without: UserId,
        signal: &Arc<PublishedSignal>,
    ) {
        let audiences = self.shard(conversation).lock();
        let roster = self.roster.read();
        for online in audiences
            .of(conversation)
            .filter_map(|slot| roster.at(slot))
        {
            if online.user.id != without {
                online.each(|mailbox| mailbox.signal(signal));
            }
        }
    }

    /// Tells these users something that is not stored.
    pub(crate) fn signal_users(&self, users: &[UserId], signal: &Arc<PublishedSignal>) {
        let roster = self.roster.read();
        for online in users.iter().filter_map(|user| roster.get(*user)) {
            online.each(|mailbox| mailbox.signal(signal));
        }
    }

    /// The users who share a small conversation with this one and are here.
    pub(crate) fn fellows(&self, online: &OnlineUser, members: usize) -> Vec<UserId> {
        let mut fellows = Vec::new();
        for conversation in online.conversations() {
            let audiences = self.shard(conversation).lock();
            if audiences.count(conversation) <= members {
                let roster = self.roster.read();
                let present = audiences
                    .of(conversation)
                    .filter_map(|slot| roster.at(slot));
                fellows.extend(present.map(|present| present.user.id));
            }
        }
        fellows.sort_unstable();
        fellows.dedup();
        fellows.retain(|user| *user != online.user.id);
        fellows
    }

    /// Are both in one audience?
    pub(crate) fn share_conversation(&self, online: &OnlineUser, other: UserId) -> bool {
        let Some(other) = self.user(other) else {
            return false;
        };
        let (mine, mut theirs) = (online.conversations(), other.conversations());
        theirs.sort_unstable();
        mine.iter()
            .any(|conversation| theirs.binary_search(conversation).is_ok())
    }

    /// Ends every mailbox of a session.
    pub(crate) fn end_session(&self, session: SessionId, reason: EndReason) {
        for online in self.all() {
            online.each(|mailbox| {
                if mailbox.session == session {
                    mailbox.end(reason);
                }
            });
        }
    }

    /// Ends every mailbox.
    pub(crate) fn end_all(&self, reason: EndReason) {
        for online in self.all() {
            online.each(|mailbox| mailbox.end(reason));
        }
    }

    /// Takes away the mailboxes that nobody came back to since `moment`; the users who are gone.
    pub(crate) fn sweep(&self, moment: Duration) -> Vec<Arc<OnlineUser>> {
        let mut abandoned = Vec::new();
        for online in self.all() {
            online.each(|mailbox| {
                if mailbox.abandoned_since(moment) {
                    abandoned.push((online.user.id, mailbox.id));
                }
            });
        }
        let gone: Vec<_> = abandoned
            .into_iter()
            .filter_map(|(user, mailbox)| self.remove(user, mailbox))
            .collect();
        if !gone.is_empty() {
            self.roster.write().shrink();
            self.audiences
                .iter()
                .for_each(|shard| shard.lock().shrink());
        }
        gone
    }

    /// Everyone here.
    pub(crate) fn all(&self) -> Vec<Arc<OnlineUser>> {
        self.roster.read().all().cloned().collect()
    }

    /// How many users, mailboxes and audiences there are.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        let users = self.all();
        let mut mailboxes = 0;
        for online in &users {
            online.each(|_| mailboxes += 1);
        }
        let audiences = self.audiences.iter().map(|shard| shard.lock().len()).sum();
        (users.len(), mailboxes, audiences)
    }
}

#[cfg(test)]
mod tests;
