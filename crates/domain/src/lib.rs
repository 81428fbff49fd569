//! What is true: ids, entities, commands, events, signals, errors, and the rules of permission.
//!
//! Map: [`id`] and [`text`] are the values that wire text is parsed into; [`user`],
//! [`conversation`], [`message`], [`contact`] and [`notification`] are the things; [`command`] is
//! what can be asked, [`reply`] what is answered, [`event`] what becomes of it in a log;
//! [`permit`] decides who may.
//!
//! Invariant: nothing here waits, reads a clock, draws a random number or knows a word of any
//! wire (a JID, a frame, SQL). Time and chance are arguments.

pub mod command;
pub mod contact;
pub mod conversation;
pub mod error;
pub mod event;
pub mod id;
pub mod message;
pub mod notification;
pub mod permit;
pub mod reply;
pub mod text;
pub mod user;

pub use command::Command;
pub use error::{EndReason, Error, Result};
pub use event::{Event, EventBody, Signal};
pub use id::{
    AccessVersion, ClientId, ConversationId, DeviceName, Epoch, MailboxId, Seq, SessionId,
    ThreadId, Timestamp, UserId,
};
pub use permit::Permit;
pub use user::{Actor, UserRef, Username};
