use std::time::Duration;

use async_trait::async_trait;
use client::wire::{Command, Outcome, ResumeOutcome, ServerFrame};
use client::{Cursor, Error};
use serde_json::Value;

use super::http::Http;
use super::{Door, Mail};

/// How long the server may hold an answer back, in seconds.
const WAIT_S: u64 = 25;
/// How long it may take beyond that.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Poll {
    http: Http,
    connected: bool,
    mail: Mail,
}

impl Poll {
    pub(super) fn new(http: Http) -> Self {
        Self {
            http,
            connected: false,
            mail: Mail::default(),
        }
    }

    /// One request. What a hello said, when one came. When dropped half-way, the answer is lost
    /// with its connection and the next request asks for the same again.
    async fn ask(&mut self, wait_s: u64) -> Result<Option<ResumeOutcome>, Error> {
        let after = self
            .mail
            .cursor
            .as_ref()
            .map_or(String::new(), |c| format!("after={c}&"));
        let path = format!("/v1/poll?{after}wait={wait_s}");
        let exchange = async {
            let answer = self.http.get(&path, "application/json", None).await?;
            answer.whole().await
        };
        let limit = PATIENCE + Duration::from_secs(wait_s);
        let body = tokio::time::timeout(limit, exchange)
            .await
            .map_err(|_| Error::TimedOut)??;
        let strange = |e: serde_json::Error| Error::Protocol(e.to_string());
        let answer: Value = serde_json::from_slice(&body).map_err(strange)?;
        let mut greeted = None;
        for frame in answer["frames"].as_array().into_iter().flatten() {
            let frame = serde_json::from_value(frame.clone()).map_err(strange)?;
            greeted = self.mail.put(frame).or(greeted);
        }
        let cursor = answer["cursor"]
            .as_str()
            .unwrap_or_default()
            .parse::<Cursor>()?;
        self.mail.cursor = Some(cursor);
        Ok(greeted)
    }
}

#[async_trait]
impl Door for Poll {
    async fn connect(&mut self) -> Result<ResumeOutcome, Error> {
        let first = self.mail.cursor.is_none();
        let waited = self.mail.waiting.len();
        let greeted = self.ask(0).await?;
        self.connected = true;
        // A cursor that is gone on is not greeted again; one that is lost is told by a reset.
        let came = self.mail.waiting.iter().skip(waited);
        let reset = came
            .into_iter()
            .any(|frame| matches!(frame, ServerFrame::Reset { .. }));
        Ok(match greeted {
            Some(outcome) => outcome,
            None if first => ResumeOutcome::New,
            None if reset => ResumeOutcome::Reset,
            None => ResumeOutcome::Resumed,
        })
    }

    async fn command(&mut self, command: Command) -> Result<Outcome, Error> {
        self.http.command(self.mail.mailbox(), command).await
    }

    async fn next(&mut self, within: Duration) -> Result<Option<ServerFrame>, Error> {
        if !self.connected && self.mail.waiting.is_empty() {
            return Err(Error::Unreachable("the connection was cut".to_owned()));
        }
        while self.mail.waiting.is_empty() {
            match tokio::time::timeout(within, self.ask(WAIT_S)).await {
                Ok(Ok(None | Some(ResumeOutcome::Resumed))) => {}
                // The mailbox was lost between two requests, and another one was opened.
                Ok(Ok(Some(ResumeOutcome::New | ResumeOutcome::Reset))) => {
                    let n = self.mail.cursor.as_ref().map_or(0, |cursor| cursor.n);
                    self.mail.waiting.push_front(ServerFrame::Reset { n });
                }
                Ok(Err(error)) => {
                    self.connected = false;
                    return Err(error);
                }
                Err(_) => return Ok(None),
            }
        }
        Ok(self.mail.waiting.pop_front())
    }

    fn cut(&mut self) {
        self.connected = false;
    }

    fn cursor(&self) -> Option<&Cursor> {
        self.mail.cursor.as_ref()
    }
}
