//! Pictures, and everything the server holds of oneself.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use domain::Command;
use domain::user::AVATAR_BYTES;
use hyper::StatusCode;
use hyper::header::{self, HeaderValue};

use super::command::{json, matches};
use super::shapes::Export;
use crate::listener::problem::{Outcome, Problem};
use crate::listener::request::{read, session};
use crate::listener::route::Call;
use crate::native::to_wire;

/// `PUT /v1/me/avatar`.
pub(super) async fn set_avatar(call: Call) -> Outcome {
    let session = session(&call.shared, call.request.headers()).await?;
    // What it says it is opens the door; what it is, the engine finds out.
    let media = call
        .request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok());
    let fits = |media: &str| media.starts_with("image/") || media == "application/octet-stream";
    if !media.is_some_and(fits) {
        return Err(Problem::media_type(
            "image/png, image/jpeg, image/webp or image/gif",
        ));
    }
    let shared = Arc::clone(&call.shared);
    let body = call.request.into_body();
    let bytes = read(body, AVATAR_BYTES, shared.settings.body_time).await?;
    let reply = session
        .execute(Command::SetAvatar {
            bytes: Some(bytes.into()),
        })
        .await?;
    Ok(ok(to_wire::reply(&reply)))
}

/// `DELETE /v1/me/avatar`.
pub(super) async fn remove_avatar(call: Call) -> Outcome {
    let session = session(&call.shared, call.request.headers()).await?;
    let reply = session.execute(Command::SetAvatar { bytes: None }).await?;
    Ok(ok(to_wire::reply(&reply)))
}

fn ok(json: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(json));
    let media = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, media);
    response
}

/// `GET /v1/users/{username}/avatar`. What users put here is theirs: the browser is told to run
/// nothing of it.
pub(super) async fn avatar(call: Call) -> Outcome {
    let session = session(&call.shared, call.request.headers()).await?;
    let username = call.parameter("username").parse()?;
    let avatar = session.avatar(&username).await?;
    let tag = format!("\"{}\"", avatar.version);
    let have = call.request.headers().get(header::IF_NONE_MATCH);
    let same = have.is_some_and(|have| matches(have, &tag));
    let mut response = Response::new(if same {
        Body::empty()
    } else {
        avatar.bytes.into()
    });
    if same {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    let tag = HeaderValue::from_str(&tag).expect("digits in quotes are visible ASCII");
    headers.insert(header::ETAG, tag);
    for (name, value) in [
        (header::CONTENT_TYPE, avatar.kind.media_type()),
        (header::CACHE_CONTROL, "private, max-age=86400"),
        (
            header::CONTENT_SECURITY_POLICY,
            "sandbox; default-src 'none'",
        ),
        (header::CONTENT_DISPOSITION, "inline"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// `GET /v1/me/export`.
pub(super) async fn export(call: Call) -> Outcome {
    let session = session(&call.shared, call.request.headers()).await?;
    let export = session.export().await?;
    let mut response = json(
        StatusCode::OK,
        &Export {
            account: to_wire::account(&export.account),
            sessions: export.sessions.iter().map(to_wire::session).collect(),
            contacts: export.contacts.iter().map(to_wire::contact).collect(),
            conversations: export
                .conversations
                .iter()
                .map(to_wire::conversation)
                .collect(),
            messages: export.messages.iter().map(to_wire::event).collect(),
        },
    );
    response.headers_mut().insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"switchboard-export.json\""),
    );
    Ok(response)
}
