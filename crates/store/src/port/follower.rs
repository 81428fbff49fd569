use async_trait::async_trait;
use domain::permit::System;
use domain::{Permit, Result};
use engine::port::{Followed, Followers, Position};

use crate::Store;
use crate::op::follower;

#[async_trait]
impl Followers for Store {
    async fn read(
        &self,
        _permit: &Permit<System>,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Followed>> {
        self.read(follower::Read { after, limit }).await
    }

    async fn position(&self, _permit: &Permit<System>, follower: &str) -> Result<Position> {
        self.read(follower::GetPosition(follower.to_owned())).await
    }

    async fn advance(
        &self,
        _permit: &Permit<System>,
        follower: &str,
        position: Position,
    ) -> Result<()> {
        self.write(follower::Advance {
            follower: follower.to_owned(),
            position,
        })
        .await
    }

    async fn end(&self, _permit: &Permit<System>) -> Result<Position> {
        self.read(follower::End).await
    }
}
