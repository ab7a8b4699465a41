//! `countersign permission ...`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use countersign_signing::percent;
use http::Method;
use serde_json::{Value, json};

use super::{Ask, InAccount, Seen, reach, shown};
use countersign_caller::terminal;

const FIRST: &[&str] = &["permission", "description", "version"];
const LIST: &str = "/permissions";

/// `countersign permission ...`
#[derive(Subcommand)]
pub(crate) enum PermissionCommand {
    /// List the permissions that the account defines
    List(ListPermissions),
    /// Define a permission; the Administrator has it from then on
    Define(DefinePermission),
    /// Show a permission
    Show(OnePermission),
    /// Say anew what a permission is for
    Edit(EditPermission),
    /// Remove a permission that no role but the Administrator grants
    Remove(ChangePermission),
}

#[derive(Args)]
pub(crate) struct ListPermissions {
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct DefinePermission {
    /// What roles grant and upstreams are told, such as orders.read
    name: String,
    /// What it is for
    #[arg(long, value_name = "TEXT", default_value = "")]
    description: String,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct OnePermission {
    /// Its name
    permission: String,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct EditPermission {
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: String,
    #[command(flatten)]
    change: ChangePermission,
}

#[derive(Args)]
pub(crate) struct ChangePermission {
    #[command(flatten)]
    of: OnePermission,
    #[command(flatten)]
    seen: Seen,
}

impl PermissionCommand {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(ListPermissions { place }) => list(place).await,
            Self::Define(DefinePermission { name, description, place }) => {
                let body = json!({ "name": name, "description": description });
                let ask = Ask::new(Method::POST, LIST).with(&body)?;
                place.open().await?.ask(ask, FIRST).await
            }
            Self::Show(OnePermission { permission, place }) => {
                place.open().await?.ask(Ask::get(row(&permission)), FIRST).await
            }
            Self::Edit(EditPermission { description, change }) => {
                let ask = Ask::new(Method::PATCH, row(&change.of.permission));
                let ask = ask.with(&json!({ "description": description }))?;
                change.make(ask).await
            }
            Self::Remove(change) => {
                let ask = Ask::new(Method::DELETE, row(&change.of.permission));
                change.make(ask).await
            }
        }
    }
}

async fn list(place: InAccount) -> anyhow::Result<ExitCode> {
    let mut desk = place.open().await?;
    let answer = desk.send(Ask::get(LIST)).await?;
    if let Some(code) = desk.refused(&answer) {
        return Ok(code);
    }
    let rows = reach::value(&answer)?["permissions"].take();
    let text = if desk.json {
        shown::json(&rows)
    } else {
        shown::table(rows.as_array().map_or(&[] as &[Value], Vec::as_slice), FIRST)
    };
    terminal::say(&text);
    Ok(ExitCode::SUCCESS)
}

impl ChangePermission {
    async fn make(self, ask: Ask) -> anyhow::Result<ExitCode> {
        let OnePermission { permission, place } = self.of;
        place.open().await?.change(&row(&permission), &self.seen, ask, FIRST).await
    }
}

/// Whatever is typed there stays one part of the path.
fn row(permission: &str) -> String {
    format!("{LIST}/{}", percent::encode(permission.as_bytes()))
}
