use std::time::Duration;

/// How long to wait before trying again: twice as long each time, up to a limit, and shortened by
/// chance to between a half and the whole, so that many sessions do not come back at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The first wait.
    pub first: Duration,
    /// The longest wait.
    pub most: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(250),
            most: Duration::from_secs(30),
        }
    }
}

impl Backoff {
    /// The wait before try number `attempt`, counted from 0.
    pub fn wait(&self, attempt: u32) -> Duration {
        let whole = self
            .first
            .saturating_mul(1 << attempt.min(20))
            .min(self.most);
        whole.mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_are_bounded() {
        let backoff = Backoff::default();
        for attempt in 0..100 {
            let whole = backoff
                .first
                .saturating_mul(1 << attempt.min(20))
                .min(backoff.most);
            let wait = backoff.wait(attempt);
            assert!(wait >= whole / 2 && wait <= whole, "{attempt}: {wait:?}");
        }
        assert!(backoff.wait(u32::MAX) <= backoff.most);
    }
}
