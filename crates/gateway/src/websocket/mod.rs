//! The WebSocket door: `GET /v1/ws`, subprotocol `switchboard.v1.json`, one frame a message.
//!
//! Map: [`handshake`] decides who may come in; [`talk`] is a connection from its first frame to its
//! close, [`live`] the part with a session; [`work`] keeps commands under way, [`lanes`] keeps them
//! in order; [`framing`] turns bytes into messages.

pub(crate) mod framing;
mod handshake;
mod lanes;
mod live;
mod talk;
mod work;

use hyper::Method;

use crate::listener::route::{Call, Input, Output, Route};
use crate::listener::serve::Live;

const PATH: &str = "/v1/ws";

/// The door, when it gets a connection for itself.
pub(crate) const LIVE: Live = Live {
    path: PATH,
    open: |knock| Box::pin(handshake::take_over(knock)),
};

/// The routes of this door.
pub(crate) const ROUTES: &[Route] = &[Route::own(
    &Method::GET,
    PATH,
    |call: Call| Box::pin(handshake::open(call)),
    "The native protocol over a WebSocket, subprotocol switchboard.v1.json",
)
.tag("Live")
.anyone()
.status(101)
.takes(Input::Query(&[(
    "resume",
    "The cursor to continue from, mailbox.n",
)]))
.answers(Output::Upgrade)];
