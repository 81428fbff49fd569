//! Answers of the writer on their way back, a whole batch at a time.
//!
//! The callers of a batch wait on other threads, hundreds of them on the same runtime. To wake each
//! one from the writer would cost a call of the system for each. So every runtime has a desk: the
//! writer puts the answers of a commit there and wakes the desk's task, once, and that task gives
//! them out on the runtime's own thread.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::runtime::{Handle, Id};
use tokio::sync::Notify;

use super::job::BoxedJob;

/// Batches up to this size are answered without the detour.
const FEW: usize = 2;

/// An operation on its way to the writer, and where its answer goes.
pub(crate) struct Write {
    /// The operation.
    pub(crate) job: BoxedJob,
    /// The desk of the caller's runtime; none for a caller without one.
    pub(crate) desk: Option<Arc<Desk>>,
}

/// The desks of all runtimes.
#[derive(Default)]
pub(crate) struct Desks(Mutex<Vec<(Id, Arc<Desk>)>>);

impl Desks {
    /// The desk of the runtime that this is called in. Its task ends with it, or with the desks.
    pub(crate) fn here(&self) -> Option<Arc<Desk>> {
        let runtime = Handle::try_current().ok()?;
        let id = runtime.id();
        let mut desks = self.0.lock();
        if let Some((_, desk)) = desks.iter().find(|(of, desk)| *of == id && desk.is_open()) {
            return Some(Arc::clone(desk));
        }
        desks.retain(|(_, desk)| desk.is_open());
        let desk = Arc::new(Desk::default());
        runtime.spawn(serve(Closing(Arc::clone(&desk))));
        desks.push((id, Arc::clone(&desk)));
        Some(desk)
    }
}

impl Drop for Desks {
    fn drop(&mut self) {
        for (_, desk) in self.0.get_mut() {
            desk.close();
        }
    }
}

/// Gives everyone their answer.
pub(crate) fn answer(batch: impl ExactSizeIterator<Item = Write>) {
    let few = batch.len() <= FEW;
    let mut desks: Vec<Arc<Desk>> = Vec::new();
    for Write { job, desk } in batch {
        match desk.filter(|_| !few) {
            None => job.answer(),
            Some(desk) => {
                desk.put(job);
                if !desks.iter().any(|known| Arc::ptr_eq(known, &desk)) {
                    desks.push(desk);
                }
            }
        }
    }
    for desk in desks {
        desk.told.notify_one();
    }
}

/// Where the answers for the callers of one runtime lie.
#[derive(Default)]
pub(crate) struct Desk {
    pile: Mutex<Pile>,
    told: Notify,
}

#[derive(Default)]
struct Pile {
    closed: bool,
    jobs: Vec<BoxedJob>,
}

impl Desk {
    fn is_open(&self) -> bool {
        !self.pile.lock().closed
    }

    /// Nobody gives out what is put on a closed desk: it is given out at once.
    fn put(&self, job: BoxedJob) {
        let mut pile = self.pile.lock();
        if pile.closed {
            drop(pile);
            job.answer();
        } else {
            pile.jobs.push(job);
        }
    }

    fn close(&self) {
        self.pile.lock().closed = true;
        self.told.notify_one();
    }

    /// What lies there, and whether more will come.
    fn take(&self) -> (Vec<BoxedJob>, bool) {
        let mut pile = self.pile.lock();
        (std::mem::take(&mut pile.jobs), !pile.closed)
    }
}

/// The desk's own task. It is dropped with its runtime; the guard closes the desk then.
async fn serve(desk: Closing) {
    loop {
        let (jobs, more) = desk.0.take();
        if jobs.is_empty() {
            if !more {
                return;
            }
            desk.0.told.notified().await;
        }
        for job in jobs {
            job.answer();
        }
    }
}

struct Closing(Arc<Desk>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
        for job in self.0.take().0 {
            job.answer();
        }
    }
}
