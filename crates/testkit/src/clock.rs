use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::Timestamp;

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct Clock {
    start: Timestamp,
    elapsed: AtomicU64,
}

impl Clock {
    /// A clock that shows this moment.
    pub fn at(start: Timestamp) -> Self {
        Self {
            start,
            elapsed: AtomicU64::new(0),
        }
    }

    /// Moves on, in whole milliseconds.
    pub fn advance(&self, span: Duration) {
        let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        self.elapsed.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Default for Clock {
    /// 20 November 2026, half past nine.
    fn default() -> Self {
        Self::at(Timestamp::from_millis(1_795_167_000_000))
    }
}

impl engine::port::Clock for Clock {
    fn now(&self) -> Timestamp {
        self.start.plus(self.elapsed())
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.elapsed.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use engine::port::Clock as _;

    use super::*;

    #[test]
    fn time_passes_when_told_to() {
        let clock = Clock::default();
        let before = clock.now();
        assert_eq!(clock.now(), before);
        clock.advance(Duration::from_secs(3));
        assert_eq!(clock.now().since(before), Duration::from_secs(3));
        assert_eq!(clock.elapsed(), Duration::from_secs(3));
    }
}
