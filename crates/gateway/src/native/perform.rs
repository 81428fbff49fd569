//! From a frame to what becomes of it: decoding, parsing, carrying out.

use domain::{Error, Result};
use engine::{MailboxHandle, Session};
use wire::native::{CommandFrame, ErrorBody};

use super::from_wire::{self, Limits, Request};
use super::{error, frame, to_wire};

/// A frame that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The client's number; only `ack` has none.
    pub id: Option<u64>,
    /// What it asks.
    pub request: Request,
}

/// A frame that was not understood, and what to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The client's number, when it could be read.
    pub id: Option<u64>,
    /// Why not.
    pub body: Box<ErrorBody>,
}

impl Refused {
    /// The reply frame.
    pub fn frame(&self) -> Vec<u8> {
        frame::refused(self.id, &self.body)
    }
}

/// Understands a frame. Pure: safe to give any bytes, of a length that the caller bounds.
pub fn decode(bytes: &[u8], limits: Limits) -> Result<Asked, Refused> {
    let frame = CommandFrame::decode(bytes).map_err(|error| Refused {
        id: error.id(),
        body: Box::new(error::undecodable(&error)),
    })?;
    match from_wire::request(frame.command, limits) {
        Ok(request) => Ok(Asked {
            id: frame.id,
            request,
        }),
        Err(error) => Err(Refused {
            id: frame.id,
            body: Box::new(error::body(&error)),
        }),
    }
}

/// Carries a request out. The JSON that stands under `ok`.
pub async fn perform(
    session: &Session,
    mailbox: Option<&MailboxHandle>,
    request: Request,
) -> Result<Vec<u8>> {
    match (request, mailbox) {
        (Request::Command(command), _) => session
            .execute(command)
            .await
            .map(|reply| to_wire::reply(&reply)),
        (Request::Ack(n), Some(mailbox)) => {
            mailbox.ack(n);
            Ok(done())
        }
        (Request::Presence(state), Some(mailbox)) => {
            mailbox.set_presence(state);
            Ok(done())
        }
        (Request::Ack(_) | Request::Presence(_), None) => Err(Error::invalid(
            "",
            "this command is about a mailbox: name it in the header Switchboard-Mailbox",
        )),
    }
}

fn done() -> Vec<u8> {
    to_wire::reply(&domain::reply::Reply::Done)
}
