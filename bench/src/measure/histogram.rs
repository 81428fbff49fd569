//! How long things took.

use std::time::Duration;

/// Steps within each doubling; a value is told with an error of at most 1/64.
const STEPS: u64 = 64;
/// Powers of two of [`STEPS`].
const STEP_BITS: u32 = 6;
/// Doublings above [`STEPS`] nanoseconds; the last one ends after 2^40 ns, some 18 minutes.
const DOUBLINGS: u32 = 34;

/// Counts of durations, in buckets that grow with the duration.
#[derive(Debug, Clone)]
pub(crate) struct Histogram {
    counts: Vec<u64>,
    total: u64,
    longest: Duration,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            counts: vec![0; bucket(u64::MAX) + 1],
            total: 0,
            longest: Duration::ZERO,
        }
    }
}

impl Histogram {
    /// Counts one.
    pub(crate) fn record(&mut self, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.counts[bucket(nanos)] += 1;
        self.total += 1;
        self.longest = self.longest.max(took);
    }

    /// How many were counted.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// What `share` of them (0.5, 0.99) did not exceed; zero when there are none.
    pub(crate) fn quantile(&self, share: f64) -> Duration {
        let mut seen = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            seen += count;
            if *count > 0 && as_f64(seen) >= as_f64(self.total) * share {
                return Duration::from_nanos(upper(bucket)).min(self.longest);
            }
        }
        self.longest
    }

    /// Adds all that another counted.
    pub(crate) fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.total += other.total;
        self.longest = self.longest.max(other.longest);
    }
}

fn bucket(nanos: u64) -> usize {
    let doubling = nanos
        .max(1)
        .ilog2()
        .saturating_sub(STEP_BITS)
        .min(DOUBLINGS);
    let step = (nanos >> doubling).min(2 * STEPS - 1);
    usize::try_from(u64::from(doubling) * STEPS + step).expect("a few thousand")
}

/// The greatest value of a bucket.
fn upper(bucket: usize) -> u64 {
    let bucket = u64::try_from(bucket).expect("a few thousand");
    let doubling = (bucket / STEPS).saturating_sub(1);
    let step = bucket - doubling * STEPS;
    ((step + 1) << doubling) - 1
}

/// Counts stay far below 2^53, where this is exact.
#[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
pub(crate) fn as_f64(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_what_it_says() {
        for nanos in [
            0,
            1,
            63,
            64,
            127,
            128,
            1_000,
            65_535,
            1 << 20,
            (1 << 38) + 12_345,
        ] {
            let upper = upper(bucket(nanos));
            assert!(upper >= nanos, "{nanos}: {upper}");
            assert!(upper - nanos <= nanos / 64 + 1, "{nanos}: {upper}");
        }
    }

    #[test]
    fn quantiles_are_found_and_histograms_add_up() {
        let (mut one, mut other) = (Histogram::default(), Histogram::default());
        for number in 1..=500 {
            one.record(Duration::from_micros(number));
            other.record(Duration::from_micros(500 + number));
        }
        one.add(&other);
        assert_eq!(one.total(), 1000);
        let near = |share, micros: f64| {
            let found = one.quantile(share).as_secs_f64() * 1e6;
            assert!((found / micros - 1.0).abs() < 0.02, "{share}: {found}");
        };
        near(0.5, 500.0);
        near(0.99, 990.0);
        near(1.0, 1000.0);
        assert_eq!(Histogram::default().quantile(0.5), Duration::ZERO);
    }
}
