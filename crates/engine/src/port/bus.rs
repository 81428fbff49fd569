use std::sync::Arc;

use domain::event::{Event, Signal};
use domain::{SessionId, UserId};
use tokio::sync::mpsc;

use crate::Published;

/// What the bus carries. A notice may be lost, doubled or late: the log is the truth.
#[derive(Debug, Clone)]
pub enum Notice {
    /// Events of one commit, in order; those of a conversation in the order of its log and without
    /// holes. Each is shared from here to the last mailbox.
    Committed(Arc<[Arc<Published>]>),
    /// A signal for the members of its conversation, or (presence) for these users.
    Signal {
        /// What.
        signal: Signal,
        /// To whom; `None`: the members of the signal's conversation, without its user.
        to: Option<Arc<[UserId]>>,
    },
    /// These sessions ended.
    Ended(Arc<[SessionId]>),
}

impl Notice {
    /// Tells of the events of one commit.
    pub fn committed(events: impl IntoIterator<Item = Event>) -> Self {
        Self::Committed(Published::all(events))
    }

    /// The same of events whose places in the commit order are known.
    pub fn in_order(events: impl IntoIterator<Item = Published>) -> Self {
        Self::Committed(events.into_iter().map(Arc::new).collect())
    }
}

/// How nodes meet. In one process it is a queue; publishing never blocks and never fails.
pub trait Bus: Send + Sync {
    /// Gives a notice to every subscriber on every node, this one included, in the order of
    /// publishing as far as one publisher is concerned.
    fn publish(&self, notice: Notice);

    /// What is published from now on. The queue is bounded; a subscriber that is too slow loses
    /// notices and heals from the log.
    fn subscribe(&self) -> mpsc::Receiver<Notice>;

    /// How many notices were lost for a slow subscriber, since the start.
    fn lost(&self) -> u64;
}
