//! `countersign role ...`

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use http::Method;
use serde_json::{Map, Value};

use super::members::{Members, query};
use super::place::Hit;
use super::{Ask, InAccount, Seen};

const FIRST: &[&str] = &["entity", "role", "name", "active", "permissions"];
const COLUMNS: &[&str] = &["role", "name", "active", "holders", "demands_two_factors"];

/// `countersign role ...`
#[derive(Subcommand)]
pub(crate) enum RoleCommand {
    /// List the roles that meet all of the criteria
    List(ListRoles),
    /// Create a role; prints its number
    Create(CreateRole),
    /// Show a role
    Show(OneRole),
    /// Edit a role. What is not given stays; what it grants holds from the next request on
    Edit(EditRole),
    /// Delete a role that nobody has and no token names
    Delete(Hit<ChangeRole>),
    /// Give a role to a user
    Assign(Assignment),
    /// Take a role away; its tokens sleep until it is given back
    Remove(Hit<Assignment>),
}

#[derive(Args)]
pub(crate) struct ListRoles {
    /// Only inactive ones (true), or only active ones (false)
    #[arg(long, value_name = "BOOL")]
    inactive: Option<bool>,
    /// Only those with this in the name
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct CreateRole {
    /// What people call it
    name: String,
    /// What it grants, as NAME or NAME:LEVEL (view, create, edit, full); repeat for more
    #[arg(long = "permission", value_name = "NAME", required = true)]
    permissions: Vec<String>,
    #[command(flatten)]
    demands: Demands,
    #[command(flatten)]
    place: InAccount,
}

/// What a role asks of whoever logs in with it.
#[derive(Args)]
struct Demands {
    /// Who logs in with it must prove a second factor, whatever it grants
    #[arg(long, value_name = "BOOL")]
    two_factor_required: Option<bool>,
    /// It is for web services only: nobody logs in on pages with it
    #[arg(long, value_name = "BOOL")]
    web_services_only: Option<bool>,
}

#[derive(Args)]
pub(crate) struct EditRole {
    /// What people shall call it
    #[arg(long)]
    name: Option<String>,
    /// Switch it off (true), or on again (false)
    #[arg(long, value_name = "BOOL")]
    inactive: Option<bool>,
    /// All that it grants from now on, as NAME or NAME:LEVEL; repeat for more
    #[arg(long = "permission", value_name = "NAME")]
    permissions: Vec<String>,
    /// Have it grant nothing
    #[arg(long, conflicts_with = "permissions")]
    no_permissions: bool,
    #[command(flatten)]
    demands: Demands,
    #[command(flatten)]
    change: ChangeRole,
}

#[derive(Args)]
pub(crate) struct OneRole {
    /// Its number in the account
    role: u32,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct ChangeRole {
    #[command(flatten)]
    of: OneRole,
    #[command(flatten)]
    seen: Seen,
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
            Self::List(list) => list.run().await,
            Self::Create(create) => create.run().await,
            Self::Show(OneRole { role, place }) => {
                place.open().await?.ask(Ask::get(row(role)), FIRST).await
            }
            Self::Edit(edit) => edit.run().await,
            Self::Delete(hit) if hit.dry_run => hit.change.consequences().await,
            Self::Delete(Hit { change, .. }) => {
                let ask = Ask::new(Method::DELETE, row(change.of.role));
                change.make(ask).await
            }
            Self::Assign(assignment) => assignment.put(Method::PUT).await,
            Self::Remove(hit) if hit.dry_run => hit.change.consequences().await,
            Self::Remove(hit) => hit.change.put(Method::DELETE).await,
        }
    }
}

impl ListRoles {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let query =
            query([("inactive", self.inactive.map(|it| it.to_string())), ("name", self.name)]);
        self.place.open().await?.list("/roles", &query, self.limit, COLUMNS).await
    }
}

impl CreateRole {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let mut members = Members::default();
        members.put("name", Some(self.name));
        members.put("permissions", Some(granted(&self.permissions)));
        self.demands.put(&mut members);
        let ask = Ask::new(Method::POST, "/roles").with(&members)?;
        self.place.open().await?.ask(ask, FIRST).await
    }
}

impl Demands {
    fn put(self, members: &mut Members) {
        members.put("two_factor_required", self.two_factor_required);
        members.put("web_services_only", self.web_services_only);
    }
}

impl EditRole {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let mut members = Members::default();
        members.put("name", self.name);
        members.put("inactive", self.inactive);
        let all = self.no_permissions || !self.permissions.is_empty();
        members.put("permissions", all.then(|| granted(&self.permissions)));
        self.demands.put(&mut members);
        let ask = Ask::new(Method::PATCH, row(self.change.of.role)).with(&members)?;
        self.change.make(ask).await
    }
}

impl ChangeRole {
    async fn consequences(self) -> anyhow::Result<ExitCode> {
        let OneRole { role, place } = self.of;
        place.consequences(&[("role", role.to_string())]).await
    }

    async fn make(self, ask: Ask) -> anyhow::Result<ExitCode> {
        let OneRole { role, place } = self.of;
        place.open().await?.change(&row(role), &self.seen, ask, FIRST).await
    }
}

impl Assignment {
    async fn consequences(self) -> anyhow::Result<ExitCode> {
        let Self { entity, role, place } = self;
        place.consequences(&[("entity", entity.to_string()), ("role", role.to_string())]).await
    }

    async fn put(self, method: Method) -> anyhow::Result<ExitCode> {
        let Self { entity, role, place } = self;
        let ask = Ask::new(method, format!("/entities/{entity}/roles/{role}"));
        place.open().await?.ask(ask, FIRST).await
    }
}

/// Each `NAME:LEVEL` as a member; without a level it goes all the way.
fn granted(permissions: &[String]) -> Map<String, Value> {
    let named = permissions.iter().map(|it| it.split_once(':').unwrap_or((it, "full")));
    let named: BTreeMap<&str, &str> = named.collect();
    named.into_iter().map(|(name, level)| (name.to_owned(), level.into())).collect()
}

fn row(role: u32) -> String {
    format!("/roles/{role}")
}
