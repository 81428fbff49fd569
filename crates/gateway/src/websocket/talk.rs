//! One WebSocket from its first frame to its close.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use domain::Error;
use engine::{Attachment, Cursor, Session};
use tracing::Instrument as _;
use wire::native::Auth;
use wire::websocket::encode;

use super::framing::{Framing, Message, Room};
use super::handshake::Ticket;
use super::live::{self, Live};
use crate::line::{Leave, Progress, Silence, Talk, Turn};
use crate::metrics::Refusal;
use crate::native::{error, frame, opening};
use crate::shared::{Shared, seconds};

/// A WebSocket.
pub(super) struct WebSocket {
    shared: Arc<Shared>,
    framing: Framing,
    stage: Stage,
}

/// How far it has come.
enum Stage {
    /// The first frame has to say whose it is.
    FirstFrame {
        resume: Option<Cursor>,
    },
    /// The session begins, or it is told why not.
    Opening(Beginning),
    Live(Live),
    /// The session is let go; the other side is told.
    Over,
}

/// A session that begins: its mailbox and the first frame.
type Beginning = Pin<Box<dyn Future<Output = Result<(Attachment, Vec<u8>), Close>> + Send>>;

/// When there was nothing to open any longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opened {
    Now,
    Before,
}

/// How to close.
#[derive(Debug, Clone, Copy)]
struct Close(u16, &'static str);

impl WebSocket {
    /// Of who has come in with this ticket.
    pub(super) fn new(shared: Arc<Shared>, ticket: Ticket, resume: Option<Cursor>) -> Self {
        let stage = match ticket {
            Ticket::FirstFrame => Stage::FirstFrame { resume },
            Ticket::Refused(error) => {
                let close = refused(&error);
                Stage::Opening(Box::pin(std::future::ready(Err(close))))
            }
            Ticket::Known(session) => {
                let opening = begin(Arc::clone(&shared), *session, resume);
                Stage::Opening(Box::pin(opening))
            }
        };
        let framing = Framing::new(shared.engine.settings().frame_bytes);
        Self {
            shared,
            framing,
            stage,
        }
    }

    /// The first frame came.
    fn identify(
        shared: &Arc<Shared>,
        message: &Message<'_>,
        resume: Option<Cursor>,
    ) -> Result<Beginning, Close> {
        let none = || unauthenticated("the first frame has to be auth");
        let Message::Text(text) = message else {
            return Err(none());
        };
        let auth = Auth::decode(text.as_bytes()).ok_or_else(none)?;
        let told = auth.resume.as_deref().map(str::parse).transpose();
        let told = told.map_err(|error| refused(&error))?;
        let shared = Arc::clone(shared);
        Ok(Box::pin(async move {
            let session = shared.engine.authenticate(&auth.token).await;
            let session = session.map_err(|error| {
                shared.metrics.refused(Refusal::Unauthenticated);
                refused(&error)
            })?;
            begin(shared, session, told.or(resume)).await
        }))
    }

    /// Tells why, and leaves.
    fn close(out: &mut Vec<u8>, Close(code, why): Close) -> Leave {
        encode::close(out, code, why);
        Leave::Close
    }

    /// Goes on until the session lives.
    fn open(&mut self, cx: &mut Context<'_>, out: &mut Vec<u8>) -> Poll<Result<Opened, Leave>> {
        let Stage::Opening(beginning) = &mut self.stage else {
            return Poll::Ready(Ok(Opened::Before));
        };
        let begun = ready!(beginning.as_mut().poll(cx));
        Poll::Ready(match begun {
            Err(close) => Err(Self::close(out, close)),
            Ok((held, hello)) => {
                live::write(&self.shared, out, &hello);
                self.stage = Stage::Live(Live::new(&self.shared, held));
                Ok(Opened::Now)
            }
        })
    }

    /// Whoever leaves lets the session go, also while goodbyes are said.
    fn leaving<R>(&mut self, outcome: Result<R, Leave>) -> Result<R, Leave> {
        if outcome.is_err() {
            self.stage = Stage::Over;
        }
        outcome
    }
}

impl Talk for WebSocket {
    fn begin(&mut self, turn: &mut Turn<'_>) {
        let settings = &self.shared.settings;
        turn.look_in(seconds(match self.stage {
            Stage::FirstFrame { .. } => settings.auth_time,
            Stage::Opening(_) | Stage::Live(_) | Stage::Over => settings.ping,
        }));
    }

    fn take(
        &mut self,
        bytes: &mut [u8],
        cx: &mut Context<'_>,
        turn: &mut Turn<'_>,
    ) -> Result<usize, Leave> {
        let Self {
            shared,
            framing,
            stage,
        } = self;
        let taken = framing.take(bytes, turn.out, |message, out| match stage {
            Stage::FirstFrame { resume } => {
                match Self::identify(shared, &message, *resume) {
                    Ok(beginning) => *stage = Stage::Opening(beginning),
                    Err(close) => {
                        shared.metrics.refused(Refusal::Unauthenticated);
                        return Err(Self::close(out, close));
                    }
                }
                Ok(Room::No)
            }
            Stage::Live(live) => Ok(live.hear(shared, &message, (cx, out))),
            Stage::Opening(_) | Stage::Over => Ok(Room::No),
        });
        self.leaving(taken)
    }

    fn has_room(&self) -> bool {
        match &self.stage {
            Stage::FirstFrame { .. } => true,
            Stage::Opening(_) | Stage::Over => false,
            Stage::Live(live) => live.has_room(),
        }
    }

    fn go_on(&mut self, cx: &mut Context<'_>, turn: &mut Turn<'_>) -> Result<Progress, Leave> {
        let outcome = match (self.open(cx, turn.out), &mut self.stage) {
            (Poll::Ready(Err(leave)), _) => Err(leave),
            // From here on there is room for what the other side sends.
            (Poll::Ready(Ok(Opened::Now)), _) => Ok(Progress::More),
            (Poll::Ready(Ok(Opened::Before)), Stage::Live(live)) => {
                live.go_on(&self.shared, cx, turn)
            }
            (Poll::Pending | Poll::Ready(Ok(Opened::Before)), _) => Ok(Progress::Waits),
        };
        self.leaving(outcome)
    }

    fn beat(&mut self, silence: Silence, turn: &mut Turn<'_>) -> Result<(), Leave> {
        let outcome = match &mut self.stage {
            Stage::FirstFrame { .. } => {
                self.shared.metrics.refused(Refusal::Unauthenticated);
                let close = unauthenticated("no auth frame came in time");
                Err(Self::close(turn.out, close))
            }
            Stage::Live(live) => live.beat(&self.shared, silence, turn),
            Stage::Opening(_) | Stage::Over => {
                turn.look_in(seconds(self.shared.settings.ping));
                Ok(())
            }
        };
        self.leaving(outcome)
    }

    /// Its mailbox keeps what comes for the grace time.
    fn gave_up(&mut self) {
        self.shared.metrics.refused(Refusal::SlowReader);
    }
}

/// Takes hold of the mailbox, and says hello.
async fn begin(
    shared: Arc<Shared>,
    session: Session,
    resume: Option<Cursor>,
) -> Result<(Attachment, Vec<u8>), Close> {
    let span = opening::span(&session, "websocket");
    let begun = async {
        let (held, opening) = session.attach(resume).await?;
        let hello = opening::hello(&shared.engine, &held, opening).await?;
        Ok((held, frame::hello(hello)))
    };
    let begun: Result<_, Error> = begun.instrument(span).await;
    begun.map_err(|error| refused(&error))
}

fn unauthenticated(why: &'static str) -> Close {
    Close(error::CLOSE_UNAUTHENTICATED, why)
}

/// How to close when the session cannot begin.
fn refused(error: &Error) -> Close {
    Close(error::close_code_of(error), error::entry(error).code)
}
