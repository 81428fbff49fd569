//! The gateway from outside: its documents, and its doors through real sockets.
#![allow(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected has failed"
)]

#[path = "it/api.rs"]
mod api;
#[path = "it/commands.rs"]
mod commands;
#[path = "it/doorstep.rs"]
mod doorstep;
#[path = "it/frames.rs"]
mod frames;
#[path = "it/house.rs"]
mod house;
#[path = "it/http.rs"]
mod http;
#[path = "it/protocol.rs"]
mod protocol;
#[path = "it/streams.rs"]
mod streams;
#[path = "it/websocket.rs"]
mod websocket;
#[path = "it/ws.rs"]
mod ws;
