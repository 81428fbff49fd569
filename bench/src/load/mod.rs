//! Thousands of connections, driven from one thread.
//!
//! Map: a [`Swarm`] owns the sockets and waits for them with epoll; a [`Speaker`] is what one
//! connection says and understands, bytes in and bytes out, without a socket; [`frame`] and
//! [`http`] are what several speakers need.
//!
//! Between two looks the swarm sleeps for about a millisecond. So a receiver is not woken by each
//! send of the server, whose CPU time would have the waking in it; and an arrival is noticed up to
//! a millisecond late, for all contestants alike.

mod asker;
pub(crate) mod frame;
mod gather;
pub(crate) mod http;
mod socket;
mod swarm;

use std::time::Instant;

pub(crate) use asker::Asker;
pub(crate) use gather::gather;
pub(crate) use swarm::{LineId, Swarm};

/// What one connection says and understands. It keeps what it needs of an unfinished frame.
pub(crate) trait Speaker {
    /// The connection was made: what is to be said first?
    fn open(&mut self, out: &mut Vec<u8>);

    /// Something arrived. What it means goes to `heard`, what has to be said to `out`.
    fn take(
        &mut self,
        bytes: &[u8],
        out: &mut Vec<u8>,
        heard: &mut Vec<Heard>,
    ) -> Result<(), String>;

    /// Says a message with a number, by which its receivers know it. `to` is what the contestant
    /// sends to (a group of the population, or the one at its other end).
    fn send(&mut self, to: Target, number: u64, out: &mut Vec<u8>);

    /// Does something else that people do, under a number as [`Speaker::send`]: says that it
    /// writes, marks as read, looks back. Who has no such things does nothing.
    fn stir(&mut self, to: Target, number: u64, out: &mut Vec<u8>) {
        let _ = (to, number, out);
    }

    /// Called now and then: what has to be said because time went by?
    fn tick(&mut self, now: Instant, out: &mut Vec<u8>) {
        let _ = (now, out);
    }

    /// The connection was cut; the next one goes on where this one was, if the speaker can.
    fn cut(&mut self) {}
}

/// To whom a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// To the group with this number in the population.
    Group(usize),
    /// In the direct conversation with this number in the population, to this user.
    Direct {
        /// Its place among the pairs.
        conversation: usize,
        /// The other one.
        to: usize,
    },
}

/// What was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Heard {
    /// The session is there: messages arrive from now on.
    Ready(Opening),
    /// A message with this number arrived.
    Message(u64),
    /// The message with this number was accepted (and is durable, where the contestant does that).
    Accepted(u64),
    /// The server asked to begin anew: what was missed has to be read from the log.
    Reset,
    /// The server ended the connection as the protocol has it.
    Closed,
}

/// How a session began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// With nothing to go on from.
    New,
    /// Everything missed follows.
    Resumed,
    /// What was there is gone.
    Reset,
}

/// Bytes of a message's text.
pub(crate) const TEXT: usize = 200;
/// What stands before a message's number, at the end of its text.
pub(crate) const MARK: u8 = b'#';
/// Digits of a message's number.
pub(crate) const DIGITS: usize = 10;

/// The text of a message: as long as all of them, with its number at the end.
pub(crate) fn text(number: u64) -> String {
    let filling = "the quick brown fox jumps over the lazy dog and ";
    let mut text: String = filling.chars().cycle().take(TEXT - DIGITS - 1).collect();
    text.push(char::from(MARK));
    text + &format!("{number:0DIGITS$}")
}

/// The number in a message, wherever in the bytes its text stands. It is looked for from the end,
/// where it is in most protocols.
pub(crate) fn number_in(bytes: &[u8]) -> Option<u64> {
    let mark = bytes.iter().rposition(|byte| *byte == MARK)?;
    let digits = bytes.get(mark + 1..mark + 1 + DIGITS)?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_its_length_and_its_number() {
        let text = text(42);
        assert_eq!(text.len(), TEXT);
        assert_eq!(number_in(text.as_bytes()), Some(42));
        assert_eq!(
            number_in(format!("{{\"text\":\"{text}\"}}}}").as_bytes()),
            Some(42)
        );
        assert_eq!(number_in(b"nothing"), None);
        assert_eq!(number_in(b"#12"), None);
    }
}
