//! What is live on this node: mailboxes, the hub that fills them, and the relay that feeds the
//! hub from the bus.
//!
//! Invariant: nothing here waits for a reader. A mailbox that is full is emptied and says so.

mod attachment;
mod audience;
mod hub;
mod mailbox;
mod online;
mod presence;
pub(crate) mod published;
mod relay;
mod roster;

pub use attachment::{Attachment, MailboxHandle, Opening};
pub use mailbox::{Cursor, Delivery, ResumeOutcome};
pub use published::{Published, PublishedSignal};

pub(crate) use hub::Hub;
pub(crate) use mailbox::{Bounds, Mailbox};
pub(crate) use online::OnlineUser;
pub(crate) use presence::{Untold, run as run_presence};
pub(crate) use relay::run as run_relay;
