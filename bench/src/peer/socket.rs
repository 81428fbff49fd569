//! WebSocket as the servers on Node.js speak it: bare, or with Socket.IO's packets inside (its
//! protocol in version 5, in Engine.IO's in version 4).

use crate::load::frame::{Kind, Reader, write};
use crate::load::{Heard, Opening, Speaker, Target, http, number_in, text};

/// What the texts in the frames are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    /// Messages.
    Plain,
    /// Socket.IO's packets.
    SocketIo,
}

/// One connection.
#[derive(Debug)]
pub(super) struct Socket {
    words: Words,
    /// The beginning of the answer to the handshake; none once it was answered.
    answer: Option<Vec<u8>>,
    frames: Reader,
}

impl Socket {
    pub(super) fn new(words: Words) -> Self {
        Self {
            words,
            answer: None,
            frames: Reader::default(),
        }
    }

    fn frames(
        &mut self,
        bytes: &[u8],
        out: &mut Vec<u8>,
        heard: &mut Vec<Heard>,
    ) -> Result<(), String> {
        let words = self.words;
        self.frames
            .read(bytes, |kind, payload| match (kind, words) {
                (Kind::Text, Words::Plain) => {
                    heard.extend(number_in(payload).map(Heard::Message));
                    Ok(())
                }
                (Kind::Text, Words::SocketIo) => packet(payload, out, heard),
                (Kind::Ping, _) => {
                    write(Kind::Pong, payload, out);
                    Ok(())
                }
                (Kind::Pong, _) => Ok(()),
                (Kind::Binary, _) => Err("a binary frame".to_owned()),
                (Kind::Close, _) => Err(format!(
                    "closed with {:?}",
                    String::from_utf8_lossy(payload)
                )),
            })
    }
}

/// One packet of Engine.IO, with one of Socket.IO inside when it begins with 4.
fn packet(payload: &[u8], out: &mut Vec<u8>, heard: &mut Vec<Heard>) -> Result<(), String> {
    match payload {
        // Open: enter the namespace.
        [b'0', ..] => write(Kind::Text, b"40", out),
        [b'4', b'0', ..] => heard.push(Heard::Ready(Opening::New)),
        [b'2', ..] => write(Kind::Text, b"3", out),
        [b'4', b'2', ..] => heard.extend(number_in(payload).map(Heard::Message)),
        [b'1', ..] => heard.push(Heard::Closed),
        other => {
            return Err(format!(
                "not understood: {}",
                String::from_utf8_lossy(other)
            ));
        }
    }
    Ok(())
}

impl Speaker for Socket {
    fn open(&mut self, out: &mut Vec<u8>) {
        let path = match self.words {
            Words::Plain => "/",
            Words::SocketIo => "/socket.io/?EIO=4&transport=websocket",
        };
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        out.extend(head.as_bytes());
        *self = Self {
            answer: Some(Vec::new()),
            ..Self::new(self.words)
        };
    }

    fn take(
        &mut self,
        bytes: &[u8],
        out: &mut Vec<u8>,
        heard: &mut Vec<Heard>,
    ) -> Result<(), String> {
        let Some(begun) = &mut self.answer else {
            return self.frames(bytes, out, heard);
        };
        begun.extend(bytes);
        let Some(answer) = http::head(begun)? else {
            return Ok(());
        };
        if answer.status != 101 {
            return Err(format!("refused with status {}", answer.status));
        }
        let rest = begun[answer.bytes..].to_vec();
        self.answer = None;
        if self.words == Words::Plain {
            heard.push(Heard::Ready(Opening::New));
        }
        self.frames(&rest, out, heard)
    }

    /// All others get it: there is one group.
    fn send(&mut self, _: Target, number: u64, out: &mut Vec<u8>) {
        let text = text(number);
        match self.words {
            Words::Plain => write(Kind::Text, text.as_bytes(), out),
            Words::SocketIo => {
                write(
                    Kind::Text,
                    format!("42[\"message\",\"{text}\"]").as_bytes(),
                    out,
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::frame::write_plain;

    const HEAD: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

    fn hear(socket: &mut Socket, bytes: &[u8]) -> (Vec<u8>, Vec<Heard>) {
        let (mut out, mut heard) = (Vec::new(), Vec::new());
        socket
            .take(bytes, &mut out, &mut heard)
            .expect("it is understood");
        (out, heard)
    }

    fn plain(text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_plain(Kind::Text, text.as_bytes(), &mut bytes);
        bytes
    }

    #[test]
    fn a_bare_socket_is_ready_at_once() {
        let mut socket = Socket::new(Words::Plain);
        socket.open(&mut Vec::new());
        assert_eq!(hear(&mut socket, HEAD).1, [Heard::Ready(Opening::New)]);
        assert_eq!(hear(&mut socket, &plain(&text(5))).1, [Heard::Message(5)]);
    }

    #[test]
    fn socket_io_enters_its_namespace_and_shows_signs_of_life() {
        let mut socket = Socket::new(Words::SocketIo);
        socket.open(&mut Vec::new());
        assert_eq!(hear(&mut socket, HEAD).1, []);
        assert!(!hear(&mut socket, &plain("0{\"sid\":\"a\"}")).0.is_empty());
        assert_eq!(
            hear(&mut socket, &plain("40{\"sid\":\"b\"}")).1,
            [Heard::Ready(Opening::New)]
        );
        assert!(!hear(&mut socket, &plain("2")).0.is_empty());
        let message = plain(&format!("42[\"message\",\"{}\"]", text(6)));
        assert_eq!(hear(&mut socket, &message).1, [Heard::Message(6)]);
        assert!(
            socket
                .take(&plain("nonsense"), &mut Vec::new(), &mut Vec::new())
                .is_err()
        );
    }
}
