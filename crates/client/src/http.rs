//! Signing in over HTTP/1.1. One connection for each request: it is done once in a session's life.

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, RETRY_AFTER};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use wire::native::SignedIn;

use crate::{Address, Error};

/// The longest answer that is read, in bytes.
const ANSWER_BYTES: usize = 16 * 1024 * 1024;

impl Address {
    /// Makes an account and signs in.
    pub async fn register(&self, username: &str, password: &str) -> Result<SignedIn, Error> {
        self.post("/v1/accounts", &credentials(username, password))
            .await
    }

    /// Signs in.
    pub async fn sign_in(&self, username: &str, password: &str) -> Result<SignedIn, Error> {
        self.post("/v1/sessions", &credentials(username, password))
            .await
    }

    /// Ends the session of a token.
    pub async fn sign_out(&self, token: &str) -> Result<(), Error> {
        let request = Request::builder()
            .method(Method::DELETE)
            .uri("/v1/sessions/current")
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .body(Full::default())
            .map_err(|error| Error::Protocol(error.to_string()))?;
        self.exchange(request).await.map(drop)
    }

    async fn post<R: DeserializeOwned>(
        &self,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<R, Error> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body.to_string())))
            .map_err(|error| Error::Protocol(error.to_string()))?;
        let answer = self.exchange(request).await?;
        serde_json::from_slice(&answer).map_err(|error| Error::Protocol(error.to_string()))
    }

    /// Sends a request and reads the whole answer; an error status becomes [`Error::Refused`].
    async fn exchange(&self, mut request: Request<Full<Bytes>>) -> Result<Bytes, Error> {
        let host = self
            .authority()
            .parse()
            .map_err(|_| Error::Protocol("the host is no header value".to_owned()))?;
        request.headers_mut().insert(HOST, host);
        let unreachable = |error: hyper::Error| Error::Unreachable(error.to_string());
        let stream = TokioIo::new(self.dial().await?);
        let (mut sender, connection) = http1::handshake(stream).await.map_err(unreachable)?;
        let connection = tokio::spawn(connection);
        let answer = async {
            let answer = sender
                .send_request(request)
                .await
                .map_err(|_| Error::Interrupted)?;
            let status = answer.status();
            let wait = answer.headers().get(RETRY_AFTER);
            let wait = wait.and_then(|value| value.to_str().ok()?.parse().ok());
            let body = Limited::new(answer.into_body(), ANSWER_BYTES)
                .collect()
                .await;
            let body = body.map_err(|_| Error::Interrupted)?.to_bytes();
            if status.is_success() {
                Ok(body)
            } else {
                Err(Error::from_http(status.as_u16(), wait, &body))
            }
        }
        .await;
        connection.abort();
        answer
    }
}

fn credentials(username: &str, password: &str) -> serde_json::Value {
    serde_json::json!({ "username": username, "password": password })
}
