use domain::reply::Reply;
use domain::user::{AVATAR_BYTES, AccountStatus, Avatar, ImageKind, ProfileChange};
use domain::{Error, Result, Username, permit};

use crate::session::Session;

/// Changes the own profile.
pub(super) async fn update(session: &Session, change: ProfileChange) -> Result<Reply> {
    let own = permit::own(session.actor());
    let inner = session.inner();
    let account = inner
        .ports
        .accounts
        .change_profile(&own, change, inner.now())
        .await?;
    // Before the answer: whoever has it finds the new profile. Other nodes hear of it by the bus.
    inner.accounts.forget(&account.user.id);
    inner.tell_profile(&account).await;
    Ok(Reply::Me(Box::new(account)))
}

/// Sets or removes the own picture. Its kind is told by its first bytes.
pub(super) async fn set_avatar(session: &Session, bytes: Option<Vec<u8>>) -> Result<Reply> {
    let inner = session.inner();
    let now = inner.now();
    let picture = match bytes {
        None => None,
        Some(bytes) if bytes.len() > AVATAR_BYTES => {
            return Err(Error::TooLarge {
                field: "picture",
                limit: AVATAR_BYTES,
            });
        }
        Some(bytes) => {
            let kind = ImageKind::sniff(&bytes).ok_or_else(|| {
                Error::invalid("picture", "expected a PNG, JPEG, WebP or GIF image")
            })?;
            Some(Avatar {
                kind,
                bytes,
                version: now.millis(),
            })
        }
    };
    let own = permit::own(session.actor());
    let account = inner.ports.accounts.set_avatar(&own, picture, now).await?;
    inner.accounts.forget(&account.user.id);
    inner.tell_profile(&account).await;
    Ok(Reply::Me(Box::new(account)))
}

/// The own account, as storage has it.
pub(super) async fn own(session: &Session) -> Result<Reply> {
    let account = session.account_of(&session.actor().user).await?;
    Ok(Reply::Me(Box::new(account)))
}

/// A user's profile; a closed account is not shown.
pub(super) async fn get(session: &Session, username: &Username) -> Result<Reply> {
    let user = session.resolve(username).await?;
    let account = session.account_of(&user).await?;
    match account.status {
        AccountStatus::Active | AccountStatus::Deleted => Ok(Reply::User(Box::new(account))),
        AccountStatus::Disabled => Err(Error::NotFound { what: "user" }),
    }
}

/// Users by the beginning of their names.
pub(super) async fn find(session: &Session, prefix: &str, limit: usize) -> Result<Reply> {
    let prefix = prefix.trim();
    if prefix.chars().count() < 2 {
        return Err(Error::invalid("q", "at least two characters"));
    }
    let accounts = session.inner().ports.accounts.find(prefix, limit).await?;
    Ok(Reply::Users(accounts))
}
