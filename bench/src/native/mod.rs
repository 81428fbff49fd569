//! Our own protocol as clients speak it, by each of its doors.

mod poll;
mod session;
mod sse;
mod websocket;

use crate::load::Speaker;
use crate::options::Door;

/// Who speaks for a user by a door.
pub(crate) fn speaker(door: Door, user: usize) -> Box<dyn Speaker> {
    match door {
        Door::Websocket => Box::new(websocket::Websocket::new(user)),
        Door::Sse => Box::new(sse::Sse::new(user)),
        Door::Poll => Box::new(poll::Poll::new(user)),
    }
}
