//! What the doors have in common: the mailbox, and the meaning of frames.

use std::time::{Duration, Instant};

use crate::load::{Heard, Opening, Target, number_in, text};
use crate::prepare::{direct, group};

/// So many events are acknowledged together, as the protocol asks for.
const ACK_EVERY: u64 = 64;
/// An event does not stay unacknowledged for longer.
const ACK_AFTER: Duration = Duration::from_secs(2);

/// A session's place in its mailbox.
#[derive(Debug, Default)]
pub(super) struct Session {
    mailbox: Option<String>,
    n: u64,
    acked: u64,
    ack_due: Option<Instant>,
    /// How the last event begins: with its conversation and its place there.
    last: Vec<u8>,
}

/// The id of the command that asks for all conversations; no message has it.
pub(super) const SYNC: u64 = (1 << 53) - 1;
/// Bytes of an event's beginning that are kept.
const BEGINNING: usize = 96;

impl Session {
    /// The cursor to resume from, once there is one.
    pub(super) fn cursor(&self) -> Option<String> {
        self.mailbox
            .as_ref()
            .map(|mailbox| format!("{mailbox}.{}", self.n))
    }

    /// What a frame means. Frames are told apart by how they begin: this runs for each of millions.
    pub(super) fn take(&mut self, frame: &[u8], heard: &mut Vec<Heard>) -> Result<(), String> {
        if let Some(rest) = frame.strip_prefix(b"{\"type\":\"event\",\"n\":") {
            self.n = digits(rest);
            self.last.clear();
            self.last.extend(&rest[..rest.len().min(BEGINNING)]);
            self.ack_due
                .get_or_insert_with(|| Instant::now() + ACK_AFTER);
            heard.extend(number_in(frame).map(Heard::Message));
        } else if let Some(rest) = frame.strip_prefix(b"{\"type\":\"reply\",\"id\":") {
            let id = digits(rest);
            if !rest.windows(5).any(|window| window == b"\"ok\":") {
                return Err(format!("refused: {}", String::from_utf8_lossy(frame)));
            }
            if id != SYNC {
                heard.push(Heard::Accepted(id));
            }
        } else if frame.starts_with(b"{\"type\":\"hello\"") {
            heard.push(Heard::Ready(self.greet(frame)?));
        } else if let Some(rest) = frame.strip_prefix(b"{\"type\":\"reset\",\"n\":") {
            self.n = digits(rest);
            heard.push(Heard::Reset);
        } else if frame.starts_with(b"{\"type\":\"closing\"") {
            heard.push(Heard::Closed);
        }
        Ok(())
    }

    fn greet(&mut self, frame: &[u8]) -> Result<Opening, String> {
        let hello: serde_json::Value =
            serde_json::from_slice(frame).map_err(|error| error.to_string())?;
        let mailbox = hello["mailbox"]
            .as_str()
            .ok_or("a hello without a mailbox")?;
        self.mailbox = Some(mailbox.to_owned());
        let opening = match hello["resume"].as_str() {
            Some("resumed") => Opening::Resumed,
            Some("new") => Opening::New,
            _ => Opening::Reset,
        };
        if opening != Opening::Resumed {
            self.n = hello["n"].as_u64().unwrap_or(0);
        }
        self.acked = self.n;
        self.ack_due = None;
        Ok(opening)
    }

    /// The acknowledgement that is due now, if one is.
    pub(super) fn ack(&mut self, now: Option<Instant>) -> Option<String> {
        let many = self.n >= self.acked + ACK_EVERY;
        let late = now.is_some_and(|now| self.ack_due.is_some_and(|due| now >= due));
        if !many && !late {
            return None;
        }
        self.acked = self.n;
        self.ack_due = None;
        Some(format!("{{\"type\":\"ack\",\"n\":{}}}", self.n))
    }

    /// The conversation and the place of the last event.
    fn place(&self) -> Option<(&str, u64)> {
        let (_, rest) = std::str::from_utf8(&self.last)
            .ok()?
            .split_once("\"conversation\":\"")?;
        let (conversation, rest) = rest.split_once('"')?;
        Some((
            conversation,
            digits(rest.strip_prefix(",\"seq\":")?.as_bytes()),
        ))
    }

    /// A command that people's clients send beside messages, one of three in turn.
    pub(super) fn stir(&self, to: Target, number: u64) -> String {
        let Target::Group(which) = to else {
            return format!("{{\"id\":{number},\"type\":\"ping\"}}");
        };
        let to = group(which);
        match (number % 3, self.place()) {
            (0, Some((conversation, seq))) => format!(
                "{{\"id\":{number},\"type\":\"read.mark\",\"conversation\":\"{conversation}\",\"seq\":{seq}}}"
            ),
            (1, _) => format!(
                "{{\"id\":{number},\"type\":\"history.get\",\"conversation\":\"{to}\",\"limit\":20}}"
            ),
            _ => format!(
                "{{\"id\":{number},\"type\":\"typing.set\",\"conversation\":\"{to}\",\"active\":true}}"
            ),
        }
    }

    /// The connection was cut: nothing is due any longer.
    pub(super) fn cut(&mut self) {
        self.ack_due = None;
    }
}

/// The command that sends a message. Its number is also the command's id.
pub(super) fn command(to: Target, number: u64) -> String {
    let to = match to {
        Target::Group(which) => format!("\"conversation\":\"{}\"", group(which)),
        Target::Direct { conversation, .. } => {
            format!("\"conversation\":\"{}\"", direct(conversation))
        }
    };
    let text = text(number);
    // Ordered by time, as the ids of real clients are (RFC 9562 §5.7).
    let client_id = format!(
        "{:08x}-{:04x}-7000-8000-{:012x}",
        number >> 16,
        number & 0xffff,
        number
    );
    format!(
        "{{\"id\":{number},\"type\":\"message.send\",{to},\"client_id\":\"{client_id}\",\"text\":\"{text}\"}}"
    )
}

fn digits(bytes: &[u8]) -> u64 {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELLO: &[u8] = br#"{"type":"hello","resume":"new","mailbox":"55","n":0}"#;

    fn event(n: u64) -> Vec<u8> {
        let text = text(n + 100);
        format!("{{\"type\":\"event\",\"n\":{n},\"event\":{{\"text\":\"{text}\"}}}}").into_bytes()
    }

    #[test]
    fn frames_move_the_cursor_and_are_acknowledged_together() {
        let (mut session, mut heard) = (Session::default(), Vec::new());
        session.take(HELLO, &mut heard).expect("a hello");
        for n in 1..=ACK_EVERY {
            assert_eq!(session.ack(None), None);
            session.take(&event(n), &mut heard).expect("an event");
        }
        assert_eq!(session.cursor().as_deref(), Some("55.64"));
        assert_eq!(heard[0], Heard::Ready(Opening::New));
        assert_eq!(heard[1], Heard::Message(101));
        assert_eq!(heard.len(), 65);
        assert_eq!(
            session.ack(None).as_deref(),
            Some(r#"{"type":"ack","n":64}"#)
        );
        assert_eq!(session.ack(None), None);
    }

    #[test]
    fn a_single_event_is_acknowledged_after_a_while() {
        let (mut session, mut heard) = (Session::default(), Vec::new());
        session.take(HELLO, &mut heard).expect("a hello");
        session.take(&event(1), &mut heard).expect("an event");
        assert_eq!(session.ack(Some(Instant::now())), None);
        let later = Instant::now() + ACK_AFTER;
        assert_eq!(
            session.ack(Some(later)).as_deref(),
            Some(r#"{"type":"ack","n":1}"#)
        );
        assert_eq!(session.ack(Some(later)), None);
    }

    #[test]
    fn a_refusal_is_an_error_and_a_reset_is_told() {
        let (mut session, mut heard) = (Session::default(), Vec::new());
        let refused = br#"{"type":"reply","id":7,"error":{"code":"limited"}}"#;
        assert!(session.take(refused, &mut heard).is_err());
        let good = br#"{"type":"reply","id":7,"ok":{}}"#;
        session.take(good, &mut heard).expect("a reply");
        session
            .take(br#"{"type":"reset","n":412}"#, &mut heard)
            .expect("a reset");
        assert_eq!(heard, [Heard::Accepted(7), Heard::Reset]);
        assert_eq!(session.n, 412);
    }
}
