//! The description of the API (OpenAPI 3.1), made from the routes and the schema of the wire.

use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use super::command::from_query;
use crate::listener::route::{Access, Action, Input, Output, Route};

/// Where the schemas are.
const DEFINITIONS: &str = "#/components/schemas/";

/// The document.
pub(crate) fn document(routes: &[Route]) -> Value {
    let wire = wire::native::schema();
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    let mut maker = Maker {
        generator: settings.into_generator(),
        wire: &wire,
    };
    let mut paths = Map::new();
    for route in routes {
        let operation = maker.operation(route);
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_lowercase()] = operation;
    }
    let mut schemas = wire["$defs"].as_object().cloned().unwrap_or_default();
    for schema in schemas.values_mut() {
        move_references(schema);
    }
    schemas.extend(maker.generator.take_definitions(true));
    schemas.insert("Problem".to_owned(), problem());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Switchboard",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Instant messaging over HTTP. Live events come over /v1/ws, /v1/events \
                or /v1/poll; docs/protocol.md describes their frames.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "tags": tags(routes),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

/// The sections, in the order of the routes.
fn tags(routes: &[Route]) -> Vec<Value> {
    let mut names: Vec<&str> = Vec::new();
    for route in routes {
        if !names.contains(&route.tag) {
            names.push(route.tag);
        }
    }
    names
        .into_iter()
        .map(|name| json!({ "name": name }))
        .collect()
}

/// The wire's schema refers to `#/$defs/…`.
fn move_references(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            for (key, value) in map {
                if let (true, Value::String(reference)) = (key == "$ref", &mut *value) {
                    *reference = reference.replace("#/$defs/", DEFINITIONS);
                } else {
                    move_references(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(move_references),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

struct Maker<'a> {
    generator: SchemaGenerator,
    wire: &'a Value,
}

impl Maker<'_> {
    fn operation(&mut self, route: &Route) -> Value {
        let mut operation = json!({
            "operationId": operation_id(route),
            "tags": [route.tag],
            "summary": route.summary,
            "responses": self.responses(route),
        });
        let parameters = self.parameters(route);
        if !parameters.is_empty() {
            operation["parameters"] = parameters.into();
        }
        if let Some(body) = self.body(route) {
            operation["requestBody"] = body;
        }
        if let Action::Command(word) = route.action {
            operation["x-command"] = word.into();
            let fields = self.wire["x-commands"][word]["name"]
                .as_str()
                .unwrap_or_default();
            let description = self.wire["$defs"][fields]["description"].clone();
            operation["description"] = description;
        }
        if route.access == Access::SignedIn {
            operation["security"] = json!([{ "token": [] }]);
        }
        operation
    }

    /// A command's fields that are not in the path: name and schema, and whether it must be there.
    fn fields(&self, route: &Route, word: &str) -> Vec<(String, Value, bool)> {
        let name = self.wire["x-commands"][word]["name"]
            .as_str()
            .unwrap_or_default();
        let definition = &self.wire["$defs"][name];
        let required = definition["required"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let properties = definition["properties"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        properties
            .into_iter()
            .filter(|(field, _)| !route.parameters().any(|parameter| parameter == field))
            .map(|(field, mut schema)| {
                move_references(&mut schema);
                // `Idempotency-Key` stands for it.
                let must = field != "client_id" && required.iter().any(|name| *name == field);
                (field, schema, must)
            })
            .collect()
    }

    fn parameters(&self, route: &Route) -> Vec<Value> {
        let mut parameters: Vec<Value> = route
            .parameters()
            .map(|name| {
                json!({ "name": name, "in": "path", "required": true,
                        "schema": { "type": "string" } })
            })
            .collect();
        match (route.input, route.action) {
            (Input::Fields, Action::Command(word)) if from_query(route.method) => {
                for (name, mut schema, required) in self.fields(route, word) {
                    let mut parameter = json!({ "name": name, "in": "query" });
                    if let Some(map) = schema.as_object_mut()
                        && let Some(description) = map.remove("description")
                    {
                        parameter["description"] = description;
                    }
                    if required {
                        parameter["required"] = true.into();
                    }
                    if schema["type"] == "array" {
                        parameter["style"] = "form".into();
                        parameter["explode"] = false.into();
                    }
                    parameter["schema"] = schema;
                    parameters.push(parameter);
                }
            }
            (Input::Query(query), _) => parameters.extend(query.iter().map(|(name, what)| {
                json!({ "name": name, "in": "query", "description": what,
                        "schema": { "type": "string" } })
            })),
            (Input::Fields | Input::Nothing | Input::Json(_) | Input::Picture, _) => {}
        }
        parameters
    }

    fn body(&mut self, route: &Route) -> Option<Value> {
        let content = match (route.input, route.action) {
            (Input::Fields, Action::Command(word)) if !from_query(route.method) => {
                let fields = self.fields(route, word);
                if fields.is_empty() {
                    return None;
                }
                let required: Vec<&String> = fields
                    .iter()
                    .filter(|(_, _, must)| *must)
                    .map(|(name, ..)| name)
                    .collect();
                let must = !required.is_empty();
                let required = json!(required);
                let properties: Map<String, Value> = fields
                    .into_iter()
                    .map(|(name, schema, _)| (name, schema))
                    .collect();
                let mut schema = json!({ "type": "object", "properties": properties });
                if must {
                    schema["required"] = required;
                }
                return Some(json!({
                    "required": must,
                    "content": { "application/json": { "schema": schema } },
                }));
            }
            (Input::Json(schema), _) => {
                let schema = schema(&mut self.generator);
                json!({ "application/json": { "schema": schema } })
            }
            (Input::Picture, _) => json!({
                "image/png": {}, "image/jpeg": {}, "image/webp": {}, "image/gif": {},
            }),
            (Input::Fields | Input::Nothing | Input::Query(_), _) => return None,
        };
        Some(json!({ "required": true, "content": content }))
    }

    fn responses(&mut self, route: &Route) -> Value {
        let mut good = json!({ "description": "Done" });
        let mut status = route.status;
        match (route.output, route.action) {
            (Output::Reply, Action::Command(word)) => {
                let mut schema = self.wire["x-commands"][word]["reply"].clone();
                move_references(&mut schema);
                if schema["$ref"] == format!("{DEFINITIONS}Done") {
                    status = 204;
                } else {
                    good["content"] = json!({ "application/json": { "schema": schema } });
                }
            }
            (Output::Json(schema), _) => {
                let schema = schema(&mut self.generator);
                good["content"] = json!({ "application/json": { "schema": schema } });
            }
            (Output::Media(media), _) => good["content"] = json!({ media: {} }),
            (Output::Reply | Output::Nothing, _) => status = 204,
            (Output::Upgrade, _) => good["description"] = "Switching protocols".into(),
        }
        let problem = json!({
            "description": "What went wrong; docs/errors.md lists the codes",
            "content": { "application/problem+json":
                { "schema": { "$ref": format!("{DEFINITIONS}Problem") } } },
        });
        json!({ status.to_string(): good, "default": problem })
    }
}

/// `get_conversations_messages`: from the method and the path, and so unique.
fn operation_id(route: &Route) -> String {
    let words = route
        .path
        .split(['/', '.', '-'])
        .filter(|word| !word.is_empty() && *word != "v1");
    let words = words.map(|word| {
        word.strip_prefix('{').map_or_else(
            || word.to_owned(),
            |parameter| format!("by_{}", parameter.trim_end_matches('}')),
        )
    });
    let words: Vec<String> = words.collect();
    format!(
        "{}_{}",
        route.method.as_str().to_lowercase(),
        words.join("_")
    )
}

fn problem() -> Value {
    let text = |what: &str| json!({ "type": "string", "description": what });
    json!({
        "type": "object",
        "description": "RFC 9457",
        "required": ["type", "title", "status", "detail", "code", "request_id"],
        "properties": {
            "type": text("Where the code is explained"),
            "title": text("The class of the error"),
            "status": { "type": "integer" },
            "detail": text("What happened and what to do about it"),
            "code": text("A stable word of docs/errors.md"),
            "pointer": text("The field that is wrong, as a JSON pointer"),
            "incident": text("The id of an internal error in the server's log"),
            "request_id": text("The id of the request, also in the header Request-Id"),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::routes;

    #[test]
    fn every_route_is_described_once_with_its_own_id() {
        let document = document(&routes());
        let paths = document["paths"].as_object().unwrap();
        let mut ids: Vec<&str> = paths
            .values()
            .flat_map(|path| path.as_object().unwrap().values())
            .map(|operation| operation["operationId"].as_str().unwrap())
            .collect();
        assert_eq!(ids.len(), routes().len());
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), routes().len(), "{ids:?}");
    }

    #[test]
    fn every_reference_resolves() {
        let document = document(&routes());
        let text = document.to_string();
        let references: Vec<&str> = text
            .split("\"$ref\":\"#")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        assert!(references.len() > 100);
        for pointer in references {
            assert!(
                document.pointer(pointer).is_some(),
                "{pointer} does not resolve"
            );
        }
        assert!(
            !text.contains("$defs"),
            "a schema has definitions of its own"
        );
    }

    #[test]
    fn fields_of_the_path_are_not_in_the_body() {
        let document = document(&routes());
        let path = &document["paths"]["/v1/conversations/{conversation}/messages/{message}"];
        let body = &path["patch"]["requestBody"]["content"]["application/json"]["schema"];
        assert!(body["properties"]["text"].is_object());
        assert!(body["properties"]["conversation"].is_null());
        assert_eq!(body["required"], json!(["text"]));
        assert_eq!(path["patch"]["parameters"].as_array().unwrap().len(), 2);
    }
}
