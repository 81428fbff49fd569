use async_trait::async_trait;
use domain::command::Cursor;
use domain::conversation::{Change, Facts, Member, PublicView, Target, View};
use domain::permit::{Create, Glance, OpenDirect, Own, Read};
use domain::reply::{Appended, Page};
use domain::{ConversationId, Permit, Result, Seq, Timestamp, UserId};
use engine::port::{Conversations, Direct, Membership};

use crate::Store;
use crate::op::{create, direct, facts, list, membership, view};

#[async_trait]
impl Conversations for Store {
    async fn create(&self, permit: &Permit<Create>) -> Result<ConversationId> {
        self.write(create::New(permit.clone())).await
    }

    async fn open_direct(
        &self,
        permit: &Permit<OpenDirect>,
        fresh: ConversationId,
        at: Timestamp,
    ) -> Result<Direct> {
        self.write(direct::Open {
            permit: permit.clone(),
            fresh,
            at,
        })
        .await
    }

    async fn direct(&self, one: UserId, other: UserId) -> Result<Option<ConversationId>> {
        self.read(facts::Direct { one, other }).await
    }

    async fn facts(&self, conversation: ConversationId, user: UserId) -> Result<Option<Facts>> {
        self.read(facts::Get { conversation, user }).await
    }

    async fn target(&self, permit: &Permit<Glance>, user: UserId) -> Result<Target> {
        self.read(facts::GetTarget {
            permit: permit.clone(),
            user,
        })
        .await
    }

    async fn apply(&self, permit: &Permit<Change>, at: Timestamp) -> Result<Appended> {
        self.write(membership::Apply {
            permit: permit.clone(),
            at,
        })
        .await
    }

    async fn view(&self, permit: &Permit<Glance>) -> Result<View> {
        self.read(view::Get(permit.clone())).await
    }

    async fn list(
        &self,
        permit: &Permit<Own>,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<View>> {
        self.read(view::List {
            permit: permit.clone(),
            cursor: cursor.cloned(),
            limit,
        })
        .await
    }

    async fn memberships(&self, permit: &Permit<Own>) -> Result<Vec<Membership>> {
        self.read(list::Memberships(permit.clone())).await
    }

    async fn readable(&self, permit: &Permit<Own>) -> Result<Vec<(ConversationId, Seq)>> {
        self.read(list::Readable(permit.clone())).await
    }

    async fn members(
        &self,
        permit: &Permit<Read>,
        banned: bool,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<Member>> {
        let cursor = cursor.cloned();
        self.read(list::Members {
            permit: permit.clone(),
            banned,
            cursor,
            limit,
        })
        .await
    }

    async fn discover(
        &self,
        permit: &Permit<Own>,
        prefix: &str,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<PublicView>> {
        let (prefix, cursor) = (prefix.to_owned(), cursor.cloned());
        self.read(list::Discover {
            permit: permit.clone(),
            prefix,
            cursor,
            limit,
        })
        .await
    }

    async fn mute(
        &self,
        permit: &Permit<Read>,
        until: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<()> {
        self.write(list::Mute {
            permit: permit.clone(),
            until,
            at,
        })
        .await
    }
}
