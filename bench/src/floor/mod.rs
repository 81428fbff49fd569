//! The floor under every live server: a process with one thread and one epoll that writes bytes
//! framed beforehand to every socket it holds. It knows no users, keeps nothing and checks
//! nothing; what it costs is what the kernel costs.
//!
//! A connection says in its first byte what it is: [`LISTEN`], which gets [`THERE`] and then the
//! frames; or [`SEND`], each of whose further 8 bytes is the number of a message. The messages that
//! are read at once are written at once to each listener.

mod serve;

use anyhow::Result;
use clap::Args;

use crate::load::frame::{Kind, write_plain};
use crate::load::text;

/// What a listener says first.
pub(crate) const LISTEN: u8 = b'L';
/// What a sender says first.
pub(crate) const SEND: u8 = b'S';
/// What the floor answers a listener and a sender.
pub(crate) const THERE: &[u8] = b"{\"type\":\"hello\"}";

/// How the floor is run.
#[derive(Debug, Args)]
pub(crate) struct Options {}

/// Runs the floor until it is ended.
pub(crate) fn run(_: &Options) -> Result<()> {
    serve::serve()
}

/// A frame as long as one of our server's with a message of a group.
pub(super) fn frame(number: u64, out: &mut Vec<u8>) {
    let (n, text) = (1000 + number % 9000, text(number));
    let payload = format!(
        "{{\"type\":\"event\",\"n\":{n},\"event\":{{\"conversation\":\"200000000\",\"seq\":{n},\
         \"at\":\"2026-11-20T09:30:00.000Z\",\"sender\":\"user0\",\"type\":\"message.created\",\
         \"client_id\":\"0198a3b2-5b1c-7c3e-9d2a-3f4b5c6d7e8f\",\"text\":\"{text}\"}}}}"
    );
    write_plain(Kind::Text, payload.as_bytes(), out);
}
