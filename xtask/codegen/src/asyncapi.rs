//! The `AsyncAPI` 3.0 document of the native protocol.
//!
//! Its default schema language is JSON Schema draft 7, where a `$ref` hides what stands beside it,
//! so such pairs are rewritten as `allOf`. Operations are named from the server's point of view, as
//! the specification asks: it *receives* commands and *sends* frames.

use serde_json::{Map, Value, json};

use crate::schema::{description, entries, pascal, sorted, tag};

/// A way in or out that carries native frames.
struct Door {
    name: &'static str,
    address: &'static str,
    title: &'static str,
    text: &'static str,
    /// Whether commands go in here.
    commands: bool,
    /// Whether frames of the server come out here.
    frames: bool,
}

const DOORS: &[Door] = &[
    Door {
        name: "websocket",
        address: "/v1/ws",
        title: "WebSocket",
        text: "Commands in, frames out; subprotocol `switchboard.v1.json`. Signed in by the \
               `Authorization` header, by the subprotocol list, or by a first frame `auth`.",
        commands: true,
        frames: true,
    },
    Door {
        name: "events",
        address: "/v1/events",
        title: "Server-Sent Events",
        text: "One frame in each record's data; `Last-Event-ID` resumes. Commands go to \
               `/v1/commands`.",
        commands: false,
        frames: true,
    },
    Door {
        name: "poll",
        address: "/v1/poll",
        title: "Long polling",
        text: "`GET /v1/poll?after=` answers with the frames after a cursor, waiting up to 25 \
               seconds for the first.",
        commands: false,
        frames: true,
    },
    Door {
        name: "commands",
        address: "/v1/commands",
        title: "Commands over HTTP",
        text: "`POST` of one command frame; the answer is its reply. For clients that listen on \
               `/v1/events` or `/v1/poll`.",
        commands: true,
        frames: false,
    },
];

/// The text of `docs/asyncapi.json`.
pub(crate) fn document() -> String {
    let schema = wire::native::schema();
    let (definitions, commands) = (&schema["$defs"], &schema["x-commands"]);
    let document = json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Switchboard native protocol",
            "version": wire::native::PROTOCOL_VERSION.to_string(),
            "description": "JSON frames, the same on every door. Each command gets one reply with \
                its number; events and signals come unasked. See docs/protocol.md.",
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "defaultContentType": "application/json",
        "servers": {
            "local": { "host": "localhost:8080", "protocol": "ws", "description": "As started by `cargo run`." },
        },
        "channels": channels(definitions, commands),
        "operations": operations(definitions, commands),
        "components": {
            "messages": messages(definitions, commands),
            "schemas": schemas(definitions),
        },
    });
    format!("{:#}\n", sorted(&document))
}

fn channels(definitions: &Value, commands: &Value) -> Value {
    let mut channels = Map::new();
    for door in DOORS {
        let mut names = Vec::new();
        if door.commands {
            names.extend(entries(commands).into_iter().map(|(word, _)| word.clone()));
            names.push(frame_name("reply"));
        }
        if door.frames {
            names.extend(frame_tags(definitions).into_iter().map(frame_name));
        }
        if door.name == "websocket" {
            names.push("auth".to_owned());
        }
        let messages: Map<String, Value> = names
            .into_iter()
            .map(|name| {
                (
                    name.clone(),
                    json!({ "$ref": format!("#/components/messages/{name}") }),
                )
            })
            .collect();
        channels.insert(
            door.name.to_owned(),
            json!({
                "address": door.address,
                "title": door.title,
                "description": door.text,
                "messages": messages,
            }),
        );
    }
    Value::Object(channels)
}

fn operations(definitions: &Value, commands: &Value) -> Value {
    let mut operations = Map::new();
    for door in DOORS {
        let channel = json!({ "$ref": format!("#/channels/{}", door.name) });
        let message =
            |name: &str| json!({ "$ref": format!("#/channels/{}/messages/{name}", door.name) });
        if door.commands {
            let words: Vec<Value> = entries(commands)
                .iter()
                .map(|(word, _)| message(word))
                .collect();
            let reply = json!({ "channel": channel, "messages": [message(&frame_name("reply"))] });
            operations.insert(
                format!("{}.command", door.name),
                json!({
                    "action": "receive", "channel": channel, "messages": words, "reply": reply,
                    "summary": "A client asks for something.",
                }),
            );
        }
        if door.frames {
            let tags = frame_tags(definitions);
            let frames: Vec<Value> = tags
                .into_iter()
                .map(|tag| message(&frame_name(tag)))
                .collect();
            operations.insert(
                format!("{}.frame", door.name),
                json!({
                    "action": "send", "channel": channel, "messages": frames,
                    "summary": "The server answers, or tells what happened.",
                }),
            );
        }
    }
    operations.insert(
        "websocket.auth".to_owned(),
        json!({
            "action": "receive",
            "channel": { "$ref": "#/channels/websocket" },
            "messages": [{ "$ref": "#/channels/websocket/messages/auth" }],
            "summary": "The first frame of a connection whose handshake carried no token.",
        }),
    );
    Value::Object(operations)
}

fn messages(definitions: &Value, commands: &Value) -> Value {
    let mut messages = Map::new();
    for (word, command) in entries(commands) {
        messages.insert(word.clone(), command_message(word, command, definitions));
    }
    for variant in definitions["ServerFrame"]["oneOf"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let tag = tag(variant).unwrap_or_default();
        let message = json!({
            "name": tag,
            "summary": description(variant).unwrap_or_default(),
            "payload": draft7(variant),
        });
        messages.insert(frame_name(tag), message);
    }
    let auth = entries(definitions)
        .into_iter()
        .find(|(name, _)| pascal(name) == "Auth");
    if let Some((name, schema)) = auth {
        let message = json!({
            "name": "auth",
            "summary": description(schema).unwrap_or_default(),
            "payload": {
                "allOf": [
                    { "properties": { "type": { "const": "auth" } }, "required": ["type"] },
                    { "$ref": format!("#/components/schemas/{name}") },
                ],
            },
        });
        messages.insert("auth".to_owned(), message);
    }
    Value::Object(messages)
}

fn command_message(word: &str, command: &Value, definitions: &Value) -> Value {
    let name = command["name"].as_str().unwrap_or_default();
    let frame = json!({
        "type": "object",
        "properties": {
            "type": { "const": word },
            "id": { "type": "integer", "minimum": 0, "description": "Comes back in the reply." },
        },
        "required": if word == "ack" { json!(["type"]) } else { json!(["type", "id"]) },
    });
    json!({
        "name": word,
        "title": name,
        "summary": description(&definitions[name]).unwrap_or_default(),
        "payload": { "allOf": [frame, draft7(&command["fields"])] },
        "x-reply": draft7(&command["reply"]),
    })
}

fn schemas(definitions: &Value) -> Value {
    let schemas = entries(definitions).into_iter();
    Value::Object(
        schemas
            .map(|(name, schema)| (name.clone(), draft7(schema)))
            .collect(),
    )
}

/// The words of the server's frames.
fn frame_tags(definitions: &Value) -> Vec<&str> {
    let variants = definitions["ServerFrame"]["oneOf"].as_array();
    variants.into_iter().flatten().filter_map(tag).collect()
}

/// A command and a frame may share a word, hence the prefix.
fn frame_name(tag: &str) -> String {
    format!("server.{tag}")
}

/// Rewrites a 2020-12 schema as draft 7, with references into the components.
fn draft7(schema: &Value) -> Value {
    match schema {
        Value::Array(items) => Value::Array(items.iter().map(draft7).collect()),
        Value::Object(map) => {
            let mut rest: Map<String, Value> = Map::new();
            for (key, value) in map.iter().filter(|(key, _)| *key != "$ref") {
                let key = if key == "prefixItems" { "items" } else { key };
                rest.insert(key.to_owned(), draft7(value));
            }
            if let (Some(text), Some(place)) = (description(schema), rest.get_mut("description")) {
                *place = text.into();
            }
            let Some(pointer) = map.get("$ref").and_then(Value::as_str) else {
                return Value::Object(rest);
            };
            let pointer = pointer.replace("#/$defs/", "#/components/schemas/");
            let reference = json!({ "$ref": pointer });
            if rest.is_empty() {
                return reference;
            }
            json!({ "allOf": [reference, rest] })
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_a_reference_is_kept() {
        let schema = json!({ "$ref": "#/$defs/Time", "description": "When." });
        let expected = json!({
            "allOf": [{ "$ref": "#/components/schemas/Time" }, { "description": "When." }],
        });
        assert_eq!(draft7(&schema), expected);
        let bare = json!({ "items": { "$ref": "#/$defs/Time" } });
        assert_eq!(
            draft7(&bare),
            json!({ "items": { "$ref": "#/components/schemas/Time" } })
        );
    }

    #[test]
    fn every_reference_resolves() {
        let text = document();
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let mut count = 0;
        for part in text.split("\"$ref\": \"#").skip(1) {
            let pointer = part.split('"').next().unwrap_or_default();
            assert!(document.pointer(pointer).is_some(), "{pointer}");
            count += 1;
        }
        assert!(count > 100, "only {count} references");
    }

    #[test]
    fn every_door_has_its_operations() {
        let document: Value = serde_json::from_str(&document()).expect("JSON");
        let names: Vec<_> = entries(&document["operations"])
            .into_iter()
            .map(|(n, _)| n)
            .collect();
        let expected = [
            "commands.command",
            "events.frame",
            "poll.frame",
            "websocket.auth",
            "websocket.command",
            "websocket.frame",
        ];
        assert_eq!(names, expected);
    }
}
