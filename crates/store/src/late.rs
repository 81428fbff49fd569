//! What is written once for a whole transaction, however many operations change it.
//!
//! Many messages of one conversation share a commit: its head moves with each, and only where it
//! stands at the end has to be written. So it is with the markers of who wrote. Whoever runs the
//! transaction writes what is late before a statement that looks at these rows, and at the end;
//! operations see the rows as if they had been written at once.
//!
//! A head is remembered beyond its transaction, where nobody else can have moved it, and so is that
//! a member has no unseen notification of what was written in a conversation: who writes has read
//! it, and nearly always there is nothing to see.

use std::collections::{HashMap, HashSet};

use domain::{ConversationId, Seq, UserId};

use crate::op::head::Head;

/// How many heads are remembered, and how many members without notifications. When there are more,
/// all are forgotten and the busy ones come back at once.
const REMEMBERED: usize = 16_384;

/// Rows that are written late.
#[derive(Debug, Default)]
pub(crate) struct Late {
    heads: HashMap<ConversationId, Kept>,
    /// The heads whose rows are not as they are here.
    moved: Vec<ConversationId>,
    wrote: HashMap<(ConversationId, UserId), Wrote>,
    seen: HashSet<(ConversationId, UserId)>,
}

/// A head, and whether its row has to be written.
#[derive(Debug, Clone, Copy)]
struct Kept {
    head: Head,
    moved: bool,
}

/// How far who wrote has read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wrote {
    /// The place of the last message.
    pub(crate) seq: Seq,
    /// How many messages there are up to it.
    pub(crate) messages: i64,
}

impl Late {
    /// A head, when it is remembered.
    pub(crate) fn head(&self, id: ConversationId) -> Option<Head> {
        self.heads.get(&id).map(|kept| kept.head)
    }

    /// Remembers a head that was read.
    pub(crate) fn read(&mut self, head: Head) {
        if self.heads.len() >= REMEMBERED {
            self.heads.retain(|_, kept| kept.moved);
        }
        let kept = Kept { head, moved: false };
        self.heads.insert(head.id, kept);
    }

    /// A head moved.
    pub(crate) fn moved(&mut self, head: Head) {
        let kept = Kept { head, moved: true };
        let before = self.heads.insert(head.id, kept);
        if before.is_none_or(|before| !before.moved) {
            self.moved.push(head.id);
        }
    }

    /// A member wrote.
    pub(crate) fn wrote(&mut self, conversation: ConversationId, user: UserId, wrote: Wrote) {
        self.wrote.insert((conversation, user), wrote);
    }

    /// Is it known that a member has seen all mentions and messages of a conversation?
    pub(crate) fn has_seen(&self, conversation: ConversationId, user: UserId) -> bool {
        self.seen.contains(&(conversation, user))
    }

    /// A member has seen them all.
    pub(crate) fn saw(&mut self, conversation: ConversationId, user: UserId) {
        if self.seen.len() >= REMEMBERED {
            self.seen.clear();
        }
        self.seen.insert((conversation, user));
    }

    /// There is one for a member to see.
    pub(crate) fn notified(&mut self, conversation: ConversationId, user: UserId) {
        self.seen.remove(&(conversation, user));
    }

    /// The heads that have to be written now, in the order of their rows.
    pub(crate) fn take_moved(&mut self) -> Vec<Head> {
        let mut moved = std::mem::take(&mut self.moved);
        moved.sort_unstable();
        let heads = moved.iter().filter_map(|id| {
            let kept = self.heads.get_mut(id)?;
            kept.moved = false;
            Some(kept.head)
        });
        heads.collect()
    }

    /// The markers that have to be written now, in the order of their rows.
    pub(crate) fn take_wrote(&mut self) -> Vec<((ConversationId, UserId), Wrote)> {
        let mut wrote: Vec<_> = self.wrote.drain().collect();
        wrote.sort_unstable_by_key(|(member, _)| *member);
        wrote
    }

    /// Is nothing late?
    pub(crate) fn is_settled(&self) -> bool {
        self.moved.is_empty() && self.wrote.is_empty()
    }

    /// Forgets everything: it was undone, or someone else may have written.
    pub(crate) fn forget_all(&mut self) {
        self.heads.clear();
        self.moved.clear();
        self.wrote.clear();
        self.seen.clear();
    }

    /// Forgets the heads: their rows are about to be changed in another way.
    pub(crate) fn forget_heads(&mut self) {
        debug_assert!(self.moved.is_empty(), "what is late is written before");
        self.heads.clear();
    }
}
