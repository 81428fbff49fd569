//! A WebSocket with its session.

use std::sync::Arc;
use std::task::Context;

use domain::EndReason;
use engine::{Attachment, Delivery};
use wire::websocket::encode;

use super::framing::{Message, Room};
use super::work::Work;
use crate::line::{Leave, Progress, Silence, Turn};
use crate::metrics::{Attendance, Door, Refusal};
use crate::native::from_wire::Request;
use crate::native::perform::{Asked, decode};
use crate::native::{error, frame};
use crate::shared::{Shared, seconds};

/// Deliveries that are written together.
const BATCH: usize = 64;
/// Frames in a row that could not be understood, after which the connection is given up.
const NONSENSE: u32 = 100;
/// How long commands that are under way may take when the session ends, in seconds. What takes
/// longer is done all the same; the client finds out when it comes back.
const LAST_REPLIES: u32 = 5;

/// A connection with its session.
pub(super) struct Live {
    /// Taken when the session is ended from here.
    held: Option<Attachment>,
    /// None while nothing is under way.
    work: Option<Box<Work>>,
    nonsense: u32,
    ending: Option<Ending>,
    _present: Attendance,
}

/// The session is over; what is under way gets its reply first.
#[derive(Debug, Clone, Copy)]
struct Ending {
    reason: EndReason,
    /// What to say, when it was ended from here.
    why: Option<&'static str>,
    late: bool,
}

impl Live {
    pub(super) fn new(shared: &Shared, held: Attachment) -> Self {
        Self {
            held: Some(held),
            work: None,
            nonsense: 0,
            ending: None,
            _present: Attendance::new(&shared.metrics, Door::WebSocket),
        }
    }

    /// Is there room for another frame?
    pub(super) fn has_room(&self) -> bool {
        self.ending.is_none() && self.work.as_ref().is_none_or(|work| work.has_room())
    }

    /// A message came.
    pub(super) fn hear(
        &mut self,
        shared: &Shared,
        message: &Message<'_>,
        (cx, out): (&mut Context<'_>, &mut Vec<u8>),
    ) -> Room {
        shared.metrics.frames_in(Door::WebSocket, 1);
        match message {
            Message::Binary(_) => self.give_up(shared, "frames are text here"),
            Message::Text(text) => match decode(text.as_bytes(), shared.limits()) {
                Ok(asked) => {
                    self.nonsense = 0;
                    self.start(shared, asked, (cx, out));
                }
                Err(refused) => {
                    write(shared, out, &refused.frame());
                    self.nonsense += 1;
                    if self.nonsense >= NONSENSE {
                        self.give_up(shared, "too many frames in a row make no sense");
                    }
                }
            },
        }
        if self.has_room() { Room::Yes } else { Room::No }
    }

    fn start(
        &mut self,
        shared: &Shared,
        asked: Asked,
        (cx, out): (&mut Context<'_>, &mut Vec<u8>),
    ) {
        let Some(held) = &self.held else { return };
        match asked.request {
            // No reply, and nothing to wait for.
            Request::Ack(n) => held.ack(n),
            Request::Presence(state) => {
                held.set_presence(state);
                write(shared, out, &frame::done(asked.id));
            }
            Request::Command(_) => {
                let work = self.work.get_or_insert_default();
                work.enter(cx, (held.session(), asked), &mut |reply| {
                    write(shared, out, reply);
                });
            }
        }
    }

    /// Replies, what waits in the mailbox, and the end.
    pub(super) fn go_on(
        &mut self,
        shared: &Shared,
        cx: &mut Context<'_>,
        turn: &mut Turn<'_>,
    ) -> Result<Progress, Leave> {
        let Some(held) = &self.held else {
            return Err(Leave::Close);
        };
        let mut progress = Progress::Waits;
        let had_room = self.work.as_ref().is_none_or(|work| work.has_room());
        if let Some(work) = &mut self.work {
            work.go_on(cx, held.session(), &mut |reply| {
                write(shared, turn.out, reply);
            });
            if work.is_idle() {
                self.work = None;
            }
        }
        if self.ending.is_none() {
            let ended = deliver(shared, held, turn.out);
            if ended.is_none() && held.poll_ready(cx).is_ready() {
                progress = Progress::More;
            }
            self.ending = ended.map(|reason| Ending {
                reason,
                why: None,
                late: false,
            });
        }
        match self.ending {
            Some(ending) if self.work.is_none() || ending.late => {
                self.end(shared, ending, turn.out);
                Err(Leave::Close)
            }
            Some(_) => {
                turn.look_in(LAST_REPLIES);
                Ok(Progress::Waits)
            }
            // There is room again for what was not read.
            None if !had_room && self.has_room() => Ok(Progress::More),
            None => Ok(progress),
        }
    }

    /// The last frames.
    fn end(&mut self, shared: &Shared, ending: Ending, out: &mut Vec<u8>) {
        let Ending { reason, why, .. } = ending;
        write(shared, out, &frame::end(reason));
        encode::close(out, error::close_code(reason), why.unwrap_or(reason.word()));
        if let (Some(_), Some(held)) = (why, self.held.take()) {
            held.close(reason);
        }
    }

    /// Ends the session from this side.
    fn give_up(&mut self, shared: &Shared, why: &'static str) {
        shared.metrics.refused(Refusal::Protocol);
        self.ending = Some(Ending {
            reason: EndReason::ProtocolError,
            why: Some(why),
            late: false,
        });
    }

    /// Asks for a sign of life, or gives up waiting for one.
    pub(super) fn beat(
        &mut self,
        shared: &Arc<Shared>,
        silence: Silence,
        turn: &mut Turn<'_>,
    ) -> Result<(), Leave> {
        if let Some(ending) = &mut self.ending {
            ending.late = true;
            return Ok(());
        }
        let settings = &shared.settings;
        let (ping, dead) = (seconds(settings.ping), seconds(settings.dead));
        if silence.heard >= dead {
            shared.metrics.refused(Refusal::Silent);
            return Err(Leave::Gone);
        }
        let left = dead - silence.heard;
        if silence.heard >= ping {
            encode::ping(turn.out, b"");
            turn.look_in(ping.min(left));
        } else {
            turn.look_in((ping - silence.heard).min(left));
        }
        Ok(())
    }
}

/// Writes what waits in the mailbox; the reason when the session ended.
fn deliver(shared: &Shared, held: &Attachment, out: &mut Vec<u8>) -> Option<EndReason> {
    let mut ended = None;
    let mut count = 0;
    held.drain(BATCH, |delivery| match delivery {
        Delivery::End(reason) => ended = Some(reason),
        Delivery::Event { .. } | Delivery::Signal(_) | Delivery::Reset { .. } => {
            count += 1;
            frame::delivery(delivery, |parts| encode::text(out, parts));
        }
    });
    shared.metrics.frames_out(Door::WebSocket, count);
    ended
}

/// Writes one frame.
pub(super) fn write(shared: &Shared, out: &mut Vec<u8>, frame: &[u8]) {
    shared.metrics.frames_out(Door::WebSocket, 1);
    encode::text(out, &[frame]);
}
