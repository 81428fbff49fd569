//! Reading a JSON Schema 2020-12 document: the few questions that both emitters ask.

use serde_json::{Map, Value};

/// The description, as it should be shown: Rust's links become plain code words.
pub(crate) fn description(schema: &Value) -> Option<String> {
    let text = schema.get("description")?.as_str()?;
    Some(
        text.replace("[`super::", "`")
            .replace("[`", "`")
            .replace("`]", "`"),
    )
}

/// The name that a `$ref` points to, in `PascalCase`.
pub(crate) fn referred(schema: &Value) -> Option<String> {
    let pointer = schema.get("$ref")?.as_str()?;
    pointer.rsplit('/').next().map(pascal)
}

/// `message.created`, `auth` or `role_changed` as a type's name.
pub(crate) fn pascal(name: &str) -> String {
    name.split(['.', '_', '-'])
        .flat_map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase())
                .into_iter()
                .chain(letters)
        })
        .collect()
}

/// The alternatives of a `oneOf` or `anyOf`.
pub(crate) fn alternatives(schema: &Value) -> Option<&Vec<Value>> {
    ["oneOf", "anyOf"]
        .iter()
        .find_map(|key| schema.get(key)?.as_array())
}

/// The value of the `type` property when it is a constant: the tag of a tagged union's variant.
pub(crate) fn tag(schema: &Value) -> Option<&str> {
    schema.pointer("/properties/type/const")?.as_str()
}

/// The properties, with `type` and `id` first and the others by name, each with whether it is
/// required.
pub(crate) fn properties(schema: &Value) -> Vec<(&str, &Value, bool)> {
    let Some(map) = schema.get("properties").and_then(Value::as_object) else {
        return Vec::new();
    };
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let mut properties: Vec<_> = map
        .iter()
        .map(|(name, property)| (name.as_str(), property, required.contains(&name.as_str())))
        .collect();
    properties.sort_by_key(|(name, ..)| (*name != "type", *name != "id", *name));
    properties
}

/// The members of an object, sorted, whatever order the map keeps.
pub(crate) fn entries(object: &Value) -> Vec<(&String, &Value)> {
    let mut entries: Vec<_> = object.as_object().into_iter().flat_map(Map::iter).collect();
    entries.sort_by_key(|(name, _)| *name);
    entries
}

/// The same value with every object's members in order, so that the output does not depend on
/// which features of the JSON crate some other package switched on.
pub(crate) fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(_) => Value::Object(
            entries(value)
                .into_iter()
                .map(|(key, member)| (key.clone(), sorted(member)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_become_type_names() {
        assert_eq!(pascal("member.role_changed"), "MemberRoleChanged");
        assert_eq!(pascal("auth"), "Auth");
        assert_eq!(pascal("SendMessage"), "SendMessage");
    }

    #[test]
    fn links_of_rust_become_code_words() {
        let schema = json!({ "description": "See [`super::VERSION`] and [`Time`]." });
        assert_eq!(
            description(&schema).as_deref(),
            Some("See `VERSION` and `Time`.")
        );
    }

    #[test]
    fn the_tag_comes_first() {
        let schema = json!({
            "properties": { "a": {}, "id": {}, "type": { "const": "x" } },
            "required": ["type", "a"],
        });
        let names: Vec<_> = properties(&schema)
            .iter()
            .map(|(n, _, r)| (*n, *r))
            .collect();
        assert_eq!(names, [("type", true), ("id", false), ("a", true)]);
        assert_eq!(tag(&schema), Some("x"));
    }
}
