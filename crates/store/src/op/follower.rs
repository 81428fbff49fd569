//! Those who follow the whole log.

use domain::UserId;
use engine::port::{Followed, Position};

use crate::failure::Outcome;
use crate::statement::{event, system as sql};
use crate::stored::{Raw, assemble};
use crate::transaction::{Operation, Transaction};
use crate::value::{count, params};

/// Where a follower stands.
pub(crate) async fn position<T: Transaction>(tx: &mut T, follower: &str) -> Outcome<Position> {
    let row = tx.first(sql::FOLLOWER, params![follower]).await?;
    Ok(Position(row.map_or(Ok(0), |row| row.int(0))?))
}

/// Moves a follower.
pub(crate) async fn advance<T: Transaction>(
    tx: &mut T,
    follower: &str,
    position: Position,
) -> Outcome<()> {
    tx.execute(sql::SET_FOLLOWER, params![follower, position.0])
        .await?;
    Ok(())
}

/// Where the peer stands, behind the columns of the event.
const PEER: usize = 11;

/// [`engine::port::Followers::read`].
pub(crate) struct Read {
    pub(crate) after: Position,
    pub(crate) limit: usize,
}

impl Operation for Read {
    type Output = Vec<Followed>;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Vec<Followed>> {
        let rows = tx
            .query(event::FOLLOW, params![self.after.0, count(self.limit)])
            .await?;
        let mut peers = Vec::with_capacity(rows.len());
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            peers.push(row.opt_int(PEER)?.map(UserId::new));
            found.push(Raw::read(row, 0)?);
        }
        let positions: Vec<Position> = found.iter().map(|row| Position(row.position)).collect();
        let events = assemble(tx, found).await?;
        let followed = positions.into_iter().zip(events).zip(peers);
        Ok(followed
            .map(|((position, event), peer)| Followed {
                position,
                event,
                peer,
            })
            .collect())
    }
}

/// [`engine::port::Followers::position`].
pub(crate) struct GetPosition(pub(crate) String);

impl Operation for GetPosition {
    type Output = Position;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Position> {
        position(tx, &self.0).await
    }
}

/// [`engine::port::Followers::advance`].
pub(crate) struct Advance {
    pub(crate) follower: String,
    pub(crate) position: Position,
}

impl Operation for Advance {
    type Output = ();

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<()> {
        advance(tx, &self.follower, self.position).await
    }
}

/// [`engine::port::Followers::end`].
pub(crate) struct End;

impl Operation for End {
    type Output = Position;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<Position> {
        let row = tx.first(event::END, params![]).await?;
        Ok(Position(
            row.map(|row| row.opt_int(0))
                .transpose()?
                .flatten()
                .unwrap_or(0),
        ))
    }
}
