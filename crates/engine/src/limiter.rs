use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::time::Duration;

use domain::{Error, Result};
use parking_lot::Mutex;

use crate::ids::shrink;

/// Above so many keys, those that are at rest are forgotten at once.
const KEYS: usize = 100_000;
/// The keys are in so many parts.
const PARTS: usize = 16;

/// So many in such a time, with all of them at once allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub count: u32,
    /// In which time.
    pub per: Duration,
}

impl Rate {
    /// So many a second.
    pub const fn per_second(count: u32) -> Self {
        Self {
            count,
            per: Duration::from_secs(1),
        }
    }

    /// So many a minute.
    pub const fn per_minute(count: u32) -> Self {
        Self {
            count,
            per: Duration::from_mins(1),
        }
    }

    /// So many an hour.
    pub const fn per_hour(count: u32) -> Self {
        Self {
            count,
            per: Duration::from_hours(1),
        }
    }
}

/// A rate limiter by key: the generic cell rate algorithm (ITU-T I.371), one moment a key.
#[derive(Debug)]
pub(crate) struct Limiter<K, S = RandomState> {
    rate: Rate,
    /// When each key will be at rest again; in parts, each with its lock.
    at_rest: [Mutex<HashMap<K, Duration, S>>; PARTS],
    parts: S,
}

impl<K: Hash + Eq, S: BuildHasher + Default> Limiter<K, S> {
    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            rate,
            at_rest: std::array::from_fn(|_| Mutex::default()),
            parts: S::default(),
        }
    }

    /// Counts one at `now`, or refuses and says when to come back. A rate of zero allows all.
    pub(crate) fn admit(&self, key: K, now: Duration) -> Result<()> {
        if self.rate.count == 0 {
            return Ok(());
        }
        let interval = self.rate.per / self.rate.count;
        let mut keys = self.part(&key).lock();
        if keys.len() >= KEYS / PARTS {
            keys.retain(|_, at_rest| *at_rest > now);
        }
        if keys.len() >= KEYS / PARTS && !keys.contains_key(&key) {
            return Err(Error::Limited {
                retry_after: self.rate.per,
            });
        }
        let at_rest = keys.entry(key).or_insert(now);
        let start = (*at_rest).max(now);
        let full = now + self.rate.per.saturating_sub(interval);
        if start > full {
            return Err(Error::Limited {
                retry_after: start.saturating_sub(full),
            });
        }
        *at_rest = start + interval;
        Ok(())
    }

    /// Forgets the keys that are at rest.
    pub(crate) fn forget_rested(&self, now: Duration) {
        for part in &self.at_rest {
            let mut keys = part.lock();
            keys.retain(|_, at_rest| *at_rest > now);
            shrink(&mut keys);
        }
    }

    fn part(&self, key: &K) -> &Mutex<HashMap<K, Duration, S>> {
        // Other bits than those that place the key in its map.
        let spread = self.parts.hash_one(key) >> 24;
        &self.at_rest[usize::try_from(spread & 0xFFFF).expect("16 bits") % PARTS]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_the_rate_holds_and_keys_are_apart() {
        let limiter: Limiter<_> = Limiter::new(Rate::per_minute(3));
        let at = Duration::from_secs(100);
        for _ in 0..3 {
            limiter.admit("anna", at).unwrap();
        }
        let refused = limiter.admit("anna", at).unwrap_err();
        assert_eq!(
            refused,
            Error::Limited {
                retry_after: Duration::from_secs(20)
            }
        );
        limiter.admit("bob", at).unwrap();
        limiter.admit("anna", at + Duration::from_secs(20)).unwrap();
        limiter
            .admit("anna", at + Duration::from_secs(20))
            .unwrap_err();
    }

    #[test]
    fn who_is_at_rest_is_forgotten_and_nobody_else() {
        let limiter: Limiter<_> = Limiter::new(Rate::per_minute(1));
        for key in 0..1000 {
            limiter.admit(key, Duration::from_secs(key)).unwrap();
        }
        limiter.forget_rested(Duration::from_secs(560));
        let held: usize = limiter.at_rest.iter().map(|part| part.lock().len()).sum();
        assert_eq!(held, 499);
        limiter.admit(999, Duration::from_secs(1000)).unwrap_err();
    }

    #[test]
    fn a_rate_of_zero_allows_all() {
        let limiter: Limiter<_> = Limiter::new(Rate::per_second(0));
        for _ in 0..1000 {
            limiter.admit((), Duration::ZERO).unwrap();
        }
    }
}
