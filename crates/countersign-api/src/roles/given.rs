//! What is given of a role: of a new one, and of one that is edited.

use std::collections::BTreeMap;

use countersign_authority::{NewRole, PeopleFault, RoleChanges};
use countersign_model::Permissions;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::given::{Fields, Rule};
use crate::problem::Problem;
use crate::words;

/// A new role.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRole)]
pub(super) struct RoleGiven {
    /// What people call it.
    #[schema(example = "Orders", min_length = 1, max_length = 120)]
    name: String,
    /// What it grants, and how far.
    #[schema(schema_with = words::permissions)]
    permissions: BTreeMap<String, String>,
    /// Whether who logs in with it must prove a second factor, whatever it grants.
    #[serde(default)]
    two_factor_required: bool,
    /// Whether it is for web services only: nobody logs in on pages with it.
    #[serde(default)]
    web_services_only: bool,
}

impl RoleGiven {
    pub(super) fn read(self) -> Result<NewRole, Problem> {
        let mut fields = Fields::default();
        let permissions = granted(&mut fields, &self.permissions);
        fields.whole(Some(NewRole {
            name: self.name,
            permissions,
            two_factor_required: self.two_factor_required,
            web_services_only: self.web_services_only,
        }))
    }
}

/// What is to be changed of a role; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RoleChange)]
pub(super) struct ChangeGiven {
    /// What people call it.
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    /// Whether it is switched off: nobody can log in with it, and its tokens sleep.
    inactive: Option<bool>,
    /// All that it grants from now on, and how far.
    #[schema(schema_with = words::permissions)]
    permissions: Option<BTreeMap<String, String>>,
    /// Whether who logs in with it must prove a second factor, whatever it grants.
    two_factor_required: Option<bool>,
    /// Whether it is for web services only: nobody logs in on pages with it.
    web_services_only: Option<bool>,
}

impl ChangeGiven {
    pub(super) fn read(self) -> Result<RoleChanges, Problem> {
        let mut fields = Fields::default();
        let permissions = self.permissions.map(|given| granted(&mut fields, &given));
        fields.whole(Some(RoleChanges {
            name: self.name,
            active: self.inactive.map(|inactive| !inactive),
            permissions,
            two_factor_required: self.two_factor_required,
            web_services_only: self.web_services_only,
        }))
    }
}

fn granted(fields: &mut Fields, given: &BTreeMap<String, String>) -> Permissions {
    let mut permissions = Permissions::default();
    for (name, level) in given {
        let level = fields.read(&format!("permissions.{name}"), words::level(level));
        if let Some(level) = level {
            let granted =
                permissions.grant(name, level).map_err(|fault| Rule::of(PeopleFault::from(fault)));
            fields.read("permissions", granted);
        }
    }
    permissions
}
