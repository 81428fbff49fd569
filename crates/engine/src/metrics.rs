use std::fmt::Write;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Threads add to so many places at once without waiting for each other's cache lines.
const STRIPES: usize = 8;

/// A number that grows. Any number of threads may add to it, as cheaply as if each were alone.
#[derive(Debug, Default)]
pub struct Counter([Stripe; STRIPES]);

/// A cache line with a part of the sum.
#[derive(Debug, Default)]
#[repr(align(64))]
struct Stripe(AtomicU64);

thread_local! {
    /// Where this thread adds.
    static STRIPE: usize = {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        NEXT.fetch_add(1, Ordering::Relaxed) % STRIPES
    };
}

impl Counter {
    /// Adds.
    pub fn add(&self, count: u64) {
        let stripe = STRIPE.with(|stripe| *stripe);
        self.0[stripe].0.fetch_add(count, Ordering::Relaxed);
    }

    /// The sum so far.
    pub fn get(&self) -> u64 {
        let parts = self.0.iter().map(|stripe| stripe.0.load(Ordering::Relaxed));
        parts.sum()
    }
}

/// Declares the counters with their names and help texts.
macro_rules! counters {
    ($($(#[doc = $help:literal])* $field:ident => $name:literal,)*) => {
        /// What the engine counts.
        #[derive(Debug, Default)]
        pub struct Metrics {
            $($(#[doc = $help])* pub $field: Counter,)*
        }

        impl Metrics {
            /// Writes the counters in the Prometheus text format.
            pub fn render(&self, out: &mut String) {
                $(
                    let help = concat!($($help),*).trim();
                    counter(out, $name, help, self.$field.get());
                )*
            }
        }
    };
}

counters! {
    /// Messages that got a place in a log.
    messages => "switchboard_messages_total",
    /// Sends that had been accepted before and were answered again.
    repeated => "switchboard_messages_repeated_total",
    /// Commands that were carried out.
    commands_ok => "switchboard_commands_ok_total",
    /// Commands that were refused.
    commands_refused => "switchboard_commands_refused_total",
    /// Commands that failed by a fault of the server or a part of it.
    commands_failed => "switchboard_commands_failed_total",
    /// Permits that were judged again because the facts had moved.
    stale_permits => "switchboard_stale_permits_total",
    /// Sign-ins that succeeded.
    sign_ins => "switchboard_sign_ins_total",
    /// Sign-ins that were refused.
    sign_ins_refused => "switchboard_sign_ins_refused_total",
    /// Events that came over the bus.
    events_relayed => "switchboard_events_relayed_total",
    /// Gaps that were closed from the log.
    gap_reads => "switchboard_gap_reads_total",
    /// What connections took out of mailboxes.
    deliveries => "switchboard_deliveries_total",
    /// Mailboxes that were opened.
    mailboxes_opened => "switchboard_mailboxes_opened_total",
    /// Mailboxes that nobody came back to.
    mailboxes_expired => "switchboard_mailboxes_expired_total",
    /// Notifications that were put into feeds.
    notifications => "switchboard_notifications_total",
    /// Documents that were put into the search index.
    indexed => "switchboard_indexed_total",
}

/// Writes one counter.
fn counter(out: &mut String, name: &str, help: &str, value: u64) {
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "# HELP {name} {help}\n# TYPE {name} counter\n{name} {value}"
    );
}

/// Writes one gauge.
pub(crate) fn gauge(out: &mut String, name: &str, help: &str, value: usize) {
    let _ = writeln!(
        out,
        "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}"
    );
}
