//! Who on this node gets what: users with mailboxes, and for each conversation its audience.
//!
//! Lock order: `users`, then one audience shard, then one mailbox; never the other way.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::event::Event;
use domain::user::PresenceState;
use domain::{ConversationId, EndReason, MailboxId, Seq, SessionId, UserId, UserRef};
use parking_lot::Mutex;
use tokio::sync::OnceCell;

use super::mailbox::{Bounds, Mailbox};
use super::{Published, PublishedSignal};
use crate::port::Membership;

/// The audiences are spread over so many locks.
const SHARDS: usize = 16;

/// A user with at least one mailbox on this node.
#[derive(Debug)]
pub(crate) struct OnlineUser {
    pub(crate) user: UserRef,
    mailboxes: Mutex<Vec<Arc<Mailbox>>>,
    /// In whose audience the user is; to be undone when the last mailbox goes.
    conversations: Mutex<Vec<ConversationId>>,
    /// What others were last told.
    pub(crate) told: Mutex<PresenceState>,
    /// Done once the memberships are loaded and the user listens.
    pub(crate) enrolled: OnceCell<()>,
    /// Membership changes that the relay saw while the memberships were being loaded.
    pending: Mutex<Option<Vec<Turn>>>,
}

/// A user began or ceased to listen to a conversation, by the event at a place of its log.
#[derive(Debug, Clone, Copy)]
struct Turn {
    conversation: ConversationId,
    seq: Seq,
    listens: bool,
}

impl OnlineUser {
    fn each(&self, mut visit: impl FnMut(&Mailbox)) {
        for mailbox in self.mailboxes.lock().iter() {
            visit(mailbox);
        }
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
}

/// The members of a conversation with mailboxes here.
#[derive(Debug, Default)]
struct Audience {
    /// The last event that was delivered; none after a reset.
    last: Option<Seq>,
    users: Vec<Arc<OnlineUser>>,
}

/// What to do with an event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// Nobody here is concerned, or it was delivered before.
    Skip,
    /// Next in line: it was delivered.
    Delivered,
    /// Events after this place are missing before it.
    Gap(Seq),
}

/// The node's live users and audiences.
#[derive(Debug)]
pub(crate) struct Hub {
    users: Mutex<HashMap<UserId, Arc<OnlineUser>>>,
    audiences: [Mutex<HashMap<ConversationId, Audience>>; SHARDS],
    bounds: Bounds,
}

impl Hub {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self {
            users: Mutex::default(),
            audiences: std::array::from_fn(|_| Mutex::default()),
            bounds,
        }
    }

    fn shard(&self, conversation: ConversationId) -> &Mutex<HashMap<ConversationId, Audience>> {
        let spread = conversation
            .get()
            .unsigned_abs()
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            >> 60;
        &self.audiences[usize::try_from(spread).unwrap_or(0) % SHARDS]
    }

    /// Adds a mailbox. While the user's `enrolled` is not done, the memberships have to be loaded
    /// and given to [`Self::enrol`].
    pub(crate) fn add(&self, user: &UserRef, mailbox: Arc<Mailbox>) -> Arc<OnlineUser> {
        let mut users = self.users.lock();
        let online = users.entry(user.id).or_insert_with(|| {
            Arc::new(OnlineUser {
                user: user.clone(),
                mailboxes: Mutex::default(),
                conversations: Mutex::default(),
                told: Mutex::new(PresenceState::Offline),
                enrolled: OnceCell::new(),
                pending: Mutex::new(Some(Vec::new())),
            })
        });
        online.mailboxes.lock().push(mailbox);
        Arc::clone(online)
    }

    /// Puts a user into the audiences of their conversations. What changed since the memberships
    /// were read is applied on top, so that nobody listens to what they have just left.
    pub(crate) fn enrol(&self, online: &Arc<OnlineUser>, memberships: &[Membership]) {
        let mut pending = online.pending.lock();
        for membership in memberships {
            self.join(online, membership.conversation, membership.head);
        }
        for turn in pending.take().unwrap_or_default() {
            let known = memberships
                .iter()
                .find(|m| m.conversation == turn.conversation);
            if known.is_some_and(|membership| turn.seq <= membership.head) {
                continue;
            }
            if turn.listens {
                self.join(online, turn.conversation, turn.seq.previous());
            } else {
                self.part(online.user.id, turn.conversation);
            }
        }
    }

    /// A user listens from the event at `seq` on.
    pub(crate) fn begin(&self, user: UserId, conversation: ConversationId, seq: Seq) {
        if let Some(online) = self.turn(
            user,
            Turn {
                conversation,
                seq,
                listens: true,
            },
        ) {
            self.join(&online, conversation, seq.previous());
        }
    }

    /// A user does not listen after the event at `seq`.
    pub(crate) fn cease(&self, user: UserId, conversation: ConversationId, seq: Seq) {
        if self
            .turn(
                user,
                Turn {
                    conversation,
                    seq,
                    listens: false,
                },
            )
            .is_some()
        {
            self.part(user, conversation);
        }
    }

    /// The user, when the turn takes effect at once; while they enrol, it is kept for the end.
    fn turn(&self, user: UserId, turn: Turn) -> Option<Arc<OnlineUser>> {
        let online = self.user(user)?;
        if let Some(pending) = online.pending.lock().as_mut() {
            pending.push(turn);
            return None;
        }
        Some(online)
    }

    /// Puts a user into an audience; `head` is what they may be assumed to know.
    fn join(&self, online: &Arc<OnlineUser>, conversation: ConversationId, head: Seq) {
        let mut shard = self.shard(conversation).lock();
        let audience = shard.entry(conversation).or_insert_with(|| Audience {
            last: Some(head),
            users: Vec::new(),
        });
        // By identity: an entry that is about to go may be there beside the one that has come back.
        if !audience
            .users
            .iter()
            .any(|present| Arc::ptr_eq(present, online))
        {
            audience.users.push(Arc::clone(online));
            online.conversations.lock().push(conversation);
        }
    }

    /// Takes a user out of an audience.
    fn part(&self, user: UserId, conversation: ConversationId) {
        let mut shard = self.shard(conversation).lock();
        if let Some(audience) = shard.get_mut(&conversation) {
            audience.users.retain(|present| {
                let stays = present.user.id != user;
                if !stays {
                    present
                        .conversations
                        .lock()
                        .retain(|id| *id != conversation);
                }
                stays
            });
            if audience.users.is_empty() {
                shard.remove(&conversation);
            }
        }
    }

    /// Takes a mailbox away; the user when it was their last.
    pub(crate) fn remove(&self, user: UserId, mailbox: MailboxId) -> Option<Arc<OnlineUser>> {
        let gone = {
            let mut users = self.users.lock();
            let online = users.get(&user)?;
            let mut mailboxes = online.mailboxes.lock();
            mailboxes.retain(|held| held.id != mailbox);
            let empty = mailboxes.is_empty();
            drop(mailboxes);
            if empty { users.remove(&user) } else { None }
        }?;
        let conversations = std::mem::take(&mut *gone.conversations.lock());
        for conversation in conversations {
            let mut shard = self.shard(conversation).lock();
            if let Some(audience) = shard.get_mut(&conversation) {
                audience
                    .users
                    .retain(|present| !Arc::ptr_eq(present, &gone));
                if audience.users.is_empty() {
                    shard.remove(&conversation);
                }
            }
        }
        Some(gone)
    }

    /// A user with mailboxes here.
    pub(crate) fn user(&self, user: UserId) -> Option<Arc<OnlineUser>> {
        self.users.lock().get(&user).cloned()
    }

    /// A mailbox by its id.
    pub(crate) fn mailbox(&self, user: UserId, id: MailboxId) -> Option<Arc<Mailbox>> {
        let online = self.user(user)?;
        let mailboxes = online.mailboxes.lock();
        mailboxes.iter().find(|mailbox| mailbox.id == id).cloned()
    }

    /// The mailboxes of a user, oldest first.
    pub(crate) fn mailboxes(&self, user: UserId) -> Vec<Arc<Mailbox>> {
        self.user(user)
            .map(|online| online.mailboxes.lock().clone())
            .unwrap_or_default()
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

    /// Does anyone here listen to the conversation?
    pub(crate) fn listens(&self, conversation: ConversationId) -> bool {
        self.shard(conversation).lock().contains_key(&conversation)
    }

    /// Delivers an event to its audience, when it is next in line.
    pub(crate) fn deliver(&self, event: &Arc<Published>) -> Fit {
        let Event {
            conversation, seq, ..
        } = event.event;
        let mut shard = self.shard(conversation).lock();
        let Some(audience) = shard.get_mut(&conversation) else {
            return Fit::Skip;
        };
        match audience.last {
            Some(last) if seq <= last => return Fit::Skip,
            Some(last) if seq != last.next() => return Fit::Gap(last),
            Some(_) | None => audience.last = Some(seq),
        }
        for online in &audience.users {
            online.each(|mailbox| mailbox.put(event, self.bounds));
        }
        Fit::Delivered
    }

    /// Tells an audience that it has missed too much to be told one by one. What comes next is
    /// next in line for it, whatever its place.
    pub(crate) fn reset_audience(&self, conversation: ConversationId) {
        let mut shard = self.shard(conversation).lock();
        // Without the audience's head the next delivery begins a new one.
        if let Some(audience) = shard.get_mut(&conversation) {
            audience.last = None;
            for online in &audience.users {
                online.each(Mailbox::overflow);
            }
        }
    }

    /// Every audience with the last event that was delivered to it.
    pub(crate) fn heads(&self) -> Vec<(ConversationId, Seq)> {
        let known = |(conversation, audience): (&ConversationId, &Audience)| {
            audience.last.map(|last| (*conversation, last))
        };
        let shards = self.audiences.iter();
        shards
            .flat_map(|shard| shard.lock().iter().filter_map(known).collect::<Vec<_>>())
            .collect()
    }

    /// Tells an audience, without one of them, something that is not stored.
    pub(crate) fn signal_audience(
        &self,
        conversation: ConversationId,
        without: UserId,
        signal: &Arc<PublishedSignal>,
    ) {
        let shard = self.shard(conversation).lock();
        for online in shard
            .get(&conversation)
            .map(|a| a.users.as_slice())
            .unwrap_or_default()
        {
            if online.user.id != without {
                online.each(|mailbox| mailbox.signal(signal));
            }
        }
    }

    /// Tells these users something that is not stored.
    pub(crate) fn signal_users(&self, users: &[UserId], signal: &Arc<PublishedSignal>) {
        for user in users {
            if let Some(online) = self.user(*user) {
                online.each(|mailbox| mailbox.signal(signal));
            }
        }
    }

    /// The users who share a small conversation with this one and are here.
    pub(crate) fn fellows(&self, online: &OnlineUser, members: usize) -> Vec<UserId> {
        let conversations = online.conversations.lock().clone();
        let mut fellows = Vec::new();
        for conversation in conversations {
            let shard = self.shard(conversation).lock();
            let users = shard
                .get(&conversation)
                .map(|a| a.users.as_slice())
                .unwrap_or_default();
            if users.len() <= members {
                fellows.extend(users.iter().map(|present| present.user.id));
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
        let theirs = other.conversations.lock().clone();
        let mine = online.conversations.lock();
        theirs
            .iter()
            .any(|conversation| mine.contains(conversation))
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
                    abandoned.push((mailbox.user, mailbox.id));
                }
            });
        }
        abandoned
            .into_iter()
            .filter_map(|(user, mailbox)| self.remove(user, mailbox))
            .collect()
    }

    /// Everyone here.
    pub(crate) fn all(&self) -> Vec<Arc<OnlineUser>> {
        self.users.lock().values().cloned().collect()
    }

    /// How many users, mailboxes and audiences there are.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        let users = self.all();
        let mailboxes = users
            .iter()
            .map(|online| online.mailboxes.lock().len())
            .sum();
        let audiences = self.audiences.iter().map(|shard| shard.lock().len()).sum();
        (users.len(), mailboxes, audiences)
    }
}
