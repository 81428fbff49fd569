//! Deleting an account.

use domain::conversation::{Kind, Role, Standing};
use domain::permit::Own;
use domain::user::{Account, AccountStatus};
use domain::{ConversationId, Permit, Timestamp, UserRef, Username};

use super::head::Head;
use super::membership::{Step, Way};
use super::{account, actor, contact, session};
use crate::failure::Outcome;
use crate::statement::{Statement, account as sql, conversation, event, member, notification};
use crate::stored::code::Code;
use crate::transaction::{Operation, Transaction};
use crate::value::params;

/// What holds rows of a user that go without anyone being told, by the user's id.
const ROWS: &[Statement] = &[
    sql::DELETE_CREDENTIALS,
    sql::DELETE_AVATAR,
    notification::DELETE_ITEMS,
    notification::DELETE_THREADS,
    event::UNMENTION_USER,
    conversation::DELETE_CREATIONS,
    member::REST_OF_USER,
];

/// [`engine::port::Accounts::erase`].
pub(crate) struct Erase {
    pub(crate) permit: Permit<Own>,
    pub(crate) at: Timestamp,
}

impl Operation for Erase {
    type Output = ();

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<()> {
        let account = account::to_change(tx, actor(&self.permit)?.id).await?;
        if account.status == AccountStatus::Deleted {
            return Ok(());
        }
        let user = self.rename(tx, &account).await?;
        session::end_all(tx, user.id, None, self.at).await?;
        self.leave_all(tx, &user).await?;
        contact::forget(tx, user.id, self.at).await?;
        for statement in ROWS {
            tx.execute(*statement, params![user.id]).await?;
        }
        let scope = super::word::Scope::User;
        super::word::replace(tx, scope, user.id.get(), &[]).await?;
        for statement in [event::DELETE_LOG, member::DELETE_ALL, conversation::DELETE] {
            tx.execute(statement, params![account.feed]).await?;
        }
        Ok(())
    }
}

impl Erase {
    /// First of all, so that nothing that follows shows the old name.
    async fn rename<T: Transaction>(&self, tx: &mut T, account: &Account) -> Outcome<UserRef> {
        let id = account.user.id;
        let username = Username::of_deleted(id);
        tx.execute(
            sql::RETIRE_NAME,
            params![account.user.username.as_str(), id],
        )
        .await?;
        tx.execute(sql::ERASE, params![id, username.as_str()])
            .await?;
        tx.names().forget(id);
        tx.outbox().renamed.push(id);
        Ok(UserRef { id, username })
    }

    async fn leave_all<T: Transaction>(&self, tx: &mut T, user: &UserRef) -> Outcome<()> {
        for row in tx.query(member::OF_USER, params![user.id]).await? {
            if Kind::from_code(row.int(1)?)? != Kind::Feed {
                let owner = Standing::from_code(row.int(2)?)? == Standing::Member
                    && Role::from_code(row.int(3)?)? == Role::Owner;
                self.leave(tx, row.conversation(0)?, user, owner.then_some(Role::Owner))
                    .await?;
            }
        }
        Ok(())
    }

    /// An owner's role goes to the oldest admin, then to the oldest member.
    async fn leave<T: Transaction>(
        &self,
        tx: &mut T,
        conversation: ConversationId,
        user: &UserRef,
        role: Option<Role>,
    ) -> Outcome<()> {
        let mut head = Head::own(tx, conversation).await?;
        let step = Step {
            by: user,
            at: self.at,
        };
        if role == Some(Role::Owner)
            && let Some(row) = tx
                .first(member::SUCCESSOR, params![conversation, user.id])
                .await?
        {
            let id = row.user(0)?;
            let names = account::names(tx, vec![id]).await?;
            let heir = crate::stored::assemble::user_ref(id, &names);
            step.transfer(tx, &mut head, &heir).await?;
        }
        step.go(tx, &mut head, user, Way::Left).await?;
        head.version += 1;
        head.save(tx);
        Ok(())
    }
}
