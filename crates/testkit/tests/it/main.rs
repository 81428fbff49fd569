//! The real program, through its doors.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod decoders;
mod delivery;
mod limits;
mod plays;
mod session;
