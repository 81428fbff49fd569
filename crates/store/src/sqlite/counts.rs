//! What the writer counts.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

/// Batches are counted by size, each up to twice the one before.
const SIZES: usize = 10;

/// What the writer counts.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    operations: AtomicU64,
    events: AtomicU64,
    /// How many batches had at most 1, 2, 4 … 512 operations.
    batches: [AtomicU64; SIZES],
    rolled_back: AtomicU64,
}

impl Counts {
    /// Some operations shared a commit, and put so many events into logs.
    pub(crate) fn committed(&self, operations: usize, events: usize) {
        let size = operations.max(1).next_power_of_two().trailing_zeros() as usize;
        self.batches[size.min(SIZES - 1)].fetch_add(1, Ordering::Relaxed);
        self.operations
            .fetch_add(operations as u64, Ordering::Relaxed);
        self.events.fetch_add(events as u64, Ordering::Relaxed);
    }

    /// A transaction was undone.
    pub(crate) fn rolled_back(&self) {
        self.rolled_back.fetch_add(1, Ordering::Relaxed);
    }

    /// Writes the counts in the Prometheus text format.
    pub(crate) fn render(&self, out: &mut String) {
        let operations = self.operations.load(Ordering::Relaxed);
        let mut below = 0;
        let mut sizes = String::new();
        for (size, count) in self.batches.iter().enumerate() {
            below += count.load(Ordering::Relaxed);
            let most = 1 << size;
            line(
                &mut sizes,
                &format!("{BATCH}_bucket{{le=\"{most}\"}} {below}"),
            );
        }
        let help = "Operations that shared a commit; their number is the number of commits.";
        head(out, BATCH, help, "histogram");
        out.push_str(&sizes);
        line(out, &format!("{BATCH}_bucket{{le=\"+Inf\"}} {below}"));
        line(out, &format!("{BATCH}_sum {operations}"));
        line(out, &format!("{BATCH}_count {below}"));
        let events = self.events.load(Ordering::Relaxed);
        counter(out, "events", "Events that were put into logs.", events);
        let undone = self.rolled_back.load(Ordering::Relaxed);
        counter(out, "rollbacks", "Transactions that were undone.", undone);
    }
}

const BATCH: &str = "switchboard_store_batch_operations";

/// Writes how many operations wait for each kind of thread.
pub(crate) fn render_waiting(out: &mut String, writes: usize, reads: usize) {
    let name = "switchboard_store_waiting";
    let help = "Operations that wait for a thread of the store.";
    head(out, name, help, "gauge");
    line(out, &format!("{name}{{kind=\"write\"}} {writes}"));
    line(out, &format!("{name}{{kind=\"read\"}} {reads}"));
}

fn counter(out: &mut String, name: &str, help: &str, value: u64) {
    let name = format!("switchboard_store_{name}_total");
    head(out, &name, help, "counter");
    line(out, &format!("{name} {value}"));
}

fn head(out: &mut String, name: &str, help: &str, kind: &str) {
    line(out, &format!("# HELP {name} {help}\n# TYPE {name} {kind}"));
}

fn line(out: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_are_counted_by_how_many_share_them() {
        let counts = Counts::default();
        for operations in [1, 2, 3, 512] {
            counts.committed(operations, operations + 1);
        }
        let mut text = String::new();
        counts.render(&mut text);
        for expected in [
            "_bucket{le=\"1\"} 1\n",
            "_bucket{le=\"2\"} 2\n",
            "_bucket{le=\"4\"} 3\n",
            "_bucket{le=\"256\"} 3\n",
            "_bucket{le=\"512\"} 4\n",
            "_sum 518\n",
            "_count 4\n",
            "switchboard_store_events_total 522\n",
        ] {
            assert!(text.contains(expected), "{expected} in {text}");
        }
    }
}
