//! A path that is a command: its fields come from the path, and from the query or the body.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::body::Body;
use axum::response::Response;
use domain::Error;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use serde_json::{Map, Value};

use crate::listener::problem::{Outcome, Problem};
use crate::listener::request;
use crate::listener::route::{Call, Route};
use crate::native::from_wire;
use crate::native::perform::perform;

/// Names a retry of a request that makes something (draft-ietf-httpapi-idempotency-key-header).
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The field that the header fills.
const CLIENT_ID: &str = "client_id";

/// What the text of a path or a query stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Flag,
    List,
}

/// The fields of each command, by its word.
static FIELDS: LazyLock<HashMap<&'static str, HashMap<String, Kind>>> = LazyLock::new(|| {
    let document = wire::native::schema();
    let commands = wire::native::command_schemas();
    commands
        .into_iter()
        .map(|command| {
            (
                command.word,
                kinds(&document["$defs"][command.name]["properties"]),
            )
        })
        .collect()
});

fn kinds(properties: &Value) -> HashMap<String, Kind> {
    let of = |schema: &Value| {
        let has = |word: &str| match &schema["type"] {
            Value::String(one) => one == word,
            Value::Array(several) => several.iter().any(|one| one == word),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
        };
        match () {
            () if has("integer") => Kind::Number,
            () if has("boolean") => Kind::Flag,
            () if has("array") => Kind::List,
            () => Kind::Text,
        }
    };
    let properties = properties.as_object().into_iter().flatten();
    properties
        .map(|(name, schema)| (name.clone(), of(schema)))
        .collect()
}

/// Does a command take its fields from the query?
pub(super) fn from_query(method: &Method) -> bool {
    method == Method::GET
}

/// Carries the command `word` out.
pub(crate) async fn answer(call: Call, route: &'static Route, word: &'static str) -> Outcome {
    let headers = call.request.headers().clone();
    let session = request::session(&call.shared, &headers).await?;
    let shared = std::sync::Arc::clone(&call.shared);
    let conditional = call.request.headers().get(header::IF_NONE_MATCH).cloned();
    let fields = fields(call, route, word, &headers).await?;
    let command = wire::native::Command::from_fields(word, Value::Object(fields))
        .expect("a test sees to it that the table names known commands")
        .map_err(|error| Problem::invalid(format!("wrong or missing field: {error}")))?;
    let asked = from_wire::request(command, shared.limits())?;
    let reply = perform(&session, None, asked).await?;
    Ok(written(route, reply, conditional.as_ref()))
}

/// Gathers the fields: the path's come last, so that nothing else stands in for them.
async fn fields(
    call: Call,
    route: &Route,
    word: &str,
    headers: &HeaderMap,
) -> Result<Map<String, Value>, Problem> {
    let kinds = FIELDS
        .get(word)
        .expect("a test sees to it that the table names known commands");
    let path = call.path.clone();
    let mut fields = if from_query(route.method) {
        let mut fields = Map::new();
        for (name, text) in request::query(call.request.uri()) {
            if let Some(kind) = kinds.get(&name) {
                let value = value(*kind, &name, &text)?;
                fields.insert(name, value);
            }
        }
        fields
    } else {
        object(request::read_json(&call.shared, call.request).await?)?
    };
    for (name, text) in path {
        let kind = kinds.get(&name).copied().unwrap_or(Kind::Text);
        let value = value(kind, &name, &text)?;
        fields.insert(name, value);
    }
    if let Some(key) = headers.get(IDEMPOTENCY_KEY)
        && kinds.contains_key(CLIENT_ID)
        && !fields.contains_key(CLIENT_ID)
    {
        // A structured string (RFC 9651 §3.3.3) or the bare word.
        let key = key.to_str().unwrap_or_default().trim_matches('"');
        fields.insert(CLIENT_ID.to_owned(), key.into());
    }
    Ok(fields)
}

/// The fields of a body; no body is no fields.
fn object(body: Option<bytes::Bytes>) -> Result<Map<String, Value>, Problem> {
    let Some(body) = body else {
        return Ok(Map::new());
    };
    match serde_json::from_slice(&body) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(Problem::invalid("the body has to be a JSON object")),
        Err(error) => Err(Problem::invalid(format!("the body is not JSON: {error}"))),
    }
}

/// A text of the path or the query as the value it stands for.
fn value(kind: Kind, name: &str, text: &str) -> Result<Value, Problem> {
    let refuse = |expected: &str| Problem::invalid(format!("`{name}`: expected {expected}"));
    match kind {
        Kind::Text => Ok(text.into()),
        Kind::Number => text
            .parse::<u64>()
            .map(Value::from)
            .map_err(|_| refuse("a whole number")),
        Kind::Flag => match text {
            "true" | "1" | "" => Ok(true.into()),
            "false" | "0" => Ok(false.into()),
            _ => Err(refuse("true or false")),
        },
        Kind::List => Ok(text
            .split(',')
            .filter(|part| !part.is_empty())
            .map(Value::from)
            .collect()),
    }
}

/// The answer: 204 when there is nothing to say; 304 when the client has it.
fn written(route: &Route, reply: Vec<u8>, conditional: Option<&HeaderValue>) -> Response {
    let mut response = Response::new(Body::empty());
    if reply == b"{}" {
        *response.status_mut() = StatusCode::NO_CONTENT;
        return response;
    }
    *response.status_mut() = StatusCode::from_u16(route.status).expect("the table's statuses");
    if from_query(route.method) {
        let tag = entity_tag(&reply);
        let same = conditional.is_some_and(|have| matches(have, &tag));
        let value = HeaderValue::from_str(&tag).expect("a tag is visible ASCII");
        response.headers_mut().insert(header::ETAG, value);
        response.headers_mut().insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        );
        if same {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
    }
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    *response.body_mut() = Body::from(reply);
    response
}

/// A weak entity tag (RFC 9110 §8.8.3) of what is answered.
fn entity_tag(bytes: &[u8]) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    // Fixed keys: the same answer has the same tag after a restart.
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("W/\"{:016x}\"", hasher.finish())
}

/// Is the tag among those that the client has (RFC 9110 §13.1.2)? Weak comparison.
pub(crate) fn matches(have: &HeaderValue, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    have.to_str().is_ok_and(|have| {
        have.trim() == "*" || have.split(',').any(|one| opaque(one) == opaque(tag))
    })
}

/// A JSON body of a type of its own.
pub(super) async fn body<T: serde::de::DeserializeOwned>(call: Call) -> Result<T, Problem> {
    let shared = std::sync::Arc::clone(&call.shared);
    let bytes = request::read_json(&shared, call.request).await?;
    let bytes = bytes.ok_or_else(|| Problem::invalid("the body has to be a JSON object"))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Problem::invalid(format!("wrong or missing field: {error}")))
}

/// An answer in JSON.
pub(super) fn json(status: StatusCode, value: &impl serde::Serialize) -> Response {
    let mut response = Response::new(Body::from(crate::native::to_wire::json(value)));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// One parameter of a query as a number.
pub(super) fn number(query: &[(String, String)], name: &'static str) -> Result<Option<u32>, Error> {
    let text = query
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, text)| text);
    text.map(|text| {
        text.parse()
            .map_err(|_| Error::invalid(name, "expected a whole number"))
    })
    .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_of_the_table_is_known_with_the_fields_of_its_path() {
        for route in super::super::ROUTES {
            let crate::listener::route::Action::Command(word) = route.action else {
                continue;
            };
            let kinds = FIELDS
                .get(word)
                .unwrap_or_else(|| panic!("{word} is no command"));
            for name in route.parameters() {
                assert!(kinds.contains_key(name), "{word} has no field {name}");
            }
        }
    }

    #[test]
    fn kinds_follow_the_schema() {
        let history = &FIELDS["history.get"];
        assert_eq!(history["conversation"], Kind::Text);
        assert_eq!(history["before"], Kind::Number);
        assert_eq!(FIELDS["presence.get"]["users"], Kind::List);
        assert_eq!(FIELDS["member.list"]["banned"], Kind::Flag);
    }

    #[test]
    fn texts_become_values() {
        assert_eq!(value(Kind::Number, "n", "7").unwrap(), 7);
        assert!(value(Kind::Number, "n", "-7").is_err());
        assert_eq!(value(Kind::Flag, "f", "").unwrap(), true);
        assert!(value(Kind::Flag, "f", "maybe").is_err());
        assert_eq!(
            value(Kind::List, "l", "a,,b").unwrap(),
            serde_json::json!(["a", "b"])
        );
    }

    #[test]
    fn tags_are_compared_weakly() {
        let header = |text: &str| HeaderValue::from_str(text).unwrap();
        assert!(matches(&header("\"a\", W/\"b\""), "\"b\""));
        assert!(matches(&header("*"), "\"b\""));
        assert!(!matches(&header("\"c\""), "W/\"b\""));
        assert_eq!(entity_tag(b"x"), entity_tag(b"x"));
        assert_ne!(entity_tag(b"x"), entity_tag(b"y"));
    }
}
