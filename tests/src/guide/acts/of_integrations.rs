//! Acts on integration records.

use serde_json::{Value, json};

use super::Act;

/// `integration create NAME`.
pub(crate) fn create_integration(name: &str) -> Act {
    create_integration_with(name, json!({}))
}

/// `integration create NAME` with more members.
pub(crate) fn create_integration_with(name: &str, members: Value) -> Act {
    let act = Act::with("POST", "integrations", members, &["integration", "create", name]);
    act.and("name", name)
}

/// `integration show`.
pub(crate) fn show_integration(number: u32) -> Act {
    Act::look(format!("integrations/{number}"), &["integration", "show", &number.to_string()])
}

/// `integration list`.
pub(crate) fn list_integrations() -> Act {
    Act::look("integrations", &["integration", "list"])
}

/// `integration list`, of those that a token can be made for.
pub(crate) fn list_applications() -> Act {
    let filter = [("offers_tokens", "true")];
    Act::look_for("integrations", &filter, &["integration", "list"])
}

/// `integration edit`.
pub(crate) fn edit_integration(number: u32, members: Value) -> Act {
    let words = ["integration", "edit", &number.to_string()];
    Act::with("PATCH", format!("integrations/{number}"), members, &words).seen()
}

/// `integration block`.
pub(crate) fn block_integration(number: u32) -> Act {
    let words = ["integration", "block", &number.to_string()];
    let act = Act::bare("PATCH", format!("integrations/{number}"), &words).seen();
    Act { body: Some(json!({ "state": "blocked" })), ..act }
}

/// `integration delete`.
pub(crate) fn delete_integration(number: u32) -> Act {
    let words = ["integration", "delete", &number.to_string()];
    Act::bare("DELETE", format!("integrations/{number}"), &words).seen()
}

/// `integration allow-api`: requests of the API may be signed with it.
pub(crate) fn allow_api(number: u32) -> Act {
    let words = ["integration", "allow-api", &number.to_string()];
    let act = Act::bare("PUT", format!("integrations/{number}/api-access"), &words);
    Act { body: Some(json!({ "on": true })), ..act.seen_at(format!("integrations/{number}")) }
}
