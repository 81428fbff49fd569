//! The head of a log: where the next event goes and what permits are compared with.

use domain::conversation::Kind;
use domain::event::{Event, EventBody};
use domain::reply::Appended;
use domain::{AccessVersion, ConversationId, Error, Permit, Seq, Timestamp, UserRef};

use crate::failure::Outcome;
use crate::statement::{Statement, conversation as sql, event};
use crate::stored::code::Code;
use crate::stored::{Encoded, encode};
use crate::transaction::Transaction;
use crate::value::{Row, params};

/// The head of a log. What is appended to it and changed in it is written by [`Head::save`].
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) id: ConversationId,
    pub(crate) kind: Kind,
    pub(crate) version: i64,
    pub(crate) members: i64,
    pub(crate) first: Seq,
    pub(crate) last: Seq,
    pub(crate) messages: i64,
    pub(crate) last_message: Seq,
    pub(crate) active: Timestamp,
}

impl Head {
    /// The head for a permit's reading; a permit of another version is refused.
    pub(crate) async fn to_read<T: Transaction, A>(
        tx: &mut T,
        permit: &Permit<A>,
    ) -> Outcome<Self> {
        Self::judged(tx, sql::HEAD, permit).await
    }

    /// The head for a permit's writing; a permit of another version is refused.
    pub(crate) async fn to_write<T: Transaction, A>(
        tx: &mut T,
        permit: &Permit<A>,
    ) -> Outcome<Self> {
        Self::judged(tx, sql::HEAD_FOR_WRITE, permit).await
    }

    /// The head for the store's own writing: feeds, and conversations of one whose account changes.
    pub(crate) async fn own<T: Transaction>(tx: &mut T, id: ConversationId) -> Outcome<Self> {
        Self::load(tx, sql::HEAD_FOR_WRITE, id).await
    }

    async fn judged<T: Transaction, A>(
        tx: &mut T,
        statement: Statement,
        permit: &Permit<A>,
    ) -> Outcome<Self> {
        let id = permit.conversation().ok_or(UNKNOWN)?;
        let head = Self::load(tx, statement, id).await?;
        if AccessVersion(head.version) == permit.version() {
            Ok(head)
        } else {
            Err(Error::StalePermit.into())
        }
    }

    async fn load<T: Transaction>(
        tx: &mut T,
        statement: Statement,
        id: ConversationId,
    ) -> Outcome<Self> {
        let row = tx.first(statement, params![id]).await?.ok_or(UNKNOWN)?;
        Self::read(id, &row)
    }

    fn read(id: ConversationId, row: &Row) -> Outcome<Self> {
        Ok(Self {
            id,
            kind: Kind::from_code(row.int(0)?)?,
            version: row.int(1)?,
            members: row.int(2)?,
            first: row.seq(3)?,
            last: row.seq(4)?,
            messages: row.int(5)?,
            last_message: row.seq(6)?,
            active: row.time(7)?,
        })
    }

    /// Gives an event the next place.
    pub(crate) async fn append<T: Transaction>(
        &mut self,
        tx: &mut T,
        sender: Option<&UserRef>,
        at: Timestamp,
        body: EventBody,
    ) -> Outcome<Appended> {
        self.append_edit(tx, sender, at, body, None).await
    }

    /// The same for an edit, which knows the one before it.
    pub(crate) async fn append_edit<T: Transaction>(
        &mut self,
        tx: &mut T,
        sender: Option<&UserRef>,
        at: Timestamp,
        body: EventBody,
        before: Option<Seq>,
    ) -> Outcome<Appended> {
        let seq = self.last.next();
        let Encoded { kind, about, json } = encode(&body);
        let by = sender.map(|sender| sender.id);
        tx.execute(
            event::INSERT,
            params![
                self.id,
                seq,
                kind,
                by,
                at,
                self.messages,
                about,
                before,
                json.as_deref()
            ],
        )
        .await?;
        self.last = seq;
        // A reaction or an edit does not bring a conversation to the top of anyone's list.
        if body.in_history() {
            self.active = self.active.max(at);
        }
        let sender = sender.cloned();
        tx.outbox().events.push(Event {
            conversation: self.id,
            seq,
            at,
            sender,
            body,
        });
        Ok(Appended {
            conversation: self.id,
            seq,
            at,
        })
    }

    /// How many members there are now.
    pub(crate) fn members(&self) -> u64 {
        self.members.unsigned_abs()
    }

    /// What is answered when nothing had to change.
    pub(crate) fn unchanged(&self) -> Appended {
        Appended {
            conversation: self.id,
            seq: self.last,
            at: self.active,
        }
    }

    /// Writes the head.
    pub(crate) async fn save<T: Transaction>(&self, tx: &mut T) -> Outcome<()> {
        tx.execute(
            sql::SAVE_HEAD,
            params![
                self.id,
                self.version,
                self.members,
                self.last,
                self.messages,
                self.last_message,
                self.active
            ],
        )
        .await?;
        Ok(())
    }
}

/// The one refusal of a conversation that is not there or not the caller's to know.
pub(crate) const UNKNOWN: Error = Error::NotFound {
    what: "conversation",
};
