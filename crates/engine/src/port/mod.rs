//! The ports: what the engine needs from storage, the bus, time and chance.
//!
//! Guarantees that hold for every storage port:
//! * A write returns after it is durable (it survives `kill -9` and power loss), or it returns an
//!   error and nothing of it was stored.
//! * Storage speaks in whole facts: no transaction crosses a port. Everything one call writes is
//!   written together or not at all.
//! * A call with a permit for a conversation is refused with [`domain::Error::StalePermit`], in
//!   the same transaction (for reads: on the same snapshot), when the conversation's access
//!   version is not the permit's.
//! * After a commit, and in commit order, the events of it are published on the [`Bus`] that the
//!   store was opened with.
//! * A failing disk or database is [`domain::Error::Unavailable`]; the cause is logged once by
//!   the adapter.

mod account;
mod bus;
mod contact;
mod conversation;
mod follower;
mod message;
mod notification;
mod search;
mod session;
mod system;

pub use account::{Accounts, Credentials, NewAccount, ScramKeys};
pub use bus::{Bus, Notice};
pub use contact::Contacts;
pub use conversation::{Conversations, Direct, Membership};
pub use follower::{Followed, Followers, Position, Step};
pub use message::{HistoryPage, Marked, Messages};
pub use notification::Notifications;
pub use search::{Document, FoundAt, SearchIndex, SearchQuery};
pub use session::{NewSession, Sessions, StoredSession, TokenHash};
pub use system::{Clock, Entropy, Health, Storage};
