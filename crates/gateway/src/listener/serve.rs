//! One connection: who speaks on it, and HTTP until it or the gateway goes.

use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;

use super::front;
use super::opening::{Beginning, Wire};
use crate::line::{Connection, Peer};
use crate::metrics::Refusal;
use crate::shared::{Phase, Shared, reached};

/// The routes, with what goes around them.
pub(crate) type Front = Router;

/// What a connection carries under HTTP/1.1.
pub(crate) type Carrier = TokioIo<Wire<TcpStream>>;

/// Streams of one HTTP/2 connection at once.
const STREAMS: u32 = 100;
/// How often an HTTP/2 connection shows a sign of life, and how long it has for the answer.
const H2_PING: Duration = Duration::from_secs(30);
const H2_PONG: Duration = Duration::from_secs(20);

/// What a connection is served with.
#[derive(Debug)]
pub(crate) struct House {
    pub(crate) shared: Arc<Shared>,
    pub(crate) front: Front,
    /// The doors that keep a connection, with their paths beside them.
    pub(crate) live: &'static [Live],
    pub(crate) live_paths: Vec<&'static str>,
}

/// A door that keeps the connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Live {
    pub(crate) path: &'static str,
    pub(crate) open: fn(Knock) -> Opening,
}

/// A request for a door that keeps the connection.
#[derive(Debug)]
pub(crate) struct Knock {
    pub(crate) house: Arc<House>,
    pub(crate) request: Box<hyper::Request<()>>,
}

/// Begins the line; none when the request goes the long way, where it is told what is wrong.
pub(crate) type Opening = Pin<Box<dyn Future<Output = Option<Begin>> + Send>>;

/// Takes the connection over.
pub(crate) type Begin = Box<dyn FnOnce(Connection) + Send>;

/// Serves a connection, from its first request or from one that follows a poll.
pub(crate) async fn serve(connection: Connection, house: Arc<House>) {
    let Connection {
        stream,
        unread,
        peer,
    } = connection;
    let shared = &house.shared;
    let mut wire = Wire::new(stream, unread, Arc::clone(&peer.place));
    let mut phase = shared.phase.clone();
    let settings = &shared.settings;
    let beginning = wire.begin(&house.live_paths, settings.head_bytes);
    let beginning = tokio::select! {
        beginning = tokio::time::timeout(settings.head_time, beginning) => beginning,
        () = reached(&mut phase, Phase::Draining) => return,
    };
    match beginning {
        Ok(Ok(Some(Beginning::Http1))) => Box::pin(http1(wire, peer, house)).await,
        Ok(Ok(Some(Beginning::Http2))) => Box::pin(http2(wire, peer, house)).await,
        Ok(Ok(Some(Beginning::Live {
            path,
            request,
            length,
        }))) => {
            let knock = Knock {
                house: Arc::clone(&house),
                request,
            };
            match (house.live[path].open)(knock).await {
                Some(begin) => {
                    let (stream, unread) = wire.into_parts(length);
                    begin(Connection {
                        stream,
                        unread,
                        peer,
                    });
                }
                None => Box::pin(http1(wire, peer, house)).await,
            }
        }
        Ok(Ok(None) | Err(_)) => {}
        Err(_) => shared.metrics.refused(Refusal::SlowHead),
    }
}

async fn http1(wire: Wire<TcpStream>, peer: Peer, house: Arc<House>) {
    let settings = &house.shared.settings;
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(settings.head_time)
        .max_header_size(settings.head_bytes);
    let service = service_fn(|request| answer(request, peer.clone(), Arc::clone(&house)));
    let connection = builder
        .serve_connection(TokioIo::new(wire), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let mut phase = house.shared.phase.clone();
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = reached(&mut phase, Phase::Draining) => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                served = connection => served,
                () = reached(&mut phase, Phase::Cut) => return,
            }
        }
    };
    if served.is_err_and(|error| error.is_timeout()) {
        house.shared.metrics.refused(Refusal::SlowHead);
    }
}

async fn http2(wire: Wire<TcpStream>, peer: Peer, house: Arc<House>) {
    let head_bytes = u32::try_from(house.shared.settings.head_bytes).unwrap_or(u32::MAX);
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(head_bytes)
        .keep_alive_interval(H2_PING)
        .keep_alive_timeout(H2_PONG);
    let service = service_fn(|request| answer(request, peer.clone(), Arc::clone(&house)));
    let mut connection = pin!(builder.serve_connection(TokioIo::new(wire), service));
    let mut phase = house.shared.phase.clone();
    tokio::select! {
        _ = connection.as_mut() => {}
        () = reached(&mut phase, Phase::Draining) => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                _ = connection => {}
                () = reached(&mut phase, Phase::Cut) => {}
            }
        }
    }
}

async fn answer(
    mut request: hyper::Request<Incoming>,
    peer: Peer,
    house: Arc<House>,
) -> Result<axum::response::Response, Infallible> {
    request.extensions_mut().insert(peer);
    let request = request.map(axum::body::Body::new);
    Ok(front::answer(request, &house.shared, house.front.clone()).await)
}
