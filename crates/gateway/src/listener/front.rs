//! What goes around every answer: the request's id, CORS, problem documents, cautious headers.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::panic::AssertUnwindSafe;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::UNIX_EPOCH;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use domain::Timestamp;
use futures_util::FutureExt;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};

use super::problem::Problem;
use super::serve::Front;
use crate::shared::Shared;

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
/// The longest id of a request that is taken over from the client.
const REQUEST_ID_BYTES: usize = 64;

/// What pages of other origins may read.
const EXPOSED: HeaderValue =
    HeaderValue::from_static("ETag, Link, Location, RateLimit, Retry-After, Request-Id");
/// What pages of other origins may send.
const ALLOWED_HEADERS: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, Request-Id, \
     Switchboard-Mailbox",
);
const ALLOWED_METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");

/// Answers a request.
pub(crate) async fn answer(request: Request, shared: &Shared, front: Front) -> Response {
    let id = request_id(request.headers());
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut response = if is_preflight(&request) {
        preflight(origin.as_ref(), shared)
    } else {
        route(request, front, &id).await
    };
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let written = problem.write(&id);
        let before = std::mem::replace(&mut response, written);
        // The router's own, such as `Allow`.
        for (name, value) in before.headers() {
            if name != header::CONTENT_LENGTH && !response.headers().contains_key(name) {
                response.headers_mut().insert(name, value.clone());
            }
        }
    }
    finish(response.headers_mut(), origin.as_ref(), shared, &id);
    shared.metrics.answered(response.status().as_u16());
    response
}

/// A handler that panics costs its own request.
async fn route(request: Request, front: Front, id: &str) -> Response {
    use tower_service::Service as _;
    let mut front = front;
    let answering = AssertUnwindSafe(async move { front.call(request).await }).catch_unwind();
    match answering.await {
        Ok(Ok(response)) => response,
        Ok(Err(never)) => match never {},
        Err(_) => {
            tracing::error!(request.id = id, "a handler panicked");
            let incident = RandomState::new().hash_one(id);
            axum::response::IntoResponse::into_response(Problem::from(domain::Error::Internal {
                incident,
            }))
        }
    }
}

/// What an answer has to know of who asked.
#[derive(Debug)]
pub(crate) struct Asker {
    id: String,
    origin: Option<HeaderValue>,
}

impl Asker {
    /// From the head of a request.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self {
            id: request_id(headers),
            origin: headers.get(header::ORIGIN).cloned(),
        }
    }

    /// The head of an answer that a door writes by itself, with what goes around every answer.
    pub(crate) fn head(&self, mut response: Response<()>, shared: &Shared) -> Vec<u8> {
        finish(
            response.headers_mut(),
            self.origin.as_ref(),
            shared,
            &self.id,
        );
        shared.metrics.answered(response.status().as_u16());
        let mut head = format!("HTTP/1.1 {}\r\n", response.status()).into_bytes();
        for (name, value) in response.headers() {
            head.extend_from_slice(name.as_str().as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value.as_bytes());
            head.extend_from_slice(b"\r\n");
        }
        let since_epoch = shared.engine.now().since(Timestamp::from_millis(0));
        let now = UNIX_EPOCH + since_epoch;
        head.extend_from_slice(b"date: ");
        head.extend_from_slice(httpdate::fmt_http_date(now).as_bytes());
        head.extend_from_slice(b"\r\n\r\n");
        head
    }
}

fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ORIGIN)
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight(origin: Option<&HeaderValue>, shared: &Shared) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    if allowed(origin, shared).is_some() {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS);
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS);
        headers.insert(
            header::ACCESS_CONTROL_MAX_AGE,
            HeaderValue::from_static("7200"),
        );
    }
    response
}

/// The origin of the page that asks, when it is on the list.
fn allowed<'a>(origin: Option<&'a HeaderValue>, shared: &Shared) -> Option<&'a HeaderValue> {
    origin.filter(|origin| {
        origin
            .to_str()
            .is_ok_and(|origin| shared.settings.allows_origin(origin))
    })
}

fn finish(headers: &mut HeaderMap, origin: Option<&HeaderValue>, shared: &Shared, id: &str) {
    if let Some(origin) = allowed(origin, shared) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
    if !shared.settings.origins.is_empty() {
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
    }
    let id = HeaderValue::from_str(id).expect("request ids are visible ASCII");
    headers.insert(REQUEST_ID, id);
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}

/// The client's own id of the request when it has a harmless one, or a new one.
fn request_id(headers: &HeaderMap) -> String {
    let claimed = headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok());
    let harmless = |id: &&str| {
        (1..=REQUEST_ID_BYTES).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    claimed
        .filter(harmless)
        .map_or_else(new_request_id, ToOwned::to_owned)
}

fn new_request_id() -> String {
    static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!(
        "{:016x}",
        SEED.hash_one(NEXT.fetch_add(1, Ordering::Relaxed))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_the_client_is_taken_over_when_it_is_harmless() {
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID, "abc-1.2_3".parse().unwrap());
        assert_eq!(request_id(&headers), "abc-1.2_3");
        for bad in ["", "a b", "a\"b", &"x".repeat(65)] {
            headers.insert(REQUEST_ID, bad.parse().unwrap());
            assert_ne!(request_id(&headers), bad);
        }
        assert_ne!(new_request_id(), new_request_id());
    }
}
