use domain::Result;

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
    let (text, rewritten) = (event.body.text(), event.body.rewritten());
    if text.is_none() && rewritten.is_none() {
        return None;
    }
    Some(Document {
        conversation: event.conversation,
        seq: rewritten.unwrap_or(event.seq),
        sender: event.sender.as_ref().map(|sender| sender.id),
        at: event.at.millis(),
        // A text that was retracted since reads as empty: there is nothing to find.
        text: text
            .map(|text| text.as_str().to_owned())
            .filter(|text| !text.is_empty()),
    })
}
