//! The real program, through its doors.

mod delivery;
mod plays;
