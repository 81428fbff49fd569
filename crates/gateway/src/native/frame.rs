//! The server's frames as bytes. Events and signals are encoded once and shared; a frame puts its
//! own head and tail around them.

use bytes::Bytes;
use domain::{EndReason, Error};
use engine::Delivery;
use wire::native as wire;

use super::{error, to_wire};

/// The first frame of a connection.
pub fn hello(hello: wire::Hello) -> Vec<u8> {
    to_wire::json(&wire::ServerFrame::Hello(Box::new(hello)))
}

/// The reply to a command; `ok` is the JSON of [`to_wire::reply`].
pub fn ok(id: Option<u64>, ok: &[u8]) -> Vec<u8> {
    let mut frame = reply_head(id, ok.len());
    frame.extend_from_slice(b"\"ok\":");
    frame.extend_from_slice(ok);
    frame.push(b'}');
    frame
}

/// The reply to a command that was refused.
pub fn refused(id: Option<u64>, body: &wire::ErrorBody) -> Vec<u8> {
    let body = to_wire::json(body);
    let mut frame = reply_head(id, body.len());
    frame.extend_from_slice(b"\"error\":");
    frame.extend_from_slice(&body);
    frame.push(b'}');
    frame
}

/// The reply to a command that has nothing to say.
pub fn done(id: Option<u64>) -> Vec<u8> {
    ok(id, &to_wire::reply(&domain::reply::Reply::Done))
}

fn reply_head(id: Option<u64>, length: usize) -> Vec<u8> {
    let mut frame = Vec::with_capacity(length + 48);
    frame.extend_from_slice(b"{\"type\":\"reply\",");
    if let Some(id) = id {
        frame.extend_from_slice(b"\"id\":");
        frame.extend_from_slice(id.to_string().as_bytes());
        frame.push(b',');
    }
    frame
}

/// The reply to a command, whatever became of it.
pub fn outcome(id: Option<u64>, outcome: &Result<Vec<u8>, Error>) -> Vec<u8> {
    match outcome {
        Ok(json) => ok(id, json),
        Err(error) => refused(id, &error::body(error)),
    }
}

/// What a mailbox gave, as the parts of a frame: what is shared is not copied.
pub fn delivery<R>(delivery: Delivery<'_>, write: impl FnOnce(&[&[u8]]) -> R) -> R {
    match delivery {
        Delivery::Event { n, event } => {
            let json = event.native(|event| Bytes::from(to_wire::json(&to_wire::event(event))));
            let mut digits = itoa::Buffer::new();
            write(&[
                b"{\"type\":\"event\",\"n\":",
                digits.format(n).as_bytes(),
                b",\"event\":",
                json,
                b"}",
            ])
        }
        Delivery::Signal(signal) => {
            let json = signal.native(|signal| Bytes::from(to_wire::json(&to_wire::signal(signal))));
            write(&[b"{\"type\":\"signal\",\"signal\":", json, b"}"])
        }
        Delivery::Reset { n } => write(&[&to_wire::json(&wire::ServerFrame::Reset { n })]),
        Delivery::End(reason) => write(&[&end(reason)]),
    }
}

/// The last frame of a session.
pub fn end(reason: EndReason) -> Vec<u8> {
    to_wire::json(&wire::ServerFrame::End {
        reason: reason.word().to_owned(),
        reconnect: reason.reconnect(),
    })
}
