//! Acts on the accounts beside production, and on the trail.

use serde_json::json;

use super::Act;

/// `account create-sandbox`.
pub(crate) fn create_sandbox(id: &str) -> Act {
    Act::with("POST", "environments", json!({ "id": id }), &["account", "create-sandbox"])
}

/// `account refresh`.
pub(crate) fn refresh_sandbox(id: &str) -> Act {
    Act::bare("POST", format!("environments/{id}/refresh"), &["account", "refresh", id])
}

/// `audit list`: what was changed, the newest first.
pub(crate) fn list_changes() -> Act {
    Act::look("audit", &["audit", "list"])
}
