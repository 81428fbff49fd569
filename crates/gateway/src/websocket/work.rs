//! The commands of one connection that are under way.

use std::pin::Pin;
use std::task::{Context, Poll};

use engine::Session;

use super::lanes::{Lane, Lanes, lane};
use crate::native::frame;
use crate::native::perform::{Asked, perform};

/// What becomes of a command: its reply.
type Doing = Pin<Box<dyn Future<Output = Vec<u8>> + Send>>;

/// Commands under way, and those that wait for them.
#[derive(Default)]
pub(super) struct Work {
    lanes: Lanes,
    running: Vec<(Option<Lane>, Doing)>,
}

impl Work {
    /// Is nothing under way?
    pub(super) fn is_idle(&self) -> bool {
        self.running.is_empty()
    }

    /// Is there room for another command?
    pub(super) fn has_room(&self) -> bool {
        self.lanes.has_room()
    }

    /// A command came. `reply` is given each reply that is there already.
    pub(super) fn enter(
        &mut self,
        cx: &mut Context<'_>,
        (session, asked): (&Session, Asked),
        reply: &mut impl FnMut(&[u8]),
    ) {
        let lane = lane(&asked.request);
        if let Some(asked) = self.lanes.enter(lane.as_ref(), asked) {
            self.start(cx, session, (lane, asked), reply);
        }
    }

    /// Goes on with what is under way.
    pub(super) fn go_on(
        &mut self,
        cx: &mut Context<'_>,
        session: &Session,
        reply: &mut impl FnMut(&[u8]),
    ) {
        let mut index = 0;
        while let Some((_, doing)) = self.running.get_mut(index) {
            let Poll::Ready(done) = doing.as_mut().poll(cx) else {
                index += 1;
                continue;
            };
            let (lane, _) = self.running.swap_remove(index);
            reply(&done);
            self.follow(cx, session, lane.as_ref(), reply);
        }
    }

    /// A command begins. It is polled at once: the engine appends messages in that order.
    fn start(
        &mut self,
        cx: &mut Context<'_>,
        session: &Session,
        (lane, asked): (Option<Lane>, Asked),
        reply: &mut impl FnMut(&[u8]),
    ) {
        let session_of_it = session.clone();
        let Asked { id, request } = asked;
        let mut doing: Doing = Box::pin(async move {
            let outcome = perform(&session_of_it, None, request).await;
            frame::outcome(id, &outcome)
        });
        match doing.as_mut().poll(cx) {
            Poll::Pending => self.running.push((lane, doing)),
            Poll::Ready(done) => {
                reply(&done);
                self.follow(cx, session, lane.as_ref(), reply);
            }
        }
    }

    /// A command is done; the next ones of its lane start.
    fn follow(
        &mut self,
        cx: &mut Context<'_>,
        session: &Session,
        lane: Option<&Lane>,
        reply: &mut impl FnMut(&[u8]),
    ) {
        for next in self.lanes.leave(lane) {
            self.start(cx, session, (lane.cloned(), next), reply);
        }
    }
}
