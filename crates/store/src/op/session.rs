//! Sessions.

use domain::permit::Own;
use domain::user::Account;
use domain::{DeviceName, Error, Permit, SessionId, Timestamp, UserId};
use engine::port::{NewSession, StoredSession, TokenHash};

use super::{account, actor};
use crate::failure::Outcome;
use crate::statement::session as sql;
use crate::transaction::{Operation, Transaction};
use crate::value::{Row, params};

fn read(row: &Row) -> Outcome<StoredSession> {
    Ok(StoredSession {
        id: SessionId::new(row.int(0)?),
        user: row.user(1)?,
        device: DeviceName::from_claim(row.text(2)?),
        created_at: row.time(3)?,
        last_used_at: row.time(4)?,
        expires_at: row.time(5)?,
    })
}

async fn of_user<T: Transaction>(tx: &mut T, user: UserId) -> Outcome<Vec<StoredSession>> {
    tx.query(sql::OF_USER, params![user])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Ends all sessions of a user but one.
pub(crate) async fn end_all<T: Transaction>(
    tx: &mut T,
    user: UserId,
    keep: Option<SessionId>,
    at: Timestamp,
) -> Outcome<Vec<SessionId>> {
    let sessions = of_user(tx, user)
        .await?
        .into_iter()
        .map(|session| session.id);
    let ids: Vec<SessionId> = sessions.filter(|id| Some(*id) != keep).collect();
    for id in &ids {
        end_one(tx, user, *id, at).await?;
    }
    Ok(ids)
}

async fn end_one<T: Transaction>(
    tx: &mut T,
    user: UserId,
    id: SessionId,
    at: Timestamp,
) -> Outcome<bool> {
    let ended = tx.execute(sql::END, params![id, user, at]).await? > 0;
    if ended {
        tx.outbox().ended.push(id);
    }
    Ok(ended)
}

/// [`engine::port::Sessions::open`].
pub(crate) struct Open {
    pub(crate) new: NewSession,
    pub(crate) keep: usize,
}

impl Operation for Open {
    type Output = ();

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<()> {
        let new = &self.new;
        account::one(tx, new.user).await?;
        let others = of_user(tx, new.user).await?;
        tx.execute(
            sql::INSERT,
            params![
                new.id,
                new.user,
                new.hash.0.as_slice(),
                new.device.as_str(),
                new.at,
                new.expires_at
            ],
        )
        .await?;
        for session in others.iter().skip(self.keep.saturating_sub(1)) {
            end_one(tx, new.user, session.id, new.at).await?;
        }
        Ok(())
    }
}

/// [`engine::port::Sessions::by_token`].
pub(crate) struct ByToken(pub(crate) TokenHash);

impl Operation for ByToken {
    type Output = Option<(StoredSession, Account)>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Self::Output> {
        let Some(row) = tx
            .first(sql::BY_TOKEN, params![self.0.0.as_slice()])
            .await?
        else {
            return Ok(None);
        };
        let session = read(&row)?;
        let account = account::one(tx, session.user).await?;
        Ok(Some((session, account)))
    }
}

/// [`engine::port::Sessions::list`].
pub(crate) struct List(pub(crate) Permit<Own>);

impl Operation for List {
    type Output = Vec<StoredSession>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Vec<StoredSession>> {
        of_user(tx, actor(&self.0)?.id).await
    }
}

/// [`engine::port::Sessions::end`].
pub(crate) struct End {
    pub(crate) permit: Permit<Own>,
    pub(crate) session: SessionId,
    pub(crate) at: Timestamp,
}

impl Operation for End {
    type Output = ();

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<()> {
        if end_one(tx, actor(&self.permit)?.id, self.session, self.at).await? {
            Ok(())
        } else {
            Err(Error::NotFound { what: "session" }.into())
        }
    }
}

/// [`engine::port::Sessions::end_others`].
pub(crate) struct EndOthers {
    pub(crate) permit: Permit<Own>,
    pub(crate) keep: Option<SessionId>,
    pub(crate) at: Timestamp,
}

impl Operation for EndOthers {
    type Output = Vec<SessionId>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Vec<SessionId>> {
        end_all(tx, actor(&self.permit)?.id, self.keep, self.at).await
    }
}

/// [`engine::port::Sessions::touch`].
pub(crate) struct Touch(pub(crate) Vec<(SessionId, Timestamp, Timestamp)>);

impl Operation for Touch {
    type Output = ();

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<()> {
        for (session, used, expires) in &self.0 {
            tx.execute(sql::TOUCH, params![*session, *used, *expires])
                .await?;
        }
        Ok(())
    }
}

/// [`engine::port::Sessions::ended_since`].
pub(crate) struct EndedSince(pub(crate) Timestamp);

impl Operation for EndedSince {
    type Output = Vec<(SessionId, Timestamp)>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Self::Output> {
        let rows = tx.query(sql::ENDED_SINCE, params![self.0]).await?;
        rows.iter()
            .map(|row| Ok((SessionId::new(row.int(0)?), row.time(1)?)))
            .collect()
    }
}

/// [`engine::port::Sessions::purge`].
pub(crate) struct Purge(pub(crate) Timestamp);

impl Operation for Purge {
    type Output = u64;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<u64> {
        let ended = tx.execute(sql::PURGE_ENDED, params![self.0]).await?;
        Ok(ended + tx.execute(sql::PURGE_EXPIRED, params![self.0]).await?)
    }
}
