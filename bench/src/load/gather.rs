//! Bringing many sessions up.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::{Heard, LineId, Opening, Speaker, Swarm};

/// Connections that may be on their way at once: below the queue of any listening socket.
const UNDER_WAY: usize = 100;

/// Connects all of them and waits until each session is there.
pub(crate) fn gather(
    swarm: &mut Swarm,
    to: SocketAddr,
    speakers: impl Iterator<Item = Box<dyn Speaker>>,
    patience: Duration,
) -> Result<Vec<LineId>> {
    let (end, first) = (Instant::now() + patience, swarm.len());
    let (mut begun, mut ready) = (0, 0);
    let mut speakers = speakers.fuse();
    let mut more = true;
    while more || ready < begun {
        while more && begun - ready < UNDER_WAY {
            match speakers.next() {
                Some(speaker) => begun += usize::from(swarm.connect(to, speaker)? >= first),
                None => more = false,
            }
        }
        swarm.turn(|_, heard, _| {
            if matches!(heard, Heard::Ready(Opening::New)) {
                ready += 1;
            }
        })?;
        swarm.is_whole()?;
        if Instant::now() > end {
            bail!("only {ready} sessions came up in {} s", patience.as_secs());
        }
    }
    Ok((first..first + begun).collect())
}
