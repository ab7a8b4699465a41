//! A token of the first administrator, in the Administrator role.

use std::process::Command;

use crate::{Credentials, Deployment};

/// The integration, the entity and the token that the credentials of [`administrator`] are of.
pub const ADMINISTRATOR: [(&str, u32); 3] = [("integration", 2), ("entity", 1), ("token", 2)];

/// Gives the first administrator a token of an integration of its own. No command makes one for
/// somebody else, so an ordinary token is made, and changed in the record while no server runs.
pub fn administrator(deployment: &mut Deployment) -> Credentials {
    let integration = deployment.record(&["integration", "create", "Administration"]);
    deployment.record(&["integration", "allow-api", "2"]);
    let token = ["token", "create", "--integration", "2", "--entity", "2", "--role", "1000"];
    let token = deployment.record(&token);
    deployment.stop();
    let change = "UPDATE access_token SET entity = 1, role = 3 WHERE number = 2";
    let record = deployment.data().join("record.db");
    assert!(Command::new("sqlite3").arg(record).arg(change).status().unwrap().success());
    deployment.serve();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    Credentials {
        consumer_key: text(&integration["consumer_key"]),
        consumer_secret: text(&integration["consumer_secret"]),
        token_id: text(&token["token_id"]),
        token_secret: text(&token["token_secret"]),
        ..deployment.credentials.clone()
    }
}
