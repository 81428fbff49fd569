//! Relations between users.

use std::collections::HashMap;

use domain::contact::{Contact, ContactState, RelationFacts, Step};
use domain::event::EventBody;
use domain::permit::{Own, Relate};
use domain::text::{Nickname, Note};
use domain::user::{Account, AccountStatus};
use domain::{Error, Permit, Timestamp, UserId, UserRef, Username};

use super::{account, actor, facts, feed, listed, notify};
use crate::failure::Outcome;
use crate::statement::{contact as sql, conversation};
use crate::stored::code::Code;
use crate::transaction::{Operation, Transaction};
use crate::value::{Row, Value, params};

/// One side of a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Side {
    pub(crate) state: ContactState,
    pub(crate) blocked: bool,
    nickname: Option<Nickname>,
    note: Option<Note>,
    since: Timestamp,
}

impl Side {
    /// No relation.
    fn nothing(since: Timestamp) -> Self {
        Self {
            state: ContactState::None,
            blocked: false,
            nickname: None,
            note: None,
            since,
        }
    }

    fn read(row: &Row, first: usize) -> Outcome<Self> {
        Ok(Self {
            state: ContactState::from_code(row.int(first)?)?,
            blocked: row.flag(first + 1)?,
            nickname: row.opt_text(first + 2)?.map(Nickname::from_stored),
            note: row.opt_text(first + 3)?.map(Note::from_stored),
            since: row.time(first + 4)?,
        })
    }

    /// Ends the relation; a block stays.
    fn end(&mut self) {
        *self = Self {
            blocked: self.blocked,
            ..Self::nothing(self.since)
        };
    }

    fn with(self, account: Account) -> Contact {
        Contact {
            account,
            state: self.state,
            nickname: self.nickname,
            note: self.note,
            blocked: self.blocked,
            since: self.since,
        }
    }
}

/// The side of a user.
pub(crate) async fn side<T: Transaction>(tx: &mut T, user: UserId, peer: UserId) -> Outcome<Side> {
    match tx.first(sql::GET, params![user, peer]).await? {
        Some(row) => Side::read(&row, 0),
        None => Ok(Side::nothing(Timestamp::default())),
    }
}

async fn save<T: Transaction>(tx: &mut T, user: UserId, peer: UserId, side: &Side) -> Outcome<()> {
    if side.state == ContactState::None && !side.blocked {
        tx.execute(sql::DELETE, params![user, peer]).await?;
        return Ok(());
    }
    let nickname = side.nickname.as_ref().map(Nickname::as_str);
    let note = side.note.as_ref().map(Note::as_str);
    let row = params![
        user,
        peer,
        side.state.code(),
        side.blocked,
        nickname,
        note,
        side.since
    ];
    tx.execute(sql::PUT, row).await?;
    Ok(())
}

/// [`engine::port::Contacts::facts`].
pub(crate) struct Facts {
    pub(crate) owner: UserId,
    pub(crate) others: Vec<UserId>,
}

impl Operation for Facts {
    type Output = Vec<RelationFacts>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Vec<RelationFacts>> {
        let ids: Vec<i64> = self.others.iter().map(|user| user.get()).collect();
        let mut found = HashMap::new();
        for row in listed(tx, sql::FACTS, &[Value::from(self.owner)], &ids).await? {
            let facts = read_facts(&row)?;
            found.insert(facts.other.id, facts);
        }
        Ok(self
            .others
            .iter()
            .filter_map(|user| found.get(user).cloned())
            .collect())
    }
}

fn read_facts(row: &Row) -> Outcome<RelationFacts> {
    Ok(RelationFacts {
        other: UserRef {
            id: row.user(0)?,
            username: Username::from_stored(row.text(1)?),
        },
        other_active: AccountStatus::from_code(row.int(2)?)? == AccountStatus::Active,
        mine: row
            .opt_int(3)?
            .map_or(Ok(ContactState::None), ContactState::from_code)?,
        blocking: row.opt_int(4)?.unwrap_or(0) != 0,
        blocked: row.opt_int(5)?.unwrap_or(0) != 0,
    })
}

/// [`engine::port::Contacts::take`].
pub(crate) struct Take {
    pub(crate) permit: Permit<Relate>,
    pub(crate) at: Timestamp,
}

/// Both sides of a relation before and after a step.
struct Sides {
    mine: Side,
    theirs: Side,
}

impl Operation for Take {
    type Output = Contact;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Contact> {
        let (me, other) = (actor(&self.permit)?, &self.permit.action().other);
        let account = account::one(tx, other.id).await?;
        let before = Sides {
            mine: side(tx, me.id, other.id).await?,
            theirs: side(tx, other.id, me.id).await?,
        };
        let after = self.step(&before, &account)?;
        let mine = self
            .write(tx, (me, other), (&before.mine, after.mine))
            .await?;
        let asked = after.theirs.state == ContactState::Incoming
            && before.theirs.state != ContactState::Incoming;
        self.write(tx, (other, me), (&before.theirs, after.theirs))
            .await?;
        if asked {
            notify::requested(tx, me, other, self.at).await?;
        }
        if before.mine.blocked != mine.blocked
            && let Some(direct) = facts::direct(tx, me.id, other.id).await?
        {
            tx.execute(conversation::MOVE_VERSION, params![direct])
                .await?;
        }
        Ok(mine.with(account))
    }
}

impl Take {
    /// The sides after the step. A relation has no version: what the permit was not judged on makes
    /// the engine judge again.
    fn step(&self, before: &Sides, other: &Account) -> Outcome<Sides> {
        let stale = |expected: bool| {
            if expected {
                Ok(())
            } else {
                Err(Error::StalePermit)
            }
        };
        let (mut mine, mut theirs) = (before.mine.clone(), before.theirs.clone());
        match &self.permit.action().step {
            Step::Request { note, unheard } => {
                stale(other.status == AccountStatus::Active && !mine.blocked)?;
                stale(theirs.blocked == *unheard && mine.state != ContactState::Accepted)?;
                request(&mut mine, &mut theirs, note.as_ref(), *unheard);
            }
            Step::Accept => {
                stale(mine.state == ContactState::Incoming)?;
                mine.state = ContactState::Accepted;
                theirs.state = ContactState::Accepted;
            }
            Step::Decline => {
                stale(mine.state == ContactState::Incoming)?;
                // Who asked is not told, and so goes on waiting.
                mine.end();
            }
            Step::Remove => {
                stale(mine.state != ContactState::None)?;
                mine.end();
                theirs.end();
            }
            Step::SetNickname(nickname) => {
                stale(mine.state != ContactState::None)?;
                mine.nickname.clone_from(nickname);
            }
            Step::Block => {
                mine.end();
                mine.blocked = true;
                theirs.end();
            }
            Step::Unblock => mine.blocked = false,
        }
        Ok(Sides { mine, theirs })
    }

    /// Writes a side that changed, and tells its owner.
    async fn write<T: Transaction>(
        &self,
        tx: &mut T,
        (owner, peer): (&UserRef, &UserRef),
        (before, mut after): (&Side, Side),
    ) -> Outcome<Side> {
        if *before == after {
            return Ok(after);
        }
        if (before.state, before.blocked) != (after.state, after.blocked) {
            after.since = self.at;
        }
        save(tx, owner.id, peer.id, &after).await?;
        let account = account::one(tx, peer.id).await?;
        let contact = Box::new(after.clone().with(account));
        feed::put(tx, owner.id, self.at, EventBody::ContactChanged { contact }).await?;
        if before.state == ContactState::Incoming {
            notify::request_answered(tx, owner.id, peer.id, self.at).await?;
        }
        Ok(after)
    }
}

/// Asks. Who was asked before, or asks someone who waits for an answer, agrees.
fn request(mine: &mut Side, theirs: &mut Side, note: Option<&Note>, unheard: bool) {
    let waiting = mine.state == ContactState::Incoming || theirs.state == ContactState::Outgoing;
    if waiting && !unheard {
        mine.state = ContactState::Accepted;
        theirs.state = ContactState::Accepted;
        return;
    }
    if mine.state != ContactState::Outgoing {
        mine.state = ContactState::Outgoing;
        mine.note = note.cloned();
    }
    if !unheard && theirs.state != ContactState::Incoming {
        theirs.state = ContactState::Incoming;
        theirs.note.clone_from(&mine.note);
    }
}

/// Someone's account is gone: whoever had a relation with them is told, all relations end.
pub(crate) async fn forget<T: Transaction>(tx: &mut T, user: UserId, at: Timestamp) -> Outcome<()> {
    let account = account::one(tx, user).await?;
    let rows = tx.query(sql::PEERS_OF, params![user]).await?;
    tx.execute(sql::DELETE_ALL, params![user]).await?;
    for row in rows {
        let contact = Box::new(Side::nothing(at).with(account.clone()));
        feed::put(tx, row.user(0)?, at, EventBody::ContactChanged { contact }).await?;
    }
    Ok(())
}

/// [`engine::port::Contacts::list`].
pub(crate) struct List(pub(crate) Permit<Own>);

impl Operation for List {
    type Output = Vec<Contact>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Vec<Contact>> {
        let rows = tx.query(sql::LIST, params![actor(&self.0)?.id]).await?;
        rows.iter()
            .map(|row| Ok(Side::read(row, 10)?.with(account::read(row)?)))
            .collect()
    }
}

/// [`engine::port::Contacts::accepted`].
pub(crate) struct Accepted(pub(crate) Permit<Own>);

impl Operation for Accepted {
    type Output = Vec<UserId>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Vec<UserId>> {
        let rows = tx.query(sql::ACCEPTED, params![actor(&self.0)?.id]).await?;
        rows.iter().map(|row| row.user(0)).collect()
    }
}

/// [`engine::port::Contacts::blocked_with`].
pub(crate) struct BlockedWith(pub(crate) Permit<Own>);

impl Operation for BlockedWith {
    type Output = Vec<UserId>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Vec<UserId>> {
        let rows = tx
            .query(sql::BLOCKED_WITH, params![actor(&self.0)?.id])
            .await?;
        rows.iter().map(|row| row.user(0)).collect()
    }
}
