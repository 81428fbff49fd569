//! One WebSocket from its first frame to its close.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use domain::{EndReason, Error};
use engine::{Attachment, Cursor, Delivery, Session};
use futures_util::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};
use hyper::upgrade::Upgraded;
use tracing::Instrument as _;
use wire::native::Auth;

use super::handshake::Ticket;
use super::lanes::{Lane, Lanes, lane};
use super::socket::{Incoming, Socket};
use crate::listener::wheel::{Beat, Pulse, Rhythm};
use crate::metrics::{Door, Refusal};
use crate::native::from_wire::Request;
use crate::native::perform::{Asked, decode, perform};
use crate::native::{error, frame, opening};
use crate::shared::{Phase, Shared, reached};

/// Deliveries that are written together.
const BATCH: usize = 64;
/// Frames in a row that could not be understood, after which the connection is given up.
const NONSENSE: u32 = 100;
/// How long commands that are under way may take when the session ends.
const LAST_REPLIES: Duration = Duration::from_secs(5);

/// How a connection comes to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leave {
    /// The other side is gone, or cannot be written to: nothing to say.
    Quietly,
    /// The session ended; the last frame was written.
    Ended(EndReason),
    /// With a close code and what to say.
    Close(u16, &'static str),
}

/// Runs the connection.
pub(super) async fn run(
    shared: Arc<Shared>,
    upgraded: Upgraded,
    ticket: Ticket,
    resume: Option<Cursor>,
) {
    let frame_bytes = shared.engine.settings().frame_bytes;
    let mut socket = Socket::new(upgraded, frame_bytes, shared.settings.write_time).await;
    let mut phase = shared.phase.clone();
    let leave = tokio::select! {
        leave = Box::pin(live(&shared, &mut socket, ticket, resume)) => leave,
        () = reached(&mut phase, Phase::Cut) => Leave::Quietly,
    };
    match leave {
        Leave::Quietly => {}
        Leave::Ended(reason) => socket.close(error::close_code(reason), reason.word()).await,
        Leave::Close(code, why) => socket.close(code, why).await,
    }
}

async fn live(
    shared: &Arc<Shared>,
    socket: &mut Socket,
    ticket: Ticket,
    resume: Option<Cursor>,
) -> Leave {
    let (session, resume) = match identify(shared, socket, ticket, resume).await {
        Ok(identified) => identified,
        Err(leave) => {
            shared.metrics.refused(Refusal::Unauthenticated);
            return leave;
        }
    };
    let span = opening::span(&session, "websocket");
    let (held, opening) = match session.attach(resume).instrument(span.clone()).await {
        Ok(attached) => attached,
        Err(error) => return refused(&error),
    };
    let hello = match opening::hello(&shared.engine, &held, opening).await {
        Ok(hello) => frame::hello(hello),
        Err(error) => return refused(&error),
    };
    let rhythm = Rhythm::new(shared.settings.ping, Some(shared.settings.dead));
    let _present = shared.metrics.present(Door::WebSocket);
    let mut connection = Connection {
        shared,
        socket,
        session,
        held: Some(held),
        pulse: shared.timers.watch(rhythm),
        lanes: Lanes::default(),
        work: FuturesUnordered::new(),
        nonsense: 0,
    };
    connection.run(hello).instrument(span).await
}

/// Finds out whose connection it is.
async fn identify(
    shared: &Shared,
    socket: &mut Socket,
    ticket: Ticket,
    resume: Option<Cursor>,
) -> Result<(Session, Option<Cursor>), Leave> {
    match ticket {
        Ticket::Known(session) => Ok((*session, resume)),
        Ticket::Refused(error) => Err(refused(&error)),
        Ticket::FirstFrame => {
            let first = tokio::time::timeout(shared.settings.auth_time, first_frame(socket));
            let auth = first
                .await
                .map_err(|_| unauthenticated("no auth frame came in time"))??;
            let told = auth.resume.as_deref().map(str::parse).transpose();
            let told = told.map_err(|error| refused(&error))?;
            let session = shared.engine.authenticate(&auth.token).await;
            Ok((session.map_err(|error| refused(&error))?, told.or(resume)))
        }
    }
}

async fn first_frame(socket: &mut Socket) -> Result<Auth, Leave> {
    loop {
        match socket.read().await {
            Incoming::Text(text) => {
                let auth = Auth::decode(text.as_bytes());
                return auth.ok_or_else(|| unauthenticated("the first frame has to be auth"));
            }
            Incoming::Binary => return Err(unauthenticated("the first frame has to be auth")),
            Incoming::Sign => {}
            Incoming::Gone => return Err(Leave::Quietly),
            Incoming::Broken(code, why) => return Err(Leave::Close(code, why)),
        }
    }
}

fn unauthenticated(why: &'static str) -> Leave {
    Leave::Close(error::CLOSE_UNAUTHENTICATED, why)
}

/// How to leave when the session cannot begin.
fn refused(error: &Error) -> Leave {
    Leave::Close(error::close_code_of(error), error::entry(error).code)
}

/// A command that is done: its lane, and the reply.
type Done = (Option<Lane>, Vec<u8>);

/// A connection with its session.
struct Connection<'a> {
    shared: &'a Arc<Shared>,
    socket: &'a mut Socket,
    session: Session,
    /// Taken when the session is ended by us.
    held: Option<Attachment>,
    pulse: Arc<Pulse>,
    lanes: Lanes,
    work: FuturesUnordered<Pin<Box<dyn Future<Output = Done> + Send>>>,
    nonsense: u32,
}

/// What woke the connection.
enum Woken {
    Ready,
    Done(Done),
    Came(Incoming),
    Beat(Beat),
}

impl Connection<'_> {
    async fn run(&mut self, hello: Vec<u8>) -> Leave {
        if let Err(leave) = self.write(vec![hello]).await {
            return leave;
        }
        loop {
            let woken = self.wait().await;
            let step = match woken {
                Woken::Ready => self.write_out(Vec::new()).await,
                Woken::Done(done) => {
                    let reply = self.finish(done);
                    self.write_out(vec![reply]).await
                }
                Woken::Came(incoming) => self.take_in(incoming).await,
                Woken::Beat(Beat::Silence) => {
                    self.socket.ping().await.map_err(|_| self.slow_reader())
                }
                Woken::Beat(Beat::Dead) => {
                    self.shared.metrics.refused(Refusal::Silent);
                    Err(Leave::Quietly)
                }
            };
            if let Err(leave) = step {
                return leave;
            }
        }
    }

    async fn wait(&mut self) -> Woken {
        let held = self
            .held
            .as_ref()
            .expect("it is taken only when the connection ends");
        tokio::select! {
            () = held.ready() => Woken::Ready,
            Some(done) = self.work.next(), if !self.work.is_empty() => Woken::Done(done),
            incoming = self.socket.read(), if self.lanes.has_room() => Woken::Came(incoming),
            beat = self.pulse.beat() => Woken::Beat(beat),
        }
    }

    /// Writes replies, and with them what else is there to be written.
    async fn write_out(&mut self, mut frames: Vec<Vec<u8>>) -> Result<(), Leave> {
        while let Some(Some(done)) = self.work.next().now_or_never() {
            frames.push(self.finish(done));
        }
        let held = self
            .held
            .as_ref()
            .expect("it is taken only when the connection ends");
        let mut ended = None;
        held.drain(BATCH, |delivery| match delivery {
            Delivery::End(reason) => ended = Some(reason),
            Delivery::Event { .. } | Delivery::Signal(_) | Delivery::Reset { .. } => {
                frames.push(frame::delivery(delivery));
            }
        });
        match ended {
            None => self.write(frames).await,
            Some(reason) => Err(self.end(frames, reason).await),
        }
    }

    /// The session is over: what is under way gets its reply, then comes the last frame.
    async fn end(&mut self, mut frames: Vec<Vec<u8>>, reason: EndReason) -> Leave {
        let replies = async {
            while let Some(done) = self.work.next().await {
                frames.push(self.finish(done));
            }
        };
        // What takes longer is done all the same; the client finds out when it comes back.
        let _ = tokio::time::timeout(LAST_REPLIES, replies).await;
        frames.push(frame::end(reason));
        match self.write(frames).await {
            Ok(()) => Leave::Ended(reason),
            Err(leave) => leave,
        }
    }

    /// Ends the session from this side.
    async fn give_up(&mut self, frames: Vec<Vec<u8>>, why: &'static str) -> Leave {
        self.shared.metrics.refused(Refusal::Protocol);
        let leave = self.end(frames, EndReason::ProtocolError).await;
        if let Some(held) = self.held.take() {
            held.close(EndReason::ProtocolError);
        }
        match leave {
            Leave::Ended(reason) => Leave::Close(error::close_code(reason), why),
            other @ (Leave::Quietly | Leave::Close(..)) => other,
        }
    }

    async fn take_in(&mut self, incoming: Incoming) -> Result<(), Leave> {
        self.pulse.heard();
        match incoming {
            Incoming::Text(text) => self.take_frame(text.as_bytes()).await,
            Incoming::Sign => Ok(()),
            Incoming::Gone => Err(Leave::Quietly),
            Incoming::Binary => Err(self.give_up(Vec::new(), "frames are text here").await),
            Incoming::Broken(code, why) => {
                self.shared.metrics.refused(Refusal::Protocol);
                Err(Leave::Close(code, why))
            }
        }
    }

    async fn take_frame(&mut self, bytes: &[u8]) -> Result<(), Leave> {
        self.shared.metrics.frames_in(Door::WebSocket, 1);
        let asked = match decode(bytes, self.shared.limits()) {
            Ok(asked) => asked,
            Err(refused) => {
                self.nonsense += 1;
                if self.nonsense >= NONSENSE {
                    let frames = vec![refused.frame()];
                    return Err(self
                        .give_up(frames, "too many frames in a row make no sense")
                        .await);
                }
                return self.write(vec![refused.frame()]).await;
            }
        };
        self.nonsense = 0;
        // No reply, and nothing to wait for.
        if let (Request::Ack(n), Some(held)) = (&asked.request, &self.held) {
            held.ack(*n);
            return Ok(());
        }
        let lane = lane(&asked.request);
        if let Some(asked) = self.lanes.enter(lane.as_ref(), asked) {
            self.start(lane, asked);
        }
        Ok(())
    }

    /// A command begins. It is polled at once: the engine appends messages in that order.
    fn start(&self, lane: Option<Lane>, asked: Asked) {
        let session = self.session.clone();
        let mailbox = self.held.as_ref().map(Attachment::handle);
        let mut doing: Pin<Box<dyn Future<Output = Done> + Send>> = Box::pin(async move {
            let outcome = perform(&session, mailbox.as_ref(), asked.request).await;
            (lane, frame::outcome(asked.id, &outcome))
        });
        match doing.as_mut().now_or_never() {
            Some(done) => self.work.push(Box::pin(std::future::ready(done))),
            None => self.work.push(doing),
        }
    }

    /// A command is done; the next ones of its lane start.
    fn finish(&mut self, (lane, reply): Done) -> Vec<u8> {
        for next in self.lanes.leave(lane.as_ref()) {
            self.start(lane.clone(), next);
        }
        reply
    }

    async fn write(&mut self, frames: Vec<Vec<u8>>) -> Result<(), Leave> {
        if frames.is_empty() {
            return Ok(());
        }
        self.shared
            .metrics
            .frames_out(Door::WebSocket, frames.len());
        self.socket
            .write(frames)
            .await
            .map_err(|_| self.slow_reader())
    }

    /// It is gone, or takes nothing: its mailbox keeps what comes for the grace time.
    fn slow_reader(&self) -> Leave {
        self.shared.metrics.refused(Refusal::SlowReader);
        Leave::Quietly
    }
}
