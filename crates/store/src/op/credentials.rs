//! Keys of accounts.

use domain::permit::{Own, System};
use domain::{Permit, Timestamp, UserId};
use engine::port::{Credentials, ScramKeys};

use super::{account, actor, session};
use crate::failure::{Failure, Outcome};
use crate::statement::account as sql;
use crate::transaction::{Operation, Transaction};
use crate::value::{Row, params};

/// [`engine::port::Accounts::credentials`].
pub(crate) struct Get(pub(crate) UserId);

impl Operation for Get {
    type Output = Option<Credentials>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Option<Credentials>> {
        let Some(row) = tx.first(sql::CREDENTIALS, params![self.0]).await? else {
            return Ok(None);
        };
        Ok(Some(Credentials {
            argon2id: row.text(0)?.to_owned(),
            scram_sha256: scram(&row, 1)?,
            scram_sha1: scram(&row, 5)?,
        }))
    }
}

fn scram(row: &Row, first: usize) -> Outcome<ScramKeys> {
    Ok(ScramKeys {
        salt: row.bytes(first)?.to_vec(),
        iterations: u32::try_from(row.int(first + 1)?)
            .map_err(|_| Failure::broken("an iteration count is out of range"))?,
        stored_key: row.bytes(first + 2)?.to_vec(),
        server_key: row.bytes(first + 3)?.to_vec(),
    })
}

/// Writes the keys of a user.
pub(crate) async fn put<T: Transaction>(
    tx: &mut T,
    user: UserId,
    keys: &Credentials,
) -> Outcome<()> {
    let (new, old) = (&keys.scram_sha256, &keys.scram_sha1);
    tx.execute(
        sql::SET_CREDENTIALS,
        params![
            user,
            keys.argon2id.as_str(),
            new.salt.as_slice(),
            i64::from(new.iterations),
            new.stored_key.as_slice(),
            new.server_key.as_slice(),
            old.salt.as_slice(),
            i64::from(old.iterations),
            old.stored_key.as_slice(),
            old.server_key.as_slice(),
        ],
    )
    .await?;
    Ok(())
}

/// [`engine::port::Accounts::set_credentials`].
pub(crate) struct Set {
    pub(crate) permit: Permit<Own>,
    pub(crate) keys: Credentials,
}

impl Operation for Set {
    type Output = ();

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<()> {
        let user = actor(&self.permit)?.id;
        in_being(tx, user).await?;
        put(tx, user, &self.keys).await
    }
}

/// [`engine::port::Accounts::reset_credentials`].
pub(crate) struct Reset {
    pub(crate) permit: Permit<System>,
    pub(crate) user: UserId,
    pub(crate) keys: Credentials,
    pub(crate) at: Timestamp,
}

impl Operation for Reset {
    type Output = ();

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<()> {
        tracing::debug!(
            reason = self.permit.action().reason,
            user.id = self.user.get(),
            "store.reset_credentials"
        );
        in_being(tx, self.user).await?;
        put(tx, self.user, &self.keys).await?;
        session::end_all(tx, self.user, None, self.at).await?;
        Ok(())
    }
}

/// A deleted account gets no keys.
async fn in_being<T: Transaction>(tx: &mut T, user: UserId) -> Outcome<()> {
    match account::to_change(tx, user).await?.status {
        domain::user::AccountStatus::Deleted => Err(account::UNKNOWN.into()),
        domain::user::AccountStatus::Active | domain::user::AccountStatus::Disabled => Ok(()),
    }
}
