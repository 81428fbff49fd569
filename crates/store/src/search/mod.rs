//! The full-text index: an SQLite file of its own beside the database, fed by following the log.
//!
//! Map: [`tokenizer`] makes words of texts, [`query`] what is looked for, [`marks`] where it
//! stands in a text, [`index`] is the file, and this module the thread that owns it.
//!
//! Nothing here is the truth. A file that is missing, damaged, of another format or of another life
//! of the log is made anew, and its follower begins at the beginning.

mod index;
mod marks;
mod query;
mod tokenizer;

use std::path::PathBuf;
use std::thread::{Builder, JoinHandle};

use async_trait::async_trait;
use domain::{Epoch, Error, Result};
use engine::port::{Document, FoundAt, Position, SearchIndex, SearchQuery};
use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};

use crate::Store;
use crate::failure::closed;
pub(crate) use index::remove;
use index::{Index, Trouble};
pub use marks::marks;

/// How many requests wait for the thread.
const QUEUE: usize = 256;

/// The refusal while the index cannot be used.
const NO_INDEX: Error = Error::Unavailable {
    reason: "the search index does not work: look at its file and the disk; it is built again by itself",
};

/// What the thread is asked.
type Request = Box<dyn FnOnce(&mut Keeper) + Send>;

/// The index of a store. Its thread starts with the first request, so that a tool that searches
/// nothing does not touch the file.
pub(crate) struct Search {
    place: Place,
    state: Mutex<State>,
}

/// Which file, of which life of the log.
#[derive(Debug, Clone)]
struct Place {
    path: PathBuf,
    epoch: Epoch,
}

#[derive(Default)]
struct State {
    closed: bool,
    queue: Option<mpsc::Sender<Request>>,
    thread: Option<JoinHandle<()>>,
}

impl Search {
    /// The index in a file; nothing is opened yet.
    pub(crate) fn new(path: PathBuf, epoch: Epoch) -> Self {
        Self {
            place: Place { path, epoch },
            state: Mutex::default(),
        }
    }

    /// Ends the thread after what it was asked.
    pub(crate) async fn close(&self) {
        let thread = {
            let mut state = self.state.lock();
            state.closed = true;
            state.queue = None;
            state.thread.take()
        };
        if let Some(thread) = thread {
            // A thread that panicked has said so.
            let _ = tokio::task::spawn_blocking(|| thread.join()).await;
        }
    }

    async fn ask<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Keeper) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let queue = self.queue()?;
        let (answer, receiver) = oneshot::channel();
        let request: Request = Box::new(move |keeper| {
            // A caller that went away needs no answer.
            let _ = answer.send(work(keeper));
        });
        queue.send(request).await.map_err(|_| closed())?;
        drop(queue);
        receiver.await.unwrap_or(Err(NO_INDEX))
    }

    fn queue(&self) -> Result<mpsc::Sender<Request>> {
        let mut state = self.state.lock();
        if state.closed {
            return Err(closed());
        }
        if let Some(queue) = &state.queue {
            return Ok(queue.clone());
        }
        let (queue, mut requests) = mpsc::channel::<Request>(QUEUE);
        let mut keeper = Keeper {
            place: self.place.clone(),
            index: None,
        };
        let thread = Builder::new()
            .name("store-search".to_owned())
            .spawn(move || {
                while let Some(request) = requests.blocking_recv() {
                    request(&mut keeper);
                }
            });
        state.thread = Some(thread.map_err(|error| {
            tracing::error!(%error, "search.no_thread");
            NO_INDEX
        })?);
        state.queue = Some(queue.clone());
        Ok(queue)
    }
}

/// What the thread keeps.
struct Keeper {
    place: Place,
    index: Option<Index>,
}

impl Keeper {
    /// Works with the index. A damaged one is thrown away, and the work is refused: its follower
    /// has to ask anew where it stands.
    fn with<R>(&mut self, work: impl FnOnce(&mut Index) -> Result<R, Trouble>) -> Result<R> {
        let done = self.index().and_then(work);
        done.map_err(|trouble| {
            tracing::error!(error = %trouble.error, damaged = trouble.damaged, "search.failed");
            if trouble.damaged {
                self.index = None;
                index::remove(&self.place.path);
            }
            NO_INDEX
        })
    }

    fn index(&mut self) -> Result<&mut Index, Trouble> {
        let index = match self.index.take() {
            Some(index) => index,
            None => Index::open(&self.place.path, self.place.epoch)?,
        };
        Ok(self.index.insert(index))
    }
}

#[async_trait]
impl SearchIndex for Store {
    async fn position(&self) -> Result<Position> {
        let find = |keeper: &mut Keeper| keeper.with(|index| index.position());
        match self.search().ask(find).await {
            // The damaged file is gone now, and a new one begins at the beginning.
            Err(_) => self.search().ask(find).await,
            found => found,
        }
    }

    async fn put(&self, documents: Vec<Document>, position: Position) -> Result<()> {
        self.search()
            .ask(move |keeper| keeper.with(|index| index.put(&documents, position)))
            .await
    }

    fn marks(&self, query: &str, text: &str) -> Vec<(u32, u32)> {
        marks::marks(query, text)
    }

    async fn clear(&self) -> Result<()> {
        let clear = |keeper: &mut Keeper| {
            keeper.index = None;
            index::remove(&keeper.place.path);
            keeper.with(|index| index.position()).map(|_| ())
        };
        self.search().ask(clear).await
    }

    async fn query(&self, query: SearchQuery) -> Result<Vec<FoundAt>> {
        self.search()
            .ask(move |keeper| keeper.with(|index| index.query(&query)))
            .await
    }
}
