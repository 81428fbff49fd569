//! One visit of a line: read, go on, write once.

use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::net::TcpStream;

use super::pipe::Pipe;
use super::post;
use super::shard::{Scratch, scratch};
use super::talk::{Leave, Progress, Silence, Talk, Turn};
use super::wheel::after;
use super::{Connection, Peer, Shard};
use crate::listener::admission::Place;

/// How often a line may read and write in one visit before others have their turn.
const ROUNDS: usize = 4;
/// How long the other side has to say goodbye, in seconds.
const FAREWELL: u32 = 2;
/// How much of what it still sends is read meanwhile.
const FAREWELL_BYTES: u32 = 256 * 1024;

/// A line that is not over.
pub(super) struct Body<T> {
    pipe: Pipe,
    talk: T,
    place: Arc<Place>,
    stage: Stage,
    /// The second in which something came, and in which something went.
    heard: u32,
    told: u32,
    /// Since when the socket takes nothing.
    blocked_at: Option<u32>,
    /// The second in which it is looked at; there may be later entries on the wheel.
    due: Option<u32>,
    /// The same, while the wheel does not know it.
    asked: Option<u32>,
}

/// How far a line has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Just begun: nothing has been asked of the talk yet.
    New,
    /// The talk goes on.
    Open,
    /// What was written is still to be taken, then it leaves.
    Leaving(Leave),
    /// Nothing more is written; so much may still come until the other side closes too.
    Farewell { left: u32, until: u32 },
}

/// What becomes of a line after it was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stays.
    Stays,
    /// It has more to do than one visit allows.
    Again,
    /// It is over.
    Over,
    /// Its connection goes back to the listener.
    Back,
}

impl<T: Talk> Body<T> {
    pub(super) fn new(
        stream: TcpStream,
        (unread, unwritten): (Vec<u8>, Vec<u8>),
        talk: T,
        place: Arc<Place>,
    ) -> Self {
        Self {
            pipe: Pipe::new(stream, unread, unwritten),
            talk,
            place,
            stage: Stage::New,
            heard: 0,
            told: 0,
            blocked_at: None,
            due: None,
            asked: None,
        }
    }

    pub(super) fn into_parts(self, shard: Arc<Shard>) -> (T, Connection) {
        let (stream, unread) = self.pipe.into_parts();
        let peer = Peer {
            place: self.place,
            shard,
        };
        let connection = Connection {
            stream,
            unread,
            peer,
        };
        (self.talk, connection)
    }

    /// The second in which it wants to be looked at, when that has become earlier.
    pub(super) fn newly_due(&mut self) -> Option<u32> {
        self.asked.take()
    }

    /// Does what there is to do, and writes once.
    pub(super) fn visit(&mut self, cx: &mut Context<'_>, shard: &Shard) -> Fate {
        let now = shard.now();
        scratch(|scratch| {
            if self.stage == Stage::New {
                self.stage = Stage::Open;
                (self.heard, self.told) = (now, now);
                let mut turn = Turn::new(&mut scratch.out);
                self.talk.begin(&mut turn);
                let asked = turn.asked();
                self.look_in(asked, now);
            }
            for _ in 0..ROUNDS {
                if let Some(fate) = self.round(cx, scratch, shard) {
                    return fate;
                }
            }
            Fate::Again
        })
    }

    /// Writes what is left, reads, goes on, writes; none when there may be more to do.
    fn round(
        &mut self,
        cx: &mut Context<'_>,
        scratch: &mut Scratch,
        shard: &Shard,
    ) -> Option<Fate> {
        let now = shard.now();
        match self.pipe.flush(cx) {
            Poll::Pending => return Some(self.blocked(shard)),
            Poll::Ready(Err(_)) => return Some(self.gave_up()),
            Poll::Ready(Ok(())) => self.blocked_at = None,
        }
        match self.stage {
            Stage::New | Stage::Open => {}
            Stage::Leaving(leave) => return self.left(leave, cx, now),
            Stage::Farewell { left, until } => {
                return Some(self.linger(cx, &mut scratch.input, (left, until)));
            }
        }
        let Scratch { input, out } = scratch;
        out.clear();
        let mut turn = Turn::new(out);
        let stepped = self.step(cx, input, &mut turn, shard);
        let asked = turn.asked();
        self.look_in(asked, now);
        let waits = match stepped {
            Ok(progress) => progress == Progress::Waits,
            Err(Leave::Gone) => return Some(Fate::Over),
            Err(leave) => {
                self.stage = Stage::Leaving(leave);
                false
            }
        };
        if out.is_empty() {
            return waits.then_some(Fate::Stays);
        }
        self.told = now;
        shard.metrics.bytes_out(out.len());
        if post::take(self.pipe.socket(), out) {
            // It is written before the next visit.
            return Some(if waits { Fate::Stays } else { Fate::Again });
        }
        let fate = self.write_now(cx, out, shard);
        let goes_on = fate == Fate::Stays && self.blocked_at.is_none() && !waits;
        (!goes_on).then_some(fate)
    }

    /// Writes to the socket.
    pub(super) fn write_now(&mut self, cx: &mut Context<'_>, bytes: &[u8], shard: &Shard) -> Fate {
        match self.pipe.write(cx, bytes) {
            Poll::Ready(Ok(())) => Fate::Stays,
            Poll::Ready(Err(_)) => self.gave_up(),
            Poll::Pending => self.blocked(shard),
        }
    }

    /// Reads, and lets the talk go on.
    fn step(
        &mut self,
        cx: &mut Context<'_>,
        input: &mut [u8],
        turn: &mut Turn<'_>,
        shard: &Shard,
    ) -> Result<Progress, Leave> {
        let read = if !self.talk.has_room() {
            Progress::Waits
        } else if self.pipe.has_unread() {
            self.take_unread(cx, turn)?
        } else {
            self.read(cx, input, turn, shard)?
        };
        let went = self.talk.go_on(cx, turn)?;
        Ok(if read == Progress::More { read } else { went })
    }

    fn take_unread(
        &mut self,
        cx: &mut Context<'_>,
        turn: &mut Turn<'_>,
    ) -> Result<Progress, Leave> {
        let count = self.talk.take(self.pipe.unread(), cx, turn)?;
        self.pipe.took(count);
        Ok(if count == 0 {
            Progress::Waits
        } else {
            Progress::More
        })
    }

    fn read(
        &mut self,
        cx: &mut Context<'_>,
        input: &mut [u8],
        turn: &mut Turn<'_>,
        shard: &Shard,
    ) -> Result<Progress, Leave> {
        let count = match self.pipe.read(cx, input) {
            Poll::Pending => return Ok(Progress::Waits),
            Poll::Ready(Ok(0) | Err(_)) => return Err(Leave::Gone),
            Poll::Ready(Ok(count)) => count,
        };
        self.heard = shard.now();
        shard.metrics.bytes_in(count);
        let taken = self.talk.take(&mut input[..count], cx, turn)?;
        if taken < count {
            self.pipe.keep_unread(&input[taken..count]);
        }
        Ok(Progress::More)
    }

    /// The socket takes nothing: it has so much time.
    fn blocked(&mut self, shard: &Shard) -> Fate {
        let now = shard.now();
        self.blocked_at.get_or_insert(now);
        self.look_in(Some(shard.write_time), now);
        Fate::Stays
    }

    fn gave_up(&mut self) -> Fate {
        self.talk.gave_up();
        Fate::Over
    }

    /// What was written last has been taken.
    fn left(&mut self, leave: Leave, cx: &mut Context<'_>, now: u32) -> Option<Fate> {
        match leave {
            Leave::Gone => Some(Fate::Over),
            Leave::Back => Some(Fate::Back),
            Leave::Close => {
                if matches!(self.pipe.shut(cx), Poll::Ready(Err(_))) {
                    return Some(Fate::Over);
                }
                self.stage = Stage::Farewell {
                    left: FAREWELL_BYTES,
                    until: now.wrapping_add(FAREWELL),
                };
                self.look_in(Some(FAREWELL), now);
                None
            }
        }
    }

    /// A socket that is closed while there is something to read loses what was written last, so
    /// the other side may finish.
    fn linger(
        &mut self,
        cx: &mut Context<'_>,
        input: &mut [u8],
        (mut left, until): (u32, u32),
    ) -> Fate {
        loop {
            match self.pipe.read(cx, input) {
                Poll::Ready(Ok(0) | Err(_)) => return Fate::Over,
                Poll::Ready(Ok(count)) => {
                    left = left.saturating_sub(u32::try_from(count).unwrap_or(u32::MAX));
                    if left == 0 {
                        return Fate::Over;
                    }
                    self.stage = Stage::Farewell { left, until };
                }
                Poll::Pending => return Fate::Stays,
            }
        }
    }

    /// The second `due` has come.
    pub(super) fn beat(&mut self, due: u32, shard: &Shard) -> Fate {
        if self.due != Some(due) {
            // An earlier look took the place of this one.
            return Fate::Stays;
        }
        self.due = None;
        let now = shard.now();
        if let Stage::Farewell { until, .. } = self.stage {
            let left = seconds(now, until);
            self.look_in(Some(left), now);
            return if left == 0 { Fate::Over } else { Fate::Stays };
        }
        if let Some(since) = self.blocked_at {
            let waited = seconds(since, now);
            if waited >= shard.write_time {
                return self.gave_up();
            }
            self.look_in(Some(shard.write_time - waited), now);
            return Fate::Stays;
        }
        let silence = Silence {
            heard: seconds(self.heard, now),
            told: seconds(self.told, now),
        };
        scratch(|scratch| {
            let mut turn = Turn::new(&mut scratch.out);
            let beaten = self.talk.beat(silence, &mut turn);
            let asked = turn.asked();
            self.look_in(asked, now);
            match beaten {
                Ok(()) => {}
                Err(Leave::Gone) => return Fate::Over,
                Err(leave) => self.stage = Stage::Leaving(leave),
            }
            if !scratch.out.is_empty() {
                self.told = now;
                shard.metrics.bytes_out(scratch.out.len());
                self.pipe.keep_unwritten(&scratch.out);
            }
            Fate::Again
        })
    }

    /// Wants a look in so many seconds, unless there is an earlier one.
    fn look_in(&mut self, seconds: Option<u32>, now: u32) {
        let Some(seconds) = seconds else { return };
        let due = now.wrapping_add(seconds.max(1));
        if self.due.is_none_or(|before| after(before, due)) {
            self.due = Some(due);
            self.asked = Some(due);
        }
    }
}

/// From one second to another; none when that is past.
fn seconds(from: u32, to: u32) -> u32 {
    if after(to, from) {
        to.wrapping_sub(from)
    } else {
        0
    }
}
