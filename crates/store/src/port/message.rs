use async_trait::async_trait;
use domain::event::Event;
use domain::message::{Amendment, Draft, MessageFacts, Span, Version};
use domain::permit::{Own, Post, Read, System};
use domain::reply::{Appended, Log, Sent};
use domain::{ConversationId, Permit, Result, Seq, Timestamp};
use engine::port::{HistoryPage, Marked, Messages};

use crate::Store;
use crate::op::{amend, append, history, log, mark};

#[async_trait]
impl Messages for Store {
    async fn append(&self, permit: &Permit<Post>, draft: Draft) -> Result<Sent> {
        self.write(append::Append {
            permit: permit.clone(),
            draft,
        })
        .await
    }

    async fn amend(&self, permit: &Permit<Amendment>) -> Result<Appended> {
        self.write(amend::Apply(permit.clone())).await
    }

    async fn facts(&self, permit: &Permit<Read>, message: Seq) -> Result<MessageFacts> {
        self.read(log::Facts {
            permit: permit.clone(),
            message,
        })
        .await
    }

    async fn history(
        &self,
        permit: &Permit<Read>,
        span: Span,
        limit: usize,
    ) -> Result<HistoryPage> {
        self.read(history::Turn {
            permit: permit.clone(),
            span,
            limit,
        })
        .await
    }

    async fn log(&self, permit: &Permit<Read>, after: Seq, limit: usize) -> Result<Log> {
        self.read(log::Piece {
            permit: permit.clone(),
            after,
            limit,
        })
        .await
    }

    async fn gap(
        &self,
        _permit: &Permit<System>,
        conversation: ConversationId,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<Event>> {
        self.read(log::Gap {
            conversation,
            after,
            limit,
        })
        .await
    }

    async fn versions(&self, permit: &Permit<Read>, message: Seq) -> Result<Vec<Version>> {
        self.read(log::Versions {
            permit: permit.clone(),
            message,
        })
        .await
    }

    async fn at(
        &self,
        permit: &Permit<Own>,
        places: &[(ConversationId, Seq)],
    ) -> Result<Vec<Event>> {
        self.read(log::At {
            permit: permit.clone(),
            places: places.to_vec(),
        })
        .await
    }

    async fn mark(
        &self,
        permit: &Permit<Read>,
        read: Option<Seq>,
        delivered: Option<Seq>,
        at: Timestamp,
    ) -> Result<Option<Marked>> {
        self.write(mark::Mark {
            permit: permit.clone(),
            read,
            delivered,
            at,
        })
        .await
    }

    async fn mark_unread(&self, permit: &Permit<Read>, at: Timestamp) -> Result<()> {
        self.write(mark::MarkUnread {
            permit: permit.clone(),
            at,
        })
        .await
    }
}
