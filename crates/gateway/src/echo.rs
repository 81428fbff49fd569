//! A WebSocket that says everything back, over the same lines and frames as the doors: for suites
//! that test the framing. The server does not open it.

use std::io;
use std::sync::Arc;
use std::task::Context;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use wire::websocket::{accept_key, encode};

use crate::line::{Connection, Leave, Line, Peer, Progress, Shards, Silence, Talk, Turn};
use crate::listener::admission::{Admission, Counting};
use crate::listener::opening::{Beginning, Wire};
use crate::metrics::Metrics;
use crate::settings::Settings;
use crate::shared::Phase;
use crate::websocket::framing::{Framing, Message, Room};

/// The largest head of a request.
const HEAD_BYTES: usize = 16 * 1024;
/// How long a message may wait until it is taken.
const WRITE_TIME: Duration = Duration::from_mins(1);
/// Between two looks, in seconds.
const LOOK: u32 = 60;

/// Answers every message with itself, for ever. Messages may have so many bytes.
pub async fn serve(listener: TcpListener, message_bytes: usize) -> io::Result<()> {
    let (_phase, follow) = watch::channel(Phase::Open);
    let metrics = Arc::new(Metrics::default());
    let settings = Settings {
        threads: Some(1),
        write_time: WRITE_TIME,
        ..Settings::default()
    };
    let shards = Shards::start((&settings, &metrics), &follow)?;
    let admission = Admission::new(1000, 1000, metrics);
    loop {
        let (stream, address) = listener.accept().await?;
        let Ok(place) = admission.admit(address.ip(), Counting::Party) else {
            continue;
        };
        let shard = Arc::clone(shards.next());
        let peer = Peer {
            place: Arc::new(place),
            shard: Arc::clone(&shard),
        };
        let stream = stream.into_std()?;
        shard.spawn(async move {
            // A client that makes no WebSocket of it is left.
            let _ = begin(stream, peer, message_bytes).await;
        });
    }
}

/// Shakes hands.
async fn begin(stream: std::net::TcpStream, peer: Peer, message_bytes: usize) -> io::Result<()> {
    let stream = TcpStream::from_std(stream)?;
    let mut wire = Wire::new(stream, Vec::new(), Arc::clone(&peer.place));
    let Some(Beginning::Live {
        request, length, ..
    }) = wire.begin(&["/"], HEAD_BYTES).await?
    else {
        return Ok(());
    };
    let (mut stream, unread) = wire.into_parts(length);
    let Some(key) = request.headers().get("sec-websocket-key") else {
        let refusal = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
        return stream.write_all(refusal).await;
    };
    let accept = accept_key(key.as_bytes());
    let mut first = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\
        connection: Upgrade\r\nsec-websocket-accept: "
        .to_vec();
    first.extend_from_slice(&accept);
    first.extend_from_slice(b"\r\n\r\n");
    let connection = Connection {
        stream,
        unread,
        peer,
    };
    Line::begin(connection, Echo(Framing::new(message_bytes)), first);
    Ok(())
}

/// Says everything back.
struct Echo(Framing);

impl Talk for Echo {
    fn begin(&mut self, turn: &mut Turn<'_>) {
        turn.look_in(LOOK);
    }

    fn take(
        &mut self,
        bytes: &mut [u8],
        _: &mut Context<'_>,
        turn: &mut Turn<'_>,
    ) -> Result<usize, Leave> {
        self.0.take(bytes, turn.out, |message, out| {
            match message {
                Message::Text(text) => encode::text(out, &[text.as_bytes()]),
                Message::Binary(bytes) => encode::binary(out, &[bytes]),
            }
            Ok(Room::Yes)
        })
    }

    fn has_room(&self) -> bool {
        true
    }

    fn go_on(&mut self, _: &mut Context<'_>, _: &mut Turn<'_>) -> Result<Progress, Leave> {
        Ok(Progress::Waits)
    }

    fn beat(&mut self, _: Silence, turn: &mut Turn<'_>) -> Result<(), Leave> {
        turn.look_in(LOOK);
        Ok(())
    }
}
