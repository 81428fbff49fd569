use std::fmt;
use std::pin::Pin;
use std::str::FromStr;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{Sink as _, SinkExt as _, Stream as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::SEC_WEBSOCKET_PROTOCOL;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Error as WsError, Message, Utf8Bytes};
use wire::native::{Auth, CommandFrame, Hello, SUBPROTOCOL, ServerFrame};

use crate::{Address, End, Error};

/// How long opening a connection may take, to the server's `hello`.
const OPENING: Duration = Duration::from_secs(15);
/// The largest frame that is taken from a server, in bytes.
const FRAME_BYTES: usize = 16 * 1024 * 1024;
/// What a connection reads at once, in bytes: small, because a program may hold thousands.
const BUFFER_BYTES: usize = 4096;

/// Where a session goes on after a break: `mailbox.n`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// The mailbox.
    pub mailbox: String,
    /// The last number that arrived.
    pub n: u64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.mailbox, self.n)
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refuse = || Error::Protocol(format!("`{text}` is not a cursor, `mailbox.n`"));
        let (mailbox, n) = text.rsplit_once('.').ok_or_else(refuse)?;
        let n = n.parse().map_err(|_| refuse())?;
        if mailbox.is_empty() {
            return Err(refuse());
        }
        Ok(Self {
            mailbox: mailbox.to_owned(),
            n,
        })
    }
}

/// One WebSocket connection that has said hello. It neither reconnects nor acknowledges.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
}

impl Socket {
    /// Connects, authenticates and waits for the server's `hello`.
    pub async fn open(
        address: &Address,
        token: &str,
        resume: Option<&Cursor>,
    ) -> Result<(Self, Box<Hello>), Error> {
        let opening = Self::open_without_limit(address, token, resume);
        tokio::time::timeout(OPENING, opening)
            .await
            .map_err(|_| Error::TimedOut)?
    }

    async fn open_without_limit(
        address: &Address,
        token: &str,
        resume: Option<&Cursor>,
    ) -> Result<(Self, Box<Hello>), Error> {
        let mut socket = Self {
            stream: shake_hands(address).await?,
        };
        let auth = Auth {
            token: token.to_owned(),
            resume: resume.map(ToString::to_string),
        };
        let auth = serde_json::to_string(&auth).map_err(|e| Error::Protocol(e.to_string()))?;
        socket
            .stream
            .send(Message::text(auth))
            .await
            .map_err(broken)?;
        match socket.next().await? {
            ServerFrame::Hello(hello) => Ok((socket, hello)),
            ServerFrame::End { reason, reconnect } => Err(Error::Ended(End { reason, reconnect })),
            other @ (ServerFrame::Reply { .. }
            | ServerFrame::Event { .. }
            | ServerFrame::Signal { .. }
            | ServerFrame::Reset { .. }) => {
                Err(Error::Protocol(format!("expected `hello`, came {other:?}")))
            }
        }
    }

    /// Sends a command.
    pub async fn send(&mut self, frame: &CommandFrame) -> Result<(), Error> {
        let text = encode(frame)?;
        self.stream.send(Message::Text(text)).await.map_err(broken)
    }

    /// The next frame. Cancel-safe.
    pub async fn next(&mut self) -> Result<ServerFrame, Error> {
        std::future::poll_fn(|context| self.poll_next(context)).await
    }

    /// Closes in the way of the protocol (RFC 6455 §7.1.2). Dropping the socket just cuts it.
    pub async fn close(mut self) {
        let _ = self.stream.close(None).await;
        while let Some(Ok(_)) = self.stream.next().await {}
    }

    pub(crate) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<ServerFrame, Error>> {
        loop {
            let message = match Pin::new(&mut self.stream).poll_next(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(Err(Error::Interrupted)),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(broken(error))),
                Poll::Ready(Some(Ok(message))) => message,
            };
            match message {
                Message::Text(text) => return Poll::Ready(decode(text.as_bytes())),
                Message::Close(frame) => return Poll::Ready(Err(closed(frame.as_ref()))),
                // The server speaks text; pings are answered by the library.
                Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }

    /// Ready to take a frame by [`Socket::start_send`].
    pub(crate) fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.stream)
            .poll_ready(context)
            .map_err(broken)
    }

    pub(crate) fn start_send(&mut self, text: Utf8Bytes) -> Result<(), Error> {
        Pin::new(&mut self.stream)
            .start_send(Message::Text(text))
            .map_err(broken)
    }

    pub(crate) fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.stream)
            .poll_flush(context)
            .map_err(broken)
    }
}

/// The bytes of a command frame, which are JSON and therefore UTF-8.
pub(crate) fn encode(frame: &CommandFrame) -> Result<Utf8Bytes, Error> {
    let bytes = frame
        .encode()
        .map_err(|error| Error::Protocol(error.to_string()))?;
    Utf8Bytes::try_from(Bytes::from(bytes)).map_err(|error| Error::Protocol(error.to_string()))
}

fn decode(bytes: &[u8]) -> Result<ServerFrame, Error> {
    ServerFrame::decode(bytes).map_err(|error| Error::Protocol(error.to_string()))
}

async fn shake_hands(address: &Address) -> Result<WebSocketStream<TcpStream>, Error> {
    let url = format!("ws://{}/v1/ws", address.authority());
    let mut request = url
        .into_client_request()
        .map_err(|e| Error::Protocol(e.to_string()))?;
    let protocol = HeaderValue::from_static(SUBPROTOCOL);
    request
        .headers_mut()
        .insert(SEC_WEBSOCKET_PROTOCOL, protocol);
    let config = WebSocketConfig::default()
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(0)
        .max_message_size(Some(FRAME_BYTES))
        .max_frame_size(Some(FRAME_BYTES));
    let stream = address.dial().await?;
    let opened = tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await;
    match opened {
        Ok((stream, _)) => Ok(stream),
        Err(WsError::Http(answer)) if answer.status() == 401 => Err(unauthenticated()),
        Err(error) => Err(Error::Unreachable(error.to_string())),
    }
}

/// The close codes: 4000 to 4099 say come back, 4400 to 4499 say do not, others say nothing.
fn closed(frame: Option<&CloseFrame>) -> Error {
    let code = frame.map_or(1005, |frame| u16::from(frame.code));
    let reason = frame.map_or("", |frame| frame.reason.as_str()).to_owned();
    match code {
        4000..=4099 => Error::Ended(End {
            reason,
            reconnect: true,
        }),
        4401 if reason.is_empty() => unauthenticated(),
        4400..=4499 => Error::Ended(End {
            reason,
            reconnect: false,
        }),
        _ => Error::Interrupted,
    }
}

fn unauthenticated() -> Error {
    Error::Ended(End {
        reason: "unauthenticated".to_owned(),
        reconnect: false,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn broken(error: WsError) -> Error {
    let nonsense = matches!(
        error,
        WsError::Capacity(_) | WsError::Protocol(_) | WsError::Utf8(_)
    );
    if nonsense {
        Error::Protocol(error.to_string())
    } else {
        Error::Interrupted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_as_it_was_written() {
        let cursor: Cursor = "12.34".parse().unwrap();
        assert_eq!(
            cursor,
            Cursor {
                mailbox: "12".into(),
                n: 34
            }
        );
        assert_eq!(cursor.to_string(), "12.34");
        for bad in [
            "",
            ".",
            "12",
            "12.",
            ".3",
            "12.-3",
            "12.x",
            "1.18446744073709551616",
        ] {
            assert!(bad.parse::<Cursor>().is_err(), "{bad}");
        }
    }

    #[test]
    fn close_codes_say_whether_to_come_back() {
        let frame = |code: u16| CloseFrame {
            code: code.into(),
            reason: "why".into(),
        };
        let ended = |reconnect| {
            Error::Ended(End {
                reason: "why".into(),
                reconnect,
            })
        };
        assert_eq!(closed(Some(&frame(4000))), ended(true));
        assert_eq!(closed(Some(&frame(4401))), ended(false));
        assert_eq!(closed(Some(&frame(1006))), Error::Interrupted);
        assert_eq!(closed(None), Error::Interrupted);
    }
}
