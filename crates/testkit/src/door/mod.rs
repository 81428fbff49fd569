//! One session through one of the doors that speak the native protocol, all behind one trait.

mod http;
mod poll;
mod sse;
mod websocket;

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use client::wire::{Command, Outcome, ResumeOutcome, ServerFrame};
use client::{Address, Cursor, Error};

pub use http::post_command;

/// Which door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Carrier {
    /// `GET /v1/ws`
    WebSocket,
    /// `GET /v1/events`, commands by `POST /v1/commands`
    Sse,
    /// `GET /v1/poll`, commands by `POST /v1/commands`
    Poll,
}

impl Carrier {
    /// Every door.
    pub const ALL: [Self; 3] = [Self::WebSocket, Self::Sse, Self::Poll];
}

impl fmt::Display for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WebSocket => "websocket",
            Self::Sse => "sse",
            Self::Poll => "long polling",
        })
    }
}

/// One session through one door. It reconnects when told to, not by itself.
#[async_trait]
pub trait Door: Send {
    /// Connects, from the cursor on when there was a connection before.
    async fn connect(&mut self) -> Result<ResumeOutcome, Error>;

    /// Gives a command and waits for its outcome. Frames that come meanwhile are kept for
    /// [`Door::next`].
    async fn command(&mut self, command: Command) -> Result<Outcome, Error>;

    /// The next frame that is no reply; `None` when none came in time. Cancel-safe.
    async fn next(&mut self, within: Duration) -> Result<Option<ServerFrame>, Error>;

    /// Cuts the connection without a word. The session and its cursor stay.
    fn cut(&mut self);

    /// Where the next connection goes on.
    fn cursor(&self) -> Option<&Cursor>;
}

/// A door to this server for the session of this token.
pub fn open(carrier: Carrier, address: &Address, token: &str) -> Box<dyn Door> {
    let http = http::Http::new(address, token);
    match carrier {
        Carrier::WebSocket => Box::new(websocket::WebSocket::new(address, token)),
        Carrier::Sse => Box::new(sse::Sse::new(http)),
        Carrier::Poll => Box::new(poll::Poll::new(http)),
    }
}

/// What came and was not taken yet, and how far the mailbox was read.
#[derive(Debug, Default)]
struct Mail {
    cursor: Option<Cursor>,
    acked: u64,
    waiting: VecDeque<ServerFrame>,
}

/// After so many events a door acknowledges.
const ACK_EVERY: u64 = 64;

impl Mail {
    /// Notes a frame; hellos only move the cursor. Tells what the hello said.
    fn put(&mut self, frame: ServerFrame) -> Option<ResumeOutcome> {
        match &frame {
            ServerFrame::Hello(hello) => {
                self.cursor = Some(Cursor {
                    mailbox: hello.mailbox.clone(),
                    n: hello.n,
                });
                self.acked = hello.n;
                return Some(hello.resume);
            }
            ServerFrame::Event { n, .. } | ServerFrame::Reset { n } => {
                if let Some(cursor) = &mut self.cursor {
                    cursor.n = *n;
                }
            }
            ServerFrame::Reply { .. } | ServerFrame::Signal { .. } | ServerFrame::End { .. } => {}
        }
        self.waiting.push_back(frame);
        None
    }

    /// The number to acknowledge, when it is time.
    fn ack_due(&mut self) -> Option<u64> {
        let n = self.cursor.as_ref()?.n;
        (n >= self.acked + ACK_EVERY).then(|| {
            self.acked = n;
            n
        })
    }

    fn mailbox(&self) -> Option<&str> {
        self.cursor.as_ref().map(|cursor| cursor.mailbox.as_str())
    }
}
