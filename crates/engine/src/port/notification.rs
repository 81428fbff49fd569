use async_trait::async_trait;
use domain::command::Cursor;
use domain::notification::{Item, Thread};
use domain::permit::{Own, System};
use domain::reply::Page;
use domain::{Permit, Result, ThreadId, Timestamp};

use super::Position;

/// Notifications, grouped in threads.
///
/// Contact requests and invitations are put here by the change that causes them; mentions,
/// messages and reactions by the notifier, which follows the log.
#[async_trait]
pub trait Notifications: Send + Sync {
    /// Puts items in their threads (each joins the thread of its user, kind and subject, or opens
    /// one), puts one `NotificationChanged` a thread in the feeds, and moves the notifier's
    /// position, all together: an item is stored once, whatever crashes when.
    ///
    /// Left out are mentions and messages that their user has read already or may not read, items
    /// whose actor their user blocks, and `Message` items of conversations that their user muted.
    /// An item about a message that was retracted shows nothing of it.
    async fn notify(
        &self,
        permit: &Permit<System>,
        items: Vec<Item>,
        position: Option<Position>,
    ) -> Result<()>;

    /// One's own threads, newest first.
    async fn threads(
        &self,
        permit: &Permit<Own>,
        unseen: bool,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<Thread>>;

    /// Unseen items in all of one's threads.
    async fn unseen(&self, permit: &Permit<Own>) -> Result<u64>;

    /// Marks threads (all when empty) as seen and puts `NotificationSeen` in the feed when that
    /// changed something. Unknown ids are ignored.
    async fn see(&self, permit: &Permit<Own>, threads: &[ThreadId], at: Timestamp) -> Result<()>;
}
