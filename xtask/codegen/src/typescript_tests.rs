use serde_json::json;

use super::*;

fn defined(name: &str, schema: &Value) -> String {
    let mut out = String::new();
    definition(&mut out, name, schema);
    out
}

#[test]
fn a_struct_becomes_an_interface() {
    let schema = json!({
        "description": "A user.",
        "type": "object",
        "properties": {
            "name": { "type": "string", "description": "How they are called." },
            "bio": { "type": ["string", "null"] },
            "seen": { "anyOf": [{ "$ref": "#/$defs/Time" }, { "type": "null" }] },
            "heads": { "type": "object", "additionalProperties": { "type": "integer" } },
            "pair": { "type": "array", "prefixItems": [{ "type": "string" }, { "type": "integer" }] },
            "anything": true,
        },
        "required": ["name", "heads", "anything"],
    });
    let expected = r"
/** A user. */
export interface User {
  anything: unknown;
  bio?: string | undefined;
  heads: Record<string, number>;
  /** How they are called. */
  name: string;
  pair?: [string, number] | undefined;
  seen?: Time | undefined;
}
";
    assert_eq!(defined("User", &schema), expected);
}

#[test]
fn an_enum_of_words_becomes_a_union_of_literals() {
    let schema = json!({
        "description": "How it stands.",
        "oneOf": [
            { "const": "open", "type": "string", "description": "It is open." },
            { "const": "shut", "type": "string" },
        ],
    });
    let expected = r#"
/**
 * How it stands.
 * - `open`: It is open.
 */
export type State = "open" | "shut";
"#;
    assert_eq!(defined("State", &schema), expected);
    assert!(defined("S", &json!({ "enum": ["a", "b"] })).contains(r#"= "a" | "b";"#));
}

#[test]
fn a_tagged_enum_becomes_a_union_of_interfaces() {
    let schema = json!({
        "description": "A fact.",
        "type": "object",
        "properties": { "seq": { "type": "integer" } },
        "required": ["seq"],
        "oneOf": [
            {
                "type": "object",
                "properties": { "type": { "const": "message.created" }, "text": { "type": "string" } },
                "required": ["type", "text"],
            },
            {
                "$ref": "#/$defs/Presence",
                "properties": { "type": { "const": "presence" } },
                "required": ["type"],
            },
        ],
    });
    let expected = r#"
/** What every Event has. */
export interface EventBase {
  seq: number;
}

export interface MessageCreatedEvent extends EventBase {
  type: "message.created";
  text: string;
}

export interface PresenceEvent extends EventBase, Presence {
  type: "presence";
}

/** A fact. */
export type Event =
  | MessageCreatedEvent
  | PresenceEvent;
"#;
    assert_eq!(defined("Event", &schema), expected);
}

#[test]
fn alternatives_inside_a_variant_are_joined_to_it() {
    let schema = json!({
        "oneOf": [{
            "properties": { "type": { "const": "reply" } },
            "required": ["type"],
            "type": "object",
            "oneOf": [
                { "type": "object", "properties": { "ok": true }, "required": ["ok"] },
                { "type": "object", "properties": { "error": { "$ref": "#/$defs/E" } }, "required": ["error"] },
            ],
        }],
    });
    let text = defined("Frame", &schema);
    let tight: String = text.split_whitespace().collect();
    assert!(
        tight.contains(r#"exporttypeReplyFrame=({ok:unknown;}|{error:E;})&{type:"reply";};"#),
        "{text}"
    );
}

#[test]
fn an_empty_object_can_be_joined_with_others() {
    assert!(defined("Done", &json!({ "type": "object" })).contains("export type Done = object;"));
}

#[test]
fn a_comment_cannot_be_closed_by_its_text() {
    let mut out = String::new();
    doc(&mut out, "", "ends */ early");
    assert_eq!(out, "/** ends *\\/ early */\n");
}

#[test]
fn every_type_of_the_protocol_is_exported_once() {
    let text = protocol();
    let mut names: Vec<&str> = text
        .lines()
        .filter_map(|line| {
            let rest = line
                .strip_prefix("export interface ")
                .or(line.strip_prefix("export type "))?;
            rest.split(|c: char| !c.is_ascii_alphanumeric()).next()
        })
        .collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "a name is exported twice");
    for name in ["ServerFrame", "Event", "Hello", "Commands", "CommandFrame"] {
        assert!(names.contains(&name), "{name} is missing");
    }
}
