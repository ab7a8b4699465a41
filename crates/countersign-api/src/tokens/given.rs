//! What is given of a token: of a new one, and of one that is changed.

use countersign_authority::{NewOwnToken, NewToken, Patch};
use countersign_model::{Addresses, EntityId, InstallationId, RoleId, TokenEdit, TokenLimits};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::given::{Fields, Rule, patch};
use crate::problem::Problem;
use crate::words;

/// A new token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewToken)]
pub(super) struct TokenGiven {
    /// The integration it is for, by number.
    #[schema(minimum = 1, example = 1)]
    integration: u32,
    /// Who acts, by number.
    #[schema(minimum = 1, example = 2)]
    entity: u32,
    /// In which role, by number.
    #[schema(minimum = 1, example = 1000)]
    role: u32,
    /// What people call it; without one, "application - user, role".
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    /// Until when it works; without, it has no end.
    #[schema(format = DateTime, example = "2028-01-15T08:00:00Z")]
    expires_at: Option<String>,
    /// After so many days without use it runs out.
    #[schema(minimum = 1, maximum = 3650)]
    idle_days: Option<u32>,
    /// From where alone it may be used: addresses or networks.
    #[schema(min_items = 1, max_items = 32, example = json!(["192.0.2.0/24"]))]
    addresses: Option<Vec<String>>,
}

impl TokenGiven {
    pub(super) fn read(self) -> Result<NewToken, Problem> {
        Ok(NewToken {
            installation: InstallationId(self.integration),
            entity: EntityId(self.entity),
            role: RoleId(self.role),
            name: self.name,
            limits: limits(self.expires_at.as_deref(), self.idle_days, self.addresses.as_deref())?,
        })
    }
}

/// A new token of whoever asks, in the role that they act in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewOwnToken)]
pub(super) struct OwnGiven {
    /// The integration it is for, by number.
    #[schema(minimum = 1, example = 1)]
    integration: u32,
    /// What people call it; without one, "application - user, role".
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    /// Until when it works; without, it has no end.
    #[schema(format = DateTime, example = "2028-01-15T08:00:00Z")]
    expires_at: Option<String>,
    /// After so many days without use it runs out.
    #[schema(minimum = 1, maximum = 3650)]
    idle_days: Option<u32>,
    /// From where alone it may be used: addresses or networks.
    #[schema(min_items = 1, max_items = 32, example = json!(["192.0.2.0/24"]))]
    addresses: Option<Vec<String>>,
}

impl OwnGiven {
    pub(super) fn read(self) -> Result<NewOwnToken, Problem> {
        Ok(NewOwnToken {
            installation: InstallationId(self.integration),
            name: self.name,
            limits: limits(self.expires_at.as_deref(), self.idle_days, self.addresses.as_deref())?,
        })
    }
}

/// What is to be changed of a token; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TokenChange)]
pub(super) struct ChangeGiven {
    /// What people call it.
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    /// Whether it is switched off. `false` wakes one that has run out.
    inactive: Option<bool>,
    /// Until when it works; null: without end.
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Patch<String>,
    /// After how many days without use it runs out; null: never.
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 3650)]
    idle_days: Patch<u32>,
    /// From where alone it may be used; null: from everywhere.
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<Vec<String>>)]
    addresses: Patch<Vec<String>>,
}

impl ChangeGiven {
    pub(super) fn read(self) -> Result<TokenEdit, Problem> {
        let mut fields = Fields::default();
        let (expires_at, idle_days, addresses) = (
            fields.read("expires_at", patched(self.expires_at, |text| words::moment(text))),
            fields.read("idle_days", patched(self.idle_days, |it| days(*it))),
            fields.read("addresses", patched(self.addresses, |it| networks(it))),
        );
        fields.whole(Some(TokenEdit {
            name: self.name,
            active: self.inactive.map(|inactive| !inactive),
            expires_at: expires_at.flatten(),
            idle_days: idle_days.flatten(),
            addresses: addresses.flatten(),
        }))
    }
}

fn patched<T, U>(
    patch: Patch<T>,
    read: impl FnOnce(&T) -> Result<U, Rule>,
) -> Result<Option<Option<U>>, Rule> {
    match patch {
        Patch::Keep => Ok(None),
        Patch::Clear => Ok(Some(None)),
        Patch::Set(given) => Ok(Some(Some(read(&given)?))),
    }
}

fn limits(
    expires_at: Option<&str>,
    idle_days: Option<u32>,
    addresses: Option<&[String]>,
) -> Result<TokenLimits, Problem> {
    let mut fields = Fields::default();
    let (expires_at, idle_days, addresses) = (
        fields.read("expires_at", expires_at.map(words::moment).transpose()),
        fields.read("idle_days", idle_days.map(days).transpose()),
        fields.read("addresses", addresses.map(networks).transpose()),
    );
    fields.whole(Some(TokenLimits {
        expires_at: expires_at.flatten(),
        idle_days: idle_days.flatten(),
        addresses: addresses.flatten(),
    }))
}

fn days(days: u32) -> Result<u16, Rule> {
    TokenLimits::idle_days(days).map_err(|fault| Rule::new("invalid-idle-days", &fault))
}

fn networks(networks: &[String]) -> Result<Addresses, Rule> {
    let read = Addresses::parse(&networks.join(","));
    read.map_err(|fault| Rule::new("invalid-addresses", &fault))
}
