//! Files of the messenger, and the page that shows the reference.

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use webui::Asset;

use super::command::matches;
use crate::listener::problem::{Outcome, Problem};
use crate::settings::Settings;

/// What a page of ours may load and do. Nothing stands inline, so no nonces are needed, and text
/// of others never becomes mark-up. The one policy is the messenger's, for the address of its service
/// worker; it makes no mark-up either.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; \
    worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
    require-trusted-types-for 'script'; trusted-types switchboard-worker; frame-ancestors ";

/// Paths that are no pages, whatever the browser would like.
const NO_PAGES: [&str; 2] = ["/v1/", "/docs/"];

/// A file of the messenger; for addresses inside it, its first page.
pub(crate) fn file(request: &Request, settings: &Settings) -> Outcome {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return Err(Problem::no_such_path());
    }
    let path = request.uri().path();
    let asset = webui::asset(path)
        .or_else(|| is_page(path, request.headers()).then(webui::index))
        .ok_or_else(Problem::no_such_path)?;
    Ok(asset_response(asset, request.headers(), settings))
}

/// Is this an address inside the messenger, which knows itself what to show there?
fn is_page(path: &str, headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok());
    let last = path.rsplit('/').next().unwrap_or_default();
    accept.is_some_and(|accept| accept.contains("text/html"))
        && !last.contains('.')
        && !NO_PAGES.iter().any(|prefix| path.starts_with(prefix))
}

fn asset_response(asset: &'static Asset, headers: &HeaderMap, settings: &Settings) -> Response {
    let (bytes, encoding) = encoded(asset, headers);
    // Each encoding is a representation of its own (RFC 9110 §8.8.3).
    let tag = match encoding {
        Some(encoding) => format!("{}-{encoding}\"", asset.etag.trim_end_matches('"')),
        None => asset.etag.to_owned(),
    };
    let mut response = Response::new(Body::empty());
    let out = response.headers_mut();
    let text = |text: &str| HeaderValue::from_str(text).expect("the table holds visible ASCII");
    out.insert(header::ETAG, text(&tag));
    out.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    let caching = if asset.immutable {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    // Pages of other sites load the widget from here.
    out.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    out.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    if asset.content_type.starts_with("text/html") {
        guard(out, settings);
    }
    if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|have| matches(have, &tag))
    {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    out.insert(header::CONTENT_TYPE, text(asset.content_type));
    if let Some(encoding) = encoding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    *response.body_mut() = Body::from(bytes);
    response
}

/// The best encoding that the client takes (RFC 9110 §12.5.3).
fn encoded(asset: &Asset, headers: &HeaderMap) -> (&'static [u8], Option<&'static str>) {
    let lines = headers.get_all(header::ACCEPT_ENCODING);
    let takes = |wanted: &str| {
        lines
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .any(|part| {
                let (name, quality) = part.split_once(';').unwrap_or((part, ""));
                let refused = quality
                    .trim()
                    .strip_prefix("q=")
                    .is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0));
                name.trim().eq_ignore_ascii_case(wanted) && !refused
            })
    };
    match (asset.brotli, asset.gzip) {
        (Some(bytes), _) if takes("br") => (bytes, Some("br")),
        (_, Some(bytes)) if takes("gzip") => (bytes, Some("gzip")),
        (_, _) => (asset.raw, None),
    }
}

/// What a page may do, and who may show it in a frame.
fn guard(headers: &mut HeaderMap, settings: &Settings) {
    let ancestors = if settings.frame_ancestors.is_empty() {
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        "'none'".to_owned()
    } else {
        settings.frame_ancestors.join(" ")
    };
    let policy = HeaderValue::from_str(&format!("{POLICY}{ancestors}")).unwrap_or(
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    );
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
}

/// The page that shows the reference.
pub(super) fn reference(settings: &Settings) -> Response {
    let mut response = static_file(include_bytes!("reference/index.html"), HTML);
    guard(response.headers_mut(), settings);
    response
}

const HTML: &str = "text/html; charset=utf-8";

/// What that page needs.
pub(super) fn reference_file(name: &str) -> Option<Response> {
    match name {
        "reference.css" => Some(static_file(
            include_bytes!("reference/reference.css"),
            "text/css; charset=utf-8",
        )),
        "reference.js" => Some(static_file(
            include_bytes!("reference/reference.js"),
            "text/javascript; charset=utf-8",
        )),
        _ => None,
    }
}

fn static_file(bytes: &'static [u8], media: &'static str) -> Response {
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(path: &str, headers: &[(HeaderName, &str)]) -> Outcome {
        let mut request = Request::get(path).body(Body::empty()).unwrap();
        for (name, value) in headers {
            request.headers_mut().append(name, value.parse().unwrap());
        }
        file(&request, &Settings::default())
    }

    #[test]
    fn the_page_forbids_what_it_does_not_need() {
        let page = get("/", &[]).unwrap();
        let policy = page.headers()["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("script-src 'self';") && policy.ends_with("frame-ancestors 'none'")
        );
        assert_eq!(page.headers()["x-frame-options"], "DENY");
        assert_eq!(page.headers()["cache-control"], "no-cache");
    }

    #[test]
    fn an_encoding_is_another_representation() {
        let plain = get("/", &[]).unwrap();
        let brotli = get("/", &[(header::ACCEPT_ENCODING, "gzip;q=0, br")]).unwrap();
        if let Some(encoding) = brotli.headers().get("content-encoding") {
            assert_eq!(encoding, "br");
            assert_ne!(plain.headers()["etag"], brotli.headers()["etag"]);
        }
        assert!(plain.headers().get("content-encoding").is_none());
        let tag = brotli.headers()["etag"].to_str().unwrap();
        let again = get(
            "/",
            &[
                (header::ACCEPT_ENCODING, "br"),
                (header::IF_NONE_MATCH, tag),
            ],
        );
        assert_eq!(again.unwrap().status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn an_address_inside_the_messenger_is_its_first_page_and_nothing_else_is() {
        let html = (header::ACCEPT, "text/html,application/xhtml+xml");
        assert_eq!(
            get("/conversations/7", std::slice::from_ref(&html))
                .unwrap()
                .status(),
            200
        );
        for path in ["/conversations/7.png", "/v1/nothing", "/docs/nothing"] {
            assert!(get(path, std::slice::from_ref(&html)).is_err(), "{path}");
        }
        assert!(get("/conversations/7", &[]).is_err());
        for path in [
            "/../Cargo.toml",
            "/..%2fCargo.toml",
            "/assets/../../Cargo.toml",
            "//etc/passwd",
        ] {
            assert!(get(path, &[]).is_err(), "{path}");
        }
    }
}
