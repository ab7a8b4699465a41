//! `countersign entity ...`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use http::Method;
use serde_json::json;

use super::members::{Members, query};
use super::place::Hit;
use super::{Ask, InAccount, Seen};
use crate::password;

const FIRST: &[&str] = &["entity", "name", "email", "kind", "active", "roles"];
const COLUMNS: &[&str] = &["entity", "name", "email", "kind", "active"];

/// `countersign entity ...`
#[derive(Subcommand)]
pub(crate) enum EntityCommand {
    /// List the users that meet all of the criteria
    List(ListEntities),
    /// Create a user, without roles; prints its number
    Create(CreateEntity),
    /// Show a user
    Show(OneEntity),
    /// Edit a user. What is not given stays
    Edit(EditEntity),
    /// Delete a user, and its tokens: their requests are refused as those of unknown ones
    Delete(Hit<ChangeEntity>),
    /// Make a one-time link with which a user sets a password; prints it, once
    PasswordLink(OneEntity),
    /// End all sessions of a user
    EndSessions(OneEntity),
    /// Remove the second factor of a user who has lost it; the user's sessions end
    RemoveTwoFactor(OneEntity),
}

#[derive(Args)]
pub(crate) struct ListEntities {
    /// Only those of this kind: employee, vendor, customer, partner or contact
    #[arg(long)]
    kind: Option<String>,
    /// Only inactive ones (true), or only active ones (false)
    #[arg(long, value_name = "BOOL")]
    inactive: Option<bool>,
    /// Only those that have this role, by number
    #[arg(long, value_name = "NUMBER")]
    role: Option<u32>,
    /// Only those with this in the name or the email
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct EditEntity {
    /// employee, vendor, customer, partner or contact
    #[arg(long)]
    kind: Option<String>,
    /// What people shall call it
    #[arg(long)]
    name: Option<String>,
    /// Its login
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Switch it off (true), or on again (false)
    #[arg(long, value_name = "BOOL")]
    inactive: Option<bool>,
    /// Hide this role, by number: its tokens sleep; give it once for each role to be hidden, the
    /// others are shown again
    #[arg(long = "hidden-roles", value_name = "NUMBER")]
    hidden_roles: Vec<u32>,
    /// Hide no role
    #[arg(long, conflicts_with = "hidden_roles")]
    no_hidden_roles: bool,
    #[command(flatten)]
    change: ChangeEntity,
}

#[derive(Args)]
pub(crate) struct ChangeEntity {
    #[command(flatten)]
    of: OneEntity,
    #[command(flatten)]
    seen: Seen,
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
            Self::List(list) => list.run().await,
            Self::Edit(edit) => edit.run().await,
            Self::Delete(hit) if hit.dry_run => {
                let OneEntity { entity, place } = hit.change.of;
                place.consequences(&[("entity", entity.to_string())]).await
            }
            Self::Delete(Hit { change, .. }) => {
                let ask = Ask::new(Method::DELETE, row(change.of.entity));
                change.make(ask).await
            }
            Self::Create(CreateEntity { name, email, kind, password_stdin, place }) => {
                let password =
                    if password_stdin { Some(password::line_from_stdin()?) } else { None };
                let body =
                    json!({ "kind": kind, "name": name, "email": email, "password": password });
                let ask = Ask::new(Method::POST, "/entities").with(&body)?;
                place.open().await?.ask(ask, FIRST).await
            }
            Self::PasswordLink(of) => of.ask(Method::POST, "password-link").await,
            Self::EndSessions(of) => of.ask(Method::POST, "end-sessions").await,
            Self::RemoveTwoFactor(of) => of.ask(Method::DELETE, "two-factor").await,
            Self::Show(OneEntity { entity, place }) => {
                place.open().await?.ask(Ask::get(row(entity)), FIRST).await
            }
        }
    }
}

impl ListEntities {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let query = query([
            ("kind", self.kind),
            ("inactive", self.inactive.map(|it| it.to_string())),
            ("role", self.role.map(|it| it.to_string())),
            ("name", self.name),
        ]);
        self.place.open().await?.list("/entities", &query, self.limit, COLUMNS).await
    }
}

impl EditEntity {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let mut members = Members::default();
        members.put("kind", self.kind);
        members.put("name", self.name);
        members.put("email", self.email);
        members.put("inactive", self.inactive);
        let hides = self.no_hidden_roles || !self.hidden_roles.is_empty();
        members.put("hidden_roles", hides.then_some(self.hidden_roles));
        let ask = Ask::new(Method::PATCH, row(self.change.of.entity)).with(&members)?;
        self.change.make(ask).await
    }
}

impl OneEntity {
    async fn ask(self, method: Method, what: &str) -> anyhow::Result<ExitCode> {
        let ask = Ask::new(method, format!("{}/{what}", row(self.entity)));
        self.place.open().await?.ask(ask, FIRST).await
    }
}

impl ChangeEntity {
    async fn make(self, ask: Ask) -> anyhow::Result<ExitCode> {
        let OneEntity { entity, place } = self.of;
        place.open().await?.change(&row(entity), &self.seen, ask, FIRST).await
    }
}

fn row(entity: u32) -> String {
    format!("/entities/{entity}")
}
