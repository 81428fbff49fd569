//! Our own store, through the port by which the server appends, with the conversations that the
//! server has in the same scenario.

use std::path::PathBuf;
use std::rc::Rc;

use anyhow::Result;
use domain::message::{Draft, Extensions};
use domain::permit::Post;
use domain::text::MessageText;
use domain::{ClientId, Permit};
use engine::port::{Messages as _, Storage as _};
use store::Store;

use super::{Options, Writer};
use crate::load::text;
use crate::population::Population;
use crate::prepare;

/// An open store, and who may write where.
pub(super) struct Appender {
    data: PathBuf,
    store: Store,
    /// Each user's.
    permits: Vec<Vec<Permit<Post>>>,
}

/// Fills a new store.
pub(super) fn fill(options: &Options) -> Result<()> {
    prepare::fill(&population(options), &options.directory)
}

/// Opens it.
pub(super) async fn open(options: &Options) -> Result<Rc<Appender>> {
    let data = options.directory.clone();
    let store = prepare::open(&data).await?;
    let permits = prepare::writers(&store, &population(options)).await?;
    Ok(Rc::new(Appender {
        data,
        store,
        permits,
    }))
}

impl Writer for Appender {
    async fn write(&self, user: usize, number: u64) -> Result<()> {
        let permits = &self.permits[user];
        let permit = &permits[usize::try_from(number)? % permits.len()];
        let draft = Draft {
            client_id: client_id(number),
            text: MessageText::from_stored(text(number)),
            reply_to: None,
            mentions: Vec::new(),
            extensions: Extensions::default(),
            at: prepare::now(),
        };
        self.store.append(permit, draft).await?;
        Ok(())
    }
}

impl Appender {
    /// Closes the store and checks that everything is there.
    pub(super) async fn close(&self, acknowledged: u64) -> Result<()> {
        self.store.close().await?;
        super::must_be(prepare::messages(&self.data)?, acknowledged)
    }
}

fn population(options: &Options) -> Population {
    Population {
        users: options.users,
        direct: options.direct,
        ..Population::default()
    }
}

/// Ordered by time, as the ids of real clients are (RFC 9562 §5.7).
fn client_id(number: u64) -> ClientId {
    let number = u128::from(number);
    ClientId((number << 80 | 0x7000 << 64 | 0x8000 << 48 | number).to_be_bytes())
}
