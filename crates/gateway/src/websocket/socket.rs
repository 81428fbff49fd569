//! How frames get to the socket and off it. Everything else of this door works on whole frames.

use std::io;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Error, Message, Utf8Bytes};

/// Held by every connection, even an idle one, so it is small.
const READ_BUFFER: usize = 1024;
/// Frames are gathered up to this size before they are written.
const WRITE_BUFFER: usize = 16 * 1024;
/// How long the other side has to answer a close.
const FAREWELL: Duration = Duration::from_secs(2);
/// How much of what it still sends is read meanwhile.
const FAREWELL_BYTES: usize = 256 * 1024;

/// A WebSocket whose handshake is done.
#[derive(Debug)]
pub(super) struct Socket {
    stream: WebSocketStream<TokioIo<Upgraded>>,
    write_time: Duration,
}

/// What came.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A text frame.
    Text(Utf8Bytes),
    /// A binary frame; there are none in this protocol.
    Binary,
    /// A ping or pong.
    Sign,
    /// The other side is gone, or has said goodbye.
    Gone,
    /// It broke the framing: the close code and what to say.
    Broken(u16, &'static str),
}

impl Socket {
    /// Around a stream that has switched.
    pub(super) async fn new(upgraded: Upgraded, frame_bytes: usize, write_time: Duration) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(WRITE_BUFFER)
            .max_message_size(Some(frame_bytes))
            .max_frame_size(Some(frame_bytes));
        let stream = TokioIo::new(upgraded);
        let stream = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
        Self { stream, write_time }
    }

    /// The next frame. Dropping the future loses nothing.
    pub(super) async fn read(&mut self) -> Incoming {
        match self.stream.next().await {
            None | Some(Ok(Message::Close(_))) => Incoming::Gone,
            Some(Ok(Message::Text(text))) => Incoming::Text(text),
            Some(Ok(Message::Binary(_))) => Incoming::Binary,
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Incoming::Sign,
            Some(Err(error)) => broken(&error),
        }
    }

    /// Writes frames, with one flush at the end. An error when the other side is gone, or does
    /// not take them in time.
    pub(super) async fn write(&mut self, frames: Vec<Vec<u8>>) -> io::Result<()> {
        let writing = async {
            for frame in frames {
                // Made by serde_json, but a reply may carry text that came from storage.
                let text = Utf8Bytes::try_from(Bytes::from(frame)).map_err(io::Error::other)?;
                self.stream
                    .feed(Message::Text(text))
                    .await
                    .map_err(io::Error::other)?;
            }
            self.stream.flush().await.map_err(io::Error::other)
        };
        tokio::time::timeout(self.write_time, writing)
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }

    /// Asks for a sign of life.
    pub(super) async fn ping(&mut self) -> io::Result<()> {
        let ping = self.stream.send(Message::Ping(Bytes::new()));
        tokio::time::timeout(self.write_time, ping)
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
            .map_err(io::Error::other)
    }

    /// Says goodbye and waits a little for the answer: a socket that is closed while there is
    /// something to read loses what was written last.
    pub(super) async fn close(mut self, code: u16, reason: &'static str) {
        let frame = CloseFrame {
            code: code.into(),
            reason: Utf8Bytes::from_static(reason),
        };
        let closing = async {
            if self.stream.send(Message::Close(Some(frame))).await.is_err() {
                return;
            }
            let stream = self.stream.get_mut();
            if stream.shutdown().await.is_err() {
                return;
            }
            let mut rest = [0; 2048];
            let mut left = FAREWELL_BYTES;
            while let Ok(count) = stream.read(&mut rest).await {
                left = left.saturating_sub(count);
                if count == 0 || left == 0 {
                    return;
                }
            }
        };
        // Whoever does not answer is simply left.
        let _ = tokio::time::timeout(FAREWELL, closing).await;
    }
}

/// The close code of a broken frame (RFC 6455 §7.4.1).
fn broken(error: &Error) -> Incoming {
    match error {
        Error::Capacity(_) => Incoming::Broken(1009, "a frame is larger than frame_bytes"),
        Error::Utf8(_) => Incoming::Broken(1007, "a text is not UTF-8"),
        Error::Protocol(broken) if *broken != ProtocolError::ResetWithoutClosingHandshake => {
            Incoming::Broken(1002, "the framing is broken")
        }
        Error::Protocol(_)
        | Error::ConnectionClosed
        | Error::AlreadyClosed
        | Error::Io(_)
        | Error::Tls(_)
        | Error::WriteBufferFull(_)
        | Error::AttackAttempt
        | Error::Url(_)
        | Error::Http(_)
        | Error::HttpFormat(_) => Incoming::Gone,
    }
}
