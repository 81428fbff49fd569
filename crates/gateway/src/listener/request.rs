//! What every door reads of a request: who asks, from where, and the body.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use bytes::Bytes;
use domain::{DeviceName, Error};
use engine::Session;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::HeaderMap;
use hyper::header::{self, HeaderName};

use super::problem::Problem;
use crate::settings::Settings;
use crate::shared::Shared;

/// What proxies tell of whom they speak for.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// From where a request comes. Only what a trusted proxy says counts besides the socket: of the
/// addresses in `X-Forwarded-For`, the last one that is not itself a trusted proxy.
pub(crate) fn origin_address(settings: &Settings, socket: IpAddr, headers: &HeaderMap) -> IpAddr {
    let mut address = socket.to_canonical();
    if !settings.trusts(address) {
        return address;
    }
    let lines = headers.get_all(FORWARDED_FOR);
    let hops: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .collect();
    for hop in hops.iter().rev() {
        let Ok(hop) = hop.trim().parse::<IpAddr>() else {
            break;
        };
        address = hop.to_canonical();
        if !settings.trusts(address) {
            break;
        }
    }
    address
}

/// The bearer token of a request (RFC 6750 §2.1).
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The session of a request that has to have one.
pub(crate) async fn session(shared: &Shared, headers: &HeaderMap) -> Result<Session, Problem> {
    let token = bearer(headers).ok_or(Error::Unauthenticated)?;
    Ok(shared.engine.authenticate(token).await?)
}

/// What the client calls itself.
pub(crate) fn device(headers: &HeaderMap) -> DeviceName {
    let claim = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok());
    DeviceName::from_claim(claim.unwrap_or_default())
}

/// Reads a whole body of at most `limit` bytes.
pub(crate) async fn read(body: Body, limit: usize, time: Duration) -> Result<Bytes, Problem> {
    let reading = Limited::new(body, limit).collect();
    match tokio::time::timeout(time, reading).await {
        Err(_) => Err(Problem::slow_body()),
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Problem::body_size(limit)),
        Ok(Err(_)) => Err(Problem::invalid("the body broke off")),
    }
}

/// Reads a JSON body. An empty body without a type is `None`.
pub(crate) async fn read_json(shared: &Shared, request: Request) -> Result<Option<Bytes>, Problem> {
    let (parts, body) = request.into_parts();
    let limit = shared.engine.settings().frame_bytes;
    let media = parts.headers.get(header::CONTENT_TYPE);
    if media.is_some_and(|media| !is_json(media.to_str().unwrap_or_default())) {
        return Err(Problem::media_type("application/json"));
    }
    let bytes = read(body, limit, shared.settings.body_time).await?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if media.is_none() {
        return Err(Problem::media_type("application/json"));
    }
    Ok(Some(bytes))
}

/// Is a media type JSON (RFC 8259 §11), or built on it (RFC 6839 §3.1)?
fn is_json(media: &str) -> bool {
    let essence = media
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// The query of a request, decoded.
pub(crate) fn query(request: &hyper::Uri) -> Vec<(String, String)> {
    form_urlencoded::parse(request.query().unwrap_or_default().as_bytes())
        .into_owned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(socket: &str, forwarded: &[&str]) -> String {
        let settings = Settings {
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
            ..Settings::default()
        };
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        origin_address(&settings, socket.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(seen("192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
        assert_eq!(seen("10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn what_the_client_itself_wrote_is_not_believed() {
        assert_eq!(
            seen("10.0.0.1", &["1.1.1.1, 203.0.113.9, 10.0.0.2"]),
            "203.0.113.9"
        );
        assert_eq!(seen("10.0.0.1", &["1.1.1.1", "203.0.113.9"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["1.1.1.1, nonsense"]), "10.0.0.1");
    }

    #[test]
    fn a_bearer_token_is_found_whatever_the_case_of_its_scheme() {
        let mut headers = HeaderMap::new();
        assert_eq!(bearer(&headers), None);
        headers.insert(header::AUTHORIZATION, "bEARER abc".parse().unwrap());
        assert_eq!(bearer(&headers), Some("abc"));
        headers.insert(header::AUTHORIZATION, "Basic abc".parse().unwrap());
        assert_eq!(bearer(&headers), None);
    }

    #[test]
    fn json_is_known_by_its_type() {
        for good in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/a+json",
        ] {
            assert!(is_json(good), "{good}");
        }
        for bad in [
            "",
            "text/plain",
            "application/x-www-form-urlencoded",
            "text/json",
        ] {
            assert!(!is_json(bad), "{bad}");
        }
    }
}
