//! A session on a Switchboard server, for Rust programs: the native protocol over WebSocket.
//!
//! Map: [`Address`] says where the server is and registers or signs in over HTTP; [`Session`] is
//! one live session that reconnects by itself, takes typed commands and hands what comes to an
//! [`Inbox`]; [`Follower`] stands on both and gives every event of every conversation exactly once
//! and in order, whatever happens to the connection. Below them, [`Socket`] is one connection and
//! [`Timeline`] the arithmetic of places, for programs that want to do the rest themselves.
//!
//! Invariant: memory is bounded. A program that does not read its inbox stops the connection from
//! being read, and then loses events and is told so by [`Incoming::Reset`]; nothing grows.
//!
//! ```no_run
//! # async fn run() -> Result<(), client::Error> {
//! use client::wire::{EventBody, SendMessage};
//! use client::{Address, Follower, Options, Session, Update};
//!
//! let address: Address = "http://127.0.0.1:8080".parse()?;
//! let signed_in = address.sign_in("anna", "correct horse").await?;
//! let (session, inbox) = Session::open(Options::new(address, signed_in.token));
//! session.send_until_durable(&client::message("bob", "Hello")).await?;
//!
//! let mut follower = Follower::new(session, inbox);
//! while let Some(update) = follower.next().await {
//!     if let Update::Event(event) = update {
//!         if let EventBody::MessageCreated { text, .. } = event.body {
//!             assert!(!text.is_empty());
//!         }
//!     }
//! }
//! # Ok(()) }
//! ```

mod address;
mod backoff;
mod driver;
mod error;
mod follower;
mod http;
mod session;
mod socket;
mod timeline;

pub use address::Address;
pub use backoff::Backoff;
pub use error::{End, Error};
pub use follower::{Begin, Follower, Update};
pub use session::{Inbox, Incoming, Options, Session};
pub use socket::{Cursor, Socket};
pub use timeline::{Piece, Step, Timeline};

/// The frames, commands, replies and events of the protocol.
pub use wire::native as wire;

/// A new id for a message: a UUID of version 7, so that ids made later sort later.
pub fn new_client_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// A message to a user, with a new id. The same value sent again is the same message.
pub fn message(to: &str, text: &str) -> wire::SendMessage {
    wire::SendMessage {
        conversation: None,
        to: Some(to.to_owned()),
        client_id: new_client_id(),
        text: text.to_owned(),
        reply_to: None,
        mentions: None,
        extensions: std::collections::BTreeMap::default(),
    }
}

/// A message to a conversation, with a new id.
pub fn message_in(conversation: &str, text: &str) -> wire::SendMessage {
    wire::SendMessage {
        conversation: Some(conversation.to_owned()),
        to: None,
        ..message("", text)
    }
}
