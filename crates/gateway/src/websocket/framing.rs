//! Frames off a line and onto it; what the protocol asks for itself is answered here (RFC 6455).

use wire::websocket::{Broken, Decoder, Incoming, encode};

use crate::line::Leave;

/// A message of the other side.
#[derive(Debug)]
pub(crate) enum Message<'a> {
    /// A text.
    Text(&'a str),
    /// Bytes.
    Binary(&'a [u8]),
}

/// May the next message be taken?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    Yes,
    /// Not now: what follows is offered again.
    No,
}

/// The framing of one connection.
pub(crate) struct Framing(Decoder);

impl Framing {
    /// For messages of at most so many bytes.
    pub(crate) fn new(message_bytes: usize) -> Self {
        Self(Decoder::new(message_bytes))
    }

    /// Gives each message to `hear` until there is no room. How many bytes were taken.
    pub(crate) fn take(
        &mut self,
        bytes: &mut [u8],
        out: &mut Vec<u8>,
        mut hear: impl FnMut(Message<'_>, &mut Vec<u8>) -> Result<Room, Leave>,
    ) -> Result<usize, Leave> {
        let length = bytes.len();
        let mut input = bytes;
        loop {
            let room = match self.0.next(&mut input) {
                Ok(None) => return Ok(length),
                Ok(Some(Incoming::Text(text))) => hear(Message::Text(&text), out)?,
                Ok(Some(Incoming::Binary(bytes))) => hear(Message::Binary(&bytes), out)?,
                Ok(Some(Incoming::Ping(payload))) => {
                    encode::pong(out, &payload);
                    Room::Yes
                }
                Ok(Some(Incoming::Pong)) => Room::Yes,
                Ok(Some(Incoming::Close(None))) => {
                    encode::close_silent(out);
                    return Err(Leave::Close);
                }
                Ok(Some(Incoming::Close(Some((code, _))))) => {
                    encode::close(out, code, "");
                    return Err(Leave::Close);
                }
                Err(Broken { code, why }) => {
                    encode::close(out, code, why);
                    return Err(Leave::Close);
                }
            };
            if room == Room::No {
                return Ok(length - input.len());
            }
        }
    }
}
