use schemars::{Schema, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::{Auth, ErrorBody, ServerFrame, SignedIn, command};

/// A command in the generated documents.
#[derive(Debug, Clone)]
pub struct CommandSchema {
    /// The `type` word.
    pub word: &'static str,
    /// The Rust and TypeScript name of its fields' type.
    pub name: &'static str,
    /// The fields, a reference into `$defs`.
    pub fields: Schema,
    /// What `ok` holds, a reference into `$defs`.
    pub reply: Schema,
}

/// Every command, in the order of `docs/protocol.md`.
pub fn command_schemas() -> Vec<CommandSchema> {
    generate().0
}

/// One JSON Schema (2020-12) document: `$defs` holds every type of the protocol, and
/// `x-commands` maps each command's `type` to its fields and its reply.
pub fn schema() -> Value {
    let (commands, definitions) = generate();
    let table: Map<String, Value> = commands
        .into_iter()
        .map(|c| {
            (
                c.word.to_owned(),
                json!({"name": c.name, "fields": c.fields, "reply": c.reply}),
            )
        })
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": super::SUBPROTOCOL,
        "$defs": definitions,
        "x-commands": table,
    })
}

fn generate() -> (Vec<CommandSchema>, Map<String, Value>) {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    generator.subschema_for::<ServerFrame>();
    generator.subschema_for::<Auth>();
    generator.subschema_for::<ErrorBody>();
    generator.subschema_for::<SignedIn>();
    let mut commands = Vec::new();
    command::each_schema(&mut generator, |word, name, fields, reply| {
        commands.push(CommandSchema {
            word,
            name,
            fields,
            reply,
        });
    });
    (commands, generator.take_definitions(true))
}

#[cfg(test)]
mod tests {
    use super::schema;

    #[test]
    fn every_reference_of_the_schema_resolves() {
        let document = schema();
        let text = document.to_string();
        for part in text.split("\"$ref\":\"").skip(1) {
            let pointer = part.split('"').next().unwrap().trim_start_matches('#');
            assert!(
                document.pointer(pointer).is_some(),
                "{pointer} does not resolve"
            );
        }
    }
}
