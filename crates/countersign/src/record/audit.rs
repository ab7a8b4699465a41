//! `countersign audit`: the administrative trail of an account.

use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use super::{InAccount, reach, shown};
use countersign_caller::terminal;

const COLUMNS: &[&str] = &["event", "at", "by", "from", "act", "details"];

#[derive(Args)]
pub(crate) struct AuditArgs {
    /// Only what was done so, such as token-revoked
    #[arg(long)]
    act: Option<String>,
    /// Only what this entity did, by number
    #[arg(long, value_name = "NUMBER")]
    by: Option<u32>,
    /// Only what concerns this integration, by number
    #[arg(long, value_name = "NUMBER", group = "concerns")]
    integration: Option<u32>,
    /// Only what concerns this entity, by number
    #[arg(long, value_name = "NUMBER", group = "concerns")]
    entity: Option<u32>,
    /// Only what concerns this role, by number
    #[arg(long, value_name = "NUMBER", group = "concerns")]
    role: Option<u32>,
    /// Only what concerns this token, by number
    #[arg(long, value_name = "NUMBER", group = "concerns")]
    token: Option<u32>,
    /// Only at this moment or later, such as 2027-01-15T08:00:00Z
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only before this moment
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    place: InAccount,
}

impl AuditArgs {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let number = |number: Option<u32>| number.map(|number| number.to_string());
        let query = [
            ("act", self.act),
            ("by", number(self.by)),
            ("integration", number(self.integration)),
            ("entity", number(self.entity)),
            ("role", number(self.role)),
            ("token", number(self.token)),
            ("since", self.since),
            ("until", self.until),
        ];
        let query: Vec<(&str, String)> =
            query.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let mut desk = self.place.open().await?;
        let mut rows = match desk.rows("/events", &query, self.limit).await? {
            reach::Rows::Read(rows) => rows,
            reach::Rows::Refused(code) => return Ok(code),
        };
        let text = if desk.json {
            shown::json(&rows.into())
        } else {
            rows.iter_mut().for_each(|row| row["by"] = by(&row["by"]).into());
            shown::table(&rows, COLUMNS)
        };
        terminal::say(&text);
        Ok(ExitCode::SUCCESS)
    }
}

/// Who it was, in a few words.
fn by(actor: &Value) -> String {
    let named = ["entity", "role", "token", "local_user"].into_iter().filter_map(|name| {
        let number = actor[name].as_u64()?;
        Some(format!("{} {number}", name.replace('_', " ")))
    });
    let named: Vec<String> = named.collect();
    match (named.is_empty(), actor["means"].as_str()) {
        (true, means) => means.unwrap_or_default().to_owned(),
        (false, Some(means @ ("session" | "link"))) => format!("{} by {means}", named.join(", ")),
        (false, _) => named.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn who_it_was_is_said_in_a_few_words() {
        for (actor, words) in [
            (json!({ "means": "schedule" }), "schedule"),
            (json!({ "means": "local-user", "local_user": 0 }), "local user 0"),
            (
                json!({ "means": "local-user", "entity": 7, "role": 3, "local_user": 0 }),
                "entity 7, role 3, local user 0",
            ),
            (
                json!({ "means": "token", "entity": 7, "role": 3, "token": 9 }),
                "entity 7, role 3, token 9",
            ),
            (json!({ "means": "link", "entity": 7 }), "entity 7 by link"),
        ] {
            assert_eq!(by(&actor), words);
        }
    }
}
