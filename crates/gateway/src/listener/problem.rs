//! Errors as HTTP tells them: problem documents (RFC 9457).

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use domain::Error;
use hyper::header::{self, HeaderValue};
use hyper::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::native::error::{self, Entry};

/// An error on its way out. It is written when the id of the request is known.
#[derive(Debug, Clone)]
pub(crate) struct Problem(Box<Contents>);

/// What it says. Boxed, because most answers are none.
#[derive(Debug, Clone)]
struct Contents {
    entry: Entry,
    detail: String,
    pointer: Option<String>,
    incident: Option<String>,
    headers: HeaderMap,
}

/// What a handler answers.
pub(crate) type Outcome = Result<Response, Problem>;

/// The document.
#[derive(Serialize)]
struct Document<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<&'a str>,
    request_id: &'a str,
}

impl Problem {
    fn new(entry: Entry, detail: impl Into<String>) -> Self {
        Self(Box::new(Contents {
            entry,
            detail: detail.into(),
            pointer: None,
            incident: None,
            headers: HeaderMap::new(),
        }))
    }

    /// No such path.
    pub(crate) fn no_such_path() -> Self {
        Error::NotFound {
            what: "path; /docs lists the paths of the API",
        }
        .into()
    }

    /// The path is there, the method is not. The router adds `Allow`.
    pub(crate) fn method() -> Self {
        let entry = Entry {
            code: "method_not_allowed",
            status: 405,
            title: "The path does not have this method",
        };
        Self::new(
            entry,
            "the header Allow lists the methods that this path has",
        )
    }

    /// The body is of a type that is not taken here.
    pub(crate) fn media_type(expected: &str) -> Self {
        let entry = Entry {
            code: "unsupported_media_type",
            status: 415,
            title: "Unsupported media type",
        };
        let detail = format!("send the body as {expected} and say so in Content-Type");
        Self::new(entry, detail)
    }

    /// The body is too long.
    pub(crate) fn body_size(limit: usize) -> Self {
        let entry = error::entry(&Error::TooLarge { field: "", limit });
        Self::new(entry, format!("the body may be at most {limit} bytes long"))
    }

    /// The body did not come in time.
    pub(crate) fn slow_body() -> Self {
        let entry = Entry {
            code: "timeout",
            status: 408,
            title: "The request took too long",
        };
        let mut problem = Self::new(entry, "the body did not arrive in time; send it again");
        problem
            .0
            .headers
            .insert(header::CONNECTION, HeaderValue::from_static("close"));
        problem
    }

    /// The request is not what its door takes.
    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(error::entry(&Error::invalid("", "")), detail)
    }

    /// The path is for the WebSocket only (RFC 6455 §4.4).
    pub(crate) fn upgrade() -> Self {
        let entry = Entry {
            code: "upgrade_required",
            status: 426,
            title: "Upgrade required",
        };
        Self::new(entry, "this path opens a WebSocket, version 13 (RFC 6455)")
            .with(header::UPGRADE, HeaderValue::from_static("websocket"))
            .with(header::CONNECTION, HeaderValue::from_static("Upgrade"))
            .with(
                header::SEC_WEBSOCKET_VERSION,
                HeaderValue::from_static("13"),
            )
    }

    /// The same with another header.
    pub(crate) fn with(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.0.headers.insert(name, value);
        self
    }

    /// The status.
    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.entry.status).expect("the table holds statuses")
    }

    /// Writes the document. The answer to a request with this id.
    pub(crate) fn write(&self, request_id: &str) -> Response {
        let document = Document {
            r#type: format!("/docs#{}", self.0.entry.code),
            title: self.0.entry.title,
            status: self.0.entry.status,
            detail: &self.0.detail,
            code: self.0.entry.code,
            pointer: self.0.pointer.as_deref(),
            incident: self.0.incident.as_deref(),
            request_id,
        };
        let json = crate::native::to_wire::json(&document);
        let mut response = Response::new(Body::from(json));
        *response.status_mut() = self.status();
        *response.headers_mut() = self.0.headers.clone();
        response.headers_mut().insert(header::CONTENT_TYPE, TYPE);
        response
    }
}

/// The media type of problem documents.
const TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let body = error::body(&error);
        let mut problem = Self::new(error::entry(&error), body.message);
        problem.0.pointer = body.pointer;
        problem.0.incident = body.incident;
        if let Some(ms) = body.retry_after_ms {
            let seconds = ms.div_ceil(1000).max(1);
            problem
                .0
                .headers
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            if matches!(error, Error::Limited { .. }) {
                let text = format!("\"default\";r=0;t={seconds}");
                let value = HeaderValue::from_str(&text).expect("digits are visible ASCII");
                problem.0.headers.insert(RATE_LIMIT, value);
            }
        }
        if matches!(error, Error::Unauthenticated) {
            problem
                .0
                .headers
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        problem
    }
}

/// How much may still be asked (draft-ietf-httpapi-ratelimit-headers).
const RATE_LIMIT: header::HeaderName = header::HeaderName::from_static("ratelimit");

impl IntoResponse for Problem {
    /// An answer that [`crate::listener::front`] completes.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http_body_util::BodyExt;

    use super::*;

    async fn written(error: Error) -> (Response<()>, serde_json::Value) {
        let (parts, body) = Problem::from(error).write("r-1").into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        (
            Response::from_parts(parts, ()),
            serde_json::from_slice(&bytes).unwrap(),
        )
    }

    #[tokio::test]
    async fn a_problem_says_what_where_and_when_to_try_again() {
        let (response, json) = written(Error::invalid("limit", "from 1 to 200")).await;
        assert_eq!(response.status(), 400);
        assert_eq!(json["code"], "invalid");
        assert_eq!(json["pointer"], "/limit");
        assert_eq!(json["request_id"], "r-1");
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json"
        );

        let limited = Error::Limited {
            retry_after: Duration::from_millis(1200),
        };
        let (response, _) = written(limited).await;
        assert_eq!(response.headers()["retry-after"], "2");
        assert_eq!(response.headers()["ratelimit"], "\"default\";r=0;t=2");
        let (response, _) = written(Error::Unauthenticated).await;
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
    }
}
