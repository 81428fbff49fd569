use async_trait::async_trait;
use domain::permit::{Own, System};
use domain::user::Account;
use domain::{Permit, Result, SessionId, Timestamp};
use engine::port::{NewSession, Sessions, StoredSession, TokenHash};

use crate::Store;
use crate::op::session;

#[async_trait]
impl Sessions for Store {
    async fn open(&self, new: NewSession, keep: usize) -> Result<()> {
        self.write(session::Open { new, keep }).await
    }

    async fn by_token(&self, hash: &TokenHash) -> Result<Option<(StoredSession, Account)>> {
        self.read(session::ByToken(*hash)).await
    }

    async fn list(&self, permit: &Permit<Own>) -> Result<Vec<StoredSession>> {
        self.read(session::List(permit.clone())).await
    }

    async fn end(&self, permit: &Permit<Own>, session: SessionId, at: Timestamp) -> Result<()> {
        self.write(session::End {
            permit: permit.clone(),
            session,
            at,
        })
        .await
    }

    async fn end_others(
        &self,
        permit: &Permit<Own>,
        keep: Option<SessionId>,
        at: Timestamp,
    ) -> Result<Vec<SessionId>> {
        self.write(session::EndOthers {
            permit: permit.clone(),
            keep,
            at,
        })
        .await
    }

    async fn touch(&self, used: &[(SessionId, Timestamp, Timestamp)]) -> Result<()> {
        self.write(session::Touch(used.to_vec())).await
    }

    async fn ended_since(
        &self,
        _permit: &Permit<System>,
        after: Timestamp,
    ) -> Result<Vec<(SessionId, Timestamp)>> {
        self.read(session::EndedSince(after)).await
    }

    async fn purge(&self, _permit: &Permit<System>, before: Timestamp) -> Result<u64> {
        self.write(session::Purge(before)).await
    }
}
