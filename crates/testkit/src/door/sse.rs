use std::time::Duration;

use async_trait::async_trait;
use client::wire::{Ack, Command, Outcome, ResumeOutcome, ServerFrame};
use client::{Cursor, Error};

use super::http::{Answer, Http};
use super::{Door, Mail};
use crate::Records;

/// How long the server may take to greet.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Sse {
    http: Http,
    stream: Option<(Answer, Records)>,
    mail: Mail,
}

impl Sse {
    pub(super) fn new(http: Http) -> Self {
        Self {
            http,
            stream: None,
            mail: Mail::default(),
        }
    }

    /// Reads until at least one more frame is there, or the stream ends. Cancel-safe. What a
    /// hello said, when one came.
    async fn read(&mut self) -> Result<Option<ResumeOutcome>, Error> {
        let cut = || Error::Unreachable("the connection was cut".to_owned());
        let (answer, records) = self.stream.as_mut().ok_or_else(cut)?;
        let piece = answer.piece().await?.ok_or(Error::Interrupted)?;
        let records = records
            .push(&piece)
            .map_err(|e| Error::Protocol(e.to_owned()))?;
        let mut greeted = None;
        for record in records {
            let frame = ServerFrame::decode(record.data.as_bytes());
            let frame = frame.map_err(|e| Error::Protocol(format!("{e}: {}", record.data)))?;
            greeted = self.mail.put(frame).or(greeted);
        }
        Ok(greeted)
    }

    async fn greet(&mut self) -> Result<ResumeOutcome, Error> {
        loop {
            if let Some(outcome) = self.read().await? {
                return Ok(outcome);
            }
            if let Some(ServerFrame::End { reason, reconnect }) = self.mail.waiting.front() {
                let end = client::End {
                    reason: reason.clone(),
                    reconnect: *reconnect,
                };
                return Err(Error::Ended(end));
            }
        }
    }
}

#[async_trait]
impl Door for Sse {
    async fn connect(&mut self) -> Result<ResumeOutcome, Error> {
        self.cut();
        let header = self
            .mail
            .cursor
            .as_ref()
            .map(|c| ("last-event-id", c.to_string()));
        let opening = async {
            let answer = self
                .http
                .get("/v1/events", "text/event-stream", header)
                .await?;
            self.stream = Some((answer, Records::default()));
            self.greet().await
        };
        let greeted = tokio::time::timeout(PATIENCE, opening)
            .await
            .unwrap_or(Err(Error::TimedOut));
        if greeted.is_err() {
            self.cut();
        }
        greeted
    }

    async fn command(&mut self, command: Command) -> Result<Outcome, Error> {
        self.http.command(self.mail.mailbox(), command).await
    }

    async fn next(&mut self, within: Duration) -> Result<Option<ServerFrame>, Error> {
        if let Some(n) = self.mail.ack_due() {
            self.http
                .command(self.mail.mailbox(), Ack { n }.into())
                .await?;
        }
        while self.mail.waiting.is_empty() {
            match tokio::time::timeout(within, self.read()).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => {
                    self.cut();
                    return Err(error);
                }
                Err(_) => return Ok(None),
            }
        }
        Ok(self.mail.waiting.pop_front())
    }

    fn cut(&mut self) {
        self.stream = None;
    }

    fn cursor(&self) -> Option<&Cursor> {
        self.mail.cursor.as_ref()
    }
}
