//! How bytes speak: codecs that take bytes and give frames, and the other way round.
//!
//! Map: [`native`] is the protocol of the WebSocket, Server-Sent Events, long-polling, JSON-lines
//! and Socket.IO doors, and the shapes of the HTTP API; [`websocket`] are the frames of RFC 6455.
//!
//! Invariant: nothing here knows a socket, a task, a clock or a domain type. A codec is a pure
//! function of bytes, so that it can be fuzzed and reused by a client as well as by the server.

pub mod native;
pub mod websocket;
