//! How the bytes of a line get to the socket and off it. No other file of a line writes or reads.

use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A socket with what could not be moved yet.
#[derive(Debug)]
pub(super) struct Pipe {
    stream: TcpStream,
    kept: Option<Box<Kept>>,
}

/// What an idle line does not have.
#[derive(Debug, Default)]
struct Kept {
    /// Came, and was not taken by the door.
    unread: Vec<u8>,
    unread_from: usize,
    /// Is to be written, and was not taken by the socket.
    unwritten: Vec<u8>,
    unwritten_from: usize,
}

impl Kept {
    fn is_empty(&self) -> bool {
        self.unread.is_empty() && self.unwritten.is_empty()
    }
}

impl Pipe {
    /// Around a socket, with bytes that came already and bytes to write first.
    pub(super) fn new(stream: TcpStream, unread: Vec<u8>, unwritten: Vec<u8>) -> Self {
        let kept = Kept {
            unread,
            unwritten,
            ..Kept::default()
        };
        Self {
            stream,
            kept: (!kept.is_empty()).then(|| Box::new(kept)),
        }
    }

    /// The socket, and what came and was not taken.
    pub(super) fn into_parts(self) -> (TcpStream, Vec<u8>) {
        let mut unread = self.kept.map(|kept| (kept.unread, kept.unread_from));
        let unread = unread.take().map(|(mut bytes, from)| {
            bytes.drain(..from);
            bytes
        });
        (self.stream, unread.unwrap_or_default())
    }

    /// The socket's number, for a write beside this.
    pub(super) fn socket(&self) -> RawFd {
        self.stream.as_raw_fd()
    }

    /// Did bytes come that were not taken?
    pub(super) fn has_unread(&self) -> bool {
        self.kept.as_ref().is_some_and(|k| !k.unread.is_empty())
    }

    /// The bytes that were not taken, to be offered again.
    pub(super) fn unread(&mut self) -> &mut [u8] {
        match &mut self.kept {
            Some(kept) => &mut kept.unread[kept.unread_from..],
            None => &mut [],
        }
    }

    /// So many of them have been taken now.
    pub(super) fn took(&mut self, count: usize) {
        if let Some(kept) = &mut self.kept {
            kept.unread_from += count;
            if kept.unread_from == kept.unread.len() {
                kept.unread = Vec::new();
                kept.unread_from = 0;
            }
            self.tidy();
        }
    }

    /// Keeps bytes that were read and not taken.
    pub(super) fn keep_unread(&mut self, bytes: &[u8]) {
        let kept = self.kept.get_or_insert_default();
        kept.unread.extend_from_slice(bytes);
    }

    /// Reads into a buffer that many lines share; zero at the end of the stream.
    pub(super) fn read(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut buffer = ReadBuf::new(buffer);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer))?;
        Poll::Ready(Ok(buffer.filled().len()))
    }

    /// Writes what was kept. Ready when nothing of it is left.
    pub(super) fn flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(kept) = &mut self.kept else {
            return Poll::Ready(Ok(()));
        };
        while kept.unwritten_from < kept.unwritten.len() {
            let rest = &kept.unwritten[kept.unwritten_from..];
            let count = ready!(Pin::new(&mut self.stream).poll_write(cx, rest))?;
            kept.unwritten_from += count;
        }
        kept.unwritten = Vec::new();
        kept.unwritten_from = 0;
        self.tidy();
        Poll::Ready(Ok(()))
    }

    /// Writes, after [`Self::flush`] was ready; what the socket does not take is kept.
    pub(super) fn write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<()>> {
        let mut from = 0;
        while from < bytes.len() {
            match Pin::new(&mut self.stream).poll_write(cx, &bytes[from..]) {
                Poll::Ready(Ok(count)) => from += count,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    self.keep_unwritten(&bytes[from..]);
                    return Poll::Pending;
                }
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Keeps bytes for the next [`Self::flush`].
    pub(super) fn keep_unwritten(&mut self, bytes: &[u8]) {
        let kept = self.kept.get_or_insert_default();
        kept.unwritten.extend_from_slice(bytes);
    }

    /// Tells the other side that nothing more comes.
    pub(super) fn shut(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn tidy(&mut self) {
        if self.kept.as_ref().is_some_and(|kept| kept.is_empty()) {
            self.kept = None;
        }
    }
}
