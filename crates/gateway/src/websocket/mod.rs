//! The WebSocket door: `GET /v1/ws`, subprotocol `switchboard.v1.json`, one frame a message.
//!
//! Map: [`handshake`] decides who may come in, [`driver`] moves frames between the session and
//! the socket, [`lanes`] keeps commands in order, [`socket`] is the only file that knows how
//! frames become bytes.

mod driver;
mod handshake;
mod lanes;
mod socket;

use hyper::Method;

use crate::listener::route::{Call, Input, Output, Route};

/// The routes of this door.
pub(crate) const ROUTES: &[Route] = &[Route::own(
    &Method::GET,
    "/v1/ws",
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
