//! Operations on an SQLite connection, on the thread that owns it.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use domain::event::Event;
use domain::{Result, UserId};
use engine::Published;
use engine::port::{Position, Step};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, PrepFlags, ToSql};

use super::Shared;
use crate::failure::{Failure, Outcome};
use crate::late::Late;
use crate::names::Names;
use crate::statement::{Catalogue, Statement, conversation, member};
use crate::transaction::{Operation, Outbox, Transaction};
use crate::value::{Cell, Row, Value, params};

/// A connection and its prepared statements, found by number. It outlives many transactions.
pub(crate) struct Executor<'c> {
    pub(crate) connection: &'c Connection,
    catalogue: &'c Catalogue,
    prepared: Vec<Option<rusqlite::Statement<'c>>>,
    names: Arc<Names>,
    names_as_of: u64,
    late: Late,
    /// Where the last event stands; none when there may be another behind it.
    last: Option<Position>,
    pub(crate) outbox: Outbox,
}

impl<'c> Executor<'c> {
    /// Nothing is prepared yet.
    pub(crate) fn new(connection: &'c Connection, shared: &'c Shared) -> Self {
        let mut prepared = Vec::new();
        prepared.resize_with(shared.catalogue.places(), || None);
        Self {
            connection,
            catalogue: &shared.catalogue,
            prepared,
            names: Arc::clone(&shared.names),
            names_as_of: 0,
            late: Late::default(),
            last: None,
            outbox: Outbox::default(),
        }
    }

    /// Begins a transaction that only reads. The snapshot is taken by its first read.
    pub(crate) fn begin_read(&mut self) -> Outcome<()> {
        self.begin("BEGIN DEFERRED")
    }

    /// Begins a transaction that writes.
    pub(crate) fn begin_write(&mut self) -> Outcome<()> {
        self.begin("BEGIN IMMEDIATE")
    }

    fn begin(&mut self, how: &str) -> Outcome<()> {
        self.names_as_of = self.names.clock();
        self.connection.execute_batch(how).map_err(failure)
    }

    /// Makes it durable.
    pub(crate) fn commit(&mut self) -> Outcome<()> {
        self.settle()?;
        self.connection.execute_batch("COMMIT").map_err(failure)
    }

    /// Undoes what was not committed. SQLite may have done so by itself, after an error.
    pub(crate) fn roll_back(&mut self) {
        self.outbox = Outbox::default();
        self.late.forget_all();
        self.last = None;
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "store.rollback_failed");
        }
    }

    /// Another process has written: what is remembered may not be true.
    pub(crate) fn forget(&mut self) {
        self.names.forget_all();
        self.late.forget_all();
        self.last = None;
    }

    /// Writes what is late.
    fn settle(&mut self) -> Outcome<()> {
        if self.late.is_settled() {
            return Ok(());
        }
        for head in self.late.take_moved() {
            let row = head.row();
            self.bound(conversation::SAVE_HEAD, &row)?
                .raw_execute()
                .map_err(failure)?;
        }
        for ((conversation, user), wrote) in self.late.take_wrote() {
            let row = params![conversation, user, wrote.seq, wrote.messages];
            self.bound(member::WROTE, row)?
                .raw_execute()
                .map_err(failure)?;
        }
        Ok(())
    }

    /// Sees to it that a statement finds the rows as operations left them.
    fn settle_for(&mut self, statement: Statement) -> Outcome<()> {
        let prepared = self.catalogue.prepared(statement);
        if prepared.needs_settled {
            self.settle()?;
        }
        if prepared.changes_heads {
            self.late.forget_heads();
        }
        Ok(())
    }

    /// Runs an operation in the transaction that was begun.
    pub(crate) fn run<O: Operation>(&mut self, operation: &O) -> Outcome<O::Output> {
        at_once(operation.run(self))
    }

    fn statement(&mut self, statement: Statement) -> Outcome<&mut rusqlite::Statement<'c>> {
        let place = &mut self.prepared[usize::from(statement.id)];
        if place.is_none() {
            let text = &self.catalogue.rendered(statement).text;
            let flags = PrepFlags::SQLITE_PREPARE_PERSISTENT;
            *place = Some(
                self.connection
                    .prepare_with_flags(text, flags)
                    .map_err(failure)?,
            );
        }
        place
            .as_mut()
            .ok_or_else(|| Failure::broken("a statement vanished after preparing it"))
    }

    fn bound(
        &mut self,
        statement: Statement,
        params: &[Value<'_>],
    ) -> Outcome<&mut rusqlite::Statement<'c>> {
        let prepared = self.statement(statement)?;
        for (value, place) in params.iter().zip(1_usize..) {
            prepared.raw_bind_parameter(place, value).map_err(failure)?;
        }
        debug_assert_eq!(
            params.len(),
            prepared.parameter_count(),
            "{}",
            statement.name
        );
        Ok(prepared)
    }
}

impl Transaction for Executor<'_> {
    async fn execute(&mut self, statement: Statement, params: &[Value<'_>]) -> Outcome<u64> {
        self.settle_for(statement)?;
        let changed = self
            .bound(statement, params)?
            .raw_execute()
            .map_err(failure)?;
        Ok(changed as u64)
    }

    async fn query(&mut self, statement: Statement, params: &[Value<'_>]) -> Outcome<Vec<Row>> {
        self.settle_for(statement)?;
        let prepared = self.bound(statement, params)?;
        let columns = prepared.column_count();
        let mut found = Vec::new();
        let mut rows = prepared.raw_query();
        while let Some(row) = rows.next().map_err(failure)? {
            let cells =
                (0..columns).map(|column| row.get_ref(column).map_err(failure).and_then(cell));
            found.push(Row(cells.collect::<Outcome<_>>()?));
        }
        Ok(found)
    }

    fn names(&self) -> &Arc<Names> {
        &self.names
    }

    fn names_as_of(&self) -> u64 {
        self.names_as_of
    }

    fn late(&mut self) -> &mut Late {
        &mut self.late
    }

    fn outbox(&mut self) -> &mut Outbox {
        &mut self.outbox
    }

    /// Numbers are given in order; a row that was not put in after all may have used one up.
    fn tell(&mut self, event: Event, peer: Option<UserId>) {
        let position = Position(self.connection.last_insert_rowid());
        let after = self.last.replace(position);
        let after = after.unwrap_or(Position(position.0 - 1));
        let step = Step { after, position };
        let published = Published::in_order(event, step, peer);
        self.outbox.events.push(published);
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn cell(value: ValueRef<'_>) -> Outcome<Cell> {
    Ok(match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Int(number),
        ValueRef::Text(text) => Cell::Text(
            std::str::from_utf8(text)
                .map_err(|_| Failure::broken("a text is not UTF-8"))?
                .to_owned(),
        ),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
        ValueRef::Real(_) => return Err(Failure::broken("a fraction where none is ever stored")),
    })
}

/// Runs one operation in a transaction of its own, before there are threads.
pub(crate) fn run_alone<O: Operation>(
    connection: &Connection,
    shared: &Shared,
    operation: &O,
) -> Result<O::Output> {
    let mut executor = Executor::new(connection, shared);
    let mut run = || {
        executor.begin_write()?;
        let output = executor.run(operation)?;
        executor.commit()?;
        Ok(output)
    };
    let outcome = run();
    if outcome.is_err() {
        executor.roll_back();
    }
    outcome.map_err(Failure::into_error)
}

/// Drives a future that never waits: every step of it is a call of SQLite.
fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("an operation on SQLite waits for nothing"),
    }
}

/// What an error of SQLite means to us.
#[expect(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
pub(crate) fn failure(error: rusqlite::Error) -> Failure {
    let cause = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Failure::Unavailable {
            reason: FULL,
            cause,
        },
        Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => {
            Failure::Unavailable { reason: IO, cause }
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Failure::Unavailable {
            reason: READ_ONLY,
            cause,
        },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Failure::Unavailable {
            reason: DAMAGED,
            cause,
        },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Failure::Contended(cause),
        _ => Failure::Broken(cause),
    }
}

const FULL: &str = "the disk is full: make room for the database; nothing is stored until then";
const IO: &str = "the disk fails: look at the system's log; nothing is stored until it works";
const READ_ONLY: &str = "the database is read-only: let the server write to its file and directory";
const DAMAGED: &str = "the database file is damaged: restore a backup";
