//! One connection: which HTTP it speaks, and serving it until it or the gateway goes.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};

use super::front;
use super::preface::{Version, Wire};
use super::request::Peer;
use crate::metrics::Refusal;
use crate::shared::{Phase, Shared, reached};

/// The routes, with what goes around them.
pub(crate) type Front = Router;

/// Streams of one HTTP/2 connection at once.
const STREAMS: u32 = 100;
/// How often an HTTP/2 connection shows a sign of life, and how long it has for the answer.
const H2_PING: Duration = Duration::from_secs(30);
const H2_PONG: Duration = Duration::from_secs(20);

/// Serves a connection. `stream` is anything that carries bytes: a socket, or TLS over one.
pub(crate) async fn serve<S>(stream: S, peer: Peer, shared: Arc<Shared>, front: Front)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut wire = Wire::new(stream, Arc::clone(&shared.metrics));
    let mut phase = shared.phase.clone();
    let version = tokio::select! {
        version = tokio::time::timeout(shared.settings.head_time, wire.version()) => version,
        () = reached(&mut phase, Phase::Draining) => return,
    };
    match version {
        Ok(Ok(Some(Version::Http1))) => http1(wire, peer, shared, front).await,
        Ok(Ok(Some(Version::Http2))) => http2(wire, peer, shared, front).await,
        Ok(Ok(None) | Err(_)) => {}
        Err(_) => shared.metrics.refused(Refusal::SlowHead),
    }
}

async fn http1<S>(wire: Wire<S>, peer: Peer, shared: Arc<Shared>, front: Front)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let settings = &shared.settings;
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(settings.head_time)
        .max_header_size(settings.head_bytes);
    let service = service_fn(|request: hyper::Request<Incoming>| {
        answer(request, peer.clone(), Arc::clone(&shared), front.clone())
    });
    let connection = builder
        .serve_connection(TokioIo::new(wire), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let mut phase = shared.phase.clone();
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
        shared.metrics.refused(Refusal::SlowHead);
    }
}

async fn http2<S>(wire: Wire<S>, peer: Peer, shared: Arc<Shared>, front: Front)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let head_bytes = u32::try_from(shared.settings.head_bytes).unwrap_or(u32::MAX);
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(head_bytes)
        .keep_alive_interval(H2_PING)
        .keep_alive_timeout(H2_PONG);
    let service = service_fn(|request: hyper::Request<Incoming>| {
        answer(request, peer.clone(), Arc::clone(&shared), front.clone())
    });
    let mut connection = pin!(builder.serve_connection(TokioIo::new(wire), service));
    let mut phase = shared.phase.clone();
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
    shared: Arc<Shared>,
    front: Front,
) -> Result<axum::response::Response, Infallible> {
    request.extensions_mut().insert(peer);
    Ok(front::answer(request.map(axum::body::Body::new), &shared, front).await)
}
