//! The other end of a WebSocket.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::http::{Http, PATIENCE};

/// A connection.
pub(crate) struct Ws {
    stream: WebSocketStream<TcpStream>,
}

/// How a connection ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Closed {
    pub(crate) code: u16,
    pub(crate) reason: String,
}

impl Ws {
    /// Shakes hands with these headers; the status when the server would not.
    pub(crate) async fn shake(
        http: &Http,
        path: &str,
        headers: &[(&'static str, String)],
    ) -> Result<Self, u16> {
        let mut request = format!("ws://{}{path}", http.address)
            .into_client_request()
            .unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(http.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        match tokio_tungstenite::client_async(request, stream).await {
            Ok((stream, _)) => Ok(Self { stream }),
            Err(Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    /// Connects with the token in the header; the `hello`.
    pub(crate) async fn connect(http: &Http) -> (Self, Value) {
        Self::resume(http, "").await
    }

    /// The same with a cursor.
    pub(crate) async fn resume(http: &Http, cursor: &str) -> (Self, Value) {
        let bearer = format!("Bearer {}", http.token.as_ref().unwrap());
        let path = if cursor.is_empty() {
            "/v1/ws".to_owned()
        } else {
            format!("/v1/ws?resume={cursor}")
        };
        let headers = [
            ("authorization", bearer),
            ("sec-websocket-protocol", "switchboard.v1.json".to_owned()),
        ];
        let mut ws = Self::shake(http, &path, &headers).await.unwrap();
        let hello = ws.next().await;
        assert_eq!(hello["type"], "hello", "{hello}");
        (ws, hello)
    }

    pub(crate) async fn send(&mut self, frame: &Value) {
        self.send_message(Message::text(frame.to_string())).await;
    }

    pub(crate) async fn send_message(&mut self, message: Message) {
        self.stream.send(message).await.unwrap();
    }

    /// The bytes below, for what no client sends.
    pub(crate) fn raw(&mut self) -> &mut TcpStream {
        self.stream.get_mut()
    }

    /// The next frame.
    pub(crate) async fn next(&mut self) -> Value {
        match self.next_or_close().await {
            Ok(frame) => frame,
            Err(closed) => panic!("{closed:?} instead of a frame"),
        }
    }

    pub(crate) async fn next_or_close(&mut self) -> Result<Value, Closed> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.stream.next())
                .await
                .expect("something in time");
            match message {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Err(Closed {
                        code: frame.code.into(),
                        reason: frame.reason.to_string(),
                    });
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => {
                    return Err(Closed {
                        code: 1006,
                        reason: format!("{other:?}"),
                    });
                }
            }
        }
    }

    /// The next frame that is of a type; others are passed over.
    pub(crate) async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The next event of a type; others are passed over.
    pub(crate) async fn event(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next_of("event").await;
            if frame["event"]["type"] == kind {
                return frame;
            }
        }
    }

    /// Sends a command and waits for its reply, passing over what is pushed meanwhile.
    pub(crate) async fn ask(&mut self, frame: &Value) -> Value {
        self.send(frame).await;
        loop {
            let reply = self.next_of("reply").await;
            if reply["id"] == frame["id"] {
                return reply;
            }
        }
    }

    /// How the connection ends; frames before it are passed over and given.
    pub(crate) async fn closed(&mut self) -> (Vec<Value>, Closed) {
        let mut frames = Vec::new();
        loop {
            match self.next_or_close().await {
                Ok(frame) => frames.push(frame),
                Err(closed) => return (frames, closed),
            }
        }
    }

    /// It still works.
    pub(crate) async fn assert_alive(&mut self) {
        let reply = self.ask(&json!({ "id": 999_999, "type": "ping" })).await;
        assert!(reply["ok"]["at"].is_string(), "{reply}");
    }
}
