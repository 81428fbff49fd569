//! Telling others that someone came, went away, or left.

use std::sync::Arc;
use std::time::Duration;

use domain::event::Signal;
use domain::permit;
use domain::user::{Account, Presence, PresenceState};
use domain::{Actor, UserId};

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::OnlineUser;
use crate::engine::Inner;
use crate::port::Notice;

/// So many users' presences are told beside each other: a crowd that comes back does not fill the
/// queue of storage.
const TOGETHER: usize = 16;

/// Users whose presence may not be what others were told, in the order in which that was noticed.
#[derive(Debug, Default)]
pub(crate) struct Untold {
    users: Mutex<Vec<Arc<OnlineUser>>>,
    came: Notify,
}

/// Tells presences until the runtime ends. Nobody else does, so that the last that is told of a
/// user is the last that was true.
pub(crate) async fn run(inner: Arc<Inner>) {
    loop {
        inner.untold.came.notified().await;
        let mut users = std::mem::take(&mut *inner.untold.users.lock());
        users.sort_by_key(Arc::as_ptr);
        users.dedup_by_key(|user| Arc::as_ptr(user));
        for some in users.chunks(TOGETHER) {
            let telling = some.iter().map(|online| {
                let (inner, online) = (Arc::clone(&inner), Arc::clone(online));
                async move { inner.tell(&online).await }
            });
            telling.collect::<JoinSet<_>>().join_all().await;
        }
    }
}

impl Inner {
    /// Has the contacts and fellow members of a user told what their presence is now, when it is
    /// not what they were told. Waits for nothing, and costs nothing when it is.
    pub(crate) fn tell_presence(&self, online: &Arc<OnlineUser>) {
        if !online.is_told() {
            self.untold.users.lock().push(Arc::clone(online));
            self.untold.came.notify_one();
        }
    }

    async fn tell(&self, online: &OnlineUser) {
        let state = online.presence();
        if !online.tell(state) {
            return;
        }
        let now = self.ports.clock.now();
        let last_seen = (state == PresenceState::Offline).then_some(now);
        if let Some(moment) = last_seen {
            self.last_seen.lock().push((online.user.id, moment));
        }
        let Some(to) = self.watchers(online).await else {
            return;
        };
        if to.is_empty() {
            return;
        }
        let presence = Presence {
            user: online.user.clone(),
            state,
            last_seen,
        };
        self.ports.bus.publish(Notice::Signal {
            signal: Signal::Presence(presence),
            to: Some(to.into()),
        });
    }

    /// Tells a user's presence once more, because someone may see it from now on who was not told.
    /// With the next tick, and once for all reasons until then: whoever makes others fellow members
    /// or contacts in great numbers does not make the server tell it as often.
    pub(crate) fn tell_presence_anew(&self, user: UserId) {
        if let Some(online) = self.hub.user(user) {
            online.tell(PresenceState::Offline);
            self.look_at_presence(user, self.elapsed());
        }
    }

    /// Looks at a user's presence with the first tick from `at` on. Once for all who ask before: a
    /// device that changes its mind a million times a second is one entry.
    pub(crate) fn look_at_presence(&self, user: UserId, at: Duration) {
        let mut departed = self.departed.lock();
        let look = departed.entry(user).or_insert(at);
        *look = at.min(*look);
    }

    /// Tells the contacts and fellow members of a user what their profile is now. Those who are
    /// away read it when they come back.
    pub(crate) async fn tell_profile(&self, account: &Account) {
        let Some(online) = self.hub.user(account.user.id) else {
            return;
        };
        if let Some(to) = self.watchers(&online).await {
            let signal = Signal::Profile(Box::new(account.clone()));
            self.ports.bus.publish(Notice::Signal {
                signal,
                to: Some(to.into()),
            });
        }
    }

    /// Who is told: accepted contacts, and fellow members of conversations that are not large;
    /// nobody with a block in either direction.
    async fn watchers(&self, online: &OnlineUser) -> Option<Vec<UserId>> {
        let own = permit::own(&Actor::in_the_name_of(online.user.clone()));
        let members = usize::try_from(self.settings.presence_members).unwrap_or(usize::MAX);
        let mut watchers = self.ports.contacts.accepted(&own).await.ok()?;
        watchers.extend(self.hub.fellows(online, members));
        let blocked = self.ports.contacts.blocked_with(&own).await.ok()?;
        watchers.retain(|user| !blocked.contains(user));
        watchers.sort_unstable();
        watchers.dedup();
        Some(watchers)
    }
}
