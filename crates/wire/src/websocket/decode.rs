//! From bytes that were read to messages.

use std::borrow::Cow;
use std::str::from_utf8;

use super::head::Head;
use super::partial::Partial;
use super::{Broken, Opcode, mask};

/// Something complete from the other side. It borrows from the read buffer when it lay there in one
/// frame, and is owned when it came in several reads or fragments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incoming<'a> {
    /// A text message.
    Text(Cow<'a, str>),
    /// A binary message.
    Binary(Cow<'a, [u8]>),
    /// To be answered by [`encode::pong`](super::encode::pong) with this payload.
    Ping(Cow<'a, [u8]>),
    /// The other side is there.
    Pong,
    /// The other side closes, with a code and a reason or without either. To be answered by
    /// [`encode::close`](super::encode::close), unless it is the answer itself. Nothing is read
    /// after it.
    Close(Option<(u16, Cow<'a, str>)>),
}

/// What was read and not taken yet. Bytes are taken off its front.
pub type Input<'a> = &'a mut [u8];

/// Makes messages of what is read from one connection.
pub struct Decoder {
    /// Bytes of payload that a message may have.
    limit: usize,
    state: State,
}

/// Where in the stream of bytes the next one belongs.
enum State {
    /// To the head of a message's first frame.
    Between,
    /// To something of which the beginning is kept.
    Within(Box<Partial>),
    /// Nowhere: closed, or broken (RFC 6455 §5.5.1 and §7.1.7).
    Ended,
}

impl Decoder {
    /// A decoder for a new connection; messages of more than `limit` bytes break it.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            state: State::Between,
        }
    }

    /// Takes the next message off `input`, unmasking it where it lies. `None` says that all of the
    /// input is used up: what is incomplete is kept, and the buffer is free for the next read.
    ///
    /// ```
    /// # use wire::websocket::{Decoder, Incoming};
    /// # let mut decoder = Decoder::new(1024);
    /// # let mut buffer = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
    /// let mut input = &mut buffer[..];
    /// while let Some(incoming) = decoder.next(&mut input)? {
    ///     assert_eq!(incoming, Incoming::Text("Hello".into()));
    /// }
    /// # Ok::<(), wire::websocket::Broken>(())
    /// ```
    ///
    /// After an error or [`Incoming::Close`], everything further is dropped unread.
    pub fn next<'a>(&mut self, input: &mut Input<'a>) -> Result<Option<Incoming<'a>>, Broken> {
        let read = self.read(input);
        if matches!(read, Err(_) | Ok(Some(Incoming::Close(_)))) {
            self.state = State::Ended;
        }
        read
    }

    /// Bytes of heap that incomplete messages take: 0 between two messages.
    pub fn held(&self) -> usize {
        match &self.state {
            State::Within(partial) => size_of::<Partial>() + partial.held(),
            State::Between | State::Ended => 0,
        }
    }

    fn read<'a>(&mut self, input: &mut Input<'a>) -> Result<Option<Incoming<'a>>, Broken> {
        while !input.is_empty() {
            match &mut self.state {
                State::Between => {
                    if let Some(incoming) = whole(input, self.limit)? {
                        return Ok(Some(incoming));
                    }
                    self.state = State::Within(Box::default());
                }
                State::Within(partial) => {
                    let incoming = partial.read(input, self.limit)?;
                    if partial.is_empty() {
                        self.state = State::Between;
                    }
                    if incoming.is_some() {
                        return Ok(incoming);
                    }
                }
                State::Ended => *input = &mut [],
            }
        }
        Ok(None)
    }
}

/// The message at the front of the input, when all of it is there in one frame.
fn whole<'a>(input: &mut Input<'a>, limit: usize) -> Result<Option<Incoming<'a>>, Broken> {
    let Some((head, size)) = Head::read(input)? else {
        return Ok(None);
    };
    head.check(None, limit)?;
    if !head.last || head.length > (input.len() - size) as u64 {
        return Ok(None);
    }
    let length = usize::try_from(head.length).expect("no longer than the input");
    split_front(input, size);
    let payload = split_front(input, length);
    mask::apply(payload, head.key);
    let payload: &[u8] = payload;
    match head.opcode {
        Opcode::Text => {
            let text = from_utf8(payload).map_err(|_| Broken::NOT_UTF8)?;
            Ok(Some(Incoming::Text(text.into())))
        }
        Opcode::Binary => Ok(Some(Incoming::Binary(payload.into()))),
        // A continuation was refused: there is nothing to continue.
        Opcode::Continuation | Opcode::Close | Opcode::Ping | Opcode::Pong => {
            control(head.opcode, payload.into()).map(Some)
        }
    }
}

/// What a control frame says.
pub(super) fn control(opcode: Opcode, payload: Cow<'_, [u8]>) -> Result<Incoming<'_>, Broken> {
    match opcode {
        Opcode::Close => close(payload).map(Incoming::Close),
        Opcode::Ping => Ok(Incoming::Ping(payload)),
        Opcode::Pong => Ok(Incoming::Pong),
        Opcode::Continuation | Opcode::Text | Opcode::Binary => {
            Err(Broken::protocol("it is no control frame"))
        }
    }
}

/// The code and the reason of a close frame (RFC 6455 §5.5.1).
fn close(payload: Cow<'_, [u8]>) -> Result<Option<(u16, Cow<'_, str>)>, Broken> {
    if payload.is_empty() {
        return Ok(None);
    }
    let Some(&code) = payload.first_chunk() else {
        return Err(Broken::protocol("a close code is cut off"));
    };
    let code = u16::from_be_bytes(code);
    if !may_be_sent(code) {
        return Err(Broken::protocol("a close code must not be sent"));
    }
    let reason = match payload {
        Cow::Borrowed(bytes) => from_utf8(&bytes[2..]).ok().map(Cow::Borrowed),
        Cow::Owned(bytes) => from_utf8(&bytes[2..])
            .ok()
            .map(|text| text.to_owned().into()),
    };
    Ok(Some((code, reason.ok_or(Broken::NOT_UTF8)?)))
}

/// Whether a close code may stand on the wire (RFC 6455 §7.4 and the registry of IANA, which adds
/// 1012 to 1014).
fn may_be_sent(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

/// Takes `length` bytes off the front, or all there are.
pub(super) fn split_front<'a>(input: &mut Input<'a>, length: usize) -> &'a mut [u8] {
    let all = std::mem::take(input);
    let (front, rest) = all.split_at_mut(length.min(all.len()));
    *input = rest;
    front
}
