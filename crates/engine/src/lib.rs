//! What happens: sessions, one handler file for each command, mailboxes, the hub and the relay.
//!
//! Invariant: the engine knows no wire, no SQL and no HTTP. It reads time and chance through
//! [`port::Clock`] and [`port::Entropy`] only, and what it stores goes through the ports.

pub mod port;
