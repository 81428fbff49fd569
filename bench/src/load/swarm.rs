//! Many connections on one thread.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::{RecvFlags, recv};

use super::socket::{cut_on_close, dial, push};
use super::{Heard, Speaker};
use crate::measure::rest;

/// How long the swarm sleeps between two looks.
const NAP: Duration = Duration::from_millis(1);
/// Bytes read at once.
const BUFFER: usize = 64 * 1024;
/// Events taken at once.
const EVENTS: usize = 1024;
/// How often each speaker is asked whether time makes it say something.
const TICK: Duration = Duration::from_millis(500);
/// Events of a socket that has nothing to write.
const READING: EventFlags = EventFlags::IN;

/// A connection's place in its swarm; it stays the same when the connection is made anew.
pub(crate) type LineId = usize;

/// Many connections.
pub(crate) struct Swarm {
    epoll: OwnedFd,
    lines: Vec<Line>,
    buffer: Box<[u8]>,
    events: Vec<Event>,
    heard: Vec<Heard>,
    next_tick: Instant,
    nap: Duration,
    /// Connections that ended without being cut by us, and why; the first few.
    lost: Vec<String>,
    lost_count: usize,
}

struct Line {
    socket: Option<OwnedFd>,
    speaker: Box<dyn Speaker>,
    /// What the kernel did not take yet.
    out: Vec<u8>,
    /// The kernel tells when it takes more.
    writing: bool,
}

impl Swarm {
    /// Without any connection.
    pub(crate) fn new() -> Result<Self> {
        Ok(Self {
            epoll: epoll::create(CreateFlags::CLOEXEC)?,
            lines: Vec::new(),
            buffer: vec![0; BUFFER].into(),
            events: Vec::with_capacity(EVENTS),
            heard: Vec::new(),
            next_tick: Instant::now() + TICK,
            nap: NAP,
            lost: Vec::new(),
            lost_count: 0,
        })
    }

    /// Sleeps so long between two looks instead; without any sleep, it is woken by what arrives.
    #[must_use]
    pub(crate) fn napping(mut self, nap: Duration) -> Self {
        self.nap = nap;
        self
    }

    /// Adds a connection.
    pub(crate) fn connect(&mut self, to: SocketAddr, speaker: Box<dyn Speaker>) -> Result<LineId> {
        self.lines.push(Line {
            socket: None,
            speaker,
            out: Vec::new(),
            writing: false,
        });
        let id = self.lines.len() - 1;
        self.again(id, to)?;
        Ok(id)
    }

    /// Makes a connection anew, with the same speaker.
    pub(crate) fn again(&mut self, id: LineId, to: SocketAddr) -> Result<()> {
        let socket = dial(to, id).with_context(|| format!("connection {id}"))?;
        let place = EventData::new_u64(u64::try_from(id)?);
        epoll::add(&self.epoll, &socket, place, READING | EventFlags::OUT)?;
        let line = &mut self.lines[id];
        line.socket = Some(socket);
        line.out.clear();
        line.writing = true;
        line.speaker.open(&mut line.out);
        Ok(())
    }

    /// Cuts a connection off, without a word.
    pub(crate) fn cut(&mut self, id: LineId) -> Result<()> {
        let line = &mut self.lines[id];
        if let Some(socket) = line.socket.take() {
            cut_on_close(&socket)?;
        }
        line.speaker.cut();
        Ok(())
    }

    /// Is it there?
    pub(crate) fn is_alive(&self, id: LineId) -> bool {
        self.lines[id].socket.is_some()
    }

    /// How many places there are, with a connection or without.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Fails when connections were lost since the last time that this was asked.
    pub(crate) fn is_whole(&mut self) -> Result<()> {
        if self.lost_count == 0 {
            return Ok(());
        }
        let count = std::mem::take(&mut self.lost_count);
        let why = std::mem::take(&mut self.lost).join("; ");
        bail!("{count} connections were lost: {why}");
    }

    /// Lets a speaker say something.
    pub(crate) fn say(
        &mut self,
        id: LineId,
        what: impl FnOnce(&mut dyn Speaker, &mut Vec<u8>),
    ) -> Result<()> {
        let line = &mut self.lines[id];
        what(line.speaker.as_mut(), &mut line.out);
        self.flush(id)
    }

    /// Naps, then takes everything that arrived.
    pub(crate) fn turn(&mut self, mut hear: impl FnMut(LineId, Heard, Instant)) -> Result<()> {
        let mut wait = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        if self.nap.is_zero() {
            wait.tv_nsec = i64::from(NAP.subsec_nanos());
        } else {
            rest(self.nap);
        }
        if Instant::now() >= self.next_tick {
            self.tick()?;
        }
        loop {
            self.events.clear();
            let spare = rustix::buffer::spare_capacity(&mut self.events);
            match epoll::wait(&self.epoll, spare, Some(&wait)) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            let events = std::mem::take(&mut self.events);
            for event in &events {
                let id = usize::try_from(event.data.u64())?;
                self.visit(id, event.flags, &mut hear)?;
            }
            let full = events.len() == EVENTS;
            wait.tv_nsec = 0;
            self.events = events;
            if !full {
                return Ok(());
            }
        }
    }

    /// Turns for so long.
    pub(crate) fn run_for(&mut self, time: Duration) -> Result<()> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.turn(|_, _, _| {})?;
        }
        Ok(())
    }

    fn visit(
        &mut self,
        id: LineId,
        flags: EventFlags,
        hear: &mut impl FnMut(LineId, Heard, Instant),
    ) -> Result<()> {
        if flags.intersects(EventFlags::IN | EventFlags::HUP | EventFlags::ERR) {
            self.read(id, hear);
        }
        self.flush(id)
    }

    fn read(&mut self, id: LineId, hear: &mut impl FnMut(LineId, Heard, Instant)) {
        let line = &mut self.lines[id];
        let Some(socket) = &line.socket else { return };
        let ended = match recv(socket, &mut *self.buffer, RecvFlags::empty()) {
            Ok((_, 0)) => Some("closed by the server".to_owned()),
            Ok((_, count)) => {
                let at = Instant::now();
                let taken =
                    line.speaker
                        .take(&self.buffer[..count], &mut line.out, &mut self.heard);
                for heard in self.heard.drain(..) {
                    hear(id, heard, at);
                }
                taken.err()
            }
            Err(Errno::AGAIN | Errno::INTR) => None,
            Err(error) => Some(error.to_string()),
        };
        if let Some(why) = ended {
            self.lose(id, why);
        }
    }

    fn lose(&mut self, id: LineId, why: String) {
        self.lines[id].socket = None;
        self.lost_count += 1;
        if self.lost.len() < 3 && !self.lost.contains(&why) {
            self.lost.push(why);
        }
    }

    fn flush(&mut self, id: LineId) -> Result<()> {
        let line = &mut self.lines[id];
        let Some(socket) = &line.socket else {
            return Ok(());
        };
        if !line.out.is_empty() {
            match push(socket, &line.out) {
                Ok(count) => drop(line.out.drain(..count)),
                Err(error) => {
                    self.lose(id, error.to_string());
                    return Ok(());
                }
            }
        }
        let writing = !line.out.is_empty();
        if !writing {
            line.out = Vec::new();
        }
        if writing != line.writing {
            let flags = if writing {
                READING | EventFlags::OUT
            } else {
                READING
            };
            epoll::modify(
                &self.epoll,
                socket,
                EventData::new_u64(u64::try_from(id)?),
                flags,
            )?;
            line.writing = writing;
        }
        Ok(())
    }

    fn tick(&mut self) -> Result<()> {
        let now = Instant::now();
        self.next_tick = now + TICK;
        for id in 0..self.lines.len() {
            let line = &mut self.lines[id];
            line.speaker.tick(now, &mut line.out);
            if !line.out.is_empty() {
                self.flush(id)?;
            }
        }
        Ok(())
    }
}
