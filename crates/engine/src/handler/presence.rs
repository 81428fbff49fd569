use domain::event::Signal;
use domain::reply::Reply;
use domain::user::{Presence, PresenceState};
use domain::{ConversationId, Error, Result, Username, permit};

use crate::port::Notice;
use crate::session::Session;

/// Tells the fellow members that the caller writes, or stopped.
pub(super) async fn typing(
    session: &Session,
    conversation: ConversationId,
    active: bool,
) -> Result<Reply> {
    session
        .permitted(conversation, permit::tell, |_| async move { Ok(()) })
        .await?;
    let user = session.actor().user.clone();
    let signal = Signal::Typing {
        conversation,
        user,
        active,
    };
    session
        .inner()
        .ports
        .bus
        .publish(Notice::Signal { signal, to: None });
    Ok(Reply::Done)
}

/// Tells whether the user is there, for all mailboxes of the session: a connection that knows its
/// own mailbox tells it there instead.
pub(super) fn set(session: &Session, state: PresenceState) -> Result<Reply> {
    if state == PresenceState::Offline {
        return Err(Error::invalid(
            "state",
            "active or away; close the connection to be offline",
        ));
    }
    let inner = session.inner();
    let actor = session.actor();
    for mailbox in inner.hub.mailboxes(actor.user.id) {
        if mailbox.session == actor.session {
            mailbox.set_presence(state);
        }
    }
    if let Some(online) = inner.hub.user(actor.user.id) {
        inner.tell_presence(&online);
    }
    Ok(Reply::Done)
}

/// The presence of users, as far as the caller may see it.
pub(super) async fn get(session: &Session, usernames: &[Username]) -> Result<Reply> {
    let inner = session.inner();
    let me = session.actor().user.id;
    let accounts = inner.ports.accounts.by_names(usernames).await?;
    let ids: Vec<_> = accounts.iter().map(|account| account.user.id).collect();
    let facts = inner.ports.contacts.facts(me, &ids).await?;
    let mine = inner.hub.user(me);
    let mut presences = Vec::new();
    for facts in facts {
        let fellow = mine
            .as_ref()
            .is_some_and(|online| inner.hub.share_conversation(online, facts.other.id));
        if facts.other.id != me && !permit::sees_presence(&facts, fellow) {
            continue;
        }
        let state = inner.hub.presence(facts.other.id);
        let account = accounts
            .iter()
            .find(|account| account.user.id == facts.other.id);
        let last_seen = account
            .and_then(|account| account.last_seen)
            .filter(|_| state == PresenceState::Offline);
        presences.push(Presence {
            user: facts.other,
            state,
            last_seen,
        });
    }
    Ok(Reply::Presences(presences))
}
