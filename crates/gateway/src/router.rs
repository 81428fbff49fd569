//! All routes of all doors in one router.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use hyper::{Method, StatusCode};

use crate::listener::problem::{Outcome, Problem};
use crate::listener::route::{Action, Call, Route};
use crate::listener::serve::Live;
use crate::shared::Shared;
use crate::{commands, http, poll, sse, websocket};

/// Every route, in the order of the reference.
pub(crate) fn routes() -> Vec<Route> {
    [
        http::ROUTES,
        websocket::ROUTES,
        sse::ROUTES,
        poll::ROUTES,
        commands::ROUTES,
    ]
    .concat()
}

/// The doors that keep a connection.
pub(crate) const LIVE: &[Live] = &[websocket::LIVE, sse::LIVE, poll::LIVE];

/// The router. What is not a route is a file of the messenger, or unknown.
pub(crate) fn router(shared: &Arc<Shared>) -> Router {
    let lists = [
        http::ROUTES,
        websocket::ROUTES,
        sse::ROUTES,
        poll::ROUTES,
        commands::ROUTES,
    ];
    let mut router = Router::new();
    for route in lists.into_iter().flatten() {
        router = router.route(route.path, method(route, Arc::clone(shared)));
    }
    let files = Arc::clone(shared);
    router
        .method_not_allowed_fallback(|request: Request| async move { other_method(&request) })
        .fallback(move |request: Request| {
            let shared = Arc::clone(&files);
            async move { answered(http::page::file(&request, &shared.settings)) }
        })
}

fn method(route: &'static Route, shared: Arc<Shared>) -> MethodRouter {
    let filter = MethodFilter::try_from(route.method.clone())
        .expect("the table holds methods that a router knows");
    on(filter, move |request: Request| {
        let shared = Arc::clone(&shared);
        async move { answered(handle(route, shared, request).await) }
    })
}

async fn handle(route: &'static Route, shared: Arc<Shared>, request: Request) -> Outcome {
    let (mut parts, body) = request.into_parts();
    let path = match RawPathParams::from_request_parts(&mut parts, &()).await {
        Ok(found) => found
            .iter()
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect(),
        Err(_) if route.parameters().next().is_none() => Vec::new(),
        Err(_) => return Err(Problem::invalid("the path is not percent-encoded UTF-8")),
    };
    let call = Call {
        shared,
        request: Request::from_parts(parts, body),
        path,
    };
    match route.action {
        Action::Command(word) => http::command::answer(call, route, word).await,
        Action::Own(handler) => handler(call).await,
    }
}

/// The path is there, the method is not; the router adds `Allow`. Asking which methods there are
/// is allowed everywhere (RFC 9110 §9.3.7).
fn other_method(request: &Request) -> Response {
    if request.method() == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    Problem::method().into_response()
}

fn answered(outcome: Outcome) -> Response {
    outcome.unwrap_or_else(IntoResponse::into_response)
}
