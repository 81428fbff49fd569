use async_trait::async_trait;
use domain::permit::{Own, System};
use domain::user::{Account, AccountStatus, Avatar, ProfileChange};
use domain::{Permit, Result, Timestamp, UserId, Username};
use engine::port::{Accounts, Credentials, NewAccount};

use crate::Store;
use crate::op::{account, credentials, erase, profile, status};

#[async_trait]
impl Accounts for Store {
    async fn create(&self, new: NewAccount) -> Result<Account> {
        self.write(profile::Create(new)).await
    }

    async fn by_ids(&self, ids: &[UserId]) -> Result<Vec<Account>> {
        self.read(account::ByIds(ids.to_vec())).await
    }

    async fn by_names(&self, names: &[Username]) -> Result<Vec<Account>> {
        self.read(account::ByNames(names.to_vec())).await
    }

    async fn credentials(&self, user: UserId) -> Result<Option<Credentials>> {
        self.read(credentials::Get(user)).await
    }

    async fn set_credentials(&self, permit: &Permit<Own>, keys: Credentials) -> Result<()> {
        self.write(credentials::Set {
            permit: permit.clone(),
            keys,
        })
        .await
    }

    async fn find(&self, prefix: &str, limit: usize) -> Result<Vec<Account>> {
        self.read(account::Find {
            prefix: prefix.to_owned(),
            limit,
        })
        .await
    }

    async fn all(
        &self,
        _permit: &Permit<System>,
        after: Option<&Username>,
        limit: usize,
    ) -> Result<Vec<Account>> {
        let after = after.cloned();
        self.read(account::All { after, limit }).await
    }

    async fn change_profile(
        &self,
        permit: &Permit<Own>,
        change: ProfileChange,
        at: Timestamp,
    ) -> Result<Account> {
        self.write(profile::Change {
            permit: permit.clone(),
            wish: change,
            at,
        })
        .await
    }

    async fn set_avatar(
        &self,
        permit: &Permit<Own>,
        picture: Option<Avatar>,
        at: Timestamp,
    ) -> Result<Account> {
        self.write(profile::SetAvatar {
            permit: permit.clone(),
            picture,
            at,
        })
        .await
    }

    async fn avatar(&self, user: UserId) -> Result<Option<Avatar>> {
        self.read(account::GetAvatar(user)).await
    }

    async fn set_status(
        &self,
        permit: &Permit<System>,
        user: UserId,
        status: AccountStatus,
        at: Timestamp,
    ) -> Result<()> {
        self.write(status::Set {
            permit: permit.clone(),
            user,
            status,
            at,
        })
        .await
    }

    async fn reset_credentials(
        &self,
        permit: &Permit<System>,
        user: UserId,
        keys: Credentials,
        at: Timestamp,
    ) -> Result<()> {
        self.write(credentials::Reset {
            permit: permit.clone(),
            user,
            keys,
            at,
        })
        .await
    }

    async fn erase(&self, permit: &Permit<Own>, at: Timestamp) -> Result<()> {
        self.write(erase::Erase {
            permit: permit.clone(),
            at,
        })
        .await
    }

    async fn saw(&self, seen: &[(UserId, Timestamp)]) -> Result<()> {
        self.write(profile::Saw(seen.to_vec())).await
    }
}
