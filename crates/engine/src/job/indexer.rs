use std::sync::Arc;

use domain::Result;
use domain::event::Event;

use super::ear::Ear;
use super::follower::Follow;
use crate::Published;
use crate::engine::Inner;
use crate::port::{Document, Position};

/// Feeds the search index.
pub(super) struct Indexer;

impl Follow for Indexer {
    type Note = Document;

    const NAME: &'static str = "indexer";

    fn ear(inner: &Inner) -> &Ear<Document> {
        inner.heard.indexer()
    }

    fn note(_: &Inner, event: &Arc<Published>) -> Option<Document> {
        document(&event.event)
    }

    async fn position(&self, inner: &Inner) -> Result<Position> {
        inner.ports.search.position().await
    }

    async fn follow(&self, inner: &Inner, notes: Vec<Document>, end: Position) -> Result<()> {
        inner.metrics.indexed.add(notes.len() as u64);
        inner.ports.search.put(notes, end).await
    }
}

fn document(event: &Event) -> Option<Document> {
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
