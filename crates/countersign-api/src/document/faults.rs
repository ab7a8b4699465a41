//! What can go wrong, for each kind of operation, as the description has it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::reference;
use crate::problem::{Kind, MEDIA_TYPE, TABLE};

/// What a request has, from which its faults follow.
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own")]
pub(super) struct Faults {
    pub(super) names_something: bool,
    pub(super) has_body: bool,
    pub(super) is_versioned: bool,
    pub(super) changes: bool,
    pub(super) names_link: bool,
}

impl Faults {
    /// The statuses that such a request may be refused with.
    pub(super) fn statuses(&self) -> Vec<u16> {
        let possible = [
            (400, true),
            (401, true),
            (403, true),
            (404, self.names_something),
            (405, true),
            (409, self.changes),
            (410, self.names_link),
            (412, self.is_versioned),
            (413, self.has_body),
            (415, self.has_body),
            (422, self.has_body),
            (428, self.is_versioned),
            (429, true),
            (503, true),
        ];
        possible.into_iter().filter(|(_, is)| *is).map(|(status, _)| status).collect()
    }
}

/// The name of the response with that status.
pub(super) fn name(status: u16) -> String {
    format!("Refused{status}")
}

/// All that is refused, by status.
pub(super) fn responses() -> Value {
    let mut kinds: BTreeMap<u16, Vec<&Kind>> = BTreeMap::new();
    for kind in TABLE {
        kinds.entry(kind.status).or_default().push(kind);
    }
    // The gate's alone.
    kinds.entry(429).or_default();
    let responses = kinds.iter().map(|(status, kinds)| (name(*status), response(*status, kinds)));
    responses.collect::<serde_json::Map<_, _>>().into()
}

fn response(status: u16, kinds: &[&Kind]) -> Value {
    let listed = kinds.iter().map(|kind| format!("- `{}`: {}", kind.code, kind.title));
    let listed: Vec<String> = listed.collect();
    let mut content = json!({});
    if !kinds.is_empty() {
        let examples = kinds.iter().map(|kind| (kind.code.to_owned(), example(kind)));
        content[MEDIA_TYPE] = json!({
            "schema": reference("schemas", "Problem"),
            "examples": examples.collect::<serde_json::Map<_, _>>(),
        });
    }
    let mut headers = json!({ "Cache-Control": reference("headers", "CacheControl") });
    if matches!(status, 400 | 401 | 403 | 429 | 503) {
        content["application/json"] = json!({ "schema": reference("schemas", "Refusal") });
        headers["Countersign-Reference"] = reference("headers", "Reference");
    }
    match status {
        401 => headers["WWW-Authenticate"] = reference("headers", "WwwAuthenticate"),
        405 => headers["Allow"] = reference("headers", "Allow"),
        429 | 503 => headers["Retry-After"] = reference("headers", "RetryAfter"),
        _ => {}
    }
    let description = if kinds.is_empty() {
        "Refused by the gate: too much at a time".to_owned()
    } else {
        format!("Refused:\n\n{}", listed.join("\n"))
    };
    json!({ "description": description, "headers": headers, "content": content })
}

fn example(kind: &Kind) -> Value {
    json!({ "value": {
        "type": format!("urn:countersign:problem:{}", kind.code),
        "title": kind.title,
        "status": kind.status,
        "detail": "One sentence: what happened, and what to do.",
    } })
}

/// What the gate answers.
pub(super) fn refusal() -> Value {
    json!({
        "type": "object",
        "description": "A refusal of the gate in front of the API.",
        "required": ["error"],
        "properties": { "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": { "type": "string", "example": "INVALID_LOGIN_ATTEMPT" },
                "message": { "type": "string", "example": "Invalid login attempt." },
            },
        } },
    })
}
