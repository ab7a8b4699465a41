//! The administrative trail: what was done, by whom, from where, when. Never a secret.

use std::net::IpAddr;

use countersign_model::{AccountNumber, Actor, Timestamp};
use serde::Serialize;

/// One change, as the trail keeps it.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// From where: the address that the request came from, if one did.
    pub origin: Option<IpAddr>,
    /// In which account, or [`AccountNumber::NONE`].
    pub account: AccountNumber,
    /// What.
    pub act: Act,
}

/// One field that was changed: what it was, and what it is. Never a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// Its name, as the API and the command line have it.
    pub field: &'static str,
    /// What it was; nothing where it was empty.
    pub from: Option<String>,
    /// What it is.
    pub to: Option<String>,
}

impl Edit {
    /// That a field went from one value to another; nothing where they are the same.
    pub fn of(
        field: &'static str,
        from: impl Into<Option<String>>,
        to: impl Into<Option<String>>,
    ) -> Option<Self> {
        let (from, to) = (from.into(), to.into());
        (from != to).then_some(Self { field, from, to })
    }
}

/// What was done.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "act", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Act {
    /// The account was made, with its built-in roles and first administrator.
    AccountFounded { id: String, administrator: u32 },
    /// An environment was made, as a copy of this account.
    EnvironmentCreated { environment: String, kind: &'static str },
    /// An environment was made a copy of this account again; so many tokens ended with it.
    EnvironmentRefreshed { environment: String, tokens: u64 },
    /// This environment was made a copy of its production account; so many of its tokens ended.
    CopiedFromProduction {
        production: String,
        entities: u64,
        roles: u64,
        integrations: u64,
        tokens: u64,
    },
    /// Links were made behind which tokens from before a refresh are replaced.
    PickupLinksMade { tokens: Vec<u32> },
    /// Such a link was ended before it was used.
    PickupLinkRevoked { former_token: u32 },
    /// A token was made behind such a link, in place of a former one.
    TokenPickedUp {
        token: u32,
        name: String,
        installation: u32,
        entity: u32,
        role: u32,
        former_token: u32,
    },
    /// An integration was created and installed in its owner account.
    IntegrationCreated { installation: u32, name: String },
    /// An integration was edited.
    IntegrationEdited { installation: u32, changes: Vec<Edit> },
    /// An integration of another account was installed.
    IntegrationInstalled { installation: u32, name: String, owner: u32 },
    /// An integration was deleted in all accounts, and so many tokens revoked with it.
    IntegrationDeleted { installation: u32, name: String, tokens: u64 },
    /// The consumer pair of an integration was replaced.
    CredentialsReset { installation: u32 },
    /// There is a new consumer pair; the old one works beside it until then.
    CredentialsRotated { installation: u32, until: String },
    /// A consumer pair that worked beside a newer one works no more.
    RotationEnded { installation: u32 },
    /// An administrator let an integration's tokens use Countersign's own API, or not any more.
    ApiAccessSwitched { installation: u32, on: bool },
    /// An entity was created.
    EntityCreated { entity: u32, kind: &'static str, name: String, email: String },
    /// An entity was edited.
    EntityEdited { entity: u32, changes: Vec<Edit> },
    /// An entity was deleted, and its tokens with it.
    EntityDeleted { entity: u32, name: String, email: String, tokens: Vec<u32> },
    /// A one-time link to set a password was made.
    PasswordLinkMade { entity: u32 },
    /// A password was set.
    PasswordSet { entity: u32 },
    /// A second factor was confirmed.
    TwoFactorEnrolled { entity: u32 },
    /// A second factor was removed.
    TwoFactorRemoved { entity: u32 },
    /// Recovery codes were made anew.
    RecoveryCodesMade { entity: u32 },
    /// The sessions of an entity were ended by somebody else.
    SessionsEnded { entity: u32, sessions: u64 },
    /// A permission was defined.
    PermissionDefined { permission: String, description: String },
    /// An own permission was described anew.
    PermissionEdited { permission: String, changes: Vec<Edit> },
    /// An own permission was removed.
    PermissionRemoved { permission: String },
    /// A role was created.
    RoleCreated { role: u32, name: String, permissions: Vec<String> },
    /// A role was edited.
    RoleEdited { role: u32, changes: Vec<Edit> },
    /// A role was deleted.
    RoleDeleted { role: u32, name: String },
    /// A role was assigned.
    RoleAssigned { entity: u32, role: u32 },
    /// A role was taken away.
    RoleRemoved { entity: u32, role: u32 },
    /// A token was created.
    TokenCreated { token: u32, name: String, installation: u32, entity: u32, role: u32 },
    /// A token was revoked.
    TokenRevoked { token: u32 },
    /// A token was changed.
    TokenEdited { token: u32, changes: Vec<Edit> },
    /// A token has a new secret; the old one works until then, if at all.
    TokenSecretRotated { token: u32, until: Option<String> },
    /// The time of a token's old secret was ended.
    TokenSecretRetired { token: u32 },
    /// Tokens have run out: of age or of rest.
    TokensLapsed { aged: Vec<u32>, rested: Vec<u32> },
    /// Tokens were revoked by the account's policy.
    TokensRevoked { aged: Vec<u32>, rested: Vec<u32> },
    /// So many tokens are beyond the account's policy; the first of them.
    TokensBeyondPolicy { count: u64, first: Vec<u32> },
    /// The account was changed.
    AccountEdited { changes: Vec<Edit> },
    /// A key for assertions was made; others were removed with it where nobody may trust them.
    AssertionKeyMade { key: u32, key_id: String, signs_from: String, removed: Vec<u32> },
    /// A key that waited signs from now on.
    AssertionKeyTookOver { key: u32, key_id: String },
    /// Keys whose time was over were removed.
    AssertionKeysRemoved { keys: Vec<u32> },
}
