use std::sync::atomic::{AtomicI64, Ordering};

use domain::id::MAX_ID;

use crate::port::Clock;

/// Milliseconds of 2026-01-01T00:00:00Z: ids count from here, 41 bits last until 2095.
const EPOCH_MS: i64 = 1_767_225_600_000;

/// Makes ids: 41 bits of milliseconds, 6 of node, 6 of count. Ids of one node grow; a node that
/// needs more than 64 in a millisecond, or whose clock goes back, runs ahead of the clock.
#[derive(Debug)]
pub(crate) struct Mint {
    node: i64,
    last: AtomicI64,
}

impl Mint {
    pub(crate) fn new(node: u8) -> Self {
        Self {
            node: i64::from(node & 0x3f),
            last: AtomicI64::new(0),
        }
    }

    /// An id that no other call, here or on another node, ever gives.
    pub(crate) fn next(&self, clock: &dyn Clock) -> i64 {
        // `last` is the millisecond and the count; the node stands between them in the id.
        let now = (clock.now().millis() - EPOCH_MS).max(1) << 6;
        let step = |last: i64| Some(now.max(last + 1));
        let last = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, step)
            .unwrap_or_else(|last| last);
        let tick = now.max(last + 1);
        ((tick >> 6) << 12 | self.node << 6 | tick & 0x3f) % MAX_ID
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use domain::Timestamp;

    use super::*;

    struct Still;

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(EPOCH_MS + 1000)
        }

        fn elapsed(&self) -> Duration {
            Duration::ZERO
        }
    }

    #[test]
    fn ids_differ_and_grow_though_the_clock_stands_still() {
        let (one, other) = (Mint::new(1), Mint::new(2));
        let mut ids: Vec<i64> = (0..1000).map(|_| one.next(&Still)).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        ids.extend((0..1000).map(|_| other.next(&Still)));
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 2000);
    }
}
