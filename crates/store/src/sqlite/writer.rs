//! The writer thread: whatever waits shares one transaction, one commit and one flush of the disk.

use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use domain::Error;
use engine::port::Notice;
use rusqlite::Connection;
use tokio::sync::mpsc;

use super::Shared;
use super::desk::{self, Write};
use super::executor::{Executor, failure};
use super::job::Ran;
use super::lock::Lock;
use crate::failure::{BUSY, Failure, Outcome};
use crate::options::OpenError;
use crate::transaction::Outbox;

/// How many operations share a commit at most: bounds how long the first of them waits.
const BATCH: usize = 512;

/// Starts the thread. It keeps the lock until everything is written.
pub(crate) fn start(
    shared: &Arc<Shared>,
    connection: Connection,
    lock: Option<Lock>,
    queue: mpsc::Receiver<Write>,
) -> Result<JoinHandle<()>, OpenError> {
    let shared = Arc::clone(shared);
    Builder::new()
        .name("store-writer".to_owned())
        .spawn(move || {
            Writer::new(&shared, &connection).serve(queue);
            if let Err(error) = close(connection, lock) {
                tracing::warn!(%error, "store.close_failed");
            }
        })
        .map_err(OpenError::Thread)
}

/// A server copies the log of changes back into the file, so that the file alone is the whole
/// store. A tool does not: it would make a running server wait.
fn close(connection: Connection, lock: Option<Lock>) -> rusqlite::Result<()> {
    if lock.is_some() {
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    }
    connection.close().map_err(|(_, error)| error)?;
    if let Some(lock) = lock {
        lock.release_clean();
    }
    Ok(())
}

struct Writer<'c> {
    shared: &'c Shared,
    executor: Executor<'c>,
    /// Moves when another process has written.
    data_version: i64,
}

/// How a transaction ended.
enum Ended {
    /// Durable.
    Committed(Outbox),
    /// Undone: this cannot be written at present.
    Unavailable { reason: &'static str, cause: String },
    /// Undone: some operation is at fault.
    Faulty,
}

impl<'c> Writer<'c> {
    fn new(shared: &'c Shared, connection: &'c Connection) -> Self {
        Self {
            shared,
            executor: Executor::new(connection, shared),
            data_version: 0,
        }
    }

    fn serve(&mut self, mut queue: mpsc::Receiver<Write>) {
        let mut batch = Vec::with_capacity(BATCH);
        while queue.blocking_recv_many(&mut batch, BATCH) > 0 {
            self.write(&mut batch);
        }
    }

    fn write(&mut self, batch: &mut Vec<Write>) {
        let mut jobs = std::mem::take(batch);
        let ended = self.transact(&mut jobs);
        if matches!(ended, Ended::Faulty) && jobs.len() > 1 {
            // One bad operation must not fail its neighbours: each on its own.
            for job in jobs.drain(..) {
                self.finish_alone(job);
            }
        } else {
            self.finish(ended, &mut jobs);
        }
        *batch = jobs;
    }

    fn finish_alone(&mut self, job: Write) {
        let mut jobs = vec![job];
        let ended = self.transact(&mut jobs);
        self.finish(ended, &mut jobs);
    }

    /// Gives everyone their answer.
    fn finish(&mut self, ended: Ended, jobs: &mut Vec<Write>) {
        match ended {
            Ended::Committed(outbox) => {
                let counts = &self.shared.counts;
                counts.committed(jobs.len(), outbox.events.len());
                self.committed(outbox, jobs.drain(..));
            }
            Ended::Unavailable { reason, cause } => {
                self.fail(reason, &cause);
                for write in jobs.drain(..) {
                    write.job.refuse(Error::Unavailable { reason });
                }
            }
            // The fault is the answer; it is logged with its incident when it is given.
            Ended::Faulty => desk::answer(jobs.drain(..)),
        }
    }

    /// Runs all jobs in one transaction.
    fn transact(&mut self, jobs: &mut [Write]) -> Ended {
        let ended = match self.begin() {
            Ok(()) => self.run(jobs),
            Err(failure) => ended_by(failure),
        };
        match ended {
            Ended::Committed(_) => {}
            Ended::Unavailable { .. } | Ended::Faulty => {
                self.executor.roll_back();
                self.shared.counts.rolled_back();
            }
        }
        ended
    }

    fn begin(&mut self) -> Outcome<()> {
        self.executor.begin_write()?;
        let version = self
            .executor
            .connection
            .pragma_query_value(None, "data_version", |row| row.get(0));
        let version = version.map_err(failure)?;
        if self.data_version != version {
            self.data_version = version;
            self.executor.forget();
        }
        Ok(())
    }

    fn run(&mut self, jobs: &mut [Write]) -> Ended {
        for Write { job, .. } in jobs {
            let mark = self.executor.outbox.mark();
            let changes = self.executor.connection.total_changes();
            match job.run(&mut self.executor) {
                Ran::Done => {}
                Ran::Refused => {
                    self.executor.outbox.truncate(mark);
                    let left_something = self.executor.connection.total_changes() != changes;
                    debug_assert!(!left_something, "a refused operation has written");
                    if left_something {
                        return Ended::Faulty;
                    }
                }
                Ran::Failed => return Ended::Faulty,
                Ran::Unavailable { reason, cause } => return Ended::Unavailable { reason, cause },
            }
        }
        match self.executor.commit() {
            Ok(()) => Ended::Committed(std::mem::take(&mut self.executor.outbox)),
            Err(failure) => ended_by(failure),
        }
    }

    /// Answers, then publishes, in the order of the commits.
    fn committed(&mut self, outbox: Outbox, jobs: impl ExactSizeIterator<Item = Write>) {
        let Outbox {
            events,
            ended,
            renamed,
        } = outbox;
        for user in renamed {
            self.shared.names.forget(user);
        }
        desk::answer(jobs);
        if !events.is_empty() {
            self.shared.bus.publish(Notice::in_order(events));
        }
        if !ended.is_empty() {
            self.shared.bus.publish(Notice::Ended(ended.into()));
        }
    }

    /// Notes that writing fails, and logs it the first time.
    fn fail(&self, reason: &'static str, cause: &str) {
        let before = self.shared.failing.lock().replace(reason);
        if before != Some(reason) {
            tracing::error!(reason, cause, "store.failing");
        }
    }
}

fn ended_by(failure: Failure) -> Ended {
    match failure {
        Failure::Unavailable { reason, cause } => Ended::Unavailable { reason, cause },
        Failure::Contended(cause) => Ended::Unavailable {
            reason: BUSY,
            cause,
        },
        Failure::Broken(cause) => Ended::Unavailable {
            reason: crate::failure::FAULT,
            cause,
        },
        Failure::Refused(_) => Ended::Faulty,
    }
}
