//! Opening and closing accounts.

use domain::permit::System;
use domain::user::AccountStatus;
use domain::{Error, Permit, Timestamp, UserId};

use super::{account, session};
use crate::failure::Outcome;
use crate::statement::{account as sql, conversation};
use crate::stored::code::Code;
use crate::transaction::{Operation, Transaction};
use crate::value::params;

/// [`engine::port::Accounts::set_status`].
pub(crate) struct Set {
    pub(crate) permit: Permit<System>,
    pub(crate) user: UserId,
    pub(crate) status: AccountStatus,
    pub(crate) at: Timestamp,
}

impl Operation for Set {
    type Output = ();

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<()> {
        tracing::debug!(
            reason = self.permit.action().reason,
            user.id = self.user.get(),
            "store.set_status"
        );
        if self.status == AccountStatus::Deleted {
            return Err(Error::invalid("status", "an account is deleted by erasing it").into());
        }
        let account = account::to_change(tx, self.user).await?;
        if account.status == AccountStatus::Deleted {
            return Err(account::UNKNOWN.into());
        }
        if account.status == self.status {
            return Ok(());
        }
        tx.execute(sql::SET_STATUS, params![self.user, self.status.code()])
            .await?;
        // Whether a peer's account is in use decides who may write to them.
        tx.execute(conversation::MOVE_VERSIONS_OF, params![self.user])
            .await?;
        if self.status == AccountStatus::Disabled {
            session::end_all(tx, self.user, None, self.at).await?;
        }
        Ok(())
    }
}
