//! Which tokens a list is asked for.

use countersign_authority::{StateFilter, TokenFilter, TokenQuery};
use countersign_model::{EntityId, InstallationId, RoleId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::problem::Problem;
use crate::words;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    /// Revoked ones, or the others.
    revoked: Option<bool>,
    /// Inactive ones, or those that are active; revoked ones are neither.
    inactive: Option<bool>,
    /// Of this integration, by number.
    integration: Option<u32>,
    /// Of this entity, by number.
    entity: Option<u32>,
    /// In this role, by number.
    role: Option<u32>,
    /// With this in the name, in whatever case.
    name: Option<String>,
    /// Made at this moment or later (RFC 3339).
    #[param(format = DateTime)]
    created_from: Option<String>,
    /// Made before this moment.
    #[param(format = DateTime)]
    created_before: Option<String>,
    /// Revoked at this moment or later.
    #[param(format = DateTime)]
    revoked_from: Option<String>,
    /// Revoked before this moment.
    #[param(format = DateTime)]
    revoked_before: Option<String>,
    /// Not used since this moment; never used ones as well.
    #[param(format = DateTime)]
    unused_since: Option<String>,
    /// Only those that are active, and unable to log in.
    #[serde(default)]
    dormant: bool,
    /// Ending by themselves within so many days.
    #[param(minimum = 0)]
    expiring_within: Option<u32>,
    /// At most so many rows. A part may have fewer, or none, and go on.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub(super) limit: Option<u16>,
    /// `next` of the part before.
    pub(super) cursor: Option<String>,
}

impl ListQuery {
    pub(super) fn read(&self) -> Result<TokenQuery, Problem> {
        let filter = TokenFilter {
            state: self.state()?,
            installation: self.integration.map(InstallationId),
            entity: self.entity.map(EntityId),
            role: self.role.map(RoleId),
            text: self.name.clone(),
            created_from: words::moment_of_query("created_from", self.created_from.as_deref())?,
            created_before: words::moment_of_query(
                "created_before",
                self.created_before.as_deref(),
            )?,
            revoked_from: words::moment_of_query("revoked_from", self.revoked_from.as_deref())?,
            revoked_before: words::moment_of_query(
                "revoked_before",
                self.revoked_before.as_deref(),
            )?,
            ..TokenFilter::default()
        };
        Ok(TokenQuery {
            filter,
            unused_since: words::moment_of_query("unused_since", self.unused_since.as_deref())?,
            dormant: self.dormant,
            expiring_within: self.expiring_within,
        })
    }

    fn state(&self) -> Result<Option<StateFilter>, Problem> {
        match (self.revoked, self.inactive) {
            (None, None) => Ok(None),
            (Some(true), None) => Ok(Some(StateFilter::Revoked)),
            (Some(false), None) => Ok(Some(StateFilter::NotRevoked)),
            (None | Some(false), Some(true)) => Ok(Some(StateFilter::Inactive)),
            (None | Some(false), Some(false)) => Ok(Some(StateFilter::Active)),
            (Some(true), Some(_)) => {
                let rule = "a revoked token is neither active nor inactive: ask for one of both";
                Err(Problem::new("invalid-query", rule).at("inactive"))
            }
        }
    }
}
