//! What was committed, on its way to those who follow the log. They note what concerns them when
//! they hear of it, so that the rest need not be kept.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::follower::Follow;
use super::indexer::Indexer;
use super::notifier::Notifier;
use crate::Published;
use crate::engine::Inner;
use crate::port::{Document, Position, Step};

/// How many notes wait for a follower. What is more it reads from the log.
const WAITING: usize = 50_000;

/// What was committed, on its way to each follower.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    indexer: Ear<Document>,
    notifier: Ear<Arc<Published>>,
}

impl Heard {
    pub(super) fn indexer(&self) -> &Ear<Document> {
        &self.indexer
    }

    pub(super) fn notifier(&self) -> &Ear<Arc<Published>> {
        &self.notifier
    }
}

/// Tells the followers of a commit that was delivered.
pub(crate) fn hear(inner: &Inner, commit: &[Arc<Published>]) {
    Indexer::ear(inner).put(commit, |event| Indexer::note(inner, event));
    Notifier::ear(inner).put(commit, |event| Notifier::note(inner, event));
}

/// What one follower heard.
#[derive(Debug)]
pub(super) struct Ear<N> {
    pile: Mutex<Pile<N>>,
    pub(super) told: Notify,
}

/// What was heard in one piece of the commit order.
#[derive(Debug)]
pub(super) struct Pile<N> {
    /// Where the piece begins and ends; none when nothing was heard.
    piece: Option<Step>,
    /// The notes with their places.
    pub(super) notes: Vec<(Position, N)>,
    /// There is something in it that the log has for followers.
    pub(super) concerns: bool,
    /// Something is missing.
    broken: bool,
}

impl<N> Default for Ear<N> {
    fn default() -> Self {
        Self {
            pile: Mutex::default(),
            told: Notify::new(),
        }
    }
}

impl<N> Default for Pile<N> {
    fn default() -> Self {
        Self {
            piece: None,
            notes: Vec::new(),
            concerns: false,
            broken: false,
        }
    }
}

impl<N> Ear<N> {
    fn put(&self, commit: &[Arc<Published>], note: impl Fn(&Arc<Published>) -> Option<N>) {
        {
            let mut pile = self.pile.lock();
            for event in commit {
                if pile.go_on(event)
                    && let Some(note) = note(event)
                {
                    pile.notes.push((event.step().position, note));
                }
            }
        }
        self.told.notify_one();
    }

    pub(super) fn take(&self) -> Pile<N> {
        std::mem::take(&mut *self.pile.lock())
    }
}

impl<N> Pile<N> {
    /// Takes an event into the piece; is it news? After a gap the piece begins anew.
    fn go_on(&mut self, event: &Published) -> bool {
        let step = event.step();
        if step.position == Position::default() {
            self.broken = true;
            return false;
        }
        match &mut self.piece {
            None => self.piece = Some(step),
            Some(piece) if step.position <= piece.position => return false,
            Some(piece) if step.after <= piece.position && self.notes.len() < WAITING => {
                piece.position = step.position;
            }
            Some(piece) => {
                *piece = step;
                self.notes.clear();
                self.broken = true;
            }
        }
        // What is in feeds has no sender and is not in the log that followers read.
        self.concerns |= event.event.sender.is_some();
        true
    }

    /// Was nothing heard?
    pub(super) fn is_empty(&self) -> bool {
        self.piece.is_none() && !self.broken
    }

    /// The piece, when it begins at or before a position.
    pub(super) fn from(&self, position: Position) -> Option<Step> {
        let whole = |piece: &Step| !self.broken && piece.after <= position;
        self.piece.filter(whole)
    }

    /// The last place that was heard of.
    pub(super) fn end(&self) -> Position {
        self.piece.unwrap_or_default().position
    }
}
