//! The codecs from outside: bytes in, frames out.

mod websocket;
