//! Accepting connections.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::admission::{Admission, Counting};
use super::serve::{House, serve};
use crate::line::{Connection, Peer, Shards};
use crate::metrics::Refusal;
use crate::shared::{Phase, reached};

/// The first pause after accepting failed for want of something; it doubles up to the second.
const PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How many refused connections are told so at once; more are dropped without a word.
const FAREWELLS: usize = 64;
/// How long a farewell takes at most.
const FAREWELL: Duration = Duration::from_secs(1);
/// How long the kernel keeps trying to get bytes to a peer that does not acknowledge them.
const USER_TIMEOUT: Duration = Duration::from_mins(1);
/// After how much silence the kernel asks whether the peer is still there.
const KEEP_ALIVE: Duration = Duration::from_mins(1);

/// What accepting needs.
#[derive(Debug)]
pub(crate) struct Reception {
    pub(crate) house: Arc<House>,
    pub(crate) admission: Arc<Admission>,
    pub(crate) shards: Arc<Shards>,
    /// For those who are told that there is no place.
    pub(crate) farewells: Arc<Semaphore>,
}

impl Reception {
    /// With these parts.
    pub(crate) fn new(house: Arc<House>, admission: Arc<Admission>, shards: Arc<Shards>) -> Self {
        Self {
            house,
            admission,
            shards,
            farewells: Arc::new(Semaphore::new(FAREWELLS)),
        }
    }

    /// Accepts until the gateway drains.
    pub(crate) async fn run(self: Arc<Self>, listener: TcpListener) {
        let mut phase = self.house.shared.phase.clone();
        let mut pause = Burst::default();
        loop {
            let accepted = tokio::select! {
                biased;
                () = reached(&mut phase, Phase::Draining) => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, address)) => {
                    pause.over();
                    self.welcome(stream, address);
                }
                Err(error) => {
                    self.house.shared.metrics.accept_failed();
                    if let Some(time) = pause.failed(&error) {
                        tokio::time::sleep(time).await;
                    }
                }
            }
        }
    }

    /// Gives a connection its place and its thread, or sees it off.
    fn welcome(&self, stream: TcpStream, address: SocketAddr) {
        let socket = address.ip().to_canonical();
        let counting = if self.house.shared.settings.trusts(socket) {
            Counting::Proxy
        } else {
            Counting::Party
        };
        match self.admission.admit(socket, counting) {
            Ok(place) => {
                tune(&stream);
                let peer = Peer {
                    place: Arc::new(place),
                    shard: Arc::clone(self.shards.next()),
                };
                self.hand_over(stream, peer);
            }
            Err(why) => {
                self.house.shared.metrics.refused(why);
                if let Ok(permit) = Arc::clone(&self.farewells).try_acquire_owned() {
                    tokio::spawn(async move {
                        let _permit = permit;
                        let _ = tokio::time::timeout(FAREWELL, farewell(stream, why)).await;
                    });
                }
            }
        }
    }

    /// From this thread to the connection's own.
    fn hand_over(&self, stream: TcpStream, peer: Peer) {
        // It fails only when the socket cannot be taken off this thread's poller: it is closed then.
        let Ok(stream) = stream.into_std() else {
            return;
        };
        let house = Arc::clone(&self.house);
        let shard = Arc::clone(&peer.shard);
        shard.spawn(async move {
            if let Ok(stream) = TcpStream::from_std(stream) {
                let unread = Vec::new();
                let connection = Connection {
                    stream,
                    unread,
                    peer,
                };
                serve(connection, house).await;
            }
        });
    }
}

/// Tells a connection that there is no place for it, in HTTP, and waits for it to go: closing at
/// once would throw the answer away when the request is still on its way.
async fn farewell(mut stream: TcpStream, why: Refusal) -> io::Result<()> {
    let (status, code, detail) = match why {
        Refusal::Address => (
            "429 Too Many Requests",
            "limited",
            "too many connections from this address; close some, or try again later",
        ),
        Refusal::Connections
        | Refusal::SlowHead
        | Refusal::Unauthenticated
        | Refusal::Protocol
        | Refusal::SlowReader
        | Refusal::Silent => (
            "503 Service Unavailable",
            "unavailable",
            "this server has no place for another connection; try again later",
        ),
    };
    let body = format!(
        "{{\"type\":\"/docs#{code}\",\"title\":\"Too many connections\",\"status\":{},\
         \"detail\":\"{detail}\",\"code\":\"{code}\"}}",
        &status[..3]
    );
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/problem+json\r\nContent-Length: {}\r\n\
         Retry-After: 5\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await?;
    stream.shutdown().await?;
    let mut rest = [0; 1024];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}

/// Sends small frames at once, and notices a peer that is gone. A socket that refuses works on
/// without: the pings of the doors notice as well.
fn tune(stream: &TcpStream) {
    let _ = stream.set_nodelay(true);
    let socket = SockRef::from(stream);
    let _ = socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEP_ALIVE));
    #[cfg(target_os = "linux")]
    let _ = socket.set_tcp_user_timeout(Some(USER_TIMEOUT));
}

/// A run of failures to accept.
#[derive(Debug, Default)]
struct Burst {
    pause: Option<Duration>,
}

impl Burst {
    /// How long to wait before trying again. A peer that went away while it waited is not worth a
    /// pause; being out of file descriptors or memory is, and is logged once for the run.
    fn failed(&mut self, error: &io::Error) -> Option<Duration> {
        if matches!(
            error.kind(),
            io::ErrorKind::ConnectionAborted
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::Interrupted
        ) {
            return None;
        }
        let pause = match self.pause {
            None => {
                tracing::error!(%error, "accepting connections fails; it is tried again");
                PAUSE
            }
            Some(last) => (last * 2).min(LONGEST_PAUSE),
        };
        self.pause = Some(pause);
        Some(pause)
    }

    fn over(&mut self) {
        if self.pause.take().is_some() {
            tracing::info!("accepting connections works again");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_failures_pauses_longer_and_ends_with_a_success() {
        let mut burst = Burst::default();
        let full = io::Error::from_raw_os_error(24);
        assert_eq!(burst.failed(&full), Some(PAUSE));
        assert_eq!(burst.failed(&full), Some(PAUSE * 2));
        for _ in 0..20 {
            burst.failed(&full);
        }
        assert_eq!(burst.failed(&full), Some(LONGEST_PAUSE));
        burst.over();
        assert_eq!(burst.failed(&full), Some(PAUSE));
    }

    #[test]
    fn a_peer_that_went_away_is_no_reason_to_wait() {
        let gone = io::Error::from(io::ErrorKind::ConnectionAborted);
        assert_eq!(Burst::default().failed(&gone), None);
    }
}
