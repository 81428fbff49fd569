//! Our WebSocket door.

use std::time::Instant;

use super::session::{SYNC, Session, command};
use crate::load::frame::{Kind, Reader, write};
use crate::load::{Heard, Opening, Speaker, Target, http};
use crate::prepare::token;

/// One connection.
pub(super) struct Websocket {
    token: String,
    session: Session,
    /// The beginning of the answer to the handshake; none once it was answered.
    head: Option<Vec<u8>>,
    frames: Reader,
}

impl Websocket {
    pub(super) fn new(user: usize) -> Self {
        Self {
            token: token(user),
            session: Session::default(),
            head: None,
            frames: Reader::default(),
        }
    }

    fn frames(
        &mut self,
        bytes: &[u8],
        out: &mut Vec<u8>,
        heard: &mut Vec<Heard>,
    ) -> Result<(), String> {
        let Self {
            session, frames, ..
        } = self;
        frames.read(bytes, |kind, payload| match kind {
            Kind::Text => session.take(payload, heard),
            Kind::Ping => {
                write(Kind::Pong, payload, out);
                Ok(())
            }
            Kind::Pong => Ok(()),
            Kind::Binary => Err("a binary frame".to_owned()),
            Kind::Close => Err(format!(
                "closed with {:?}",
                String::from_utf8_lossy(payload)
            )),
        })?;
        if heard
            .iter()
            .any(|what| matches!(what, Heard::Ready(Opening::New)))
        {
            let sync = format!("{{\"id\":{SYNC},\"type\":\"sync\"}}");
            write(Kind::Text, sync.as_bytes(), out);
        }
        if let Some(ack) = self.session.ack(None) {
            write(Kind::Text, ack.as_bytes(), out);
        }
        Ok(())
    }
}

impl Speaker for Websocket {
    fn open(&mut self, out: &mut Vec<u8>) {
        let cursor = self.session.cursor();
        let query = cursor.map_or_else(String::new, |cursor| format!("?resume={cursor}"));
        let head = format!(
            "GET /v1/ws{query} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: switchboard.v1.json\r\nAuthorization: Bearer {}\r\n\r\n",
            self.token
        );
        out.extend(head.as_bytes());
        self.head = Some(Vec::new());
        self.frames = Reader::default();
    }

    fn take(
        &mut self,
        bytes: &[u8],
        out: &mut Vec<u8>,
        heard: &mut Vec<Heard>,
    ) -> Result<(), String> {
        let Some(begun) = &mut self.head else {
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
        self.head = None;
        self.frames(&rest, out, heard)
    }

    fn send(&mut self, to: Target, number: u64, out: &mut Vec<u8>) {
        write(Kind::Text, command(to, number).as_bytes(), out);
    }

    fn stir(&mut self, to: Target, number: u64, out: &mut Vec<u8>) {
        write(Kind::Text, self.session.stir(to, number).as_bytes(), out);
    }

    fn tick(&mut self, now: Instant, out: &mut Vec<u8>) {
        if let Some(ack) = self.session.ack(Some(now)) {
            write(Kind::Text, ack.as_bytes(), out);
        }
    }

    fn cut(&mut self) {
        self.session.cut();
    }
}
