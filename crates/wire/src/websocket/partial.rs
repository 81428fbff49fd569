//! What is kept while a frame or a fragmented message is not complete.

use std::borrow::Cow;

use super::decode::{Incoming, Input, control, split_front};
use super::head::{HEAD_BYTES, Head};
use super::utf8::Growing;
use super::{Broken, CONTROL_BYTES, Opcode, mask};

/// A message, a frame, a head, or all three, of which the end has not come yet.
#[derive(Default)]
pub(super) struct Partial {
    /// The head of the next frame, `begun` bytes of it.
    head: [u8; HEAD_BYTES],
    begun: usize,
    /// The frame whose payload is being read.
    frame: Option<Frame>,
    /// The data message under way.
    message: Option<Message>,
    /// The payload of a control frame, which may stand within a data message.
    control: Vec<u8>,
}

/// A frame whose head is known.
#[derive(Clone, Copy)]
struct Frame {
    opcode: Opcode,
    last: bool,
    /// The mask for the next byte.
    key: [u8; 4],
    /// Bytes of payload that are still to come.
    left: usize,
}

/// A data message so far.
enum Message {
    Text(Growing),
    Binary(Vec<u8>),
}

impl Partial {
    /// Reads on, to the end of one frame at most, and tells what became complete. Without a result
    /// and with input left, it wants to be called again.
    pub(super) fn read<'a>(
        &mut self,
        input: &mut Input<'a>,
        limit: usize,
    ) -> Result<Option<Incoming<'a>>, Broken> {
        let Some(mut frame) = self.frame(input, limit)? else {
            return Ok(None);
        };
        let piece = split_front(input, frame.left);
        mask::apply(piece, frame.key);
        self.keep(frame, piece)?;
        frame.key = mask::turned(frame.key, piece.len());
        frame.left -= piece.len();
        if frame.left > 0 {
            self.frame = Some(frame);
            return Ok(None);
        }
        self.frame = None;
        if frame.opcode.is_control() {
            let payload = std::mem::take(&mut self.control);
            return control(frame.opcode, Cow::Owned(payload)).map(Some);
        }
        match self.message.take_if(|_| frame.last) {
            Some(message) => message.finish().map(Some),
            None => Ok(None),
        }
    }

    /// Whether there is nothing to wait for.
    pub(super) fn is_empty(&self) -> bool {
        self.begun == 0 && self.frame.is_none() && self.message.is_none()
    }

    /// Bytes of heap, without itself.
    pub(super) fn held(&self) -> usize {
        let message = self.message.as_ref().map_or(0, Message::capacity);
        message + self.control.capacity()
    }

    /// The frame under way; reads the head of the next one when there is none.
    fn frame(&mut self, input: &mut Input<'_>, limit: usize) -> Result<Option<Frame>, Broken> {
        if self.frame.is_some() {
            return Ok(self.frame);
        }
        let Some(head) = self.head(input)? else {
            return Ok(None);
        };
        head.check(self.message.as_ref().map(Message::len), limit)?;
        match head.opcode {
            Opcode::Text => self.message = Some(Message::Text(Growing::default())),
            Opcode::Binary => self.message = Some(Message::Binary(Vec::new())),
            Opcode::Continuation | Opcode::Close | Opcode::Ping | Opcode::Pong => {}
        }
        let left = usize::try_from(head.length).map_err(|_| Broken::TOO_LARGE)?;
        let Head {
            opcode, last, key, ..
        } = head;
        Ok(Some(Frame {
            opcode,
            last,
            key,
            left,
        }))
    }

    /// Adds bytes to the head, one by one, until it is whole.
    fn head(&mut self, input: &mut Input<'_>) -> Result<Option<Head>, Broken> {
        while let [byte] = split_front(input, 1) {
            self.head[self.begun] = *byte;
            self.begun += 1;
            if let Some((head, _)) = Head::read(&self.head[..self.begun])? {
                self.begun = 0;
                return Ok(Some(head));
            }
        }
        Ok(None)
    }

    /// Copies a piece of the frame's payload.
    fn keep(&mut self, frame: Frame, piece: &[u8]) -> Result<(), Broken> {
        if frame.opcode.is_control() {
            self.control.reserve_exact(CONTROL_BYTES.min(frame.left));
            self.control.extend_from_slice(piece);
            return Ok(());
        }
        let message = self.message.as_mut().expect("a data frame has a message");
        message.push(piece, frame.left)
    }
}

impl Message {
    /// Adds a piece of a frame that has `left` bytes, those of the piece included.
    fn push(&mut self, piece: &[u8], left: usize) -> Result<(), Broken> {
        // At least doubled, so that bytes are not copied again and again; at most what the head
        // promised, so that never more than the limit is held. The head's word alone moves nothing.
        let room = left.min(self.len().max(piece.len()));
        match self {
            Self::Text(text) => {
                text.reserve(room);
                text.push(piece)
            }
            Self::Binary(bytes) => {
                bytes.reserve_exact(room);
                bytes.extend_from_slice(piece);
                Ok(())
            }
        }
    }

    fn finish<'a>(self) -> Result<Incoming<'a>, Broken> {
        match self {
            Self::Text(text) => Ok(Incoming::Text(Cow::Owned(text.finish()?))),
            Self::Binary(bytes) => Ok(Incoming::Binary(Cow::Owned(bytes))),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }

    fn capacity(&self) -> usize {
        match self {
            Self::Text(text) => text.capacity(),
            Self::Binary(bytes) => bytes.capacity(),
        }
    }
}
