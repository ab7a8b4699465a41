//! How environments are shown, and what a refresh did or would do.

use countersign_authority::{Consequences, Refreshed, TokenView};
use countersign_model::{Account, EnvironmentKind};
use serde::Serialize;
use utoipa::ToSchema;

/// An environment of an account.
#[derive(Serialize, ToSchema)]
#[schema(as = Environment)]
pub(super) struct EnvironmentShown {
    /// Its id: what clients send as `realm` there.
    #[schema(example = "1234567_SB1")]
    environment: String,
    /// What people call it.
    #[schema(example = "1234567_SB1")]
    name: String,
    /// Its kind.
    kind: KindShown,
    /// When it was last made a copy; null: it never was.
    #[schema(value_type = Option<String>, format = DateTime)]
    refreshed_at: Option<String>,
    /// Counts its changes; the ETag.
    #[schema(minimum = 1)]
    version: u32,
}

/// A kind of environment.
#[derive(Serialize, ToSchema)]
#[schema(as = EnvironmentKind)]
#[serde(rename_all = "kebab-case")]
enum KindShown {
    /// For trying things out.
    Sandbox,
    /// For the release that comes next.
    ReleasePreview,
}

impl From<&Account> for EnvironmentShown {
    fn from(account: &Account) -> Self {
        let kind = match account.environment.map(|environment| environment.kind) {
            Some(EnvironmentKind::ReleasePreview) => KindShown::ReleasePreview,
            Some(EnvironmentKind::Sandbox) | None => KindShown::Sandbox,
        };
        let refreshed_at = account.environment.and_then(|environment| environment.refreshed_at);
        Self {
            environment: account.id.to_string(),
            name: account.name.clone(),
            kind,
            refreshed_at: refreshed_at.map(|at| at.to_string()),
            version: account.version.0,
        }
    }
}

/// An environment that was made a copy of its account.
#[derive(Serialize, ToSchema)]
#[schema(as = Refresh)]
pub(super) struct RefreshShown {
    /// Its id.
    #[schema(example = "1234567_SB1")]
    environment: String,
    /// Entities that it has now.
    #[schema(minimum = 0)]
    entities: u64,
    /// Roles that it has now.
    #[schema(minimum = 0)]
    roles: u64,
    /// Integrations that it has now.
    #[schema(minimum = 0)]
    integrations: u64,
    /// Tokens that ended, and can be replaced there: see `former-tokens`.
    #[schema(minimum = 0)]
    ended_tokens: u64,
    /// Counts its changes; the ETag.
    #[schema(minimum = 1)]
    version: u32,
}

impl From<&Refreshed> for RefreshShown {
    fn from(Refreshed { account, copied }: &Refreshed) -> Self {
        Self {
            environment: account.id.to_string(),
            entities: copied.entities,
            roles: copied.roles,
            integrations: copied.integrations,
            ended_tokens: copied.tokens,
            version: account.version.0,
        }
    }
}

/// The tokens that a refresh would end.
#[derive(Serialize, ToSchema)]
#[schema(as = RefreshConsequences)]
pub(super) struct RefreshConsequencesShown {
    /// How many that are not revoked.
    #[schema(minimum = 0)]
    tokens: u64,
    /// How many of these are active.
    #[schema(minimum = 0)]
    active: u64,
    /// The first 50 of them.
    first: Vec<EndingShown>,
}

/// A token that a refresh would end.
#[derive(Serialize, ToSchema)]
#[schema(as = EndingToken)]
struct EndingShown {
    /// Its number in the environment.
    #[schema(minimum = 1)]
    token: u32,
    /// What people call it.
    name: String,
    /// Whose it is.
    #[schema(minimum = 1)]
    entity: u32,
    /// In which role.
    #[schema(minimum = 1)]
    role: u32,
    /// For which integration.
    #[schema(minimum = 1)]
    integration: u32,
    /// When it was last used; null: never.
    #[schema(value_type = Option<String>, format = DateTime)]
    used_at: Option<String>,
    /// From where.
    used_from: Option<String>,
}

impl From<&TokenView> for EndingShown {
    fn from(token: &TokenView) -> Self {
        let used = token.used.as_ref().map(|used| used.last);
        Self {
            token: token.number.0,
            name: token.name.clone(),
            entity: token.entity.id.0,
            role: token.role.id.0,
            integration: token.installation.id.0,
            used_at: used.map(|used| used.at.to_string()),
            used_from: used.map(|used| used.source.to_string()),
        }
    }
}

impl From<&Consequences> for RefreshConsequencesShown {
    fn from(told: &Consequences) -> Self {
        Self {
            tokens: told.tokens,
            active: told.active,
            first: told.first.iter().map(EndingShown::from).collect(),
        }
    }
}
