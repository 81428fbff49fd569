//! The contract of the storage ports, as cases that any store has to pass.
//!
//! Map: [`Stage`] are the ports of one empty store and the verbs that the cases are told in; each
//! other module holds the cases of one subject. `store_contract!(make)` makes a test of each
//! case, where `make` is an async function that returns the stage of a new, empty store.
//!
//! Invariant: a case speaks through the ports only, with permits that the rules made of facts that
//! the store gave.

#![allow(missing_docs, reason = "a case's name is the sentence that it proves")]
#![allow(clippy::unwrap_used, reason = "a case is a test")]
#![allow(clippy::wildcard_enum_match_arm, reason = "a case looks for one thing")]
#![allow(clippy::missing_panics_doc, reason = "a case is a test")]

pub mod accounts;
pub mod amendments;
pub mod contacts;
pub mod conversations;
pub mod erasing;
pub mod followers;
pub mod history;
mod list;
pub mod marks;
pub mod members;
pub mod messages;
pub mod model;
pub mod notifications;
pub mod permits;
pub mod search;
pub mod sessions;
mod stage;

pub use stage::{Stage, memory_bus};
