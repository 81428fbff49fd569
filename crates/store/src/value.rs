//! What goes into a statement and what comes out of it, whatever the database.

use domain::{ClientId, ConversationId, Seq, SessionId, ThreadId, Timestamp, UserId};

use crate::failure::{Failure, Outcome};

/// A parameter. Booleans are 0 and 1, times are milliseconds, ids are numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    /// No value.
    Null,
    /// A number.
    Int(i64),
    /// A text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

/// Declares how something becomes a parameter.
macro_rules! into_value {
    ($($from:ty: $pattern:pat => $value:expr;)*) => {$(
        impl<'a> From<$from> for Value<'a> {
            fn from($pattern: $from) -> Self { $value }
        }
    )*};
}

into_value! {
    i64: number => Self::Int(number);
    bool: truth => Self::Int(i64::from(truth));
    &'a str: text => Self::Text(text);
    &'a [u8]: bytes => Self::Bytes(bytes);
    &'a ClientId: id => Self::Bytes(&id.0);
    UserId: id => Self::Int(id.get());
    ConversationId: id => Self::Int(id.get());
    SessionId: id => Self::Int(id.get());
    ThreadId: id => Self::Int(id.get());
    Seq: seq => Self::Int(seq.get());
    Timestamp: at => Self::Int(at.millis());
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A list of parameters.
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::value::Value::from($value)),*] };
}
pub(crate) use params;

/// A limit as a parameter.
pub(crate) fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// One cell of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// No value.
    Null,
    /// A number.
    Int(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// One row of an answer. Cells are taken by their place in the statement's list of columns.
#[derive(Debug, Clone)]
pub(crate) struct Row(pub(crate) Vec<Cell>);

impl Row {
    /// A number.
    pub(crate) fn int(&self, column: usize) -> Outcome<i64> {
        self.opt_int(column)?.ok_or_else(|| unexpected(column))
    }

    /// A number, or nothing.
    pub(crate) fn opt_int(&self, column: usize) -> Outcome<Option<i64>> {
        match self.0.get(column) {
            Some(Cell::Int(number)) => Ok(Some(*number)),
            Some(Cell::Null) => Ok(None),
            Some(Cell::Text(_) | Cell::Bytes(_)) | None => Err(unexpected(column)),
        }
    }

    /// A number that counts something.
    pub(crate) fn count(&self, column: usize) -> Outcome<u64> {
        u64::try_from(self.int(column)?).map_err(|_| unexpected(column))
    }

    /// A stored truth.
    pub(crate) fn flag(&self, column: usize) -> Outcome<bool> {
        Ok(self.int(column)? != 0)
    }

    /// A moment.
    pub(crate) fn time(&self, column: usize) -> Outcome<Timestamp> {
        self.int(column).map(Timestamp::from_millis)
    }

    /// A place.
    pub(crate) fn seq(&self, column: usize) -> Outcome<Seq> {
        self.int(column).map(Seq::new)
    }

    /// A user.
    pub(crate) fn user(&self, column: usize) -> Outcome<UserId> {
        self.int(column).map(UserId::new)
    }

    /// A conversation.
    pub(crate) fn conversation(&self, column: usize) -> Outcome<ConversationId> {
        self.int(column).map(ConversationId::new)
    }

    /// A text.
    pub(crate) fn text(&self, column: usize) -> Outcome<&str> {
        self.opt_text(column)?.ok_or_else(|| unexpected(column))
    }

    /// A text, or nothing.
    pub(crate) fn opt_text(&self, column: usize) -> Outcome<Option<&str>> {
        match self.0.get(column) {
            Some(Cell::Text(text)) => Ok(Some(text)),
            Some(Cell::Null) => Ok(None),
            Some(Cell::Int(_) | Cell::Bytes(_)) | None => Err(unexpected(column)),
        }
    }

    /// Bytes.
    pub(crate) fn bytes(&self, column: usize) -> Outcome<&[u8]> {
        self.opt_bytes(column)?.ok_or_else(|| unexpected(column))
    }

    /// Bytes, or nothing.
    pub(crate) fn opt_bytes(&self, column: usize) -> Outcome<Option<&[u8]>> {
        match self.0.get(column) {
            Some(Cell::Bytes(bytes)) => Ok(Some(bytes)),
            Some(Cell::Null) => Ok(None),
            Some(Cell::Int(_) | Cell::Text(_)) | None => Err(unexpected(column)),
        }
    }
}

fn unexpected(column: usize) -> Failure {
    Failure::Broken(format!(
        "column {column} of an answer does not hold what was stored there"
    ))
}
