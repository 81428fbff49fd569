//! `POST /v1/commands`: native command frames for who gets their events by an event stream or by
//! long polling.

use std::sync::Arc;

use domain::{Error, MailboxId};
use engine::{MailboxHandle, Session};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::listener::problem::{Outcome, Problem};
use crate::listener::request::{read_json, session};
use crate::listener::route::{Call, Input, Output, Route};
use crate::metrics::Door;
use crate::native::from_wire::Request;
use crate::native::perform::{decode, perform};
use crate::native::{frame, to_wire};
use crate::shared::Shared;

/// The routes of this door.
pub(crate) const ROUTES: &[Route] = &[Route::own(
    &Method::POST,
    "/v1/commands",
    |call: Call| Box::pin(post(call)),
    "Native command frames: one, or up to 16 in an array; the mailbox that ack and presence.set \
     are about is named in Switchboard-Mailbox",
)
.tag("Live")
.takes(Input::Json(frame_schema))
.answers(Output::Json(reply_schema))];

/// The most frames of one request.
const MOST: usize = 16;
/// Names the mailbox that `ack` and `presence.set` are about.
const MAILBOX: HeaderName = HeaderName::from_static("switchboard-mailbox");

fn frame_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": "A command frame, or an array of them; docs/protocol.md lists the commands",
        "oneOf": [
            { "type": "object", "required": ["type"] },
            { "type": "array", "maxItems": 16, "items": { "type": "object", "required": ["type"] } },
        ],
    })
}

fn reply_schema(generator: &mut SchemaGenerator) -> Schema {
    let frame = generator.subschema_for::<wire::native::ServerFrame>();
    json_schema!({
        "description": "The reply frame, or an array of them in the order of the commands",
        "oneOf": [frame, { "type": "array", "items": frame }],
    })
}

async fn post(call: Call) -> Outcome {
    let shared = Arc::clone(&call.shared);
    let session = session(&shared, call.request.headers()).await?;
    let mailbox = mailbox(&session, call.request.headers());
    let body = read_json(&shared, call.request).await?;
    let body = body.ok_or_else(|| Problem::invalid("the body has to be a command frame"))?;
    let desk = Desk {
        shared: &shared,
        session: &session,
        mailbox: mailbox.as_ref().map(Option::as_ref),
    };
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    let answer = if first == Some(&b'[') {
        Some(desk.several(&body).await?)
    } else {
        desk.one(&body).await
    };
    let Some(answer) = answer else {
        let mut response = axum::response::Response::default();
        *response.status_mut() = StatusCode::NO_CONTENT;
        return Ok(response);
    };
    let mut response = axum::response::Response::new(answer.into());
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    Ok(response)
}

/// The mailbox that the request names; it has to be one of the session's.
fn mailbox(session: &Session, headers: &HeaderMap) -> Result<Option<MailboxHandle>, Error> {
    let Some(name) = headers.get(MAILBOX) else {
        return Ok(None);
    };
    let id: MailboxId = name.to_str().unwrap_or_default().parse()?;
    session
        .mailbox(id)
        .map(Some)
        .ok_or(Error::NotFound { what: "mailbox" })
}

struct Desk<'a> {
    shared: &'a Shared,
    session: &'a Session,
    /// One that is gone matters only to a command that is about it: who writes a message with an
    /// old mailbox, after the server was started again, writes it all the same.
    mailbox: Result<Option<&'a MailboxHandle>, &'a Error>,
}

impl Desk<'_> {
    /// Carries one frame out; the reply, unless it was an `ack` that was heard.
    async fn one(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.shared.metrics.frames_in(Door::Http, 1);
        let asked = match decode(bytes, self.shared.limits()) {
            Ok(asked) => asked,
            Err(refused) => return Some(refused.frame()),
        };
        let silent = matches!(asked.request, Request::Ack(_));
        let outcome = match (&asked.request, self.mailbox) {
            (Request::Ack(_) | Request::Presence(_), Err(error)) => Err(error.clone()),
            (_, mailbox) => perform(self.session, mailbox.unwrap_or(None), asked.request).await,
        };
        let heard = silent && outcome.is_ok();
        (!heard).then(|| frame::outcome(asked.id, &outcome))
    }

    /// Carries several frames out, one after another.
    async fn several(&self, bytes: &[u8]) -> Result<Vec<u8>, Problem> {
        let frames: Vec<Value> = serde_json::from_slice(bytes)
            .map_err(|error| Problem::invalid(format!("the body is not JSON: {error}")))?;
        if frames.len() > MOST {
            return Err(Error::TooLarge {
                field: "",
                limit: MOST,
            }
            .into());
        }
        let mut out = b"[".to_vec();
        for frame in frames {
            if let Some(reply) = self.one(&to_wire::json(&frame)).await {
                if out.len() > 1 {
                    out.push(b',');
                }
                out.extend_from_slice(&reply);
            }
        }
        out.push(b']');
        Ok(out)
    }
}
