use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use engine::Counter;

/// A door, as metrics name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// `GET /v1/ws`.
    WebSocket,
    /// `GET /v1/events`.
    Events,
    /// `GET /v1/poll`.
    Poll,
    /// Everything else over HTTP.
    Http,
}

impl Door {
    const ALL: [Self; 4] = [Self::WebSocket, Self::Events, Self::Poll, Self::Http];

    fn word(self) -> &'static str {
        match self {
            Self::WebSocket => "websocket",
            Self::Events => "events",
            Self::Poll => "poll",
            Self::Http => "http",
        }
    }

    fn index(self) -> usize {
        match self {
            Self::WebSocket => 0,
            Self::Events => 1,
            Self::Poll => 2,
            Self::Http => 3,
        }
    }
}

/// Why a connection was not taken, or was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There are too many altogether.
    Connections,
    /// There are too many from its address.
    Address,
    /// It did not finish the head of a request in time.
    SlowHead,
    /// A WebSocket did not authenticate in time, or not at all.
    Unauthenticated,
    /// A WebSocket broke the protocol.
    Protocol,
    /// A connection did not take what was written to it.
    SlowReader,
    /// Nothing was heard of a WebSocket for too long.
    Silent,
}

impl Refusal {
    const ALL: [Self; 7] = [
        Self::Connections,
        Self::Address,
        Self::SlowHead,
        Self::Unauthenticated,
        Self::Protocol,
        Self::SlowReader,
        Self::Silent,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::Address => "address",
            Self::SlowHead => "slow_head",
            Self::Unauthenticated => "unauthenticated",
            Self::Protocol => "protocol",
            Self::SlowReader => "slow_reader",
            Self::Silent => "silent",
        }
    }

    fn index(self) -> usize {
        match self {
            Self::Connections => 0,
            Self::Address => 1,
            Self::SlowHead => 2,
            Self::Unauthenticated => 3,
            Self::Protocol => 4,
            Self::SlowReader => 5,
            Self::Silent => 6,
        }
    }
}

/// What the gateway counts.
#[derive(Debug, Default)]
pub struct Metrics {
    sockets: AtomicI64,
    accepted: Counter,
    accept_errors: Counter,
    sessions: [AtomicI64; 4],
    frames_in: [Counter; 4],
    frames_out: [Counter; 4],
    bytes_in: Counter,
    bytes_out: Counter,
    refused: [Counter; 7],
    /// Answers by the first digit of their status, 1 to 5.
    answers: [Counter; 5],
}

/// Counts a session at a door for as long as it is held.
#[derive(Debug)]
pub(crate) struct Attendance(Arc<Metrics>, Door);

impl Attendance {
    /// Counts one more.
    pub(crate) fn new(metrics: &Arc<Metrics>, door: Door) -> Self {
        metrics.enter(door);
        Self(Arc::clone(metrics), door)
    }
}

impl Drop for Attendance {
    fn drop(&mut self) {
        self.0.leave(self.1);
    }
}

impl Metrics {
    /// A connection was accepted.
    pub(crate) fn accepted(&self) {
        self.accepted.add(1);
        self.sockets.fetch_add(1, Ordering::Relaxed);
    }

    /// A connection is gone.
    pub(crate) fn closed(&self) {
        self.sockets.fetch_sub(1, Ordering::Relaxed);
    }

    /// Accepting failed.
    pub(crate) fn accept_failed(&self) {
        self.accept_errors.add(1);
    }

    /// A session is connected through a door.
    fn enter(&self, door: Door) {
        self.sessions[door.index()].fetch_add(1, Ordering::Relaxed);
    }

    /// A session has left a door.
    fn leave(&self, door: Door) {
        self.sessions[door.index()].fetch_sub(1, Ordering::Relaxed);
    }

    /// Frames came.
    pub(crate) fn frames_in(&self, door: Door, count: usize) {
        self.frames_in[door.index()].add(count as u64);
    }

    /// Frames went.
    pub(crate) fn frames_out(&self, door: Door, count: usize) {
        if count == 0 {
            return;
        }
        self.frames_out[door.index()].add(count as u64);
    }

    /// Bytes came.
    pub(crate) fn bytes_in(&self, count: usize) {
        self.bytes_in.add(count as u64);
    }

    /// Bytes went.
    pub(crate) fn bytes_out(&self, count: usize) {
        self.bytes_out.add(count as u64);
    }

    /// A connection was not taken, or was cut.
    pub(crate) fn refused(&self, why: Refusal) {
        self.refused[why.index()].add(1);
    }

    /// A request was answered.
    pub(crate) fn answered(&self, status: u16) {
        if let Some(class) = self.answers.get(usize::from(status / 100).wrapping_sub(1)) {
            class.add(1);
        }
    }

    /// Connections at present.
    pub fn sockets(&self) -> i64 {
        self.sockets.load(Ordering::Relaxed)
    }

    /// How often connections were refused or cut for this reason.
    pub fn refusals(&self, why: Refusal) -> u64 {
        self.refused[why.index()].get()
    }

    /// Writes everything in the Prometheus text format (version 0.0.4).
    pub fn render(&self, out: &mut String) {
        gauge(
            out,
            "connections",
            "Connections at present.",
            self.sockets(),
        );
        for (name, help, count) in [
            (
                "connections_accepted",
                "Connections accepted.",
                &self.accepted,
            ),
            ("accept_errors", "Failures to accept.", &self.accept_errors),
            ("received_bytes", "Bytes received.", &self.bytes_in),
            ("sent_bytes", "Bytes sent.", &self.bytes_out),
        ] {
            counter(out, name, help, count.get());
        }
        self.render_doors(out);
        family(
            out,
            "refused_total",
            "counter",
            "Connections refused or cut, by reason.",
        );
        for why in Refusal::ALL {
            line(
                out,
                "refused_total",
                ("reason", why.word()),
                self.refusals(why),
            );
        }
        family(
            out,
            "answers_total",
            "counter",
            "HTTP answers, by class of status.",
        );
        for (class, count) in ["1xx", "2xx", "3xx", "4xx", "5xx"]
            .iter()
            .zip(&self.answers)
        {
            line(out, "answers_total", ("status", class), count.get());
        }
    }

    fn render_doors(&self, out: &mut String) {
        family(out, "sessions", "gauge", "Sessions connected, by door.");
        for door in Door::ALL {
            let value = self.sessions[door.index()].load(Ordering::Relaxed);
            line(out, "sessions", ("door", door.word()), value);
        }
        for (name, help, counters) in [
            (
                "frames_received_total",
                "Frames received, by door.",
                &self.frames_in,
            ),
            (
                "frames_sent_total",
                "Frames sent, by door.",
                &self.frames_out,
            ),
        ] {
            family(out, name, "counter", help);
            for door in Door::ALL {
                line(
                    out,
                    name,
                    ("door", door.word()),
                    counters[door.index()].get(),
                );
            }
        }
    }
}

const PREFIX: &str = "switchboard_gateway_";

fn family(out: &mut String, name: &str, kind: &str, help: &str) {
    writeln!(
        out,
        "# HELP {PREFIX}{name} {help}\n# TYPE {PREFIX}{name} {kind}"
    )
    .expect("writing to a String does not fail");
}

fn line(out: &mut String, name: &str, label: (&str, &str), value: impl std::fmt::Display) {
    writeln!(out, "{PREFIX}{name}{{{}=\"{}\"}} {value}", label.0, label.1)
        .expect("writing to a String does not fail");
}

fn gauge(out: &mut String, name: &str, help: &str, value: i64) {
    family(out, name, "gauge", help);
    writeln!(out, "{PREFIX}{name} {value}").expect("writing to a String does not fail");
}

fn counter(out: &mut String, name: &str, help: &str, value: u64) {
    let name = format!("{name}_total");
    family(out, &name, "counter", help);
    writeln!(out, "{PREFIX}{name} {value}").expect("writing to a String does not fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_in_the_text() {
        let metrics = Arc::new(Metrics::default());
        metrics.accepted();
        metrics.refused(Refusal::SlowHead);
        metrics.answered(404);
        metrics.answered(999);
        metrics.frames_out(Door::Events, 3);
        let held = Attendance::new(&metrics, Door::WebSocket);
        let mut text = String::new();
        metrics.render(&mut text);
        for line in [
            "switchboard_gateway_connections 1",
            "switchboard_gateway_refused_total{reason=\"slow_head\"} 1",
            "switchboard_gateway_answers_total{status=\"4xx\"} 1",
            "switchboard_gateway_frames_sent_total{door=\"events\"} 3",
            "switchboard_gateway_sessions{door=\"websocket\"} 1",
        ] {
            assert!(text.lines().any(|have| have == line), "{line} in\n{text}");
        }
        drop(held);
        text.clear();
        metrics.render(&mut text);
        assert!(text.contains("sessions{door=\"websocket\"} 0"));
    }
}
