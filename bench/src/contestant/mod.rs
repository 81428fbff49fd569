//! Who takes part: a program that is started, spoken to, measured and stopped here.

mod floor;
mod process;
mod switchboard;

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;

use crate::load::Speaker;
use crate::options::{Against, Door, Options, Scenario};
use crate::peer;
use crate::plan::Workshop;
use crate::population::Population;

pub(crate) use floor::Floor;
pub(crate) use process::Process;
pub(crate) use switchboard::Switchboard;

/// What a contestant is started for.
#[derive(Clone, Copy)]
pub(crate) struct Stage<'a> {
    /// Where populations are kept.
    pub(crate) workshop: &'a Workshop,
    /// A directory of its own, on a real disk, gone afterwards.
    pub(crate) directory: &'a Path,
    /// The accounts and conversations that must be there.
    pub(crate) population: &'a Population,
    /// By which door its clients come, where it has several.
    pub(crate) door: Door,
}

/// One who takes part.
pub(crate) trait Contestant {
    /// As the report calls it: one word.
    fn name(&self) -> &'static str;

    /// Its version, as it tells itself.
    fn version(&self) -> String;

    /// Its configuration, for the report. No path of this machine in it.
    fn settings(&self) -> String;

    /// Can it play this?
    fn plays(&self, scenario: Scenario) -> bool;

    /// Does it have our doors and conversations? The others play with one door alone.
    fn is_ours(&self) -> bool {
        false
    }

    /// Starts it on a free port of the loopback interface and waits until it is ready.
    fn start(&self, stage: &Stage<'_>) -> Result<Running>;

    /// Starts it on what is in the directory already. Only ours can be filled beforehand.
    fn resume(&self, directory: &Path) -> Result<Running> {
        anyhow::bail!("it cannot be started in {}", directory.display())
    }

    /// How many messages are in its log, when it has ended and left its files in `directory`;
    /// none when it keeps no log.
    fn stored(&self, directory: &Path) -> Result<Option<u64>> {
        let _ = directory;
        Ok(None)
    }
}

/// One that was started. It is stopped when this is dropped.
pub(crate) struct Running {
    /// Its processes.
    pub(crate) process: Process,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Makes who listens for user `n` on a new connection, by the door that was asked for.
    pub(crate) listener: Voice,
    /// Makes who sends for user `n` on a new connection.
    pub(crate) sender: Voice,
}

/// Makes who speaks for a user.
pub(crate) type Voice = Box<dyn Fn(usize) -> Box<dyn Speaker>>;

/// All that were asked for, ours first, in the order in which they take turns.
pub(crate) fn all(options: &Options) -> Result<Vec<Box<dyn Contestant>>> {
    let mut all: Vec<Box<dyn Contestant>> = vec![Box::new(Switchboard::find(options)?)];
    if options.compares(Against::Floor) {
        all.push(Box::new(Floor::new()?));
    }
    all.extend(peer::all(options));
    Ok(all)
}
