//! Making accounts and changing their profiles.

use domain::conversation::{Kind, Role, Standing};
use domain::event::EventBody;
use domain::permit::Own;
use domain::text::{Bio, DisplayName};
use domain::user::{Account, AccountStatus, Avatar, ProfileChange};
use domain::{Error, Permit, Timestamp, UserId};
use engine::port::NewAccount;

use super::word::{self, Scope};
use super::{account, actor, credentials, feed};
use crate::failure::Outcome;
use crate::statement::{account as sql, conversation, member};
use crate::stored::code::Code;
use crate::transaction::{Operation, Transaction};
use crate::value::{Value, params};

/// [`engine::port::Accounts::create`].
pub(crate) struct Create(pub(crate) NewAccount);

impl Operation for Create {
    type Output = Account;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Account> {
        let new = &self.0;
        let username = new.user.username.as_str();
        // First who has the name, then who had it: a deletion in between moves it to the second.
        if tx
            .first(sql::NAME_HOLDER, params![username])
            .await?
            .is_some()
            || tx
                .first(sql::NAME_RETIRED, params![username])
                .await?
                .is_some()
        {
            return Err(Error::Conflict {
                reason: "this username is taken",
            }
            .into());
        }
        let name = new.name.as_ref().map(DisplayName::as_str);
        tx.execute(
            sql::INSERT,
            params![new.user.id, username, name, new.operator, new.feed, new.at],
        )
        .await?;
        make_feed(tx, new).await?;
        words(tx, new.user.id, username, name).await?;
        if let Some(keys) = &new.credentials {
            credentials::put(tx, new.user.id, keys).await?;
        }
        Ok(Account {
            user: new.user.clone(),
            name: new.name.clone(),
            bio: None,
            avatar: None,
            status: AccountStatus::Active,
            operator: new.operator,
            feed: new.feed,
            created_at: new.at,
            last_seen: None,
        })
    }
}

async fn make_feed<T: Transaction>(tx: &mut T, new: &NewAccount) -> Outcome<()> {
    let nothing = Value::Null;
    tx.execute(
        conversation::INSERT,
        &[
            new.feed.into(),
            Kind::Feed.code().into(),
            false.into(),
            nothing,
            nothing,
            nothing,
            new.at.into(),
            nothing,
            nothing,
        ],
    )
    .await?;
    let (standing, role) = (Standing::Member.code(), Role::Owner.code());
    tx.execute(
        member::PUT,
        params![new.feed, new.user.id, standing, role, new.at, 0, 0, 0],
    )
    .await?;
    tx.execute(
        conversation::SAVE_HEAD,
        params![new.feed, 1, 1, 0, 0, 0, new.at],
    )
    .await?;
    Ok(())
}

async fn words<T: Transaction>(
    tx: &mut T,
    user: UserId,
    username: &str,
    name: Option<&str>,
) -> Outcome<()> {
    let texts: &[&str] = &[username, name.unwrap_or(username)];
    word::replace(tx, Scope::User, user.get(), texts).await
}

/// [`engine::port::Accounts::change_profile`].
pub(crate) struct Change {
    pub(crate) permit: Permit<Own>,
    pub(crate) wish: ProfileChange,
    pub(crate) at: Timestamp,
}

impl Operation for Change {
    type Output = Account;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Account> {
        let before = in_use(tx, actor(&self.permit)?.id).await?;
        let mut account = before.clone();
        if let Some(name) = &self.wish.name {
            account.name.clone_from(name);
        }
        if let Some(bio) = &self.wish.bio {
            account.bio.clone_from(bio);
        }
        if account == before {
            return Ok(account);
        }
        let name = account.name.as_ref().map(DisplayName::as_str);
        let bio = account.bio.as_ref().map(Bio::as_str);
        tx.execute(sql::SET_PROFILE, params![account.user.id, name, bio])
            .await?;
        if account.name != before.name {
            words(tx, account.user.id, account.user.username.as_str(), name).await?;
        }
        tell(tx, &account, self.at).await?;
        Ok(account)
    }
}

/// [`engine::port::Accounts::set_avatar`].
pub(crate) struct SetAvatar {
    pub(crate) permit: Permit<Own>,
    pub(crate) picture: Option<Avatar>,
    pub(crate) at: Timestamp,
}

impl Operation for SetAvatar {
    type Output = Account;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Account> {
        let mut account = in_use(tx, actor(&self.permit)?.id).await?;
        let user = account.user.id;
        match &self.picture {
            Some(picture) => {
                let (kind, bytes) = (picture.kind.code(), picture.bytes.as_slice());
                tx.execute(sql::PUT_AVATAR, params![user, kind, bytes, self.at])
                    .await?;
                account.avatar = Some(self.at.millis());
            }
            None if account.avatar.is_none() => return Ok(account),
            None => {
                tx.execute(sql::DELETE_AVATAR, params![user]).await?;
                account.avatar = None;
            }
        }
        tx.execute(sql::SET_AVATAR, params![user, account.avatar])
            .await?;
        tell(tx, &account, self.at).await?;
        Ok(account)
    }
}

async fn in_use<T: Transaction>(tx: &mut T, user: UserId) -> Outcome<Account> {
    let account = account::to_change(tx, user).await?;
    match account.status {
        AccountStatus::Active | AccountStatus::Disabled => Ok(account),
        AccountStatus::Deleted => Err(account::UNKNOWN.into()),
    }
}

async fn tell<T: Transaction>(tx: &mut T, account: &Account, at: Timestamp) -> Outcome<()> {
    let body = EventBody::ProfileChanged {
        account: Box::new(account.clone()),
    };
    feed::put(tx, account.user.id, at, body).await
}

/// [`engine::port::Accounts::saw`].
pub(crate) struct Saw(pub(crate) Vec<(UserId, Timestamp)>);

impl Operation for Saw {
    type Output = ();

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<()> {
        for (user, at) in &self.0 {
            tx.execute(sql::SAW, params![*user, *at]).await?;
        }
        Ok(())
    }
}
