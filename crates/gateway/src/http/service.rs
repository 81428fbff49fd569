//! What the server tells of itself.

use axum::body::Body;
use axum::response::Response;
use domain::user::AVATAR_BYTES;
use engine::Health;
use hyper::StatusCode;
use hyper::header::{self, HeaderValue};

use super::command::json;
use super::page;
use super::shapes::{Alive, AppConfig, Readiness, ServerVersion};
use crate::listener::problem::{Outcome, Problem};
use crate::listener::route::Call;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// `GET /healthz`.
pub(super) async fn healthz(_: Call) -> Outcome {
    Ok(json(StatusCode::OK, &Alive { status: "alive" }))
}

/// `GET /readyz`.
pub(super) async fn readyz(call: Call) -> Outcome {
    let health = call.shared.engine.health().await;
    let ready = health.iter().all(|(_, health)| *health == Health::Ready);
    let parts = health
        .into_iter()
        .map(|(part, health)| match health {
            Health::Ready => (part, "ready".to_owned()),
            Health::Failing(why) => (part, why),
        })
        .collect();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let mut response = json(status, &Readiness { ready, parts });
    if !ready {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    Ok(response)
}

/// `GET /version`.
pub(super) async fn version(call: Call) -> Outcome {
    Ok(json(
        StatusCode::OK,
        &ServerVersion {
            version: VERSION,
            build: call.shared.settings.build.clone(),
            protocol: wire::native::PROTOCOL_VERSION,
            web: webui::origin(),
        },
    ))
}

/// `GET /app-config.json`.
pub(super) async fn app_config(call: Call) -> Outcome {
    let limits = call.shared.engine.settings();
    Ok(json(
        StatusCode::OK,
        &AppConfig {
            name: call.shared.settings.name.clone(),
            registration: call.shared.settings.registration.word(),
            text_bytes: limits.text_bytes,
            frame_bytes: limits.frame_bytes,
            avatar_bytes: AVATAR_BYTES,
            protocol: wire::native::PROTOCOL_VERSION,
            version: VERSION,
        },
    ))
}

/// `GET /v1/openapi.json`.
pub(super) async fn openapi(call: Call) -> Outcome {
    let mut response = Response::new(Body::from(call.shared.openapi.clone()));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// `GET /docs`.
pub(super) async fn docs(call: Call) -> Outcome {
    Ok(page::reference(&call.shared.settings))
}

/// `GET /docs/{file}`.
pub(super) async fn docs_file(call: Call) -> Outcome {
    page::reference_file(call.parameter("file")).ok_or_else(Problem::no_such_path)
}
