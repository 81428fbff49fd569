//! What the log holds: the stored form of events, and back.
//!
//! Map: [`code`] are the numbers that stand for words, [`body`] the JSON in an event's row,
//! [`raw`] a row, [`assemble`] makes events of rows.
//!
//! Stored are ids of users; names are put in when events are read, so that the name of a deleted
//! account shows nowhere.

pub(crate) mod assemble;
pub(crate) mod body;
pub(crate) mod code;
pub(crate) mod raw;

pub(crate) use assemble::assemble;
pub(crate) use body::{Encoded, encode};
pub(crate) use raw::Raw;
