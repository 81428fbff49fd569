//! WebSocket (RFC 6455) as a server speaks it, once the upgrade is done: masked frames come in,
//! unmasked ones go out. No extensions, so a set RSV bit is an error.
//!
//! Map: [`Decoder`] makes messages of what was read, [`encode`] appends frames to what will be
//! written, [`accept_key`] is the server's half of the handshake. `head` reads a frame's head,
//! `partial` is what the decoder keeps while a message is not complete, `utf8` and `mask` are the
//! loops over bytes.
//!
//! Invariant: a message that lies whole in the read buffer is never copied, and a decoder between
//! two messages owns no heap.

mod decode;
pub mod encode;
mod handshake;
mod head;
mod mask;
mod partial;
mod utf8;

use std::fmt;

pub use decode::{Decoder, Incoming, Input};
pub use handshake::accept_key;

/// What a frame is (RFC 6455 §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Opcode {
    /// A further fragment of the message under way.
    Continuation = 0x0,
    /// A text message, or its first fragment.
    Text = 0x1,
    /// A binary message, or its first fragment.
    Binary = 0x2,
    /// The last frame of this side.
    Close = 0x8,
    /// To be answered by a pong with the same payload.
    Ping = 0x9,
    /// The answer to a ping, or unasked for.
    Pong = 0xA,
}

impl Opcode {
    /// Whether it is a control frame: short, whole, and allowed between fragments (§5.5).
    pub fn is_control(self) -> bool {
        self as u8 >= Self::Close as u8
    }
}

/// The longest payload of a control frame, in bytes (RFC 6455 §5.5).
pub const CONTROL_BYTES: usize = 125;

/// Why the connection has to be closed: the peer broke the rules, or asks for more than is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken {
    /// The code to close with (RFC 6455 §7.4.1): 1002, 1007 or 1009.
    pub code: u16,
    /// The reason to close with.
    pub why: &'static str,
}

impl Broken {
    /// Not what the protocol allows.
    const fn protocol(why: &'static str) -> Self {
        Self { code: 1002, why }
    }

    /// Text that is not UTF-8 (§8.1).
    const NOT_UTF8: Self = Self {
        code: 1007,
        why: "text is not UTF-8",
    };

    /// More than the limit.
    const TOO_LARGE: Self = Self {
        code: 1009,
        why: "message is too large",
    };
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (close code {})", self.why, self.code)
    }
}

impl std::error::Error for Broken {}
