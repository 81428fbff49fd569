//! The reader threads: each operation on one snapshot.

use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::mpsc;

use super::Shared;
use super::executor::Executor;
use super::job::{BoxedJob, Ran};
use crate::failure::Failure;
use crate::options::OpenError;

/// Starts a thread for each connection. They take turns at one queue.
pub(crate) fn start(
    shared: &Arc<Shared>,
    connections: Vec<Connection>,
    queue: mpsc::Receiver<BoxedJob>,
) -> Result<Vec<JoinHandle<()>>, OpenError> {
    let queue = Arc::new(Mutex::new(queue));
    let threads = connections.into_iter().map(|connection| {
        let (shared, queue) = (Arc::clone(shared), Arc::clone(&queue));
        Builder::new()
            .name("store-reader".to_owned())
            .spawn(move || serve(&shared, &connection, &queue))
            .map_err(OpenError::Thread)
    });
    threads.collect()
}

fn serve(shared: &Shared, connection: &Connection, queue: &Mutex<mpsc::Receiver<BoxedJob>>) {
    let mut executor = Executor::new(connection, shared);
    loop {
        // One thread waits in the queue, the others for the lock.
        let next = queue.lock().blocking_recv();
        let Some(job) = next else { return };
        read(&mut executor, job);
    }
}

fn read(executor: &mut Executor<'_>, mut job: BoxedJob) {
    if let Err(failure) = executor.begin_read() {
        log(&failure);
        job.refuse(failure.into_error());
        return;
    }
    if let Ran::Unavailable { reason, cause } = job.run(executor) {
        tracing::error!(reason, cause, "store.read_failed");
    }
    // Nothing was written; ending the transaction lets the snapshot go.
    executor.roll_back();
    job.answer();
}

fn log(failure: &Failure) {
    if let Failure::Unavailable { reason, cause } = failure {
        tracing::error!(reason, cause, "store.read_failed");
    }
}
