//! The floor's only thread.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Result;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, accept_with, bind, getsockname,
    listen, recv, send, socket_with, sockopt,
};

use super::{LISTEN, SEND, THERE, frame};
use crate::load::frame::{Kind, write_plain};

/// The listening socket among the events.
const DOOR: u64 = u64::MAX;
/// Connections that may wait to be accepted.
const BACKLOG: i32 = 4096;
/// Events taken at once.
const EVENTS: usize = 1024;
/// Bytes read at once.
const BUFFER: usize = 64 * 1024;

/// Who a connection is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Unknown,
    Listener,
    Sender,
}

/// The sockets. A place is used again after its connection ended.
struct Floor {
    epoll: OwnedFd,
    places: Vec<Option<(OwnedFd, Role)>>,
    free: Vec<usize>,
    buffer: Vec<u8>,
    frames: Vec<u8>,
}

/// Serves until it is ended.
pub(super) fn serve() -> Result<()> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let door = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)?;
    bind(&door, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    listen(&door, BACKLOG)?;
    let address = SocketAddr::try_from(getsockname(&door)?)?;
    println!("listening on {address}");
    std::io::stdout().flush()?;
    let epoll = epoll::create(CreateFlags::CLOEXEC)?;
    epoll::add(&epoll, &door, EventData::new_u64(DOOR), EventFlags::IN)?;
    let mut floor = Floor {
        epoll,
        places: Vec::new(),
        free: Vec::new(),
        buffer: vec![0; BUFFER],
        frames: Vec::new(),
    };
    let mut events: Vec<Event> = Vec::with_capacity(EVENTS);
    loop {
        events.clear();
        match epoll::wait(
            &floor.epoll,
            rustix::buffer::spare_capacity(&mut events),
            None,
        ) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        for event in &events {
            match event.data.u64() {
                DOOR => floor.accept(&door)?,
                place => floor.read(usize::try_from(place)?),
            }
        }
    }
}

impl Floor {
    fn accept(&mut self, door: &OwnedFd) -> Result<()> {
        loop {
            let socket = match accept_with(door, SocketFlags::NONBLOCK | SocketFlags::CLOEXEC) {
                Ok(socket) => socket,
                Err(Errno::AGAIN | Errno::CONNABORTED) => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            sockopt::set_tcp_nodelay(&socket, true)?;
            let place = self.free.pop().unwrap_or_else(|| {
                self.places.push(None);
                self.places.len() - 1
            });
            let data = EventData::new_u64(u64::try_from(place)?);
            epoll::add(&self.epoll, &socket, data, EventFlags::IN)?;
            self.places[place] = Some((socket, Role::Unknown));
        }
    }

    fn read(&mut self, place: usize) {
        let Some((socket, role)) = &mut self.places[place] else {
            return;
        };
        let Ok((_, count @ 1..)) = recv(&*socket, &mut *self.buffer, RecvFlags::empty()) else {
            self.places[place] = None;
            self.free.push(place);
            return;
        };
        let mut said = &self.buffer[..count];
        if *role == Role::Unknown {
            *role = match said[0] {
                LISTEN => Role::Listener,
                SEND => Role::Sender,
                _ => return,
            };
            said = &said[1..];
            let mut there = Vec::new();
            write_plain(Kind::Text, THERE, &mut there);
            let _ = send(&*socket, &there, SendFlags::NOSIGNAL);
        }
        if *role == Role::Sender {
            self.frames.clear();
            for number in said.chunks_exact(8) {
                frame(
                    u64::from_be_bytes(number.try_into().expect("8 bytes")),
                    &mut self.frames,
                );
            }
            self.tell_all();
        }
    }

    /// One write to each. Who does not take all of it loses the rest, and the run is incomplete.
    fn tell_all(&self) {
        for (socket, role) in self.places.iter().flatten() {
            if *role == Role::Listener && !self.frames.is_empty() {
                let _ = send(socket, &self.frames, SendFlags::NOSIGNAL);
            }
        }
    }
}
