//! From what the domain says to what a client reads.

mod event;
mod reply;
mod view;

pub use event::{event, signal};
pub use reply::{reply, signed_in};
pub use view::{account, contact, conversation, session};

pub(crate) use reply::json;
