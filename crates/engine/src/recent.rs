//! What was looked up lately.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::ids::Spread;

/// Remembers values that were read from storage. At most `bound` of them; those that nobody asked
/// for while it aged twice are forgotten.
///
/// Invariant: what was read before something was forgotten is not put in after it. Whoever reads
/// takes the [`Recent::moment`] first.
#[derive(Debug)]
pub(crate) struct Recent<K, V, S = Spread> {
    bound: usize,
    /// Moves with everything that is forgotten.
    moment: AtomicU64,
    ages: Mutex<Ages<K, V, S>>,
}

/// Whoever is asked for among the old is young again.
#[derive(Debug)]
struct Ages<K, V, S> {
    young: HashMap<K, V, S>,
    old: HashMap<K, V, S>,
}

impl<K: Eq + Hash, V: Clone, S: BuildHasher + Default> Recent<K, V, S> {
    /// Nothing is remembered yet.
    pub(crate) fn new(bound: usize) -> Self {
        Self {
            bound,
            moment: AtomicU64::new(0),
            ages: Mutex::new(Ages {
                young: HashMap::default(),
                old: HashMap::default(),
            }),
        }
    }

    /// What is remembered.
    pub(crate) fn get<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let mut ages = self.ages.lock();
        if let Some(value) = ages.young.get(key) {
            return Some(value.clone());
        }
        let (key, value) = ages.old.remove_entry(key)?;
        ages.young.insert(key, value.clone());
        Some(value)
    }

    /// Now, for [`Self::put`].
    pub(crate) fn moment(&self) -> u64 {
        self.moment.load(Ordering::Acquire)
    }

    /// Remembers what was read after a moment.
    pub(crate) fn put(&self, key: K, value: V, read_after: u64) {
        let mut ages = self.ages.lock();
        if self.moment() != read_after {
            return;
        }
        if ages.young.len() >= self.bound.div_ceil(2) {
            ages.pass();
        }
        ages.young.insert(key, value);
    }

    /// It is no longer true.
    pub(crate) fn forget<Q>(&self, key: &Q)
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let mut ages = self.ages.lock();
        self.moment.fetch_add(1, Ordering::Release);
        ages.young.remove(key);
        ages.old.remove(key);
    }

    /// Nobody knows what is still true.
    pub(crate) fn forget_all(&self) {
        let mut ages = self.ages.lock();
        self.moment.fetch_add(1, Ordering::Release);
        ages.pass();
        ages.pass();
    }

    /// Time passes.
    pub(crate) fn age(&self) {
        self.ages.lock().pass();
    }
}

impl<K, V, S: Default> Ages<K, V, S> {
    fn pass(&mut self) {
        self.old = std::mem::take(&mut self.young);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recent(bound: usize) -> Recent<i64, i64> {
        Recent::new(bound)
    }

    #[test]
    fn what_nobody_asks_for_is_forgotten_and_the_rest_stays() {
        let recent = recent(100);
        recent.put(1, 10, 0);
        recent.put(2, 20, 0);
        for _ in 0..5 {
            recent.age();
            assert_eq!(recent.get(&1), Some(10));
        }
        assert_eq!(recent.get(&2), None);
    }

    #[test]
    fn it_is_bounded() {
        let recent = recent(100);
        for number in 0..10_000 {
            recent.put(number, number, 0);
        }
        let held = (0..10_000).filter(|number| recent.get(number).is_some());
        assert!((50..=100).contains(&held.count()));
    }

    #[test]
    fn what_was_read_before_a_change_is_not_remembered_after_it() {
        let recent = recent(100);
        let before = recent.moment();
        recent.forget(&1);
        recent.put(1, 10, before);
        assert_eq!(recent.get(&1), None);
        recent.put(1, 11, recent.moment());
        recent.age();
        recent.forget(&1);
        assert_eq!(recent.get(&1), None);
    }
}
