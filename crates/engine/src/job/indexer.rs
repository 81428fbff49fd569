use domain::event::EventBody;
use domain::text::MessageText;
use domain::{Result, Seq};

use super::follower::Follow;
use crate::engine::Inner;
use crate::port::{Document, Followed, Position};

/// Feeds the search index.
pub(super) struct Indexer;

impl Follow for Indexer {
    const NAME: &'static str = "indexer";

    async fn position(&self, inner: &Inner) -> Result<Position> {
        inner.ports.search.position().await
    }

    async fn follow(&self, inner: &Inner, page: Vec<Followed>) -> Result<()> {
        let Some(position) = page.last().map(|followed| followed.position) else {
            return Ok(());
        };
        let documents: Vec<Document> = page.into_iter().filter_map(document).collect();
        inner.metrics.indexed.add(documents.len() as u64);
        inner.ports.search.put(documents, position).await
    }
}

fn document(followed: Followed) -> Option<Document> {
    let event = followed.event;
    let (seq, text): (Seq, Option<MessageText>) = match event.body {
        EventBody::MessageCreated(message) => (event.seq, Some(message.text)),
        EventBody::MessageEdited { message, text, .. } => (message, Some(text)),
        EventBody::MessageRetracted { message } => (message, None),
        EventBody::ReactionAdded { .. }
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
        | EventBody::ConversationMuted { .. } => return None,
    };
    Some(Document {
        conversation: event.conversation,
        seq,
        sender: event.sender.map(|sender| sender.id),
        at: event.at.millis(),
        // A text that was retracted since reads as empty: there is nothing to find.
        text: text
            .map(|text| text.as_str().to_owned())
            .filter(|text| !text.is_empty()),
    })
}
