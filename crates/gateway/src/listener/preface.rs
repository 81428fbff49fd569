//! A connection whose first bytes were read to see which HTTP it speaks, and are read again.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

use crate::metrics::Metrics;

/// How a client begins that speaks HTTP/2 without being asked (RFC 9113 §3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Which HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    Http1,
    Http2,
}

/// A stream that gives the bytes again that were looked at, and counts what passes.
#[derive(Debug)]
pub(crate) struct Wire<S> {
    stream: S,
    head: [u8; PREFACE.len()],
    /// Of `head`: given again up to here.
    start: u8,
    /// Of `head`: filled up to here.
    end: u8,
    metrics: Arc<Metrics>,
}

impl<S: AsyncRead + Unpin> Wire<S> {
    /// Around a stream of which nothing was read.
    pub(crate) fn new(stream: S, metrics: Arc<Metrics>) -> Self {
        Self {
            stream,
            head: [0; PREFACE.len()],
            start: 0,
            end: 0,
            metrics,
        }
    }

    /// Reads until it is clear which HTTP this is; `None` when the stream ends before.
    pub(crate) async fn version(&mut self) -> io::Result<Option<Version>> {
        loop {
            let end = usize::from(self.end);
            if self.head[..end] != PREFACE[..end] {
                return Ok(Some(Version::Http1));
            }
            if end == PREFACE.len() {
                return Ok(Some(Version::Http2));
            }
            let count = self.stream.read(&mut self.head[end..]).await?;
            if count == 0 {
                return Ok(None);
            }
            self.metrics.bytes_in(count);
            self.end += u8::try_from(count).expect("the head is 24 bytes long");
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.start < this.end {
            let left = &this.head[usize::from(this.start)..usize::from(this.end)];
            let count = left.len().min(buffer.remaining());
            buffer.put_slice(&left[..count]);
            this.start += u8::try_from(count).expect("the head is 24 bytes long");
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let polled = Pin::new(&mut this.stream).poll_read(cx, buffer);
        this.metrics.bytes_in(buffer.filled().len() - before);
        polled
    }
}

impl<S: AsyncWrite + Unpin> Wire<S> {
    fn count(&self, polled: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(count)) = polled {
            self.metrics.bytes_out(count);
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.count(polled)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.stream).poll_write_vectored(cx, slices);
        this.count(polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn seen(bytes: &[u8]) -> (Option<Version>, Vec<u8>) {
        let mut wire = Wire::new(bytes, Arc::new(Metrics::default()));
        let version = wire.version().await.unwrap();
        let mut again = Vec::new();
        wire.read_to_end(&mut again).await.unwrap();
        (version, again)
    }

    #[tokio::test]
    async fn the_bytes_that_were_looked_at_are_read_again() {
        for (bytes, version) in [
            (&b"GET / HTTP/1.1\r\n\r\n and a body"[..], Version::Http1),
            (
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n and frames",
                Version::Http2,
            ),
            (b"PRI * HTTP/1.1\r\n\r\n", Version::Http1),
            (b"P?", Version::Http1),
        ] {
            assert_eq!(seen(bytes).await, (Some(version), bytes.to_vec()));
        }
    }

    #[tokio::test]
    async fn a_stream_that_ends_at_once_is_no_http() {
        assert_eq!(seen(b"").await.0, None);
        assert_eq!(seen(b"PRI").await.0, None);
    }
}
