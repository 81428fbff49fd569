//! Lines: connections that stay. A WebSocket, an event stream, a poll that waits.
//!
//! Map: a [`Line`] is one connection with what its door says on it ([`Talk`]); [`pipe`] moves its
//! bytes, [`post`] and [`ring`] those of many lines at once; a [`Shard`] is a thread that visits the
//! lines that something happened to; [`wheel`] tells which second of a line has come.
//!
//! Invariants: an idle line holds no buffer, no task and no timer. Everything that can happen to a
//! line (bytes came, a command is done, something waits in the mailbox, the socket takes bytes
//! again) wakes it, and waking it puts it on its shard's list; the shard visits each line on the
//! list once a turn and writes at most once a visit. What is not written yet is bounded by what one
//! visit takes; everything else waits in the mailbox.

mod body;
mod pipe;
mod post;
mod ring;
mod shard;
mod talk;
mod wheel;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

use parking_lot::Mutex;
use tokio::net::TcpStream;

use self::body::{Body, Fate};
pub(crate) use self::shard::{Shard, Shards};
pub(crate) use self::talk::{Leave, Progress, Silence, Talk, Turn};
use crate::listener::admission::Place;

/// A connection on its shard, between the listener and a door.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    /// Bytes that came and were not understood yet.
    pub(crate) unread: Vec<u8>,
    pub(crate) peer: Peer,
}

/// Where a connection comes from, and where it is served.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    /// The connection's place; what outlives a request keeps it.
    pub(crate) place: Arc<Place>,
    pub(crate) shard: Arc<Shard>,
}

/// One connection that stays.
pub(crate) struct Line<T> {
    shard: Arc<Shard>,
    /// Its number among the lines of the shard.
    key: u32,
    /// It is on the shard's list.
    listed: AtomicBool,
    /// None when it is over.
    body: Mutex<Option<Body<T>>>,
}

impl<T: Talk> Line<T> {
    /// Begins a line on the connection's shard. `first` is written before anything else.
    pub(crate) fn begin(connection: Connection, talk: T, first: Vec<u8>) {
        let Connection {
            stream,
            unread,
            peer,
        } = connection;
        let shard = Arc::clone(&peer.shard);
        let line = shard.enter(|key| {
            Arc::new(Self {
                shard: Arc::clone(&shard),
                key,
                listed: AtomicBool::new(false),
                body: Mutex::new(Some(Body::new(stream, (unread, first), talk, peer.place))),
            })
        });
        line.wake();
    }

    /// What has to be done with a line after it was looked at.
    fn settle(self: &Arc<Self>, body: &mut Option<Body<T>>, fate: Fate) {
        if let Some(due) = body.as_mut().and_then(Body::newly_due) {
            self.shard.look_at(self.key, due);
        }
        match fate {
            Fate::Stays => {}
            Fate::Again => self.wake_by_ref(),
            Fate::Over => {
                *body = None;
                self.shard.leave(self.key);
            }
            Fate::Back => {
                self.shard.leave(self.key);
                if let Some(body) = body.take() {
                    let (talk, connection) = body.into_parts(Arc::clone(&self.shard));
                    talk.back(connection);
                }
            }
        }
    }
}

/// A line as its shard sees it.
pub(crate) trait Visit: Send + Sync {
    /// Does what there is to do.
    fn visit(self: Arc<Self>);
    /// Writes what could not be sent with what other lines wrote.
    fn write(self: Arc<Self>, bytes: &[u8]);
    /// A second has come for which a look was asked.
    fn beat(self: Arc<Self>, due: u32);
    /// Ends it on the spot.
    fn cut(&self);
}

impl<T: Talk> Visit for Line<T> {
    fn visit(self: Arc<Self>) {
        // Before looking: what happens from here on lists it again.
        self.listed.swap(false, Ordering::AcqRel);
        let waker = Waker::from(Arc::clone(&self));
        let mut body = self.body.lock();
        if let Some(there) = body.as_mut() {
            let fate = there.visit(&mut Context::from_waker(&waker), &self.shard);
            self.settle(&mut body, fate);
        }
    }

    fn write(self: Arc<Self>, bytes: &[u8]) {
        let waker = Waker::from(Arc::clone(&self));
        let mut body = self.body.lock();
        if let Some(there) = body.as_mut() {
            let fate = there.write_now(&mut Context::from_waker(&waker), bytes, &self.shard);
            self.settle(&mut body, fate);
        }
    }

    fn beat(self: Arc<Self>, due: u32) {
        let mut body = self.body.lock();
        if let Some(there) = body.as_mut() {
            let fate = there.beat(due, &self.shard);
            self.settle(&mut body, fate);
        }
    }

    fn cut(&self) {
        let body = self.body.lock().take();
        if body.is_some() {
            self.shard.leave(self.key);
        }
    }
}

impl<T: Talk> Wake for Line<T> {
    fn wake(self: Arc<Self>) {
        if !self.listed.swap(true, Ordering::AcqRel) {
            let shard = Arc::clone(&self.shard);
            shard.list(self);
        }
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.listed.swap(true, Ordering::AcqRel) {
            self.shard.list(Arc::clone(self) as Arc<dyn Visit>);
        }
    }
}
