//! Which tokens a change would hit, before it is made.

use std::sync::Arc;

use axum::response::Response;
use countersign_authority::{Consequences, Of};
use countersign_model::{
    EntityId, InstallationId, RoleId, Timestamp, TokenLimits, TokenNumber, TokenPolicy,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::InAccount;
use crate::api::Office;
use crate::ask::Ask;
use crate::given::Rule;
use crate::problem::Problem;
use crate::shown;
use crate::tokens::TokenShown;

pub(crate) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new().routes(routes!(show))
}

/// What is about to be changed: one of these, or an entity and one of its roles.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OfQuery {
    /// This integration, by number: it is blocked, deleted, or has its credentials reset.
    integration: Option<u32>,
    /// This entity, by number: it is deleted or switched off. With a role: that is taken away.
    entity: Option<u32>,
    /// This role, by number: it is switched off, or can't be used to log in with tokens any more.
    role: Option<u32>,
    /// This token, by number: it is switched off or revoked.
    token: Option<u32>,
    /// The account's feature Token-based Authentication: it is switched off.
    #[serde(default)]
    feature: bool,
    /// The account's policy: secrets that are older, in days, are too old.
    #[param(minimum = 1, maximum = 3650)]
    max_age_days: Option<u32>,
    /// The account's policy: tokens that were not used for more days have rested for too long.
    #[param(minimum = 1, maximum = 3650)]
    max_idle_days: Option<u32>,
}

impl OfQuery {
    fn read(&self) -> Result<Of, Problem> {
        let about_people = match (self.entity.map(EntityId), self.role.map(RoleId)) {
            (Some(entity), Some(role)) => Some(Of::Assignment(entity, role)),
            (Some(entity), None) => Some(Of::Entity(entity)),
            (None, role) => role.map(Of::Role),
        };
        let asked = [
            self.integration.map(|number| Of::Integration(InstallationId(number))),
            about_people,
            self.token.map(|number| Of::Token(TokenNumber(number))),
            self.feature.then_some(Of::Feature),
            self.policy()?.map(Of::Policy),
        ];
        let mut asked = asked.into_iter().flatten();
        match (asked.next(), asked.next()) {
            (Some(of), None) => Ok(of),
            _ => {
                let rule = "ask about one of integration, entity, role, token, feature and policy \
                            at a time, or about an entity and one of its roles";
                Err(Problem::new("invalid-query", rule))
            }
        }
    }

    /// Since when it holds doesn't matter: what it would hit once it does is asked.
    fn policy(&self) -> Result<Option<TokenPolicy>, Problem> {
        if self.max_age_days.or(self.max_idle_days).is_none() {
            return Ok(None);
        }
        let policy = TokenPolicy {
            max_age_days: days("max_age_days", self.max_age_days)?,
            max_idle_days: days("max_idle_days", self.max_idle_days)?,
            warn_from: Some(Timestamp::from_seconds(0)),
            ..TokenPolicy::default()
        };
        Ok(Some(policy))
    }
}

fn days(name: &str, days: Option<u32>) -> Result<Option<u16>, Problem> {
    let days = days.map(TokenLimits::idle_days).transpose();
    days.map_err(|fault| Rule::new("invalid-policy", &fault).of_query(name))
}

/// The tokens that a change would hit.
#[derive(Serialize, ToSchema)]
#[schema(as = Consequences)]
struct ConsequencesShown {
    /// How many that are not revoked.
    #[schema(minimum = 0)]
    tokens: u64,
    /// How many of these are active.
    #[schema(minimum = 0)]
    active: u64,
    /// Those of an integration in other accounts, which its deletion and new credentials hit as
    /// well: how many that are not revoked.
    #[schema(minimum = 0)]
    in_other_accounts: u64,
    /// The first 50 of this account: whose they are, and when and from where they were last used.
    first: Vec<TokenShown>,
}

impl From<&Consequences> for ConsequencesShown {
    fn from(consequences: &Consequences) -> Self {
        Self {
            tokens: consequences.tokens,
            active: consequences.active,
            in_other_accounts: consequences.in_other_accounts,
            first: consequences.first.iter().map(TokenShown::from).collect(),
        }
    }
}

/// Which tokens a change would hit, and when they were last used. Nothing is changed
#[utoipa::path(get, path = "/consequences", tag = "consequences",
    operation_id = "getConsequences", params(InAccount, OfQuery),
    responses((status = 200, description = "What it would hit", body = ConsequencesShown),
        (status = 409, description = "The change would be refused")))]
async fn show(ask: Ask<OfQuery>) -> Result<Response, Problem> {
    let consequences = ask.authority().consequences(&ask.by, ask.query.read()?).await?;
    shown::plain(&ConsequencesShown::from(&consequences))
}
