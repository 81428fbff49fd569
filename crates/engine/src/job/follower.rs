//! Following the whole log with a durable position.
//!
//! What is committed comes by the relay, shared with the mailboxes, and need not be read again.
//! The log is the truth: it is read at the start, after a failure, when something is missing from
//! what was heard, and now and then.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::ear::{Ear, Pile};
use super::system;
use crate::Published;
use crate::engine::Inner;
use crate::port::{Followed, Position, Step};
use domain::Result;

/// Events that a follower deals with at once.
const PAGE: usize = 4000;
/// How long one who was told waits for more to come: many commits are dealt with together.
const GATHER: Duration = Duration::from_millis(100);
/// A follower that was not told looks by itself.
const IDLE: Duration = Duration::from_secs(5);
/// A follower that failed tries again after this.
const PAUSE: Duration = Duration::from_secs(2);
/// One who follows the log.
pub(super) trait Follow: Send + Sync + 'static {
    /// What it has to know of an event.
    type Note: Send + Sync;

    /// Its name, in logs and (for the position) in storage.
    const NAME: &'static str;

    /// What it hears of commits.
    fn ear(inner: &Inner) -> &Ear<Self::Note>;

    /// What concerns it of an event, if anything does.
    fn note(inner: &Inner, event: &Arc<Published>) -> Option<Self::Note>;

    /// Where it stands.
    fn position(&self, inner: &Inner) -> impl Future<Output = Result<Position>> + Send;

    /// Deals with notes and stores the position where they end with it.
    fn follow(
        &self,
        inner: &Inner,
        notes: Vec<Self::Note>,
        end: Position,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// Follows until the runtime ends. A failure is logged once for a run of them, and tried again.
pub(super) async fn run<F: Follow>(inner: Arc<Inner>, follower: F) {
    let mut course = Course {
        follower,
        stood: None,
    };
    let (mut look, mut failing) = (true, false);
    loop {
        let heard = F::ear(&inner).take();
        if look || !heard.is_empty() {
            if let Err(error) = course.go_on(&inner, heard).await {
                if !failing {
                    tracing::warn!(follower = F::NAME, %error, "follower.failing");
                }
                (look, failing) = (true, true);
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            failing = false;
        }
        let told = tokio::time::timeout(IDLE, F::ear(&inner).told.notified());
        look = told.await.is_err();
        tokio::time::sleep(GATHER).await;
    }
}

/// A follower on its way.
struct Course<F> {
    follower: F,
    stood: Option<Stood>,
}

/// Where a follower stood after its last step.
#[derive(Clone, Copy)]
struct Stood {
    /// The position that was stored.
    stored: Position,
    /// Up to here nothing concerns followers.
    end: Position,
}

impl Stood {
    fn at(position: Position) -> Self {
        Self {
            stored: position,
            end: position,
        }
    }
}

impl<F: Follow> Course<F> {
    /// Deals with what was heard, or with what the log has when something is missing.
    async fn go_on(&mut self, inner: &Inner, heard: Pile<F::Note>) -> Result<()> {
        let stored = self.follower.position(inner).await?;
        // An index that was made anew stands at the beginning.
        let stood = self.stood.take().filter(|stood| stood.stored == stored);
        let end = stood.map_or(stored, |stood| stood.end);
        let piece = stood.and_then(|_| heard.from(end));
        self.stood = Some(match piece.map(|piece| piece.position) {
            Some(last) if heard.concerns && last > end => {
                let news = heard.notes.into_iter().filter(|(place, _)| *place > end);
                let notes = news.map(|(_, note)| note).collect();
                self.follower.follow(inner, notes, last).await?;
                Stood::at(last)
            }
            Some(last) => Stood {
                stored,
                end: end.max(last),
            },
            None => {
                // What was heard was committed before the log is read.
                let heard = heard.end();
                let read = self.read_on(inner, stored, end).await?;
                let end = read.end.max(heard);
                Stood { end, ..read }
            }
        });
        Ok(())
    }

    /// Deals with what the log has after a place; where it stands then.
    async fn read_on(&self, inner: &Inner, stored: Position, end: Position) -> Result<Stood> {
        let mut stood = Stood { stored, end };
        loop {
            let permit = system(F::NAME);
            let page = inner.ports.followers.read(&permit, stood.end, PAGE).await?;
            let more = page.len() == PAGE;
            if let Some(last) = page.last() {
                let end = last.position;
                let notes = page.into_iter().map(published);
                let notes = notes.filter_map(|event| F::note(inner, &event)).collect();
                self.follower.follow(inner, notes, end).await?;
                stood = Stood::at(end);
            }
            if !more {
                return Ok(stood);
            }
        }
    }
}

fn published(followed: Followed) -> Arc<Published> {
    let step = Step {
        after: Position::default(),
        position: followed.position,
    };
    Arc::new(Published::in_order(followed.event, step, followed.peer))
}
