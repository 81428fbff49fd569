use std::collections::HashMap;
use std::sync::Arc;

use domain::permit::Read;
use domain::{ConversationId, Permit, Seq, UserId};
use parking_lot::Mutex;

use crate::engine::Inner;
use crate::handler::tell_marker;

/// How many may wait; more are dropped, and the devices tell them again.
const WAITING: usize = 100_000;

/// Delivered markers that wait to be written together: the latest for each member.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    waiting: Mutex<HashMap<(ConversationId, UserId), Waiting>>,
}

/// A marker and the permit to move it.
#[derive(Debug)]
struct Waiting {
    permit: Permit<Read>,
    seq: Seq,
}

impl Marks {
    pub(crate) fn put(&self, permit: Permit<Read>, seq: Seq) {
        let (Some(conversation), Some(actor)) = (permit.conversation(), permit.actor()) else {
            return;
        };
        let key = (conversation, actor.id);
        let mut waiting = self.waiting.lock();
        if let Some(held) = waiting.get_mut(&key) {
            held.seq = held.seq.max(seq);
            held.permit = permit;
        } else if waiting.len() < WAITING {
            waiting.insert(key, Waiting { permit, seq });
        }
    }
}

/// Writes the waiting markers and tells the other members. A permit that has gone stale is let
/// go: the device tells its marker again with the next message.
pub(super) async fn flush(inner: &Arc<Inner>) {
    let waiting = std::mem::take(&mut *inner.marks.waiting.lock());
    let now = inner.now();
    let mut writes = tokio::task::JoinSet::new();
    for ((conversation, _), Waiting { permit, seq }) in waiting {
        let inner = Arc::clone(inner);
        // Together, so that they share a commit.
        writes.spawn(async move {
            let marked = inner
                .ports
                .messages
                .mark(&permit, None, Some(seq), now)
                .await;
            if let (Ok(Some(marked)), Some(actor)) = (marked, permit.actor()) {
                tell_marker(&inner, conversation, actor, marked);
            }
        });
    }
    while writes.join_next().await.is_some() {}
}
