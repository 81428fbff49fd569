//! The gateway from outside: its documents, and its doors through real sockets.

#[path = "it/protocol.rs"]
mod protocol;
