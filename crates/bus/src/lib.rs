//! How nodes meet: the bus behind [`engine::port::Bus`].
//!
//! Map: [`memory`] is the bus of a server that is alone, a queue for each subscriber in one
//! process.
//!
//! Invariant: publishing never waits. A subscriber that does not keep up loses notices, and the
//! loss is counted; the log is the truth from which it heals.

pub mod memory;

pub use memory::MemoryBus;
