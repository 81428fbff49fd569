use domain::reply::{Reply, SignedIn};
use domain::user::Password;
use domain::{Error, Result, SessionId, permit};

use crate::port::Notice;
use crate::session::Session;

/// Changes the password; the caller's other sessions end.
pub(super) async fn change_password(
    session: &Session,
    current: Password,
    new: &str,
) -> Result<Reply> {
    let inner = session.inner();
    let user = &session.actor().user;
    let new = Password::chosen(new, &user.username)?;
    confirm(session, current, "current").await?;
    let own = permit::own(session.actor());
    let keys = inner.vault.derive(new, &*inner.ports.entropy).await?;
    inner.ports.accounts.set_credentials(&own, keys).await?;
    let keep = Some(session.actor().session);
    let ended = inner
        .ports
        .sessions
        .end_others(&own, keep, inner.now())
        .await?;
    inner.ports.bus.publish(Notice::Ended(ended.into()));
    Ok(Reply::Done)
}

/// The password once more, under the same limit as signing in.
async fn confirm(session: &Session, password: Password, field: &'static str) -> Result<()> {
    let inner = session.inner();
    let user = &session.actor().user;
    inner
        .limits
        .sign_in_by_account
        .admit(user.username.clone(), inner.elapsed())?;
    let keys = inner.ports.accounts.credentials(user.id).await?;
    if inner.vault.prove(password, keys).await? {
        Ok(())
    } else {
        Err(Error::invalid(field, "this is not the present password"))
    }
}

/// The caller's signed-in sessions.
pub(crate) async fn list_sessions(session: &Session) -> Result<Vec<SignedIn>> {
    let inner = session.inner();
    let actor = session.actor();
    let stored = inner.ports.sessions.list(&permit::own(actor)).await?;
    Ok(stored
        .into_iter()
        .map(|stored| SignedIn {
            connected: inner.hub.connected(actor.user.id, stored.id),
            current: stored.id == actor.session,
            id: stored.id,
            device: stored.device,
            created_at: stored.created_at,
            last_used_at: stored.last_used_at,
            expires_at: stored.expires_at,
        })
        .collect())
}

/// Ends a session of the caller's, this one or another.
pub(super) async fn revoke(session: &Session, other: SessionId) -> Result<Reply> {
    let inner = session.inner();
    inner
        .ports
        .sessions
        .end(&permit::own(session.actor()), other, inner.now())
        .await?;
    // At once here; over the bus for the other nodes.
    inner.forget_session(other);
    inner.ports.bus.publish(Notice::Ended([other].into()));
    Ok(Reply::Done)
}

/// Deletes the account for ever.
pub(super) async fn delete(session: &Session, password: Password) -> Result<Reply> {
    confirm(session, password, "password").await?;
    let inner = session.inner();
    let own = permit::own(session.actor());
    let sessions = inner.ports.sessions.list(&own).await?;
    inner.ports.accounts.erase(&own, inner.now()).await?;
    for ended in &sessions {
        inner.forget_session(ended.id);
    }
    let ended: Vec<SessionId> = sessions.into_iter().map(|session| session.id).collect();
    inner.ports.bus.publish(Notice::Ended(ended.into()));
    Ok(Reply::Done)
}
