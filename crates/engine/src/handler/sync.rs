use std::collections::HashMap;

use domain::command::Cursor;
use domain::conversation::{Standing, View};
use domain::permit::Own;
use domain::reply::{Reply, Synced};
use domain::user::{Presence, PresenceState};
use domain::{ConversationId, Epoch, Permit, Result, Seq, UserId, permit};

use super::{accounts_of, read};
use crate::session::Session;

/// Everything a returning client needs, in one answer.
pub(super) async fn sync(
    session: &Session,
    epoch: Option<Epoch>,
    heads: &[(ConversationId, Seq)],
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Reply> {
    let inner = session.inner();
    let own = permit::own(session.actor());
    let current = inner.ports.storage.epoch();
    // Heads of another life of the log mean nothing.
    let same_life = epoch.is_none_or(|epoch| epoch == current);
    let known: HashMap<_, _> = heads.iter().copied().filter(|_| same_life).collect();
    let page = inner.ports.conversations.list(&own, cursor, limit).await?;
    let mut conversations = page.items;
    for view in &mut conversations {
        if known.get(&view.facts.conversation) == Some(&view.head) {
            view.last = None;
        }
    }
    let me = session.account_of(&session.actor().user).await?;
    let feed_head = feed_head(session, me.feed).await?;
    let (contacts, presences) = if cursor.is_none() {
        (
            inner.ports.contacts.list(&own).await?,
            present(session, &own).await?,
        )
    } else {
        (Vec::new(), Vec::new())
    };
    let accounts = accounts_of(session, conversations.iter().flat_map(people)).await?;
    Ok(Reply::Synced(Box::new(Synced {
        epoch: current,
        gone: gone(session, &known, &conversations, me.feed).await?,
        me,
        conversations,
        accounts,
        contacts,
        presences,
        feed_head,
        unseen: inner.ports.notifications.unseen(&own).await?,
        cursor: page.cursor,
    })))
}

/// Whom a conversation names.
pub(super) fn people(view: &View) -> Vec<UserId> {
    let last = view.last.iter().flat_map(read::people);
    let markers = view.markers.iter().map(|marker| marker.user.id);
    view.peer
        .iter()
        .map(|peer| peer.id)
        .chain(last)
        .chain(markers)
        .collect()
}

async fn feed_head(session: &Session, feed: ConversationId) -> Result<Seq> {
    let conversations = &session.inner().ports.conversations;
    session
        .permitted(feed, permit::glance, |permit| async move {
            Ok(conversations.view(&permit).await?.head)
        })
        .await
}

/// Of the conversations that the device knows, those that it should forget: the caller belongs to
/// them no longer, though they may still read what was. One that is merely on another page is still
/// the caller's.
async fn gone(
    session: &Session,
    known: &HashMap<ConversationId, Seq>,
    listed: &[View],
    feed: ConversationId,
) -> Result<Vec<ConversationId>> {
    let mut gone = Vec::new();
    for conversation in known.keys().copied() {
        if conversation == feed || listed.iter().any(|v| v.facts.conversation == conversation) {
            continue;
        }
        let user = session.actor().user.id;
        let facts = session
            .inner()
            .ports
            .conversations
            .facts(conversation, user)
            .await?;
        let standing = facts.map_or(Standing::None, |facts| facts.standing);
        match standing {
            Standing::Member | Standing::Invited => {}
            Standing::Left | Standing::Banned | Standing::None => gone.push(conversation),
        }
    }
    Ok(gone)
}

/// Who of those whose presence the caller may see is there.
async fn present(session: &Session, own: &Permit<Own>) -> Result<Vec<Presence>> {
    let inner = session.inner();
    let mut watched = inner.ports.contacts.accepted(own).await?;
    if let Some(online) = inner.hub.user(session.actor().user.id) {
        let members = usize::try_from(inner.settings.presence_members).unwrap_or(usize::MAX);
        watched.extend(inner.hub.fellows(&online, members));
    }
    let blocked = inner.ports.contacts.blocked_with(own).await?;
    watched.sort_unstable();
    watched.dedup();
    watched.retain(|user| !blocked.contains(user));
    Ok(watched
        .into_iter()
        .filter_map(|user| inner.hub.user(user))
        .map(|online| Presence {
            user: online.user.clone(),
            state: online.presence(),
            last_seen: None,
        })
        .filter(|presence| presence.state != PresenceState::Offline)
        .collect())
}
