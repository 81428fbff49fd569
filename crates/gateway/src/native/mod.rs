//! The native protocol as every door speaks it that carries its frames: from the wire to the
//! domain and back, errors, and the beginning of a connection.

pub mod catalogue;
pub mod error;
pub mod frame;
pub mod from_wire;
pub mod opening;
pub mod perform;
pub mod to_wire;

mod names;
pub(crate) mod percent;
