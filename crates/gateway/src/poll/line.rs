//! A poll that has its connection for itself until it is answered; then the listener reads the
//! next request.

use std::sync::Arc;
use std::task::Context;

use engine::Attachment;
use hyper::Response;
use hyper::header::{self, HeaderValue};

use super::{Asked, Body, GATHER, ask};
use crate::line::{Connection, Leave, Line, Progress, Silence, Talk, Turn};
use crate::listener::front::Asker;
use crate::listener::serve::{Begin, House, Knock, serve};
use crate::metrics::{Attendance, Door, Refusal};

/// A poll that waits.
struct Poll {
    house: Arc<House>,
    /// None when it is answered: the mailbox is free for the next poll.
    held: Option<Attachment>,
    asker: Box<Asker>,
    /// For how long, in seconds.
    wait: u32,
    /// Signals wait, and are answered with the next beat.
    gathers: bool,
    _present: Attendance,
}

/// Begins a poll.
pub(super) async fn open(knock: Knock) -> Option<Begin> {
    let Knock { house, request } = knock;
    let shared = Arc::clone(&house.shared);
    let Asked { held, wait, first } = ask(&shared, request.uri(), request.headers()).await.ok()?;
    let mut poll = Poll {
        house,
        asker: Box::new(Asker::of(request.headers())),
        wait: u32::try_from(wait.as_secs()).unwrap_or(u32::MAX),
        held: Some(held),
        gathers: false,
        _present: Attendance::new(&shared.metrics, Door::Poll),
    };
    let mut answer = Vec::new();
    if let (Some(hello), Some(held)) = (first, &poll.held) {
        let body = Body::with(&hello, held.cursor());
        poll.answer(&body, &mut answer);
    }
    Some(Box::new(move |connection| {
        Line::begin(connection, poll, answer);
    }))
}

impl Poll {
    fn answer(&mut self, body: &Body, out: &mut Vec<u8>) {
        let shared = &self.house.shared;
        shared.metrics.frames_out(Door::Poll, body.frames);
        let mut response = Response::new(());
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        headers.insert(header::CONTENT_LENGTH, body.json.len().into());
        out.extend_from_slice(&self.asker.head(response, shared));
        out.extend_from_slice(&body.json);
        // Before the answer is on its way: the next poll may come from elsewhere.
        self.held = None;
    }

    /// Answers with what waits, or with nothing.
    fn finish(&mut self, turn: &mut Turn<'_>) -> Result<(), Leave> {
        if let Some(held) = &self.held {
            let body = Body::take(held);
            self.answer(&body, turn.out);
        }
        Err(Leave::Back)
    }
}

impl Talk for Poll {
    fn begin(&mut self, turn: &mut Turn<'_>) {
        turn.look_in(self.wait);
    }

    /// The next request, before this one is answered: it waits.
    fn take(
        &mut self,
        _: &mut [u8],
        _: &mut Context<'_>,
        _: &mut Turn<'_>,
    ) -> Result<usize, Leave> {
        Ok(0)
    }

    fn has_room(&self) -> bool {
        true
    }

    fn go_on(&mut self, cx: &mut Context<'_>, turn: &mut Turn<'_>) -> Result<Progress, Leave> {
        let Some(held) = &self.held else {
            return Err(Leave::Back);
        };
        if self.wait == 0 || held.poll_pressing(cx).is_ready() {
            self.finish(turn)?;
        } else if !self.gathers && held.poll_ready(cx).is_ready() {
            self.gathers = true;
            turn.look_in(GATHER);
        }
        Ok(Progress::Waits)
    }

    /// Nothing is written while a poll waits: it has waited since it began.
    fn beat(&mut self, silence: Silence, turn: &mut Turn<'_>) -> Result<(), Leave> {
        if self.gathers || silence.told >= self.wait {
            return self.finish(turn);
        }
        turn.look_in(self.wait - silence.told);
        Ok(())
    }

    fn gave_up(&mut self) {
        self.house.shared.metrics.refused(Refusal::SlowReader);
    }

    fn back(self, connection: Connection) {
        let house = self.house;
        let shard = Arc::clone(&connection.peer.shard);
        shard.spawn(serve(connection, house));
    }
}
