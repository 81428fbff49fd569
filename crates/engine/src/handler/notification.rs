use domain::command::Cursor;
use domain::reply::{Notifications, Reply};
use domain::{Result, ThreadId, permit};

use super::accounts_of;
use crate::session::Session;

/// The notification feed.
pub(super) async fn list(
    session: &Session,
    unseen: bool,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Reply> {
    let ports = &session.inner().ports;
    let own = permit::own(session.actor());
    let threads = ports
        .notifications
        .threads(&own, unseen, cursor, limit)
        .await?;
    let named = threads
        .items
        .iter()
        .flat_map(|thread| thread.actors.iter().map(|actor| actor.id));
    let accounts = accounts_of(session, named).await?;
    let unseen = ports.notifications.unseen(&own).await?;
    Ok(Reply::Notifications(Box::new(Notifications {
        threads,
        accounts,
        unseen,
    })))
}

/// Marks threads as seen.
pub(super) async fn see(session: &Session, threads: &[ThreadId]) -> Result<Reply> {
    let inner = session.inner();
    inner
        .ports
        .notifications
        .see(&permit::own(session.actor()), threads, inner.now())
        .await?;
    Ok(Reply::Done)
}
