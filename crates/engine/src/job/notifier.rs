use std::collections::HashMap;
use std::sync::Arc;

use domain::conversation::{Facts, Kind as ConversationKind};
use domain::event::{Event, EventBody};
use domain::message::Message;
use domain::notification::{EXCERPT_CHARS, Item, Kind};
use domain::permit::Read;
use domain::text::MessageText;
use domain::user::PresenceState;
use domain::{Actor, ConversationId, Error, Permit, Result, Seq, UserId, UserRef, permit};

use super::ear::Ear;
use super::follower::Follow;
use super::system;
use crate::Published;
use crate::engine::Inner;
use crate::port::Position;

/// Turns what happens in conversations into notifications. Its position moves in the transaction
/// that stores the items, so that each is stored once.
///
/// It judges who may notify, as the facts are by then: one who was banned meanwhile does not, nor
/// does anyone in a direct conversation that was closed or blocked since. Storage judges who wants
/// to be notified.
pub(super) struct Notifier;

impl Follow for Notifier {
    type Note = Arc<Published>;

    const NAME: &'static str = "notifier";

    fn ear(inner: &Inner) -> &Ear<Arc<Published>> {
        inner.heard.notifier()
    }

    /// Nearly always the peer is there and nobody is named.
    fn note(inner: &Inner, event: &Arc<Published>) -> Option<Arc<Published>> {
        let concerns = if let EventBody::MessageCreated(message) = &event.event.body {
            let names = !message.mentions.is_empty() || message.reply_to.is_some();
            names || event.peer().is_some_and(|peer| is_away(inner, peer))
        } else {
            matches!(event.event.body, EventBody::ReactionAdded { .. })
        };
        concerns.then(|| Arc::clone(event))
    }

    async fn position(&self, inner: &Inner) -> Result<Position> {
        inner
            .ports
            .followers
            .position(&system(Self::NAME), Self::NAME)
            .await
    }

    async fn follow(&self, inner: &Inner, page: Vec<Arc<Published>>, end: Position) -> Result<()> {
        let mut desk = Desk::new(inner);
        let mut items = Vec::new();
        for published in &page {
            items.extend(desk.items_of(published).await?);
        }
        let permit = system(Self::NAME);
        if items.is_empty() {
            let followers = &inner.ports.followers;
            return followers.advance(&permit, Self::NAME, end).await;
        }
        inner.metrics.notifications.add(items.len() as u64);
        let notifications = &inner.ports.notifications;
        notifications.notify(&permit, items, Some(end)).await
    }
}

/// How often a permit is judged when the facts move meanwhile.
const JUDGED: usize = 2;

/// Where a page is dealt with. What it looks up is kept for the page: many events are of the same
/// few.
struct Desk<'i> {
    inner: &'i Inner,
    facts: HashMap<(ConversationId, UserId), Option<Facts>>,
    users: HashMap<UserId, Option<UserRef>>,
}

impl<'i> Desk<'i> {
    fn new(inner: &'i Inner) -> Self {
        Self {
            inner,
            facts: HashMap::new(),
            users: HashMap::new(),
        }
    }

    async fn items_of(&mut self, published: &Published) -> Result<Vec<Item>> {
        let event = &published.event;
        let Some(actor) = &event.sender else {
            return Ok(Vec::new());
        };
        let excerpt = |text: &MessageText| text.as_str().chars().take(EXCERPT_CHARS).collect();
        let item = |user: UserRef, kind, message: Seq, excerpt: Box<str>| Item {
            user,
            kind,
            conversation: Some(event.conversation),
            message: Some(message),
            actor: actor.clone(),
            excerpt: Some(excerpt),
            at: event.at,
        };
        match &event.body {
            EventBody::MessageCreated(message) => {
                let named = self.named(event, actor, message).await?;
                let peer = published.peer();
                let missed = self.missed(event, actor, peer, &named).await?;
                let mentions = named
                    .into_iter()
                    .map(|user| item(user, Kind::Mention, event.seq, excerpt(&message.text)));
                let missed = missed
                    .into_iter()
                    .map(|user| item(user, Kind::Message, event.seq, excerpt(&message.text)));
                Ok(mentions.chain(missed).collect())
            }
            EventBody::ReactionAdded { message, emoji } => {
                let author = self.author(event, actor, *message).await?;
                Ok(author
                    .filter(|author| author.id != actor.id)
                    .map(|author| item(author, Kind::Reaction, *message, emoji.as_str().into()))
                    .into_iter()
                    .collect())
            }
            EventBody::MessageEdited { .. }
            | EventBody::MessageRetracted { .. }
            | EventBody::ReactionRemoved { .. }
            | EventBody::ConversationCreated { .. }
            | EventBody::ConversationUpdated { .. }
            | EventBody::MemberJoined { .. }
            | EventBody::MemberInvited { .. }
            | EventBody::MemberDeclined { .. }
            | EventBody::MemberLeft { .. }
            | EventBody::MemberRemoved { .. }
            | EventBody::MemberBanned { .. }
            | EventBody::MemberUnbanned { .. }
            | EventBody::MemberRoleChanged { .. }
            | EventBody::ConversationTransferred { .. }
            | EventBody::ContactChanged { .. }
            | EventBody::ReadChanged { .. }
            | EventBody::NotificationChanged { .. }
            | EventBody::NotificationSeen { .. }
            | EventBody::ProfileChanged { .. }
            | EventBody::ConversationMuted { .. } => Ok(Vec::new()),
        }
    }

    /// Whom a message names, and whom it answers.
    async fn named(
        &mut self,
        event: &Event,
        actor: &UserRef,
        message: &Message,
    ) -> Result<Vec<UserRef>> {
        if message.mentions.is_empty() && message.reply_to.is_none() {
            return Ok(Vec::new());
        }
        if self.notifies(event, actor).await?.is_none() {
            return Ok(Vec::new());
        }
        let mut named = message.mentions.clone();
        if let Some(answered) = message.reply_to {
            named.extend(self.author(event, actor, answered).await?);
        }
        named.retain(|user| user.id != actor.id);
        named.sort_by_key(|user| user.id);
        named.dedup_by_key(|user| user.id);
        Ok(named)
    }

    /// Who wrote a message, as the actor of the event may know.
    async fn author(
        &mut self,
        event: &Event,
        actor: &UserRef,
        message: Seq,
    ) -> Result<Option<UserRef>> {
        for _ in 0..JUDGED {
            let Some(permit) = self.notifies(event, actor).await? else {
                return Ok(None);
            };
            match self.inner.ports.messages.facts(&permit, message).await {
                Ok(facts) => return Ok(Some(facts.sender)),
                Err(Error::NotFound { .. }) => return Ok(None),
                Err(Error::StalePermit) => {
                    self.facts.remove(&(event.conversation, actor.id));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The peer of a direct conversation who was not there when the message came.
    async fn missed(
        &mut self,
        event: &Event,
        actor: &UserRef,
        peer: Option<UserId>,
        named: &[UserRef],
    ) -> Result<Option<UserRef>> {
        let peer = peer.filter(|peer| !named.iter().any(|user| user.id == *peer));
        let Some(peer) = peer.filter(|peer| is_away(self.inner, *peer)) else {
            return Ok(None);
        };
        if self.notifies(event, actor).await?.is_none() {
            return Ok(None);
        }
        self.user(peer).await
    }

    /// May who caused an event still notify of it? Then they also may read up to it.
    async fn notifies(&mut self, event: &Event, actor: &UserRef) -> Result<Option<Permit<Read>>> {
        let key = (event.conversation, actor.id);
        let facts = if let Some(known) = self.facts.get(&key) {
            *known
        } else {
            let conversations = &self.inner.ports.conversations;
            let found = conversations.facts(key.0, key.1).await?;
            self.facts.insert(key, found);
            found
        };
        let actor = Actor::in_the_name_of(actor.clone());
        Ok(facts.and_then(|facts| {
            if facts.kind == ConversationKind::Direct {
                permit::post(&actor, &facts).ok()?;
            }
            permit::read(&actor, &facts).ok()
        }))
    }

    async fn user(&mut self, id: UserId) -> Result<Option<UserRef>> {
        if let Some(known) = self.users.get(&id) {
            return Ok(known.clone());
        }
        let found = self.inner.ports.accounts.by_ids(&[id]).await?;
        let found = found.into_iter().next().map(|account| account.user);
        self.users.insert(id, found.clone());
        Ok(found)
    }
}

fn is_away(inner: &Inner, user: UserId) -> bool {
    inner.hub.presence(user) == PresenceState::Offline
}
