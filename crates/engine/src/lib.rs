//! What happens: sessions, one handler for each command, mailboxes, the hub and the relay.
//!
//! Map: [`Engine`] opens [`Session`]s; a session carries out commands (`handler/`) and attaches
//! connections to its mailboxes (`live/`); `job/` is what the server does on its own; [`port`] is
//! what the engine needs from storage, the bus, time and chance.
//!
//! Invariants: the engine knows no wire, no SQL and no HTTP. It reads time and chance through
//! [`port::Clock`] and [`port::Entropy`] only. A session keeps its ports to itself: whoever holds
//! one can ask for what a [`domain::Command`] can ask for, and nothing else.

pub mod port;

mod credential;
mod engine;
mod export;
mod facts;
mod handler;
mod ids;
mod job;
mod limiter;
mod live;
mod metrics;
mod mint;
mod recent;
mod session;
mod settings;
mod sign_in;
mod turns;

pub use engine::{Engine, Ports};
pub use export::Export;
pub use job::operator::{NewUser, Operator};
pub use limiter::Rate;
pub use live::{
    Attachment, Cursor, Delivery, MailboxHandle, Opening, Published, PublishedSignal, ResumeOutcome,
};
pub use metrics::{Counter, Metrics};
pub use port::Health;
pub use session::Session;
pub use settings::{Rates, Settings};
pub use sign_in::{Registration, SignIn, SignedIn};
