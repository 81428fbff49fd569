//! Our long-polling door.

use super::session::Session;
use crate::load::{Heard, Speaker, Target, http};
use crate::prepare::token;

/// One session that polls, on one connection that is kept.
pub(super) struct Poll {
    token: String,
    session: Session,
    /// Bytes of an unfinished answer.
    begun: Vec<u8>,
    body: Vec<u8>,
}

impl Poll {
    pub(super) fn new(user: usize) -> Self {
        Self {
            token: token(user),
            session: Session::default(),
            begun: Vec::new(),
            body: Vec::new(),
        }
    }

    fn ask(&self, out: &mut Vec<u8>) {
        let cursor = self.session.cursor();
        let query = cursor.map_or_else(String::new, |cursor| format!("?after={cursor}"));
        let head = format!(
            "GET /v1/poll{query} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n",
            self.token
        );
        out.extend(head.as_bytes());
    }

    /// Takes a whole answer out of what arrived, into `body`; false while it is unfinished.
    fn answer(&mut self) -> Result<bool, String> {
        let Some(head) = http::head(&self.begun)? else {
            return Ok(false);
        };
        if head.status != 200 {
            return Err(format!("refused with status {}", head.status));
        }
        self.body.clear();
        let rest = &self.begun[head.bytes..];
        let used = if head.chunked {
            let (used, last) = http::chunks(rest, &mut self.body)?;
            if !last {
                return Ok(false);
            }
            used
        } else {
            let length = head.length.ok_or("an answer without a length")?;
            let Some(body) = rest.get(..length) else {
                return Ok(false);
            };
            self.body.extend(body);
            length
        };
        self.begun.drain(..head.bytes + used);
        Ok(true)
    }
}

impl Speaker for Poll {
    fn open(&mut self, out: &mut Vec<u8>) {
        self.begun.clear();
        self.ask(out);
    }

    fn take(
        &mut self,
        bytes: &[u8],
        out: &mut Vec<u8>,
        heard: &mut Vec<Heard>,
    ) -> Result<(), String> {
        self.begun.extend(bytes);
        while self.answer()? {
            for frame in frames(&self.body)? {
                self.session.take(frame, heard)?;
            }
            self.ask(out);
        }
        Ok(())
    }

    fn send(&mut self, _: Target, _: u64, _: &mut Vec<u8>) {
        unreachable!("messages are sent by who speaks by the WebSocket door");
    }

    fn cut(&mut self) {
        self.session.cut();
    }
}

/// The frames of an answer, `{"frames":[…],"cursor":"…"}`, each as its bytes.
fn frames(body: &[u8]) -> Result<Vec<&[u8]>, String> {
    let list = body
        .strip_prefix(b"{\"frames\":[")
        .ok_or("an answer without frames")?;
    let (mut found, mut start, mut depth) = (Vec::new(), 0, 0_u32);
    let (mut quoted, mut escaped) = (false, false);
    for (place, byte) in list.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => {
                if depth == 0 {
                    start = place;
                }
                depth += 1;
            }
            b']' if depth == 0 => return Ok(found),
            b'}' | b']' => {
                depth = depth.checked_sub(1).ok_or("an answer that is not nested")?;
                if depth == 0 {
                    found.push(&list[start..=place]);
                }
            }
            _ => {}
        }
    }
    Err("an answer that does not end".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frames_of_an_answer_are_told_apart() {
        let body = br#"{"frames":[{"a":"}\"]"},{"b":[{}]}],"cursor":"5.1"}"#;
        let expected: [&[u8]; 2] = [br#"{"a":"}\"]"}"#, br#"{"b":[{}]}"#];
        assert_eq!(frames(body).expect("frames"), expected);
        assert!(
            frames(br#"{"frames":[],"cursor":"5.1"}"#)
                .expect("none")
                .is_empty()
        );
        assert!(frames(b"{}").is_err());
        assert!(frames(br#"{"frames":[{"#).is_err());
    }
}
