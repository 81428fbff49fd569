//! HTTP/1.1 with one connection for each request: a test cuts connections all the time.

use std::time::Duration;

use client::wire::{Command, CommandFrame, Outcome, ServerFrame};
use client::{Address, Error};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::AbortHandle;

/// How long a command may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Requests with a token.
#[derive(Debug, Clone)]
pub(super) struct Http {
    address: Address,
    token: String,
}

/// An answer whose connection is cut when it is dropped.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    body: Incoming,
    connection: AbortHandle,
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

impl Answer {
    /// The next piece of the body; `None` at its end. Cancel-safe.
    pub(super) async fn piece(&mut self) -> Result<Option<Bytes>, Error> {
        while let Some(frame) = self.body.frame().await {
            if let Ok(piece) = frame.map_err(|_| Error::Interrupted)?.into_data() {
                return Ok(Some(piece));
            }
        }
        Ok(None)
    }

    /// The whole body.
    pub(super) async fn whole(mut self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.piece().await? {
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }
}

impl Http {
    pub(super) fn new(address: &Address, token: &str) -> Self {
        Self {
            address: address.clone(),
            token: token.to_owned(),
        }
    }

    /// `GET`; a refusal is an error.
    pub(super) async fn get(
        &self,
        path: &str,
        accept: &str,
        header: Option<(&str, String)>,
    ) -> Result<Answer, Error> {
        let request = Request::get(path).header(ACCEPT, accept);
        let request = header
            .into_iter()
            .fold(request, |r, (name, value)| r.header(name, value));
        let answer = self.exchange(request.body(Full::default())).await?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        let status = answer.status;
        Err(refusal(status, &answer.whole().await?))
    }

    /// A command by `POST /v1/commands`.
    pub(super) async fn command(
        &self,
        mailbox: Option<&str>,
        command: Command,
    ) -> Result<Outcome, Error> {
        let frame = CommandFrame {
            id: Some(1),
            command,
        };
        let body = frame
            .encode()
            .map_err(|error| Error::Protocol(error.to_string()))?;
        let mut request = Request::post("/v1/commands").header(CONTENT_TYPE, "application/json");
        if let Some(mailbox) = mailbox {
            request = request.header("switchboard-mailbox", mailbox);
        }
        let exchange = async {
            let answer = self.exchange(request.body(Full::from(body))).await?;
            let status = answer.status;
            Ok::<_, Error>((status, answer.whole().await?))
        };
        let answered = tokio::time::timeout(PATIENCE, exchange).await;
        let (status, body) = answered.map_err(|_| Error::TimedOut)??;
        match ServerFrame::decode(&body) {
            Ok(ServerFrame::Reply { outcome, .. }) => Ok(outcome),
            _ if status.is_success() && body.is_empty() => Ok(Outcome::Ok(serde_json::json!({}))),
            _ => Err(refusal(status, &body)),
        }
    }

    async fn exchange(
        &self,
        request: Result<Request<Full<Bytes>>, hyper::http::Error>,
    ) -> Result<Answer, Error> {
        let mut request = request.map_err(|error| Error::Protocol(error.to_string()))?;
        let value = |text: &str| text.parse().map_err(|_| Error::Protocol(text.to_owned()));
        request
            .headers_mut()
            .insert(HOST, value(self.address.authority())?);
        let bearer = value(&format!("Bearer {}", self.token))?;
        request.headers_mut().insert(AUTHORIZATION, bearer);

        let unreachable = |error: std::io::Error| Error::Unreachable(error.to_string());
        let stream = TcpStream::connect(self.address.authority())
            .await
            .map_err(unreachable)?;
        stream.set_nodelay(true).map_err(unreachable)?;
        let shaken = http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = shaken.map_err(|_| Error::Interrupted)?;
        let connection = tokio::spawn(connection).abort_handle();
        let sent = sender.send_request(request).await;
        let Ok((head, body)) = sent.map(Response::into_parts) else {
            connection.abort();
            return Err(Error::Interrupted);
        };
        Ok(Answer {
            status: head.status,
            body,
            connection,
        })
    }
}

/// Gives one command over HTTP without any mailbox.
pub async fn post_command(
    address: &Address,
    token: &str,
    command: Command,
) -> Result<Outcome, Error> {
    Http::new(address, token).command(None, command).await
}

/// What an answer other than a success means to a session.
fn refusal(status: StatusCode, body: &[u8]) -> Error {
    if status == StatusCode::UNAUTHORIZED {
        let reason = "unauthenticated".to_owned();
        return Error::Ended(client::End {
            reason,
            reconnect: false,
        });
    }
    Error::from_http(status.as_u16(), None, body)
}
