//! The ports of one store, and the verbs that cases are told in.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::contact::{Contact, RelationFacts, Step, Strangers};
use domain::conversation::{Change, Facts, Kind, NewConversation, View};
use domain::event::{Event, EventBody};
use domain::message::{Amend, Amendment, Draft, Extensions};
use domain::permit::{self, Own, Post, Read, System};
use domain::reply::{Appended, Sent};
use domain::text::{MessageText, Title};
use domain::{
    Actor, ClientId, ConversationId, Permit, Result, Seq, SessionId, Timestamp, UserId, UserRef,
    Username,
};
use engine::port::{
    Accounts, Bus, Contacts, Conversations, Followers, Messages, NewAccount, Notifications,
    SearchIndex, Sessions, Storage,
};

/// The ports of one store.
#[derive(Clone)]
pub struct Stage {
    pub accounts: Arc<dyn Accounts>,
    pub sessions: Arc<dyn Sessions>,
    pub contacts: Arc<dyn Contacts>,
    pub conversations: Arc<dyn Conversations>,
    pub messages: Arc<dyn Messages>,
    pub notifications: Arc<dyn Notifications>,
    pub followers: Arc<dyn Followers>,
    pub search: Arc<dyn SearchIndex>,
    pub storage: Arc<dyn Storage>,
    pub bus: Arc<dyn Bus>,
    next: Arc<AtomicI64>,
    /// Whatever must live as long as the store, such as its directory.
    _keep: Arc<dyn std::any::Any + Send + Sync>,
}

impl Stage {
    /// The stage of a store that publishes on a bus. `keep` is dropped with the stage.
    pub fn new<S, K>(store: Arc<S>, bus: Arc<dyn Bus>, keep: K) -> Self
    where
        S: Accounts
            + Sessions
            + Contacts
            + Conversations
            + Messages
            + Notifications
            + Followers
            + SearchIndex
            + Storage
            + 'static,
        K: std::any::Any + Send + Sync,
    {
        Self {
            accounts: store.clone(),
            sessions: store.clone(),
            contacts: store.clone(),
            conversations: store.clone(),
            messages: store.clone(),
            notifications: store.clone(),
            followers: store.clone(),
            search: store.clone(),
            storage: store,
            bus,
            next: Arc::new(AtomicI64::new(1)),
            _keep: Arc::new(keep),
        }
    }

    /// A number that was not given before.
    pub fn number(&self) -> i64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// A moment after all moments before.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000 + self.number())
    }

    /// A client id that was not given before.
    pub fn client_id(&self) -> ClientId {
        ClientId(i128::from(self.number()).to_be_bytes())
    }

    /// The server's own permit.
    pub fn system(&self) -> Permit<System> {
        Permit::system("contract")
    }

    /// A new account; no store has two of one name.
    pub async fn user(&self, name: &str) -> Actor {
        let user = UserRef {
            id: UserId::new(self.number()),
            username: Username::from_stored(name),
        };
        let actor = Actor {
            user,
            session: SessionId::new(self.number()),
            operator: false,
        };
        self.accounts
            .create(self.new_account(&actor))
            .await
            .unwrap();
        actor
    }

    /// What an account is made of.
    pub fn new_account(&self, actor: &Actor) -> NewAccount {
        NewAccount {
            user: actor.user.clone(),
            feed: ConversationId::new(self.number()),
            name: None,
            credentials: None,
            operator: false,
            at: self.now(),
        }
    }

    /// What a group is made of.
    pub fn new_group(&self, title: &str, members: &[&Actor]) -> NewConversation {
        NewConversation {
            id: ConversationId::new(self.number()),
            kind: Kind::Group,
            title: Title::from_stored(title),
            topic: None,
            public: false,
            members: members.iter().map(|member| member.user.clone()).collect(),
            invited: Vec::new(),
            client_id: None,
            at: self.now(),
        }
    }

    /// Makes a conversation.
    pub async fn make(&self, owner: &Actor, new: NewConversation) -> ConversationId {
        self.conversations
            .create(&permit::create(owner, new).unwrap())
            .await
            .unwrap()
    }

    /// A private group.
    pub async fn group(&self, owner: &Actor, members: &[&Actor]) -> ConversationId {
        self.make(owner, self.new_group("a group", members)).await
    }

    /// A public group.
    pub async fn public_group(&self, owner: &Actor, title: &str) -> ConversationId {
        let new = NewConversation {
            public: true,
            ..self.new_group(title, &[])
        };
        self.make(owner, new).await
    }

    /// What the rules need to know of two users.
    pub async fn relation(&self, one: &Actor, other: &Actor) -> RelationFacts {
        self.contacts
            .facts(one.user.id, &[other.user.id])
            .await
            .unwrap()
            .remove(0)
    }

    /// Opens the direct conversation, strangers being treated so.
    pub async fn try_direct(
        &self,
        one: &Actor,
        other: &Actor,
        strangers: Strangers,
    ) -> Result<engine::port::Direct> {
        let relation = self.relation(one, other).await;
        let permit = permit::open_direct(one, &relation, strangers)?;
        let fresh = ConversationId::new(self.number());
        self.conversations
            .open_direct(&permit, fresh, self.now())
            .await
    }

    /// The direct conversation of two users.
    pub async fn direct(&self, one: &Actor, other: &Actor) -> ConversationId {
        self.try_direct(one, other, Strangers::Allow)
            .await
            .unwrap()
            .id
    }

    /// A direct conversation that the other has not accepted.
    pub async fn direct_request(&self, one: &Actor, other: &Actor) -> ConversationId {
        self.try_direct(one, other, Strangers::Request)
            .await
            .unwrap()
            .id
    }

    /// What a user's rights are judged on.
    pub async fn facts(&self, who: &Actor, conversation: ConversationId) -> Facts {
        self.conversations
            .facts(conversation, who.user.id)
            .await
            .unwrap()
            .unwrap()
    }

    /// A permit to read.
    pub async fn read(&self, who: &Actor, conversation: ConversationId) -> Permit<Read> {
        permit::read(who, &self.facts(who, conversation).await).unwrap()
    }

    /// A permit to write.
    pub async fn post(&self, who: &Actor, conversation: ConversationId) -> Permit<Post> {
        permit::post(who, &self.facts(who, conversation).await).unwrap()
    }

    /// A permit for one's own.
    pub fn own(&self, who: &Actor) -> Permit<Own> {
        permit::own(who)
    }

    /// A message that was not written before.
    pub fn draft(&self, text: &str) -> Draft {
        Draft {
            client_id: self.client_id(),
            text: MessageText::from_stored(text.to_owned()),
            reply_to: None,
            mentions: Vec::new(),
            extensions: Extensions::default(),
            at: self.now(),
        }
    }

    /// Sends a message if it may be sent.
    pub async fn send(
        &self,
        who: &Actor,
        conversation: ConversationId,
        draft: Draft,
    ) -> Result<Sent> {
        let permit = permit::post(who, &self.facts(who, conversation).await)?;
        self.messages.append(&permit, draft).await
    }

    /// Writes something; where it stands.
    pub async fn say(&self, who: &Actor, conversation: ConversationId, text: &str) -> Seq {
        self.send(who, conversation, self.draft(text))
            .await
            .unwrap()
            .seq
    }

    /// Writes something that names others.
    pub async fn mention(
        &self,
        who: &Actor,
        conversation: ConversationId,
        named: &[&Actor],
    ) -> Seq {
        let mentions = named.iter().map(|user| user.user.clone()).collect();
        let draft = Draft {
            mentions,
            ..self.draft("you")
        };
        self.send(who, conversation, draft).await.unwrap().seq
    }

    /// Does something to a message if it may be done.
    pub async fn amend(
        &self,
        who: &Actor,
        conversation: ConversationId,
        message: Seq,
        act: Amend,
    ) -> Result<Appended> {
        let facts = self.facts(who, conversation).await;
        let read = permit::read(who, &facts)?;
        let of_message = self.messages.facts(&read, message).await?;
        let amendment = Amendment {
            message,
            act,
            at: self.now(),
        };
        self.messages
            .amend(&permit::amend(who, &facts, &of_message, amendment)?)
            .await
    }

    /// Changes the text of a message.
    pub async fn edit(
        &self,
        who: &Actor,
        conversation: ConversationId,
        message: Seq,
        text: &str,
    ) -> Result<Appended> {
        let text = MessageText::from_stored(text.to_owned());
        self.amend(
            who,
            conversation,
            message,
            Amend::Edit {
                text,
                mentions: Vec::new(),
            },
        )
        .await
    }

    /// Changes membership or settings if that may be done.
    pub async fn change(
        &self,
        who: &Actor,
        conversation: ConversationId,
        target: Option<&Actor>,
        change: Change,
    ) -> Result<Appended> {
        let facts = self.facts(who, conversation).await;
        let target = match target {
            None => None,
            Some(target) => {
                let glance = permit::glance(who, &facts)?;
                Some(self.conversations.target(&glance, target.user.id).await?)
            }
        };
        let permit = permit::change(who, &facts, target.as_ref(), change)?;
        self.conversations.apply(&permit, self.now()).await
    }

    /// A conversation as a user sees it.
    pub async fn view(&self, who: &Actor, conversation: ConversationId) -> View {
        let permit = permit::glance(who, &self.facts(who, conversation).await).unwrap();
        self.conversations.view(&permit).await.unwrap()
    }

    /// What a user may read of a log.
    pub async fn log(&self, who: &Actor, conversation: ConversationId) -> Vec<Event> {
        let permit = self.read(who, conversation).await;
        self.messages
            .log(&permit, Seq::ZERO, 100_000)
            .await
            .unwrap()
            .events
    }

    /// The own account.
    pub async fn account(&self, who: &Actor) -> domain::user::Account {
        self.accounts
            .by_ids(&[who.user.id])
            .await
            .unwrap()
            .remove(0)
    }

    /// A user's feed.
    pub async fn feed(&self, who: &Actor) -> Vec<EventBody> {
        let feed = self.account(who).await.feed;
        self.log(who, feed)
            .await
            .into_iter()
            .map(|event| event.body)
            .collect()
    }

    /// Takes a step in a relation if it may be taken.
    pub async fn relate(&self, who: &Actor, other: &Actor, step: Step) -> Result<Contact> {
        let relation = self.relation(who, other).await;
        self.contacts
            .take(&permit::relate(who, &relation, step)?, self.now())
            .await
    }

    /// Asks to become a contact, unheard when the other blocks.
    pub async fn request(&self, who: &Actor, other: &Actor) -> Result<Contact> {
        let unheard = self.relation(who, other).await.blocked;
        self.relate(
            who,
            other,
            Step::Request {
                note: None,
                unheard,
            },
        )
        .await
    }

    /// Makes two users contacts.
    pub async fn befriend(&self, one: &Actor, other: &Actor) {
        self.request(one, other).await.unwrap();
        self.relate(other, one, Step::Accept).await.unwrap();
    }

    /// Reads up to a place.
    pub async fn mark_read(
        &self,
        who: &Actor,
        conversation: ConversationId,
        place: Seq,
    ) -> Option<engine::port::Marked> {
        let permit = self.read(who, conversation).await;
        self.messages
            .mark(&permit, Some(place), None, self.now())
            .await
            .unwrap()
    }
}

/// A bus for the store of a stage, with queues that no case fills.
pub fn memory_bus() -> Arc<dyn Bus> {
    Arc::new(bus::MemoryBus::new())
}

/// The sorts of what happened, to compare at a glance.
pub(super) fn sorts(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(|event| sort(&event.body)).collect()
}

/// The sort of what happened.
pub(super) fn sort(body: &EventBody) -> &'static str {
    match body {
        EventBody::MessageCreated(_) => "message",
        EventBody::MessageEdited { .. } => "edited",
        EventBody::MessageRetracted { .. } => "retracted",
        EventBody::ReactionAdded { .. } => "reacted",
        EventBody::ReactionRemoved { .. } => "unreacted",
        EventBody::ConversationCreated { .. } => "created",
        EventBody::ConversationUpdated { .. } => "updated",
        EventBody::MemberJoined { .. } => "joined",
        EventBody::MemberInvited { .. } => "invited",
        EventBody::MemberDeclined { .. } => "declined",
        EventBody::MemberLeft { .. } => "left",
        EventBody::MemberRemoved { .. } => "removed",
        EventBody::MemberBanned { .. } => "banned",
        EventBody::MemberUnbanned { .. } => "unbanned",
        EventBody::MemberRoleChanged { .. } => "role",
        EventBody::ConversationTransferred { .. } => "transferred",
        EventBody::ContactChanged { .. } => "contact",
        EventBody::ReadChanged { .. } => "read",
        EventBody::NotificationChanged { .. } => "notification",
        EventBody::NotificationSeen { .. } => "seen",
        EventBody::ProfileChanged { .. } => "profile",
        EventBody::ConversationMuted { .. } => "muted",
    }
}
