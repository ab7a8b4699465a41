//! Which roles a list is asked for.

use countersign_authority::RoleFilter;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    /// Inactive ones, or active ones.
    inactive: Option<bool>,
    /// With this in the name, in whatever case.
    name: Option<String>,
    /// At most so many rows.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub(super) limit: Option<u16>,
    /// `next` of the part before.
    pub(super) cursor: Option<String>,
}

impl ListQuery {
    pub(super) fn read(&self) -> RoleFilter {
        RoleFilter { active: self.inactive.map(|inactive| !inactive), text: self.name.clone() }
    }
}
