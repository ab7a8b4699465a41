//! The options of each command on the record.

use clap::{Args, Subcommand};

use super::{Change, Place};
use crate::control::Act;
use crate::password;

/// `countersign integration ...`
#[derive(Subcommand)]
pub(crate) enum IntegrationCommand {
    /// Create a record; prints its consumer key and secret, once
    Create(CreateIntegration),
    /// Replace its consumer key and secret, at once; prints the new ones, once. Its tokens stay
    ResetCredentials(OneIntegration),
    /// Refuse all requests of an integration
    Block(OneIntegration),
    /// Admit its requests again
    Enable(OneIntegration),
}

#[derive(Args)]
pub(crate) struct CreateIntegration {
    /// What people call it
    name: String,
    /// Where the authorization flow may return to
    #[arg(long, value_name = "URL")]
    callback_url: Option<String>,
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
pub(crate) struct OneIntegration {
    /// Its number in the account
    integration: u32,
    #[command(flatten)]
    place: Place,
}

impl IntegrationCommand {
    pub(crate) fn into_change(self) -> Change {
        let state = |of: OneIntegration, state: &str| Change {
            act: Act::SetIntegrationState { integration: of.integration, state: state.to_owned() },
            place: of.place,
        };
        match self {
            Self::Create(CreateIntegration { name, callback_url, place }) => {
                Change { place, act: Act::CreateIntegration { name, callback_url } }
            }
            Self::ResetCredentials(OneIntegration { integration, place }) => {
                Change { place, act: Act::ResetCredentials { integration } }
            }
            Self::Block(of) => state(of, "blocked"),
            Self::Enable(of) => state(of, "enabled"),
        }
    }
}

/// `countersign entity ...`
#[derive(Subcommand)]
pub(crate) enum EntityCommand {
    /// Create a user, without roles; prints its number
    Create(CreateEntity),
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
    place: Place,
}

impl EntityCommand {
    pub(crate) fn into_change(self) -> anyhow::Result<Change> {
        let Self::Create(CreateEntity { name, email, kind, password_stdin, place }) = self;
        let password = if password_stdin { Some(password::line_from_stdin()?) } else { None };
        Ok(Change { place, act: Act::CreateEntity { kind, name, email, password } })
    }
}

/// `countersign role ...`
#[derive(Subcommand)]
pub(crate) enum RoleCommand {
    /// Create a role; prints its number
    Create(CreateRole),
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
    place: Place,
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
    place: Place,
}

impl RoleCommand {
    pub(crate) fn into_change(self) -> Change {
        match self {
            Self::Create(CreateRole { name, permissions, place }) => {
                let split = |text: String| match text.split_once(':') {
                    Some((name, level)) => (name.to_owned(), level.to_owned()),
                    None => (text, "full".to_owned()),
                };
                let permissions = permissions.into_iter().map(split).collect();
                Change { place, act: Act::CreateRole { name, permissions } }
            }
            Self::Assign(Assignment { entity, role, place }) => {
                Change { place, act: Act::AssignRole { entity, role } }
            }
            Self::Remove(Assignment { entity, role, place }) => {
                Change { place, act: Act::RemoveRole { entity, role } }
            }
        }
    }
}

/// `countersign token ...`
#[derive(Subcommand)]
pub(crate) enum TokenCommand {
    /// Create a token; prints its ID and secret, once
    Create(CreateToken),
    /// End a token, for good
    Revoke(OneToken),
    /// Show how far the clock of who uses it is off: by the last request, and at worst
    Clock(OneToken),
}

#[derive(Args)]
pub(crate) struct CreateToken {
    /// The integration it is for, by number
    #[arg(long, value_name = "NUMBER")]
    integration: u32,
    /// Who acts, by number
    #[arg(long, value_name = "NUMBER")]
    entity: u32,
    /// In which role, by number
    #[arg(long, value_name = "NUMBER")]
    role: u32,
    /// What people call it; without, "application - user, role"
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
pub(crate) struct OneToken {
    /// Its number in the account
    token: u32,
    #[command(flatten)]
    place: Place,
}

impl TokenCommand {
    pub(crate) fn into_change(self) -> Change {
        match self {
            Self::Create(CreateToken { integration, entity, role, name, place }) => {
                Change { place, act: Act::CreateToken { integration, entity, role, name } }
            }
            Self::Revoke(OneToken { token, place }) => {
                Change { place, act: Act::RevokeToken { token } }
            }
            Self::Clock(OneToken { token, place }) => {
                Change { place, act: Act::TokenClock { token } }
            }
        }
    }
}
