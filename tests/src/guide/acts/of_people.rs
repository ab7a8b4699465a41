//! Acts on entities and roles.

use serde_json::{Value, json};

use super::Act;

/// `entity create NAME`.
pub(crate) fn create_entity(kind: &str, name: &str, email: &str) -> Act {
    let members = json!({ "kind": kind, "email": email });
    Act::with("POST", "entities", members, &["entity", "create", name]).and("name", name)
}

/// `entity show`.
pub(crate) fn show_entity(number: u32) -> Act {
    Act::look(format!("entities/{number}"), &["entity", "show", &number.to_string()])
}

/// `entity list`.
pub(crate) fn list_entities() -> Act {
    Act::look("entities", &["entity", "list"])
}

/// `entity delete`.
pub(crate) fn delete_entity(number: u32) -> Act {
    let words = ["entity", "delete", &number.to_string()];
    Act::bare("DELETE", format!("entities/{number}"), &words).seen()
}

/// `role create NAME`, with permissions and their levels.
pub(crate) fn create_role(name: &str, permissions: &[(&str, &str)]) -> Act {
    let levels: serde_json::Map<String, Value> =
        permissions.iter().map(|(name, level)| ((*name).to_owned(), json!(level))).collect();
    let mut act = Act::bare("POST", "roles", &["role", "create", name]);
    for (name, level) in permissions {
        act.words.extend(["--permission".to_owned(), format!("{name}:{level}")]);
    }
    Act { body: Some(json!({ "name": name, "permissions": levels })), ..act }
}

/// `role edit`.
pub(crate) fn edit_role(number: u32, members: Value) -> Act {
    let words = ["role", "edit", &number.to_string()];
    Act::with("PATCH", format!("roles/{number}"), members, &words).seen()
}

/// `role assign`.
pub(crate) fn assign_role(entity: u32, role: u32) -> Act {
    assignment("PUT", "assign", entity, role)
}

/// `role remove`.
pub(crate) fn remove_role(entity: u32, role: u32) -> Act {
    assignment("DELETE", "remove", entity, role)
}

fn assignment(method: &'static str, verb: &str, entity: u32, role: u32) -> Act {
    let (of, to) = (entity.to_string(), role.to_string());
    let words = ["role", verb, "--entity", &of, "--role", &to];
    Act::bare(method, format!("entities/{entity}/roles/{role}"), &words)
}
