//! Which entities a list is asked for.

use countersign_authority::EntityFilter;
use countersign_model::RoleId;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::problem::Problem;
use crate::words;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    /// Of this kind.
    #[param(example = "employee")]
    kind: Option<String>,
    /// Inactive ones, or active ones.
    inactive: Option<bool>,
    /// Those that have this role, by number.
    role: Option<u32>,
    /// With this in the name or the email, in whatever case.
    name: Option<String>,
    /// At most so many rows.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub(super) limit: Option<u16>,
    /// `next` of the part before.
    pub(super) cursor: Option<String>,
}

impl ListQuery {
    pub(super) fn read(&self) -> Result<EntityFilter, Problem> {
        let kind = self.kind.as_deref().map(words::kind).transpose();
        Ok(EntityFilter {
            kind: kind.map_err(|rule| rule.of_query("kind"))?,
            active: self.inactive.map(|inactive| !inactive),
            role: self.role.map(RoleId),
            text: self.name.clone(),
        })
    }
}
