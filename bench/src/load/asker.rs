//! One connection that asks one question after another over HTTP.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::http::{chunks, head};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// The connection of who asks.
pub(crate) struct Asker(TcpStream);

impl Asker {
    /// Connects.
    pub(crate) fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self(stream))
    }

    /// The body of the answer to a GET; fails when it is not whole, or a refusal.
    pub(crate) fn get(&mut self, path: &str, token: &str) -> Result<Vec<u8>> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        self.0.write_all(request.as_bytes())?;
        self.answer().with_context(|| path.to_owned())
    }

    fn answer(&mut self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let head = loop {
            if let Some(head) = head(&bytes).map_err(anyhow::Error::msg)? {
                break head;
            }
            self.more(&mut bytes)?;
        };
        let mut body = bytes.split_off(head.bytes);
        if head.chunked {
            let mut whole = Vec::new();
            loop {
                let (used, last) = chunks(&body, &mut whole).map_err(anyhow::Error::msg)?;
                body.drain(..used);
                if last {
                    break;
                }
                self.more(&mut body)?;
            }
            body = whole;
        } else {
            let length = head.length.context("an answer without a length")?;
            while body.len() < length {
                self.more(&mut body)?;
            }
        }
        if head.status != 200 {
            bail!("{}: {}", head.status, String::from_utf8_lossy(&body));
        }
        Ok(body)
    }

    fn more(&mut self, bytes: &mut Vec<u8>) -> Result<()> {
        let mut buffer = [0; 16_384];
        let read = self.0.read(&mut buffer)?;
        ensure!(read > 0, "the server closed the connection");
        bytes.extend(&buffer[..read]);
        Ok(())
    }
}
