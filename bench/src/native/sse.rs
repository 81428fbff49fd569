//! Our door of Server-Sent Events. What it says is said by `POST /v1/commands` on a connection of
//! its own, as browsers do; the speaker only listens, so that its session is acknowledged by the
//! cursor with which it comes back.

use super::session::Session;
use crate::load::{Heard, Speaker, Target, http};
use crate::prepare::token;

/// One stream.
pub(super) struct Sse {
    token: String,
    session: Session,
    /// The answer's head was read.
    streaming: bool,
    /// Without chunks the stream lasts as long as its connection.
    chunked: bool,
    /// Bytes of an unfinished head or chunk.
    begun: Vec<u8>,
    /// Bytes of an unfinished record.
    record: Vec<u8>,
}

impl Sse {
    pub(super) fn new(user: usize) -> Self {
        Self {
            token: token(user),
            session: Session::default(),
            streaming: false,
            chunked: false,
            begun: Vec::new(),
            record: Vec::new(),
        }
    }

    fn records(&mut self, heard: &mut Vec<Heard>) -> Result<(), String> {
        let mut used = 0;
        while let Some(end) = self.record[used..]
            .windows(2)
            .position(|end| end == b"\n\n")
        {
            let record = &self.record[used..used + end];
            for line in record.split(|byte| *byte == b'\n') {
                if let Some(frame) = line.strip_prefix(b"data: ") {
                    self.session.take(frame, heard)?;
                }
            }
            used += end + 2;
        }
        self.record.drain(..used);
        Ok(())
    }
}

impl Speaker for Sse {
    fn open(&mut self, out: &mut Vec<u8>) {
        let cursor = self.session.cursor();
        let resume =
            cursor.map_or_else(String::new, |cursor| format!("Last-Event-ID: {cursor}\r\n"));
        let head = format!(
            "GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n{resume}Authorization: Bearer {}\r\n\r\n",
            self.token
        );
        out.extend(head.as_bytes());
        self.streaming = false;
        self.begun.clear();
        self.record.clear();
    }

    fn take(
        &mut self,
        bytes: &[u8],
        _: &mut Vec<u8>,
        heard: &mut Vec<Heard>,
    ) -> Result<(), String> {
        self.begun.extend(bytes);
        if !self.streaming {
            let Some(answer) = http::head(&self.begun)? else {
                return Ok(());
            };
            if answer.status != 200 {
                return Err(format!("refused with status {}", answer.status));
            }
            self.begun.drain(..answer.bytes);
            self.streaming = true;
            self.chunked = answer.chunked;
        }
        if !self.chunked {
            self.record.append(&mut self.begun);
            return self.records(heard);
        }
        let (used, last) = http::chunks(&self.begun, &mut self.record)?;
        self.begun.drain(..used);
        self.records(heard)?;
        if last {
            Err("the stream ended".to_owned())
        } else {
            Ok(())
        }
    }

    fn send(&mut self, _: Target, _: u64, _: &mut Vec<u8>) {
        unreachable!("messages are sent by who speaks by the WebSocket door");
    }

    fn cut(&mut self) {
        self.session.cut();
    }
}
