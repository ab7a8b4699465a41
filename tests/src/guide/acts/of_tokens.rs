//! Acts on access tokens.

use serde_json::{Value, json};

use super::Act;

/// `token create`, for somebody.
pub(crate) fn create_token(integration: u32, entity: u32, role: u32) -> Act {
    create_token_with(json!({ "integration": integration, "entity": entity, "role": role }))
}

/// `token create` with these members.
pub(crate) fn create_token_with(members: Value) -> Act {
    Act::with("POST", "tokens", members, &["token", "create"])
}

/// `token create-own`, for oneself in the current role.
pub(crate) fn create_own_token(integration: u32) -> Act {
    create_own_token_with(json!({ "integration": integration }))
}

/// `token create-own` with these members.
pub(crate) fn create_own_token_with(members: Value) -> Act {
    Act::with("POST", "tokens/mine", members, &["token", "create-own"])
}

/// `token show`.
pub(crate) fn show_token(number: u32) -> Act {
    Act::look(format!("tokens/{number}"), &["token", "show", &number.to_string()])
}

/// `token list`: all of the account.
pub(crate) fn list_tokens() -> Act {
    Act::look("tokens", &["token", "list"])
}

/// `token list` of those that have all of these values.
pub(crate) fn search_tokens(filter: &[(&str, &str)]) -> Act {
    Act::look_for("tokens", filter, &["token", "list"])
}

/// `token list-own`: one's own of the current role.
pub(crate) fn list_own_tokens() -> Act {
    Act::look("tokens/mine", &["token", "list-own"])
}

/// `token edit`.
pub(crate) fn edit_token(number: u32, members: Value) -> Act {
    let words = ["token", "edit", &number.to_string()];
    Act::with("PATCH", format!("tokens/{number}"), members, &words).seen()
}

/// `token revoke`.
pub(crate) fn revoke_token(number: u32) -> Act {
    let words = ["token", "revoke", &number.to_string()];
    Act::bare("POST", format!("tokens/{number}/revoke"), &words).seen_at(format!("tokens/{number}"))
}
