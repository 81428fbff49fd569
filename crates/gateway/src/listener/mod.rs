//! The listener: accepts connections, bounds them, speaks HTTP/1.1 and HTTP/2, and takes leave.
//!
//! What every door over HTTP needs is here too: problems, bodies, the bearer.

pub(crate) mod accept;
pub(crate) mod admission;
pub(crate) mod front;
pub(crate) mod opening;
pub(crate) mod problem;
pub(crate) mod request;
pub(crate) mod route;
pub(crate) mod serve;
