use async_trait::async_trait;
use domain::contact::{Contact, RelationFacts};
use domain::permit::{Own, Relate};
use domain::{Permit, Result, Timestamp, UserId};
use engine::port::Contacts;

use crate::Store;
use crate::op::contact;

#[async_trait]
impl Contacts for Store {
    async fn facts(&self, owner: UserId, others: &[UserId]) -> Result<Vec<RelationFacts>> {
        self.read(contact::Facts {
            owner,
            others: others.to_vec(),
        })
        .await
    }

    async fn take(&self, permit: &Permit<Relate>, at: Timestamp) -> Result<Contact> {
        self.write(contact::Take {
            permit: permit.clone(),
            at,
        })
        .await
    }

    async fn list(&self, permit: &Permit<Own>) -> Result<Vec<Contact>> {
        self.read(contact::List(permit.clone())).await
    }

    async fn accepted(&self, permit: &Permit<Own>) -> Result<Vec<UserId>> {
        self.read(contact::Accepted(permit.clone())).await
    }

    async fn blocked_with(&self, permit: &Permit<Own>) -> Result<Vec<UserId>> {
        self.read(contact::BlockedWith(permit.clone())).await
    }
}
