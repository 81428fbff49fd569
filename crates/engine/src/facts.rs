use domain::conversation::Facts;
use domain::{ConversationId, UserId};
use parking_lot::Mutex;

use crate::ids::{IdMap, part_of};

/// So many users of conversations are remembered at most, of which those that nobody asked for
/// lately go first.
const ENTRIES: usize = 40_000;
/// The cache is in so many parts, each with its lock.
const PARTS: usize = 16;

/// Facts that were loaded lately. They may be out of date: a permit that is judged on them is
/// refused by storage then, and a refusal that is based on them is judged again on fresh ones.
#[derive(Debug, Default)]
pub(crate) struct FactsCache {
    parts: [Mutex<Part>; PARTS],
}

#[derive(Debug, Default)]
struct Part {
    /// How many users are in `young`.
    entries: usize,
    young: IdMap<ConversationId, Users>,
    old: IdMap<ConversationId, Users>,
}

/// The users of one conversation, by id. A list, because most have two.
type Users = Vec<(UserId, Facts)>;

impl FactsCache {
    fn part(&self, conversation: ConversationId) -> &Mutex<Part> {
        &self.parts[part_of(&conversation, PARTS)]
    }

    pub(crate) fn get(&self, conversation: ConversationId, user: UserId) -> Option<Facts> {
        let mut part = self.part(conversation).lock();
        let users = part.users(conversation)?;
        let at = users.binary_search_by_key(&user, |(user, _)| *user).ok()?;
        Some(users[at].1)
    }

    pub(crate) fn put(&self, user: UserId, facts: Facts) {
        let mut part = self.part(facts.conversation).lock();
        if part.entries >= ENTRIES / PARTS / 2 {
            part.pass();
        }
        part.users(facts.conversation);
        let users = part.young.entry(facts.conversation).or_default();
        match users.binary_search_by_key(&user, |(user, _)| *user) {
            Ok(at) => users[at].1 = facts,
            Err(at) => {
                users.insert(at, (user, facts));
                part.entries += 1;
            }
        }
    }

    /// Something changed in a conversation.
    pub(crate) fn forget(&self, conversation: ConversationId) {
        let mut part = self.part(conversation).lock();
        part.old.remove(&conversation);
        if let Some(users) = part.young.remove(&conversation) {
            part.entries -= users.len();
        }
    }

    /// Time passes: what nobody asked for since it last did is forgotten.
    pub(crate) fn age(&self) {
        for part in &self.parts {
            part.lock().pass();
        }
    }
}

impl Part {
    /// The users of a conversation, young again.
    fn users(&mut self, conversation: ConversationId) -> Option<&mut Users> {
        if let Some(users) = self.old.remove(&conversation) {
            self.entries += users.len();
            self.young.insert(conversation, users);
        }
        self.young.get_mut(&conversation)
    }

    fn pass(&mut self) {
        self.old = std::mem::take(&mut self.young);
        self.entries = 0;
    }
}

#[cfg(test)]
mod tests {
    use domain::conversation::{Kind, Role, Standing};
    use domain::{AccessVersion, Seq};

    use super::*;

    fn facts(conversation: i64) -> Facts {
        Facts {
            conversation: ConversationId::new(conversation),
            kind: Kind::Group,
            public: false,
            version: AccessVersion(1),
            standing: Standing::Member,
            role: Role::Member,
            left_at: Seq::ZERO,
            members: 2,
            blocks_peer: false,
            closed_by_peer: false,
        }
    }

    fn knows(cache: &FactsCache, conversation: i64, user: i64) -> bool {
        let facts = cache.get(ConversationId::new(conversation), UserId::new(user));
        facts.is_some_and(|facts| facts.conversation.get() == conversation)
    }

    #[test]
    fn what_changed_is_forgotten_for_everyone_and_nothing_else() {
        let cache = FactsCache::default();
        for user in [3, 1, 2] {
            cache.put(UserId::new(user), facts(7));
            cache.put(UserId::new(user), facts(8));
        }
        cache.age();
        assert!(knows(&cache, 7, 1));
        cache.forget(ConversationId::new(7));
        assert!((1..=3).all(|user| !knows(&cache, 7, user) && knows(&cache, 8, user)));
        cache.age();
        cache.age();
        assert!(!knows(&cache, 8, 1), "nobody asked for it");
    }

    #[test]
    fn it_is_bounded() {
        let cache = FactsCache::default();
        for number in 0..100_000 {
            cache.put(UserId::new(number % 7), facts(number));
        }
        let held = (0..100_000).filter(|number| knows(&cache, *number, number % 7));
        assert!((ENTRIES / 4..=ENTRIES).contains(&held.count()));
    }
}
