//! What is asked, and whether the answer is whole.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::archive::{Archive, COMMON, CONVERSATIONS, RARE};
use crate::load::http::{chunks, head};
use crate::prepare::{direct, token};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Messages of a page.
const PAGE: usize = 50;
/// Hits of a page.
const HITS: usize = 20;

/// A question.
pub(super) struct Question {
    /// As the report calls it.
    pub(super) figure: &'static str,
    path: fn(Archive, u64) -> String,
    /// Where the answer has a list, and how many must be in it.
    list: &'static str,
    least: usize,
}

/// All questions.
pub(super) const QUESTIONS: &[Question] = &[
    Question {
        figure: "server CPU for the last 50",
        path: |_, _| messages(""),
        list: "/items",
        least: PAGE,
    },
    Question {
        figure: "server CPU for 50 before a place",
        path: |archive, number| messages(&format!("&before={}", archive.near(number))),
        list: "/items",
        least: PAGE,
    },
    Question {
        figure: "server CPU for 50 around a place",
        path: |archive, number| messages(&format!("&around={}", archive.near(number))),
        list: "/items",
        least: PAGE,
    },
    Question {
        figure: "server CPU for 50 around any place, however old",
        path: |archive, number| messages(&format!("&around={}", archive.anywhere(number))),
        list: "/items",
        least: PAGE,
    },
    Question {
        figure: "server CPU for a sync of 500 conversations",
        path: |_, _| "/v1/sync?limit=500".to_owned(),
        list: "/conversations",
        least: CONVERSATIONS,
    },
    Question {
        figure: "server CPU for a search, rare word",
        path: |_, _| format!("/v1/search?q={RARE}&limit={HITS}"),
        list: "/hits",
        least: HITS,
    },
    Question {
        figure: "server CPU for a search, common word",
        path: |_, _| format!("/v1/search?q={COMMON}&limit={HITS}"),
        list: "/hits",
        least: HITS,
    },
    Question {
        figure: "server CPU for a search, common word in one conversation",
        path: |_, _| {
            let conversation = direct(0);
            format!("/v1/search?q={COMMON}&conversation={conversation}&limit={HITS}")
        },
        list: "/hits",
        least: HITS,
    },
    Question {
        figure: "server CPU for a search, beginning of a common word",
        path: |_, _| format!("/v1/search?q={}&limit={HITS}", &COMMON[..4]),
        list: "/hits",
        least: HITS,
    },
];

fn messages(span: &str) -> String {
    let conversation = direct(0);
    format!("/v1/conversations/{conversation}/messages?limit={PAGE}{span}")
}

/// The connection of who asks.
pub(super) struct Asker(TcpStream);

impl Asker {
    /// Connects.
    pub(super) fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self(stream))
    }

    /// Asks, and fails when the answer is not whole.
    pub(super) fn ask(&mut self, question: &Question, archive: Archive, number: u64) -> Result<()> {
        let path = (question.path)(archive, number);
        let token = token(0);
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        self.0.write_all(request.as_bytes())?;
        let body = self.answer().with_context(|| path.clone())?;
        let body: Value = serde_json::from_slice(&body)?;
        let found = body.pointer(question.list).and_then(Value::as_array);
        let found = found.map_or(0, Vec::len);
        ensure!(
            found >= question.least,
            "{path}: {found} instead of {}",
            question.least
        );
        Ok(())
    }

    fn answer(&mut self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let head = loop {
            if let Some(head) = head(&bytes).map_err(anyhow::Error::msg)? {
                break head;
            }
            self.more(&mut bytes)?;
        };
        let mut body = bytes.split_off(head.bytes);
        if head.chunked {
            let mut whole = Vec::new();
            loop {
                let (used, last) = chunks(&body, &mut whole).map_err(anyhow::Error::msg)?;
                body.drain(..used);
                if last {
                    break;
                }
                self.more(&mut body)?;
            }
            body = whole;
        } else {
            let length = head.length.context("an answer without a length")?;
            while body.len() < length {
                self.more(&mut body)?;
            }
        }
        if head.status != 200 {
            bail!("{}: {}", head.status, String::from_utf8_lossy(&body));
        }
        Ok(body)
    }

    fn more(&mut self, bytes: &mut Vec<u8>) -> Result<()> {
        let mut buffer = [0; 16_384];
        let read = self.0.read(&mut buffer)?;
        ensure!(read > 0, "the server closed the connection");
        bytes.extend(&buffer[..read]);
        Ok(())
    }
}
