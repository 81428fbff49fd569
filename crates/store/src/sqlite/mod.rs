//! SQLite: one writer thread with group commit, a few reader threads, in one file.
//!
//! Map: [`connection`] opens and sets up, [`executor`] is its [`crate::transaction::Transaction`],
//! [`job`] an operation on its way to a thread, [`writer`] and [`reader`] the threads, [`desk`]
//! the writer's answers on their way back, [`lock`] keeps a second server out, [`migrate`] brings the tables up to date, [`backup`] copies and
//! restores.
//!
//! Only the writer thread writes, so that the order of commits is the order of what it publishes.
//! Another process may write too (the command line beside a running server): SQLite's own lock
//! orders them, and the writer notices by `PRAGMA data_version`.

pub(crate) mod backup;
pub(crate) mod connection;
pub(crate) mod counts;
pub(crate) mod desk;
pub(crate) mod executor;
pub(crate) mod job;
pub(crate) mod lock;
pub(crate) mod migrate;
pub(crate) mod reader;
pub(crate) mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use domain::{Epoch, Result};
use engine::port::{Bus, Health};
use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};

use crate::dialect::Dialect;
use crate::failure::{arbitrary, closed};
use crate::names::Names;
use crate::op::system;
use crate::options::{OpenError, OpenMode, OpenOptions};
use crate::statement::Catalogue;
use crate::transaction::Operation;
use counts::Counts;
use desk::{Desks, Write};
use job::{BoxedJob, pending};
use lock::Lock;

/// What the threads share.
pub(crate) struct Shared {
    /// The statements as SQLite takes them.
    pub(crate) catalogue: Catalogue,
    /// Usernames that were looked up.
    pub(crate) names: Arc<Names>,
    /// Where commits are told.
    pub(crate) bus: Arc<dyn Bus>,
    /// Why the last write failed, if it did.
    pub(crate) failing: Mutex<Option<&'static str>>,
    /// What is counted.
    pub(crate) counts: Counts,
}

/// A store in an SQLite file.
pub(crate) struct Sqlite {
    shared: Arc<Shared>,
    epoch: Epoch,
    queues: Mutex<Option<Queues>>,
    desks: Desks,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// The ways to the threads. Bounded: who finds one full waits.
#[derive(Clone)]
struct Queues {
    writes: mpsc::Sender<Write>,
    reads: mpsc::Sender<BoxedJob>,
}

/// How many operations wait for each kind of thread.
const QUEUE: usize = 1024;

impl Sqlite {
    /// Opens the file, makes it when it is missing, and starts the threads.
    pub(crate) fn open(path: &Path, options: OpenOptions) -> Result<Self, OpenError> {
        if let Some(dir) = path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
            std::fs::create_dir_all(dir).map_err(|error| OpenError::io(dir, error))?;
        }
        let lock = match options.mode {
            OpenMode::Server => Some(Lock::take(path)?),
            OpenMode::Tool => None,
        };
        let mut connection = connection::writer(path)?;
        if lock.as_ref().is_some_and(Lock::was_unclean) {
            connection::quick_check(&connection, path)?;
        }
        migrate::up(&mut connection, path, lock.is_some())?;
        let shared = Arc::new(Shared {
            catalogue: Catalogue::new(Dialect::Sqlite),
            names: Arc::default(),
            bus: options.bus,
            failing: Mutex::new(None),
            counts: Counts::default(),
        });
        let fresh = i64::try_from(arbitrary() >> 16).unwrap_or(1);
        let epoch = executor::run_alone(&connection, &shared, &system::Epoch { fresh })
            .map_err(|error| OpenError::Refused(error.to_string()))?;
        let mut readers = Vec::new();
        for _ in 0..options.readers.get() {
            readers.push(connection::reader(path)?);
        }
        let (writes, write_queue) = mpsc::channel(QUEUE);
        let (reads, read_queue) = mpsc::channel(QUEUE);
        let mut threads = reader::start(&shared, readers, read_queue)?;
        threads.push(writer::start(&shared, connection, lock, write_queue)?);
        Ok(Self {
            shared,
            epoch: Epoch(epoch),
            queues: Mutex::new(Some(Queues { writes, reads })),
            desks: Desks::default(),
            threads: Mutex::new(threads),
        })
    }

    /// Which life of the log.
    pub(crate) fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Does an operation that writes.
    pub(crate) async fn write<O: Operation>(&self, operation: O) -> Result<O::Output> {
        let queue = self.queues()?.writes;
        let (job, answer) = pending(operation);
        let desk = self.desks.here();
        Self::ask(queue, Write { job, desk }, answer).await
    }

    /// Does an operation that reads, on one snapshot.
    pub(crate) async fn read<O: Operation>(&self, operation: O) -> Result<O::Output> {
        let queue = self.queues()?.reads;
        let (job, answer) = pending(operation);
        Self::ask(queue, job, answer).await
    }

    fn queues(&self) -> Result<Queues> {
        self.queues.lock().clone().ok_or_else(closed)
    }

    /// Once an operation is in the queue it is done, whether its caller still waits or not.
    async fn ask<J, R>(
        queue: mpsc::Sender<J>,
        job: J,
        answer: oneshot::Receiver<Result<R>>,
    ) -> Result<R> {
        queue.send(job).await.map_err(|_| closed())?;
        drop(queue);
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Writes what is counted in the Prometheus text format.
    pub(crate) fn render_metrics(&self, out: &mut String) {
        self.shared.counts.render(out);
        let waiting = |left: usize| QUEUE.saturating_sub(left);
        if let Some(queues) = &*self.queues.lock() {
            let (writes, reads) = (queues.writes.capacity(), queues.reads.capacity());
            counts::render_waiting(out, waiting(writes), waiting(reads));
        }
    }

    /// Can it write now? Tries it when the last write failed.
    pub(crate) async fn health(&self) -> Health {
        let failing = *self.shared.failing.lock();
        if failing.is_none() && self.queues().is_ok() {
            return Health::Ready;
        }
        if let Err(error) = self.write(system::Probe::Put).await {
            return Health::Failing(error.to_string());
        }
        if let Some(reason) = self.shared.failing.lock().take() {
            tracing::info!(reason, "store.recovered");
        }
        match self.write(system::Probe::Remove).await {
            Ok(()) => Health::Ready,
            Err(error) => Health::Failing(error.to_string()),
        }
    }

    /// Finishes what is in the queues and closes the file.
    pub(crate) async fn close(&self) -> Result<()> {
        self.queues.lock().take();
        let threads = std::mem::take(&mut *self.threads.lock());
        let joined = tokio::task::spawn_blocking(move || {
            threads
                .into_iter()
                .map(JoinHandle::join)
                .all(|ended| ended.is_ok())
        });
        match joined.await {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(domain::Error::Unavailable {
                reason: "the store could not finish; the next start checks the database",
            }),
        }
    }
}

/// The file that belongs to the database and ends in this.
pub(crate) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}
