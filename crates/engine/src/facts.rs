use std::collections::HashMap;

use domain::conversation::Facts;
use domain::{ConversationId, UserId};
use parking_lot::Mutex;

/// Above so many entries the cache starts anew.
const ENTRIES: usize = 50_000;

/// Facts that were loaded lately. They may be out of date: a permit that is judged on them is
/// refused by storage then, and a refusal that is based on them is judged again on fresh ones.
#[derive(Debug, Default)]
pub(crate) struct FactsCache {
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    entries: usize,
    conversations: HashMap<ConversationId, HashMap<UserId, Facts>>,
}

impl FactsCache {
    pub(crate) fn get(&self, conversation: ConversationId, user: UserId) -> Option<Facts> {
        self.held
            .lock()
            .conversations
            .get(&conversation)?
            .get(&user)
            .copied()
    }

    pub(crate) fn put(&self, user: UserId, facts: Facts) {
        let mut held = self.held.lock();
        if held.entries >= ENTRIES {
            *held = Held::default();
        }
        if held
            .conversations
            .entry(facts.conversation)
            .or_default()
            .insert(user, facts)
            .is_none()
        {
            held.entries += 1;
        }
    }

    /// Something changed in a conversation.
    pub(crate) fn forget(&self, conversation: ConversationId) {
        let mut held = self.held.lock();
        if let Some(users) = held.conversations.remove(&conversation) {
            held.entries -= users.len();
        }
    }
}
