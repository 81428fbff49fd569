//! The opening handshake (RFC 6455 §4.2), and who may pass it.

use std::sync::Arc;

use domain::Error;
use engine::{Cursor, Session};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Response, StatusCode, Uri};
use wire::native::SUBPROTOCOL;
use wire::websocket::accept_key;

use super::talk::WebSocket;
use crate::line::{Connection, Line, Peer};
use crate::listener::front::Asker;
use crate::listener::problem::{Outcome, Problem};
use crate::listener::request::{bearer, query};
use crate::listener::route::Call;
use crate::listener::serve::{Begin, Carrier, Knock};
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

/// Who comes in, and how they are answered.
struct Admitted {
    ticket: Ticket,
    resume: Option<Cursor>,
    accept: HeaderValue,
    /// The subprotocol was offered.
    protocol: bool,
}

/// Decides on a request for a WebSocket.
async fn admit(
    shared: &Shared,
    (method, uri, headers): (&Method, &Uri, &HeaderMap),
) -> Result<Admitted, Problem> {
    let key = upgrade_key(method, headers)?;
    same_site(shared, headers)?;
    let offered = offered(headers);
    if !offered.is_empty() && !offered.contains(&SUBPROTOCOL) {
        return Err(Problem::invalid(format!(
            "none of the offered subprotocols is spoken here; offer {SUBPROTOCOL}"
        )));
    }
    let accept = accept_key(key.as_bytes());
    Ok(Admitted {
        ticket: ticket(shared, headers, &offered).await?,
        resume: resume(uri)?,
        accept: HeaderValue::from_bytes(&accept).expect("Base64 is visible ASCII"),
        protocol: offered.contains(&SUBPROTOCOL),
    })
}

/// Takes a connection over whose first request asks for a WebSocket.
pub(super) async fn take_over(knock: Knock) -> Option<Begin> {
    let request = &knock.request;
    let shared = Arc::clone(&knock.house.shared);
    let head = (request.method(), request.uri(), request.headers());
    let admitted = admit(&shared, head).await.ok()?;
    let mut response = Response::new(());
    switching(&admitted, &mut response);
    let first = Asker::of(request.headers()).head(response, &shared);
    let talk = WebSocket::new(shared, admitted.ticket, admitted.resume);
    Some(Box::new(move |connection| {
        Line::begin(connection, talk, first);
    }))
}

/// Answers a request that comes after others on its connection, and takes the connection over
/// from the HTTP library.
pub(super) async fn open(mut call: Call) -> Outcome {
    let upgrade = hyper::upgrade::on(&mut call.request);
    let (head, _) = call.request.into_parts();
    let admitted = admit(&call.shared, (&head.method, &head.uri, &head.headers)).await?;
    let mut response = axum::response::Response::default();
    switching(&admitted, &mut response);
    let peer = head.extensions.get::<Peer>().cloned();
    let peer = peer.ok_or_else(|| Problem::invalid("this connection cannot be taken over"))?;
    let talk = WebSocket::new(call.shared, admitted.ticket, admitted.resume);
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        // It is what the listener gave to the HTTP library.
        let Ok(parts) = upgraded.downcast::<Carrier>() else {
            return;
        };
        let (stream, mut unread) = parts.io.into_inner().into_parts(0);
        unread.splice(..0, parts.read_buf);
        let connection = Connection {
            stream,
            unread,
            peer,
        };
        Line::begin(connection, talk, Vec::new());
    });
    Ok(response)
}

fn switching<B>(admitted: &Admitted, response: &mut Response<B>) {
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, admitted.accept.clone());
    if admitted.protocol {
        let name = HeaderValue::from_static(SUBPROTOCOL);
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, name);
    }
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
fn resume(uri: &Uri) -> Result<Option<Cursor>, Problem> {
    let parameters = query(uri);
    let resume = parameters.iter().find(|(name, _)| name == "resume");
    Ok(resume.map(|(_, cursor)| cursor.parse()).transpose()?)
}
