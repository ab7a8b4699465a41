//! `countersign role ...`

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use http::Method;
use serde_json::json;

use super::{Ask, InAccount};

const FIRST: &[&str] = &["entity", "role", "name", "active", "permissions"];

/// `countersign role ...`
#[derive(Subcommand)]
pub(crate) enum RoleCommand {
    /// Create a role; prints its number
    Create(CreateRole),
    /// Show a role
    Show(OneRole),
    /// Give a role to a user
    Assign(Assignment),
    /// Take a role away; its tokens sleep until it is given back
    Remove(Assignment),
}

#[derive(Args)]
pub(crate) struct CreateRole {
    /// What people call it
    name: String,
    /// What it grants, as NAME or NAME:LEVEL (view, create, edit, full); repeat for more
    #[arg(long = "permission", value_name = "NAME", required = true)]
    permissions: Vec<String>,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct OneRole {
    /// Its number in the account
    role: u32,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct Assignment {
    /// The user's number
    #[arg(long, value_name = "NUMBER")]
    entity: u32,
    /// The role's number
    #[arg(long, value_name = "NUMBER")]
    role: u32,
    #[command(flatten)]
    place: InAccount,
}

impl RoleCommand {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Create(CreateRole { name, permissions, place }) => {
                let granted: BTreeMap<&str, &str> = permissions
                    .iter()
                    .map(|it| it.split_once(':').unwrap_or((it, "full")))
                    .collect();
                let body = json!({ "name": name, "permissions": granted });
                let ask = Ask::new(Method::POST, "/roles").with(&body)?;
                place.open().await?.ask(ask, FIRST).await
            }
            Self::Show(OneRole { role, place }) => {
                place.open().await?.ask(Ask::get(format!("/roles/{role}")), FIRST).await
            }
            Self::Assign(assignment) => assignment.put(Method::PUT).await,
            Self::Remove(assignment) => assignment.put(Method::DELETE).await,
        }
    }
}

impl Assignment {
    async fn put(self, method: Method) -> anyhow::Result<ExitCode> {
        let Self { entity, role, place } = self;
        let ask = Ask::new(method, format!("/entities/{entity}/roles/{role}"));
        place.open().await?.ask(ask, FIRST).await
    }
}
