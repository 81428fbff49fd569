use async_trait::async_trait;
use domain::{Epoch, Result};
use engine::port::{Health, Storage};

use crate::{Backend, Store};

#[async_trait]
impl Storage for Store {
    fn epoch(&self) -> Epoch {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.epoch(),
        }
    }

    async fn health(&self) -> Health {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.health().await,
        }
    }

    async fn close(&self) -> Result<()> {
        self.search().close().await;
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.close().await,
        }
    }
}
