use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use domain::{Error, Result};
use parking_lot::Mutex;

/// Above so many keys, those that are at rest are forgotten.
const KEYS: usize = 100_000;

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
pub(crate) struct Limiter<K> {
    rate: Rate,
    /// When each key will be at rest again.
    at_rest: Mutex<HashMap<K, Duration>>,
}

impl<K: Hash + Eq> Limiter<K> {
    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            rate,
            at_rest: Mutex::default(),
        }
    }

    /// Counts one at `now`, or refuses and says when to come back. A rate of zero allows all.
    pub(crate) fn admit(&self, key: K, now: Duration) -> Result<()> {
        if self.rate.count == 0 {
            return Ok(());
        }
        let interval = self.rate.per / self.rate.count;
        let mut keys = self.at_rest.lock();
        if keys.len() >= KEYS {
            keys.retain(|_, at_rest| *at_rest > now);
        }
        if keys.len() >= KEYS && !keys.contains_key(&key) {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_the_rate_holds_and_keys_are_apart() {
        let limiter = Limiter::new(Rate::per_minute(3));
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
    fn a_rate_of_zero_allows_all() {
        let limiter = Limiter::new(Rate::per_second(0));
        for _ in 0..1000 {
            limiter.admit((), Duration::ZERO).unwrap();
        }
    }
}
