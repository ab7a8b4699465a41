//! Acts on the accounts beside production, and on the trail.

use serde_json::json;

use super::Act;

/// `account create-sandbox`.
pub(crate) fn create_sandbox(id: &str) -> Act {
    Act::with("POST", "environments", json!({ "id": id }), &["account", "create-sandbox"])
}

/// `account refresh`.
pub(crate) fn refresh_sandbox(id: &str) -> Act {
    let path = format!("environments/{id}");
    Act::bare("POST", format!("{path}/refresh"), &["account", "refresh", id]).seen_at(path)
}

/// `audit`: the changes of something, the newest first.
pub(crate) fn list_changes_of(noun: &str, number: u32) -> Act {
    Act::look_for("events", &[(noun, &number.to_string())], &["audit"])
}
