//! The description of the API in OpenAPI 3.1, made of the same declarations as its routes.
//!
//! A handler describes what it answers when all went well. What else can happen follows from what
//! a request has (a body, a version, a number in its path), and is added here.

mod faults;

use std::sync::LazyLock;

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::header::{CONTENT_TYPE, HeaderValue};
use serde_json::{Map, Value, json};

use crate::BASE;
use crate::problem::ProblemShown;
use crate::router;
use crate::session::OVER_TLS;

const ABOUT: &str = include_str!("document/about.md");

/// The description, as JSON that ends with a line break.
pub fn document() -> String {
    format!("{:#}\n", complete())
}

/// What is done with a link, which may be spent.
const LINK: [&str; 2] = ["getPasswordLink", "setPasswordByLink"];

/// Made once: strangers may ask for it.
static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| document().into());

pub(crate) async fn show() -> Response {
    let mut response = Response::new(Body::from(Bytes::clone(&DOCUMENT)));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

fn complete() -> Value {
    let (_, routes) = router::described();
    let mut document = serde_json::to_value(routes).unwrap_or_default();
    document["openapi"] = json!("3.1.0");
    document["info"] = json!({
        "title": "Countersign",
        "version": "1",
        "description": ABOUT,
        "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
    });
    document["servers"] = json!([{ "url": "/", "description": "where the control plane listens" }]);
    document["security"] = json!([{ "token": [] }, { "session": [] }]);
    let schemas = document["components"]["schemas"].clone();
    describe_operations(&mut document["paths"], &schemas);
    add_own_path(&mut document["paths"]);
    name_unsigned(&mut document);
    add_components(&mut document["components"]);
    document
}

fn describe_operations(paths: &mut Value, schemas: &Value) {
    let items = paths.as_object_mut().into_iter().flat_map(Map::values_mut);
    for item in items {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            describe(method, operation, schemas);
        }
    }
}

fn describe(method: &str, operation: &mut Value, schemas: &Value) {
    let has_version = shows_version(operation, schemas);
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let is_versioned = parameters.iter().any(|it| it["name"] == "If-Match");
    let faults = faults::Faults {
        names_something: parameters.iter().any(|it| it["in"] == "path"),
        is_of_link: LINK.iter().any(|id| operation["operationId"] == *id)
            || operation["responses"].get("410").is_some(),
        has_body: operation.get("requestBody").is_some(),
        is_versioned,
        // A look, too, may be refused as the change that it foretells.
        conflicts: method != "get" || operation["responses"].get("409").is_some(),
    };
    let tagged = has_version || is_versioned;
    for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
        let headers = &mut response["headers"];
        headers["Cache-Control"] = reference("headers", "CacheControl");
        if tagged || status == "201" {
            headers["ETag"] = reference("headers", "ETag");
        }
        if status == "201" {
            headers["Location"] = reference("headers", "Location");
        }
    }
    if method == "get" && has_version {
        let held = reference("parameters", "IfNoneMatch");
        if let Some(parameters) = operation["parameters"].as_array_mut() {
            parameters.push(held);
        }
        operation["responses"]["304"] = reference("responses", "NotModified");
    }
    for status in faults.statuses() {
        let name = faults::name(status);
        operation["responses"][status.to_string()] = reference("responses", &name);
    }
}

/// Numbers that are never negative are unsigned: twice as many fit.
fn name_unsigned(value: &mut Value) {
    let is_unsigned = value.get("minimum").and_then(Value::as_u64).is_some();
    if is_unsigned && let Some(format @ ("int32" | "int64")) = value["format"].as_str() {
        value["format"] = format!("u{format}").into();
    }
    match value {
        Value::Array(items) => items.iter_mut().for_each(name_unsigned),
        Value::Object(members) => members.values_mut().for_each(name_unsigned),
        _ => {}
    }
}

/// Whether what is answered is a row.
fn shows_version(operation: &Value, schemas: &Value) -> bool {
    let shown = &operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
    let name = shown.as_str().and_then(|it| it.rsplit('/').next()).unwrap_or_default();
    schemas[name]["properties"].get("version").is_some()
}

fn add_own_path(paths: &mut Value) {
    paths[format!("{BASE}/openapi.json")] = json!({ "get": {
        "tags": ["description"],
        "summary": "This description",
        "operationId": "getDescription",
        "security": [],
        "responses": { "200": {
            "description": "It, as OpenAPI 3.1",
            "headers": { "Cache-Control": reference("headers", "CacheControl") },
            "content": { "application/json": { "schema": { "type": "object" } } },
        } },
    } });
}

fn add_components(components: &mut Value) {
    let text = json!({ "type": "string" });
    let tag = json!({ "type": "string", "pattern": "^\"[0-9]+\"$" });
    components["securitySchemes"] = json!({ "token": {
        "type": "http",
        "scheme": "OAuth",
        "description": "OAuth 1.0a (RFC 5849) with HMAC-SHA256; `realm` is the account's id. \
                        A body of JSON is not signed.",
    }, "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": OVER_TLS,
        "description": "Somebody who has logged in (`POST session`). A request that changes \
                        something shows that no other site has caused it: with `Sec-Fetch-Site: \
                        same-origin`, as browsers send it, or with the API's own `Origin`. \
                        Without TLS, on the machine itself, the cookie is called \
                        `countersign-session`.",
    } });
    components["headers"] = json!({
        "Allow": { "description": "The methods that the path has", "schema": text },
        "CacheControl": { "description": "Always `no-store`", "schema": { "const": "no-store" } },
        "ETag": { "description": "The version of the row, in quotes", "schema": tag,
            "example": "\"1\"" },
        "Location": { "description": "The path of what was made", "schema": text },
        "Reference": { "description": "Names the refusal towards the operator, who can have it \
                                       explained", "schema": text },
        "RetryAfter": { "description": "In how many seconds to try again",
            "schema": { "type": "integer" } },
        "WwwAuthenticate": { "description": "How to say who asks", "schema": text },
    });
    components["parameters"] = json!({ "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "ETags of versions that you have already: for these, nothing is sent again",
        "schema": text,
    } });
    components["schemas"]["Refusal"] = faults::refusal();
    components["schemas"]["Problem"] = schema_of::<ProblemShown<'_>>();
    components["schemas"]["WrongField"] = schema_of::<crate::problem::WrongField>();
    components["responses"] = faults::responses();
    components["responses"]["NotModified"] = json!({
        "description": "You have this version already",
        "headers": {
            "Cache-Control": reference("headers", "CacheControl"),
            "ETag": reference("headers", "ETag"),
        },
    });
}

fn schema_of<T: utoipa::PartialSchema>() -> Value {
    serde_json::to_value(T::schema()).unwrap_or_default()
}

/// A place in the components of the document.
fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}
