//! The usernames of users and the ids of their feeds, remembered.
//!
//! A name changes only when its account is erased, a feed never, so that a bounded memory of them
//! saves a join in nearly every read.

use std::collections::HashMap;

use domain::{ConversationId, UserId, Username};
use parking_lot::Mutex;

/// How many users are remembered. When there are more, all are forgotten and the busy ones come
/// back at once.
const REMEMBERED: usize = 100_000;

/// What is remembered of a user.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// The name.
    pub(crate) username: Username,
    /// The feed.
    pub(crate) feed: ConversationId,
}

/// The memory. Each forgetting moves its clock, and what was read from a snapshot that is older
/// than the last forgetting is not taken: it may hold a name that is no longer true.
#[derive(Debug, Default)]
pub(crate) struct Names(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    clock: u64,
    users: HashMap<UserId, Known>,
}

impl Names {
    /// The clock, to be read before the snapshot is taken that names will be read from.
    pub(crate) fn clock(&self) -> u64 {
        self.0.lock().clock
    }

    /// What is known of a user.
    pub(crate) fn get(&self, user: UserId) -> Option<Known> {
        self.0.lock().users.get(&user).cloned()
    }

    /// Splits ids into known and unknown users.
    pub(crate) fn split(&self, users: &[UserId]) -> (HashMap<UserId, Username>, Vec<UserId>) {
        let memory = self.0.lock();
        let mut known = HashMap::with_capacity(users.len());
        let mut unknown = Vec::new();
        for user in users {
            match memory.users.get(user) {
                Some(found) => {
                    known.insert(*user, found.username.clone());
                }
                None => unknown.push(*user),
            }
        }
        (known, unknown)
    }

    /// Remembers what was read from a snapshot that was taken after the clock showed `as_of`.
    pub(crate) fn put(&self, as_of: u64, user: UserId, known: Known) {
        let mut memory = self.0.lock();
        if memory.clock != as_of {
            return;
        }
        if memory.users.len() >= REMEMBERED {
            memory.users.clear();
        }
        memory.users.insert(user, known);
    }

    /// Forgets a user.
    pub(crate) fn forget(&self, user: UserId) {
        let mut memory = self.0.lock();
        memory.clock += 1;
        memory.users.remove(&user);
    }

    /// Forgets everyone: another process has written.
    pub(crate) fn forget_all(&self) {
        let mut memory = self.0.lock();
        memory.clock += 1;
        memory.users.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str) -> Known {
        Known {
            username: Username::from_stored(name),
            feed: ConversationId::new(1),
        }
    }

    #[test]
    fn a_name_from_an_older_snapshot_is_not_taken() {
        let names = Names::default();
        let user = UserId::new(7);
        let before = names.clock();
        names.forget(user);
        names.put(before, user, known("anna"));
        assert!(names.get(user).is_none());
        names.put(names.clock(), user, known("deleted-7"));
        assert_eq!(names.get(user).unwrap().username.as_str(), "deleted-7");
    }

    #[test]
    fn the_memory_is_bounded() {
        let names = Names::default();
        for id in 0..=i64::try_from(REMEMBERED).unwrap() {
            names.put(0, UserId::new(id), known("x"));
        }
        assert!(names.0.lock().users.len() <= REMEMBERED);
    }
}
