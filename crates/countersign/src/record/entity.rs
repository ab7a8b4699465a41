//! `countersign entity ...`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use http::Method;
use serde_json::json;

use super::{Ask, InAccount};
use crate::password;

const FIRST: &[&str] = &["entity", "name", "email", "kind", "active", "roles"];

/// `countersign entity ...`
#[derive(Subcommand)]
pub(crate) enum EntityCommand {
    /// Create a user, without roles; prints its number
    Create(CreateEntity),
    /// Show a user
    Show(OneEntity),
}

#[derive(Args)]
pub(crate) struct CreateEntity {
    /// What people call it
    name: String,
    /// Its login
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// employee, vendor, customer, partner or contact
    #[arg(long, value_name = "KIND", default_value = "employee")]
    kind: String,
    /// Read a password from standard input
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct OneEntity {
    /// Its number in the account
    entity: u32,
    #[command(flatten)]
    place: InAccount,
}

impl EntityCommand {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Create(CreateEntity { name, email, kind, password_stdin, place }) => {
                let password =
                    if password_stdin { Some(password::line_from_stdin()?) } else { None };
                let body =
                    json!({ "kind": kind, "name": name, "email": email, "password": password });
                let ask = Ask::new(Method::POST, "/entities").with(&body)?;
                place.open().await?.ask(ask, FIRST).await
            }
            Self::Show(OneEntity { entity, place }) => {
                place.open().await?.ask(Ask::get(format!("/entities/{entity}")), FIRST).await
            }
        }
    }
}
