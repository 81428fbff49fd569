//! An operation on its way to the thread that runs it, and the answer on its way back.

use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::{Error, Result};
use tokio::sync::oneshot;

use super::executor::Executor;
use crate::failure::{Failure, Outcome};
use crate::transaction::Operation;

/// An operation of any kind.
pub(crate) type BoxedJob = Box<dyn Job>;

/// How a run went, for the thread; the caller's answer is kept in the job.
#[derive(Debug)]
pub(crate) enum Ran {
    /// It was done.
    Done,
    /// It was refused and has written nothing.
    Refused,
    /// The database failed: the transaction is of no use any longer.
    Failed,
    /// The database does not work at all.
    Unavailable {
        /// What an operator should look at.
        reason: &'static str,
        /// What the database said.
        cause: String,
    },
}

/// An operation that waits for its thread.
pub(crate) trait Job: Send {
    /// Runs it in the transaction that was begun. May be done again after a rollback.
    fn run(&mut self, executor: &mut Executor<'_>) -> Ran;

    /// Gives the caller the answer of the last run.
    fn answer(self: Box<Self>);

    /// Gives the caller an error instead.
    fn refuse(self: Box<Self>, error: Error);
}

struct Pending<O: Operation> {
    operation: O,
    outcome: Option<Outcome<O::Output>>,
    answer: oneshot::Sender<Result<O::Output>>,
}

/// An operation as a job, and where its answer will come.
pub(crate) fn pending<O: Operation>(
    operation: O,
) -> (BoxedJob, oneshot::Receiver<Result<O::Output>>) {
    let (answer, receiver) = oneshot::channel();
    (
        Box::new(Pending {
            operation,
            outcome: None,
            answer,
        }),
        receiver,
    )
}

impl<O: Operation> Job for Pending<O> {
    fn run(&mut self, executor: &mut Executor<'_>) -> Ran {
        // A fault in one operation must not end the thread that all others need.
        let run = catch_unwind(AssertUnwindSafe(|| executor.run(&self.operation)));
        let outcome = run.unwrap_or_else(|_| Err(Failure::broken("an operation panicked")));
        let ran = match &outcome {
            Ok(_) => Ran::Done,
            Err(Failure::Refused(_)) => Ran::Refused,
            Err(Failure::Broken(_) | Failure::Contended(_)) => Ran::Failed,
            Err(Failure::Unavailable { reason, cause }) => Ran::Unavailable {
                reason,
                cause: cause.clone(),
            },
        };
        self.outcome = Some(outcome);
        ran
    }

    fn answer(self: Box<Self>) {
        let outcome = self
            .outcome
            .unwrap_or_else(|| Err(Failure::broken("an answer before a run")));
        // A caller that went away needs no answer.
        let _ = self.answer.send(outcome.map_err(Failure::into_error));
    }

    fn refuse(self: Box<Self>, error: Error) {
        let _ = self.answer.send(Err(error));
    }
}
