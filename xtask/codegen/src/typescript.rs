//! TypeScript types out of the JSON Schema of the native protocol.
//!
//! A struct becomes an interface, an enum of words a union of literals, and a tagged enum a union
//! of one exported interface per variant, which narrows on `type`. An optional field may be absent
//! or `undefined` but not `null`: on the wire these mean the same, and the server writes neither.

use std::fmt::Write as _;

use serde_json::Value;

use crate::schema::{alternatives, description, entries, pascal, properties, referred, tag};

const HEAD: &str = "\
// Generated from the Rust wire types by `cargo xtask codegen`. Do not edit.
";

/// The text of `protocol.ts`.
pub(crate) fn protocol() -> String {
    let document = wire::native::schema();
    let mut out = String::from(HEAD);
    let _ = write!(
        out,
        "\n/** The WebSocket subprotocol of these frames. */\nexport const SUBPROTOCOL = {};\n\
         \n/** The version of the protocol, told in `Hello`. */\nexport const PROTOCOL_VERSION = {};\n",
        Value::from(wire::native::SUBPROTOCOL),
        wire::native::PROTOCOL_VERSION,
    );
    for (name, schema) in entries(&document["$defs"]) {
        definition(&mut out, &pascal(name), schema);
    }
    commands(&mut out, &document["x-commands"], &document["$defs"]);
    out
}

/// Writes one exported type.
fn definition(out: &mut String, name: &str, schema: &Value) {
    match alternatives(schema) {
        Some(variants) if variants.iter().all(|variant| tag(variant).is_some()) => {
            tagged_union(out, name, schema, variants);
        }
        _ => plain(out, name, "", schema),
    }
}

/// Writes an interface where the schema is one object, a type alias otherwise.
fn plain(out: &mut String, name: &str, base: &str, schema: &Value) {
    out.push('\n');
    doc(out, "", &full_description(schema));
    let parents: Vec<String> = [
        (!base.is_empty()).then(|| base.to_owned()),
        referred(schema),
    ]
    .into_iter()
    .flatten()
    .collect();
    if alternatives(schema).is_none() && schema.get("properties").is_some() {
        let _ = write!(out, "export interface {name} ");
        if !parents.is_empty() {
            let _ = write!(out, "extends {} ", parents.join(", "));
        }
        let _ = writeln!(out, "{}", object(schema, ""));
    } else {
        let mut parts = parents;
        parts.retain(|part| Some(part) != referred(schema).as_ref());
        parts.push(expression(schema, ""));
        let _ = writeln!(out, "export type {name} = {};", parts.join(" & "));
    }
}

/// Writes a tagged enum: what all variants share, each variant, and their union.
fn tagged_union(out: &mut String, name: &str, schema: &Value, variants: &[Value]) {
    let shared = schema.get("properties").is_some();
    let base = if shared {
        format!("{name}Base")
    } else {
        String::new()
    };
    if shared {
        let text = format!("What every {name} has.");
        let _ = write!(
            out,
            "\n/** {text} */\nexport interface {base} {}\n",
            object(schema, "")
        );
    }
    let mut names = Vec::new();
    for variant in variants {
        let variant_name = format!("{}{name}", pascal(tag(variant).unwrap_or_default()));
        plain(out, &variant_name, &base, variant);
        names.push(variant_name);
    }
    out.push('\n');
    doc(out, "", &description(schema).unwrap_or_default());
    let _ = writeln!(out, "export type {name} =\n  | {};", names.join("\n  | "));
}

/// Writes the table of commands and the type of their frames.
fn commands(out: &mut String, table: &Value, definitions: &Value) {
    out.push_str(
        "\n/** Every command: the fields of its frame, and what `ok` holds in its reply. */\n",
    );
    out.push_str("export interface Commands {\n");
    for (word, command) in entries(table) {
        let name = command["name"].as_str().unwrap_or_default();
        doc(
            out,
            "  ",
            &description(&definitions[name]).unwrap_or_default(),
        );
        let reply = expression(&command["reply"], "  ");
        let _ = writeln!(out, "  {word:?}: {{ fields: {name}; reply: {reply} }};");
    }
    out.push_str(COMMANDS_TAIL);
}

const COMMANDS_TAIL: &str = r#"}

/** The word in a command's `type`. */
export type CommandType = keyof Commands;

/** What a command takes. */
export type Fields<T extends CommandType> = Commands[T]["fields"];

/** What a command gives back. */
export type Reply<T extends CommandType> = Commands[T]["reply"];

/** The first frame of a WebSocket whose handshake carried no token. */
export interface AuthFrame extends Auth {
  type: "auth";
}

/** A command as it is sent. The number comes back in the reply; `ack` has neither. */
export type CommandFrame = {
  [T in CommandType]: { type: T } & (T extends "ack" ? { id?: number | undefined } : { id: number }) & Fields<T>;
}[CommandType];
"#;

/// The type expression of a schema; `indent` is that of the line it stands on.
fn expression(schema: &Value, indent: &str) -> String {
    let mut parts = Vec::new();
    parts.extend(referred(schema));
    if let Some(variants) = alternatives(schema) {
        let texts: Vec<String> = variants
            .iter()
            .map(|each| expression(each, indent))
            .collect();
        parts.push(texts.join(" | "));
    }
    for each in schema
        .get("allOf")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        parts.push(expression(each, indent));
    }
    if parts.is_empty() || schema.get("properties").is_some() {
        parts.push(own(schema, indent));
    }
    let several = parts.len() > 1;
    let wrap = |part: String| {
        if several && part.contains(" | ") {
            format!("({part})")
        } else {
            part
        }
    };
    parts.into_iter().map(wrap).collect::<Vec<_>>().join(" & ")
}

/// The part of a schema that is not a reference or a combination.
fn own(schema: &Value, indent: &str) -> String {
    if let Some(value) = schema.get("const") {
        return value.to_string();
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        return words
            .iter()
            .map(Value::to_string)
            .collect::<Vec<_>>()
            .join(" | ");
    }
    match schema.get("type") {
        Some(Value::String(kind)) => typed(schema, kind, indent),
        Some(Value::Array(kinds)) => {
            let kinds = kinds.iter().filter_map(Value::as_str);
            kinds
                .map(|kind| typed(schema, kind, indent))
                .collect::<Vec<_>>()
                .join(" | ")
        }
        _ => "unknown".to_owned(),
    }
}

fn typed(schema: &Value, kind: &str, indent: &str) -> String {
    match kind {
        "string" => "string".to_owned(),
        "integer" | "number" => "number".to_owned(),
        "boolean" => "boolean".to_owned(),
        "null" => "null".to_owned(),
        "array" => array(schema, indent),
        "object" if schema.get("properties").is_some() => object(schema, indent),
        "object" => match schema.get("additionalProperties") {
            Some(values) => format!("Record<string, {}>", expression(values, indent)),
            None => "object".to_owned(),
        },
        _ => "unknown".to_owned(),
    }
}

fn array(schema: &Value, indent: &str) -> String {
    if let Some(places) = schema.get("prefixItems").and_then(Value::as_array) {
        let places: Vec<String> = places.iter().map(|each| expression(each, indent)).collect();
        return format!("[{}]", places.join(", "));
    }
    let item = schema
        .get("items")
        .map_or_else(|| "unknown".to_owned(), |i| expression(i, indent));
    if item.contains([' ', '{']) {
        format!("Array<{item}>")
    } else {
        format!("{item}[]")
    }
}

fn object(schema: &Value, indent: &str) -> String {
    let inner = format!("{indent}  ");
    let mut out = String::from("{\n");
    for (name, property, required) in properties(schema) {
        doc(&mut out, &inner, &description(property).unwrap_or_default());
        let text = expression(property, &inner);
        let line = if required {
            format!("{inner}{name}: {text};")
        } else {
            format!("{inner}{name}?: {} | undefined;", without_null(&text))
        };
        let _ = writeln!(out, "{line}");
    }
    let _ = write!(out, "{indent}}}");
    out
}

fn without_null(text: &str) -> &str {
    text.strip_suffix(" | null").unwrap_or(text)
}

/// The description, and that of each word when the type is an enum of words.
fn full_description(schema: &Value) -> String {
    let mut text = description(schema).unwrap_or_default();
    for variant in alternatives(schema).into_iter().flatten() {
        if let (Some(word), Some(meaning)) = (variant.get("const"), description(variant)) {
            let _ = write!(
                text,
                "\n- `{}`: {meaning}",
                word.as_str().unwrap_or_default()
            );
        }
    }
    text
}

/// Writes a doc comment, when there is something to say.
fn doc(out: &mut String, indent: &str, text: &str) {
    let text = text.trim().replace("*/", "*\\/");
    match text.lines().count() {
        0 => {}
        1 => {
            let _ = writeln!(out, "{indent}/** {text} */");
        }
        _ => {
            let _ = writeln!(out, "{indent}/**");
            for line in text.lines() {
                let _ = writeln!(out, "{}", format!("{indent} * {line}").trim_end());
            }
            let _ = writeln!(out, "{indent} */");
        }
    }
}

#[cfg(test)]
#[path = "typescript_tests.rs"]
mod tests;
