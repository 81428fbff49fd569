use async_trait::async_trait;
use domain::command::Cursor;
use domain::notification::{Item, Thread};
use domain::permit::{Own, System};
use domain::reply::Page;
use domain::{Permit, Result, ThreadId, Timestamp};
use engine::port::{Notifications, Position};

use crate::Store;
use crate::op::{notify, thread};

#[async_trait]
impl Notifications for Store {
    async fn notify(
        &self,
        _permit: &Permit<System>,
        items: Vec<Item>,
        position: Option<Position>,
    ) -> Result<()> {
        self.write(notify::Notify { items, position }).await
    }

    async fn threads(
        &self,
        permit: &Permit<Own>,
        unseen: bool,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<Thread>> {
        let cursor = cursor.cloned();
        self.read(thread::Threads {
            permit: permit.clone(),
            unseen,
            cursor,
            limit,
        })
        .await
    }

    async fn unseen(&self, permit: &Permit<Own>) -> Result<u64> {
        self.read(thread::Unseen(permit.clone())).await
    }

    async fn see(&self, permit: &Permit<Own>, threads: &[ThreadId], at: Timestamp) -> Result<()> {
        self.write(notify::See {
            permit: permit.clone(),
            threads: threads.to_vec(),
            at,
        })
        .await
    }
}
