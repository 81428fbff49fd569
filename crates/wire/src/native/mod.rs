//! The native protocol: JSON frames, the same on every door that speaks it.
//!
//! A client sends *commands* ([`CommandFrame`]); the server answers each with one reply and pushes
//! events and signals ([`ServerFrame`]). `docs/protocol.md` tells the story; the JSON Schema of
//! [`schema`] is made from these types and is what the TypeScript types and the `AsyncAPI` document
//! are generated from.
//!
//! Conventions: `snake_case`; ids are strings; users are named by username; times are RFC 3339 in
//! UTC with milliseconds; unknown fields are ignored; absent and `null` mean the same.

mod command;
mod error;
mod event;
mod frame;
mod reply;
mod schema;
mod time;
mod view;

pub use command::*;
pub use error::{DecodeError, ErrorBody};
pub use event::{Event, EventBody};
pub use frame::{Auth, CommandFrame, Hello, Outcome, ResumeOutcome, ServerFrame, Signal};
pub use reply::*;
pub use schema::{CommandSchema, command_schemas, schema};
pub use time::Time;
pub use view::*;

/// The WebSocket subprotocol (RFC 6455 §1.9) under which these frames travel.
pub const SUBPROTOCOL: &str = "switchboard.v1.json";

/// The version of this protocol, told in [`Hello`] and checked by packaged web assets.
pub const PROTOCOL_VERSION: u32 = 1;
