use async_trait::async_trait;
use domain::{ConversationId, Result, Seq, UserId};

use super::Position;

/// The full-text index: separate from the log, fed by following it, deleted and built again at
/// will. It knows words only, no permission; its answers are candidates that the engine checks.
#[async_trait]
pub trait SearchIndex: Send + Sync {
    /// Up to where the log is indexed.
    async fn position(&self) -> Result<Position>;

    /// Replaces or (with no text) removes documents, and moves the position, together. Replacing
    /// keeps the sender and the time of the document that was there.
    async fn put(&self, documents: Vec<Document>, position: Position) -> Result<()>;

    /// Where the query's words stand in a text: start and end in UTF-16 code units, in order, at
    /// most 50. Pure.
    fn marks(&self, query: &str, text: &str) -> Vec<(u32, u32)>;

    /// Forgets everything and starts at the beginning.
    async fn clear(&self) -> Result<()>;

    /// Places of messages that hold all the words (the last one as a beginning), newest first.
    async fn query(&self, query: SearchQuery) -> Result<Vec<FoundAt>>;
}

/// A message's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Where.
    pub conversation: ConversationId,
    /// The place.
    pub seq: Seq,
    /// Who wrote it.
    pub sender: Option<UserId>,
    /// When, in milliseconds.
    pub at: i64,
    /// The text; none removes the document.
    pub text: Option<String>,
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchQuery {
    /// As the user wrote it.
    pub text: String,
    /// Only in these, up to these places. Sorted by id.
    pub within: Vec<(ConversationId, Seq)>,
    /// Only from this user.
    pub sender: Option<UserId>,
    /// Only documents that come after this one in the answer's order.
    pub after: Option<FoundAt>,
    /// At most so many.
    pub limit: usize,
}

/// A place that was found. The answer is ordered by `(at, conversation, seq)`, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundAt {
    /// When it was written, in milliseconds.
    pub at: i64,
    /// Where.
    pub conversation: ConversationId,
    /// The place.
    pub seq: Seq,
}
