//! The opening handshake (RFC 6455 §4.2), and who may pass it.

use std::sync::Arc;

use domain::Error;
use engine::{Cursor, Session};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use wire::native::SUBPROTOCOL;

use crate::listener::problem::{Outcome, Problem};
use crate::listener::request::{Peer, bearer, query};
use crate::listener::route::Call;
use crate::shared::Shared;

/// Entries of the subprotocol list that begin so carry a token: the only header a page can set.
const BEARER: &str = "bearer.";

/// Whose connection it will be.
#[derive(Debug)]
pub(super) enum Ticket {
    /// Known already.
    Known(Box<Session>),
    /// The token in the subprotocol list was refused. A page cannot see the status of a failed
    /// handshake, so it is told by a close code.
    Refused(Error),
    /// The first frame has to say.
    FirstFrame,
}

/// Answers a request for a WebSocket, and starts the connection's task.
pub(super) async fn open(mut call: Call) -> Outcome {
    let headers = call.request.headers();
    let key = upgrade_key(call.request.method(), headers)?;
    same_site(&call.shared, headers)?;
    let offered = offered(headers);
    if !offered.is_empty() && !offered.contains(&SUBPROTOCOL) {
        return Err(Problem::invalid(format!(
            "none of the offered subprotocols is spoken here; offer {SUBPROTOCOL}"
        )));
    }
    let ticket = ticket(&call.shared, headers, &offered).await?;
    let resume = resume(&call)?;
    let protocol = offered.contains(&SUBPROTOCOL);
    let accept = derive_accept_key(key.as_bytes());
    let upgrade = hyper::upgrade::on(&mut call.request);
    let peer = call
        .request
        .extensions()
        .get::<Peer>()
        .map(|peer| Arc::clone(&peer.place));
    let shared = call.shared;
    tokio::spawn(async move {
        let _place = peer;
        if let Ok(upgraded) = upgrade.await {
            super::driver::run(shared, upgraded, ticket, resume).await;
        }
    });
    Ok(switching(&accept, protocol))
}

fn switching(accept: &str, protocol: bool) -> axum::response::Response {
    let mut response = axum::response::Response::default();
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    let accept = HeaderValue::from_str(accept).expect("Base64 is visible ASCII");
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    if protocol {
        let name = HeaderValue::from_static(SUBPROTOCOL);
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, name);
    }
    response
}

/// The key of a request that asks for a WebSocket as RFC 6455 §4.2.1 wants it.
fn upgrade_key(method: &Method, headers: &HeaderMap) -> Result<String, Problem> {
    let names = |name: HeaderName, word: &str| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| {
                value
                    .split(',')
                    .any(|part| part.trim().eq_ignore_ascii_case(word))
            })
    };
    if method != Method::GET
        || !names(header::CONNECTION, "upgrade")
        || !names(header::UPGRADE, "websocket")
    {
        return Err(Problem::upgrade());
    }
    if headers
        .get(header::SEC_WEBSOCKET_VERSION)
        .is_none_or(|version| version != "13")
    {
        return Err(Problem::upgrade());
    }
    let key = headers
        .get(header::SEC_WEBSOCKET_KEY)
        .and_then(|key| key.to_str().ok());
    // 16 bytes in Base64.
    key.filter(|key| key.len() == 24 && key.ends_with("=="))
        .map(ToOwned::to_owned)
        .ok_or_else(|| Problem::invalid("Sec-WebSocket-Key has to be 16 bytes in Base64"))
}

/// A page may open a WebSocket to its own host, or when its origin is on the list (RFC 6455
/// §10.2). Who sends no `Origin` is no page.
fn same_site(shared: &Shared, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().unwrap_or_default();
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    if authority.is_some() && authority == host || shared.settings.allows_origin(origin) {
        return Ok(());
    }
    Err(Error::Denied {
        reason: "pages of this origin may not connect; an operator can allow it",
    }
    .into())
}

/// The subprotocols that the client offers.
fn offered(headers: &HeaderMap) -> Vec<&str> {
    headers
        .get_all(header::SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect()
}

async fn ticket(shared: &Shared, headers: &HeaderMap, offered: &[&str]) -> Result<Ticket, Problem> {
    if let Some(token) = bearer(headers) {
        let session = shared.engine.authenticate(token).await?;
        return Ok(Ticket::Known(Box::new(session)));
    }
    let Some(token) = offered.iter().find_map(|name| name.strip_prefix(BEARER)) else {
        return Ok(Ticket::FirstFrame);
    };
    Ok(match shared.engine.authenticate(token).await {
        Ok(session) => Ticket::Known(Box::new(session)),
        Err(error) => Ticket::Refused(error),
    })
}

/// The cursor of `?resume=`.
fn resume(call: &Call) -> Result<Option<Cursor>, Problem> {
    let parameters = query(call.request.uri());
    let resume = parameters.iter().find(|(name, _)| name == "resume");
    Ok(resume.map(|(_, cursor)| cursor.parse()).transpose()?)
}
