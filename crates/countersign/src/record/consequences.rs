//! `--dry-run`: which tokens a change would hit.

use std::process::ExitCode;

use countersign_signing::percent;
use serde_json::Value;

use super::{Ask, InAccount, reach, shown};
use countersign_caller::terminal;

const COLUMNS: &[&str] = &["token", "name", "entity_name", "role_name", "state", "used"];

impl InAccount {
    /// Shows which tokens a change of these would hit.
    pub(super) async fn consequences(self, of: &[(&str, String)]) -> anyhow::Result<ExitCode> {
        let query: Vec<String> = of
            .iter()
            .map(|(name, value)| format!("{name}={}", percent::encode(value.as_bytes())))
            .collect();
        let mut desk = self.open().await?;
        let answer = desk.send(Ask::get(format!("/consequences?{}", query.join("&")))).await?;
        if let Some(code) = desk.refused(&answer) {
            return Ok(code);
        }
        let hit = reach::value(&answer)?;
        terminal::say(&if desk.json { shown::json(&hit) } else { told(&hit) });
        Ok(ExitCode::SUCCESS)
    }
}

fn told(hit: &Value) -> String {
    let count = |name: &str| hit[name].as_u64().unwrap_or_default();
    let (tokens, active) = (count("tokens"), count("active"));
    let mut text =
        format!("Nothing was changed. It would hit {tokens} tokens, {active} of them active");
    if count("in_other_accounts") > 0 {
        let others = count("in_other_accounts");
        text.push_str(&format!(", and if it is deleted or reset {others} in other accounts"));
    }
    text.push_str(".\n");
    let first = hit["first"].as_array().map_or(&[] as &[Value], Vec::as_slice);
    if !first.is_empty() {
        text.push_str(&format!("\n{}", shown::table(first, COLUMNS)));
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_would_be_hit_is_told_with_its_last_use() {
        let used = json!({ "at": "2027-01-15T08:00:00Z", "from": "192.0.2.7", "count": 3 });
        let token = json!({
            "token": 7, "name": "Nightly", "entity_name": "Ann", "role_name": "Orders",
            "state": "active", "used": used,
        });
        let hit = json!({ "tokens": 1, "active": 1, "in_other_accounts": 2, "first": [token] });
        let text = told(&hit);
        assert!(text.starts_with(
            "Nothing was changed. It would hit 1 tokens, 1 of them active, and if it is deleted or \
             reset 2 in other accounts.\n\nTOKEN"
        ));
        for told in ["Nightly", "Ann", "Orders", "192.0.2.7", "2027-01-15T08:00:00Z"] {
            assert!(text.contains(told), "{told}: {text}");
        }
        let none = json!({ "tokens": 0, "active": 0, "in_other_accounts": 0, "first": [] });
        assert_eq!(told(&none), "Nothing was changed. It would hit 0 tokens, 0 of them active.\n");
    }
}
