use std::time::Duration;

use async_trait::async_trait;
use client::wire::{Ack, Command, CommandFrame, Outcome, ResumeOutcome, ServerFrame};
use client::{Address, Cursor, Error, Socket};

use super::{Door, Mail};

/// How long a command may take.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct WebSocket {
    address: Address,
    token: String,
    socket: Option<Socket>,
    mail: Mail,
    last_id: u64,
}

impl WebSocket {
    pub(super) fn new(address: &Address, token: &str) -> Self {
        let mail = Mail::default();
        Self {
            address: address.clone(),
            token: token.to_owned(),
            socket: None,
            mail,
            last_id: 0,
        }
    }

    fn socket(&mut self) -> Result<&mut Socket, Error> {
        self.socket
            .as_mut()
            .ok_or_else(|| Error::Unreachable("the connection was cut".to_owned()))
    }

    /// A connection that failed is gone.
    fn checked<T>(&mut self, result: Result<T, Error>) -> Result<T, Error> {
        if result.is_err() {
            self.socket = None;
        }
        result
    }

    async fn receive(&mut self) -> Result<ServerFrame, Error> {
        let frame = self.socket()?.next().await;
        self.checked(frame)
    }

    async fn send(&mut self, id: Option<u64>, command: Command) -> Result<(), Error> {
        let sent = self.socket()?.send(&CommandFrame { id, command }).await;
        self.checked(sent)
    }

    async fn reply(&mut self, wanted: u64) -> Result<Outcome, Error> {
        loop {
            match self.receive().await? {
                ServerFrame::Reply { id, outcome } if id == Some(wanted) => return Ok(outcome),
                ServerFrame::Reply { .. } => {}
                other @ (ServerFrame::Hello(_)
                | ServerFrame::Event { .. }
                | ServerFrame::Signal { .. }
                | ServerFrame::Reset { .. }
                | ServerFrame::End { .. }) => {
                    self.mail.put(other);
                }
            }
        }
    }
}

#[async_trait]
impl Door for WebSocket {
    async fn connect(&mut self) -> Result<ResumeOutcome, Error> {
        self.cut();
        let opened = Socket::open(&self.address, &self.token, self.mail.cursor.as_ref()).await?;
        let (socket, hello) = opened;
        let outcome = hello.resume;
        self.mail.put(ServerFrame::Hello(hello));
        self.socket = Some(socket);
        Ok(outcome)
    }

    async fn command(&mut self, command: Command) -> Result<Outcome, Error> {
        self.last_id += 1;
        let id = self.last_id;
        self.send(Some(id), command).await?;
        match tokio::time::timeout(PATIENCE, self.reply(id)).await {
            Ok(outcome) => outcome,
            Err(_) => self.checked(Err(Error::TimedOut)),
        }
    }

    async fn next(&mut self, within: Duration) -> Result<Option<ServerFrame>, Error> {
        if let Some(n) = self.mail.ack_due() {
            self.send(None, Ack { n }.into()).await?;
        }
        while self.mail.waiting.is_empty() {
            match tokio::time::timeout(within, self.receive()).await {
                Ok(Ok(ServerFrame::Reply { .. })) => {}
                Ok(frame) => {
                    self.mail.put(frame?);
                }
                Err(_) => return Ok(None),
            }
        }
        Ok(self.mail.waiting.pop_front())
    }

    fn cut(&mut self) {
        self.socket = None;
    }

    fn cursor(&self) -> Option<&Cursor> {
        self.mail.cursor.as_ref()
    }
}
