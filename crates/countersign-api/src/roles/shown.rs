//! How roles are shown.

use std::collections::BTreeMap;

use countersign_authority::RoleView;
use serde::Serialize;
use utoipa::ToSchema;

use crate::words;

/// A role.
#[derive(Serialize, ToSchema)]
#[schema(as = Role)]
pub(super) struct RoleShown {
    /// Its number in the account.
    #[schema(minimum = 1)]
    role: u32,
    /// What people call it.
    #[schema(example = "Orders")]
    name: String,
    /// Whether it can be used to log in.
    active: bool,
    /// What it grants, and how far.
    #[schema(schema_with = words::permissions)]
    permissions: BTreeMap<String, &'static str>,
    /// Whether it says that who logs in with it must prove a second factor.
    two_factor_required: bool,
    /// Whether who logs in with it must: it says so, or what it grants reaches far.
    demands_two_factors: bool,
    /// Whether it is for web services only: nobody logs in on pages with it.
    web_services_only: bool,
    /// How many entities have it.
    #[schema(minimum = 0)]
    holders: u64,
    /// Counts its changes; the ETag. Who has it doesn't count.
    #[schema(minimum = 1)]
    version: u32,
}

impl From<&RoleView> for RoleShown {
    fn from(RoleView { role, holders, demands_two_factors }: &RoleView) -> Self {
        let granted = role.permissions.named();
        Self {
            role: role.id.0,
            name: role.name.clone(),
            active: role.active,
            permissions: granted.map(|(name, level)| (name.to_owned(), level.as_str())).collect(),
            two_factor_required: role.two_factor_required,
            demands_two_factors: *demands_two_factors,
            web_services_only: role.web_services_only,
            holders: *holders,
            version: role.version.0,
        }
    }
}
