//! Many sessions held by a process of their own, for runs that need more sockets than one process
//! may have.

use std::io::{BufRead as _, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::load::{Swarm, gather};
use crate::native;
use crate::options::Door;

/// How long the sessions may take to come up.
const PATIENCE: Duration = Duration::from_mins(15);
/// How often it is looked whether they have to go.
const LOOK: Duration = Duration::from_millis(100);
/// What is said when all sessions are there.
pub(crate) const READY: &str = "all there";

/// Which sessions, and where.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Where the server listens.
    address: SocketAddr,
    /// So many sessions, of the first users.
    #[arg(long)]
    sessions: usize,
    /// By which door.
    #[arg(long, value_enum, default_value_t = Door::Websocket)]
    door: Door,
}

/// Brings the sessions up, says so, and holds them until its input ends.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut swarm = Swarm::new()?;
    let speakers = (0..options.sessions).map(|user| native::speaker(options.door, user));
    gather(&mut swarm, options.address, speakers, PATIENCE)?;
    println!("{READY}");
    std::io::stdout().flush()?;
    let over = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&over);
    std::thread::spawn(move || {
        let _ = std::io::stdin().lock().lines().count();
        told.store(true, Ordering::Relaxed);
    });
    while !over.load(Ordering::Relaxed) {
        swarm.run_for(LOOK)?;
        swarm.is_whole()?;
    }
    Ok(())
}
