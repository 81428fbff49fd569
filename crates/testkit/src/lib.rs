//! What tests stand on.
//!
//! Map: [`Server`] runs the real program on free loopback ports with throw-away files, and can kill
//! it; [`Door`] is a session through one of the native protocol's doors; [`play`] reads and performs
//! the plays of `transcripts/`; [`delivery`] proves that nothing is lost, doubled or put out of
//! order while the server is killed, and that it would notice. [`Clock`] and [`Entropy`] are time
//! and chance that a test sets; [`decoders`] is what fuzzing and property tests throw bytes at.
//! [`contract`] are the cases that every store has to pass.
//!
//! Invariant: chance comes from a seed that a failing test prints, and waiting is for an event,
//! with a limit, never for time to pass.

mod clock;
mod door;
mod entropy;
mod server;
mod sse;

pub mod contract;
pub mod decoders;
pub mod delivery;
pub mod play;

pub use clock::Clock;
pub use door::{Carrier, Door, open, post_command};
pub use entropy::Entropy;
pub use server::{Server, Setup};
pub use sse::{Record, Records};
