//! The head of a log: where the next event goes and what permits are compared with.

use domain::conversation::Kind;
use domain::event::{Event, EventBody};
use domain::reply::Appended;
use domain::{AccessVersion, ConversationId, Error, Permit, Seq, Timestamp, UserId, UserRef};

use crate::failure::Outcome;
use crate::statement::{conversation as sql, event};
use crate::stored::code::Code;
use crate::stored::{Encoded, encode};
use crate::transaction::Transaction;
use crate::value::{Row, Value, params};

/// The head of a log. What is appended to it and changed in it is written by [`Head::save`].
#[derive(Debug, Clone, Copy)]
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
    /// In a direct conversation the ids of the two, added up.
    pair: Option<i64>,
}

impl Head {
    /// The head for a permit's reading; a permit of another version is refused.
    pub(crate) async fn to_read<T: Transaction, A>(
        tx: &mut T,
        permit: &Permit<A>,
    ) -> Outcome<Self> {
        let id = permit.conversation().ok_or(UNKNOWN)?;
        let row = tx.first(sql::HEAD, params![id]).await?.ok_or(UNKNOWN)?;
        Self::read(id, &row)?.judged(permit)
    }

    /// The head for a permit's writing; a permit of another version is refused.
    pub(crate) async fn to_write<T: Transaction, A>(
        tx: &mut T,
        permit: &Permit<A>,
    ) -> Outcome<Self> {
        let id = permit.conversation().ok_or(UNKNOWN)?;
        Self::own(tx, id).await?.judged(permit)
    }

    /// The head for the store's own writing: feeds, and conversations of one whose account changes.
    pub(crate) async fn own<T: Transaction>(tx: &mut T, id: ConversationId) -> Outcome<Self> {
        if let Some(head) = tx.late().head(id) {
            return Ok(head);
        }
        let row = tx.first(sql::HEAD_FOR_WRITE, params![id]).await?;
        let head = Self::read(id, &row.ok_or(UNKNOWN)?)?;
        tx.late().read(head);
        Ok(head)
    }

    fn judged<A>(self, permit: &Permit<A>) -> Outcome<Self> {
        if AccessVersion(self.version) == permit.version() {
            Ok(self)
        } else {
            Err(Error::StalePermit.into())
        }
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
            pair: row.opt_int(8)?,
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
        let peer = sender.and_then(|sender| self.peer_of(sender.id));
        let event = Event {
            conversation: self.id,
            seq,
            at,
            sender: sender.cloned(),
            body,
        };
        tx.tell(event, peer);
        Ok(Appended {
            conversation: self.id,
            seq,
            at,
        })
    }

    /// In a direct conversation: the other one of the two.
    pub(crate) fn peer_of(&self, user: UserId) -> Option<UserId> {
        self.pair.map(|pair| UserId::new(pair - user.get()))
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

    /// Keeps what was appended and changed. The row is written once for the whole transaction.
    pub(crate) fn save<T: Transaction>(self, tx: &mut T) {
        tx.late().moved(self);
    }

    /// The parameters of [`sql::SAVE_HEAD`].
    pub(crate) fn row(&self) -> [Value<'static>; 7] {
        [
            self.id.into(),
            self.version.into(),
            self.members.into(),
            self.last.into(),
            self.messages.into(),
            self.last_message.into(),
            self.active.into(),
        ]
    }
}

/// The one refusal of a conversation that is not there or not the caller's to know.
pub(crate) const UNKNOWN: Error = Error::NotFound {
    what: "conversation",
};
