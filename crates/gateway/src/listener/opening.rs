//! How a connection begins: its first bytes are read to see who shall speak on it. Who gets it
//! reads them again.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Uri};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::admission::Place;

/// How a client begins that speaks HTTP/2 without being asked (RFC 9113 §3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Read at once.
const CHUNK: usize = 2048;
/// A request for a line has few headers; with more it goes the long way.
const HEADERS: usize = 48;

/// Who shall speak.
#[derive(Debug)]
pub(crate) enum Beginning {
    /// A door that keeps the connection.
    Live {
        /// Which of the paths.
        path: usize,
        request: Box<Request<()>>,
        /// The length of the head.
        length: usize,
    },
    Http1,
    Http2,
}

/// Judges a beginning; none when more has to be read first. Only a plain request for one of
/// `paths` is [`Beginning::Live`]; whatever is unusual about it is left to the HTTP library.
pub(crate) fn judge(bytes: &[u8], paths: &[&str], head_bytes: usize) -> Option<Beginning> {
    if PREFACE.starts_with(bytes) {
        return None;
    }
    if bytes.starts_with(PREFACE) {
        return Some(Beginning::Http2);
    }
    let Some(path) = path_of(bytes) else {
        let may_come = bytes.len() < head_bytes && b"GET /".iter().zip(bytes).all(|(a, b)| a == b);
        return if may_come {
            None
        } else {
            Some(Beginning::Http1)
        };
    };
    let Some(path) = paths.iter().position(|known| known.as_bytes() == path) else {
        return Some(Beginning::Http1);
    };
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut head = httparse::Request::new(&mut headers);
    match head.parse(bytes) {
        Ok(httparse::Status::Partial) if bytes.len() < head_bytes => None,
        Ok(httparse::Status::Complete(length)) if length <= head_bytes => {
            let live = plain(&head).map(|request| Beginning::Live {
                path,
                request: Box::new(request),
                length,
            });
            Some(live.unwrap_or(Beginning::Http1))
        }
        Ok(_) | Err(_) => Some(Beginning::Http1),
    }
}

/// The path of a GET, when it is there in full.
fn path_of(bytes: &[u8]) -> Option<&[u8]> {
    let target = bytes.strip_prefix(b"GET ")?;
    let end = target
        .iter()
        .position(|b| matches!(b, b' ' | b'?' | b'\r'))?;
    Some(&target[..end])
}

/// The request, when it is HTTP/1.1 and has no body.
fn plain(head: &httparse::Request<'_, '_>) -> Option<Request<()>> {
    if head.version != Some(1) {
        return None;
    }
    let mut headers = HeaderMap::with_capacity(head.headers.len());
    for header in head.headers.iter() {
        let name = HeaderName::from_bytes(header.name.as_bytes()).ok()?;
        headers.append(name, HeaderValue::from_bytes(header.value).ok()?);
    }
    let length = headers.get(header::CONTENT_LENGTH);
    if length.is_some_and(|length| length != "0")
        || headers.contains_key(header::TRANSFER_ENCODING)
        || headers.contains_key(header::EXPECT)
    {
        return None;
    }
    let mut request = Request::new(());
    *request.method_mut() = Method::GET;
    *request.uri_mut() = head.path?.parse::<Uri>().ok()?;
    *request.headers_mut() = headers;
    Some(request)
}

/// A stream that gives the bytes again that were looked at, and counts what passes.
#[derive(Debug)]
pub(crate) struct Wire<S> {
    stream: S,
    unread: Vec<u8>,
    /// Of `unread`: given again up to here.
    from: usize,
    place: Arc<Place>,
}

impl<S: AsyncRead + Unpin> Wire<S> {
    /// Around a stream of which these bytes were read.
    pub(crate) fn new(stream: S, unread: Vec<u8>, place: Arc<Place>) -> Self {
        Self {
            stream,
            unread,
            from: 0,
            place,
        }
    }

    /// Reads until it is clear who shall speak; none when the stream ends before.
    pub(crate) async fn begin(
        &mut self,
        paths: &[&str],
        head_bytes: usize,
    ) -> io::Result<Option<Beginning>> {
        loop {
            if let Some(beginning) = judge(&self.unread, paths, head_bytes) {
                return Ok(Some(beginning));
            }
            if poll_fn(|cx| self.read_more(cx)).await? == 0 {
                return Ok(None);
            }
        }
    }

    /// Reads without holding a buffer while there is nothing.
    fn read_more(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut chunk = [0; CHUNK];
        let mut buffer = ReadBuf::new(&mut chunk);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer))?;
        let came = buffer.filled();
        self.unread.extend_from_slice(came);
        self.place.bytes_in(came.len());
        Poll::Ready(Ok(came.len()))
    }

    /// The stream, and what was read after the first `length` bytes.
    pub(crate) fn into_parts(mut self, length: usize) -> (S, Vec<u8>) {
        let taken = (self.from + length).min(self.unread.len());
        self.unread.drain(..taken);
        (self.stream, self.unread)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.from < this.unread.len() {
            let left = &this.unread[this.from..];
            let count = left.len().min(buffer.remaining());
            buffer.put_slice(&left[..count]);
            this.from += count;
            if this.from == this.unread.len() {
                this.unread = Vec::new();
                this.from = 0;
            }
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let polled = Pin::new(&mut this.stream).poll_read(cx, buffer);
        this.place.bytes_in(buffer.filled().len() - before);
        polled
    }
}

impl<S: AsyncWrite + Unpin> Wire<S> {
    fn count(&self, polled: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(count)) = polled {
            self.place.bytes_out(count);
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
    use proptest::prelude::*;
    use tokio::io::AsyncReadExt;

    use super::super::admission::{Admission, Counting};
    use super::*;
    use crate::metrics::Metrics;

    const PATHS: &[&str] = &["/v1/ws", "/v1/events"];

    fn word(beginning: Option<&Beginning>) -> &'static str {
        match beginning {
            None => "more",
            Some(Beginning::Live { .. }) => "live",
            Some(Beginning::Http1) => "1",
            Some(Beginning::Http2) => "2",
        }
    }

    fn judged(bytes: &[u8]) -> &'static str {
        word(judge(bytes, PATHS, 200).as_ref())
    }

    async fn read_again(bytes: &[u8]) -> (&'static str, Vec<u8>) {
        let admission = Admission::new(1, 1, Arc::new(Metrics::default()));
        let place = admission.admit([127, 0, 0, 1].into(), Counting::Party);
        let mut wire = Wire::new(bytes, Vec::new(), Arc::new(place.unwrap()));
        let beginning = wire.begin(PATHS, 200).await.unwrap();
        let mut again = Vec::new();
        wire.read_to_end(&mut again).await.unwrap();
        (word(beginning.as_ref()), again)
    }

    #[test]
    fn a_plain_request_for_a_door_that_keeps_the_connection_is_seen() {
        let bytes = b"GET /v1/events?x=1 HTTP/1.1\r\nHost: a\r\nX: b\r\n\r\nrest";
        let Some(Beginning::Live {
            path,
            request,
            length,
        }) = judge(bytes, PATHS, 200)
        else {
            panic!("it was not seen");
        };
        assert_eq!((path, &bytes[length..]), (1, &b"rest"[..]));
        assert_eq!(request.uri().query(), Some("x=1"));
        assert_eq!(request.headers()["x"], "b");
        for end in 0..length {
            assert_eq!(judged(&bytes[..end]), "more", "{end}");
        }
    }

    #[test]
    fn what_is_unusual_goes_the_long_way() {
        let long = format!("GET /v1/ws HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(200));
        for bytes in [
            "POST /v1/events HTTP/1.1\r\n\r\n",
            "P?",
            "HEAD /v1/events HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET /v1/eventsx HTTP/1.1\r\n\r\n",
            "GET /v1/events HTTP/1.0\r\n\r\n",
            "GET /v1/events HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
            "GET /v1/events HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "GET /v1/events HTTP/1.1\r\nExpect: 100-continue\r\n\r\n",
            "GET /v1/events HTTP/1.1\r\nbroken header\r\n\r\n",
            "GET /v1/events\r\n\r\n",
            "PRI * HTTP/1.1\r\n\r\n",
            &long,
        ] {
            assert_eq!(judged(bytes.as_bytes()), "1", "{bytes}");
        }
        assert_eq!(judged(&[b'G'; 400]), "1");
        assert_eq!(
            judged(b"GET /v1/ws HTTP/1.1\r\nContent-Length: 0\r\n\r\n"),
            "live"
        );
        assert_eq!(judged(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n and frames"), "2");
    }

    proptest! {
        /// Whatever comes, and however it is cut into reads, it is judged alike, and a head is
        /// never longer than what came.
        #[test]
        fn any_bytes_are_judged_once_and_for_all(
            target in "(GET|POST|G| )? ?/v1/(ws|events|x)?[ -~]{0,12}( HTTP/1\\.[012])?",
            rest in proptest::collection::vec(any::<u8>(), 0..80),
            lines in "(\r\n[A-Za-z-]{0,8}: ?[ -~]{0,8}){0,3}(\r\n\r\n)?",
        ) {
            let bytes = [target.as_bytes(), lines.as_bytes(), &rest].concat();
            let whole = judge(&bytes, PATHS, 200);
            if let Some(Beginning::Live { length, .. }) = &whole {
                prop_assert!(*length <= bytes.len() && bytes[..*length].ends_with(b"\n"));
            }
            let first = (0..=bytes.len()).find_map(|end| judge(&bytes[..end], PATHS, 200));
            prop_assert_eq!(word(first.as_ref()), word(whole.as_ref()));
        }
    }

    #[tokio::test]
    async fn the_bytes_that_were_looked_at_are_read_again() {
        for (bytes, word) in [
            (&b"GET / HTTP/1.1\r\n\r\n and a body"[..], "1"),
            (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n and frames", "2"),
            (b"GET /v1/ws HTTP/1.1\r\n\r\n", "live"),
            (b"", "more"),
            (b"PRI", "more"),
        ] {
            assert_eq!(read_again(bytes).await, (word, bytes.to_vec()));
        }
    }
}
