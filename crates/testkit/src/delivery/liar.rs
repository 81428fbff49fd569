use std::time::Duration;

use async_trait::async_trait;
use client::wire::{Command, Outcome, ResumeOutcome, ServerFrame};
use client::{Cursor, Error};
use serde_json::json;

use crate::Door;

/// A door that lies as a server would that answers before it has stored: after so many messages it
/// acknowledges one that it never passed on. It shows that a storm finds such a server out.
pub(super) struct Liar {
    door: Box<dyn Door>,
    honest: usize,
}

impl Liar {
    /// Passes that many messages on, drops the next, and is honest ever after.
    pub(super) fn new(door: Box<dyn Door>, honest: usize) -> Self {
        Self { door, honest }
    }
}

#[async_trait]
impl Door for Liar {
    async fn connect(&mut self) -> Result<ResumeOutcome, Error> {
        self.door.connect().await
    }

    async fn command(&mut self, command: Command) -> Result<Outcome, Error> {
        let Command::SendMessage(message) = &command else {
            return self.door.command(command).await;
        };
        self.honest = self.honest.wrapping_sub(1);
        if self.honest != usize::MAX {
            return self.door.command(command).await;
        }
        Ok(Outcome::Ok(json!({
            "conversation": message.conversation,
            "seq": 1_000_000,
            "at": "2026-11-20T09:30:00.000Z",
            "client_id": message.client_id,
        })))
    }

    async fn next(&mut self, within: Duration) -> Result<Option<ServerFrame>, Error> {
        self.door.next(within).await
    }

    fn cut(&mut self) {
        self.door.cut();
    }

    fn cursor(&self) -> Option<&Cursor> {
        self.door.cursor()
    }
}
