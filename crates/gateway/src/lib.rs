//! Who speaks: one module for each protocol, the HTTP API, and the listener in front of them.
//!
//! Map: [`native`] turns frames into commands and events into frames, for every door that carries
//! the native protocol: `websocket`, `sse`, `poll` and `commands`. `http` is the API. `listener`
//! accepts connections and holds what every door over HTTP needs; `line` carries those that stay;
//! `router` puts the doors side by
//! side; [`Gateway`] opens them.
//!
//! Invariants: a door holds an [`engine::Session`] and nothing behind it. No door knows another.
//! Whatever a connection does, it costs its own session only: what it sends is bounded before it
//! is read, what it is sent waits in its mailbox and nowhere else.

pub mod echo;
pub mod native;

mod commands;
mod gateway;
mod http;
mod line;
mod listener;
mod metrics;
mod poll;
mod router;
mod settings;
mod shared;
mod sse;
mod websocket;

pub use gateway::{Gateway, Running};
pub use metrics::{Door, Metrics, Refusal};
pub use settings::{Network, Registration, Settings};
