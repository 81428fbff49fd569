//! `docs/protocol.md` against the types it describes.

use gateway::native::from_wire::Limits;
use gateway::native::perform::decode;
use serde_json::Value;
use wire::native::{Auth, ServerFrame};

const DOCUMENT: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/protocol.md"
));

/// The words by which the variants of a tagged type are told apart.
fn words(definition: &Value) -> Vec<String> {
    let variants = definition["oneOf"].as_array().expect("a tagged type");
    let word = |variant: &Value| {
        variant["properties"]["type"]["const"]
            .as_str()
            .map(str::to_owned)
    };
    variants
        .iter()
        .map(|variant| word(variant).expect("a variant has a word"))
        .collect()
}

/// The lines of all JSON examples.
fn examples() -> impl Iterator<Item = &'static str> {
    DOCUMENT
        .split("```json\n")
        .skip(1)
        .flat_map(|rest| rest.split("```").next().unwrap_or_default().lines())
}

#[test]
fn every_command_event_and_signal_is_described() {
    let schema = wire::native::schema();
    let mut expected: Vec<String> = wire::native::command_schemas()
        .iter()
        .map(|command| command.word.to_owned())
        .collect();
    expected.extend(words(&schema["$defs"]["Event"]));
    expected.extend(words(&schema["$defs"]["Signal"]));
    assert!(expected.len() > 70, "{expected:?}");
    for word in expected {
        assert!(
            DOCUMENT.contains(&format!("`{word}`")),
            "{word} is not described"
        );
    }
}

#[test]
fn every_command_has_an_example_and_every_example_is_understood() {
    let mut missing: Vec<&str> = wire::native::command_schemas()
        .iter()
        .map(|command| command.word)
        .collect();
    for line in examples() {
        let json: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}"));
        let word = json["type"].as_str().unwrap();
        if word == "auth" {
            assert!(Auth::decode(line.as_bytes()).is_some(), "{line}");
        } else if ["reply", "event", "signal", "hello", "reset", "end"].contains(&word) {
            ServerFrame::decode(line.as_bytes()).unwrap_or_else(|e| panic!("{line}: {e}"));
        } else {
            decode(line.as_bytes(), Limits { text_bytes: 1000 })
                .unwrap_or_else(|refused| panic!("{line}: {}", refused.body.message));
            missing.retain(|command| *command != word);
        }
    }
    assert!(missing.is_empty(), "without an example: {missing:?}");
}
