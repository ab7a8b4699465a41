//! The record: accounts, entities, roles, integrations, access tokens, and the rules they obey.
//!
//! Belongs here: types, states, transitions, permission rules, the formats of credentials, and
//! the two inputs that everything else must be given: [`Clock`] and [`Chance`].
//! Does not: where records are kept (`countersign-store`), who may change them and what that
//! writes (`countersign-authority`), signatures (`countersign-signing`).

#![deny(missing_docs)]

mod account;
mod actor;
mod assertion_key;
mod callback;
mod chance;
mod clock;
mod credential;
mod entity;
mod grants;
mod ids;
mod integration;
mod login;
mod permission;
mod role;
mod scrub;
mod sealed;
mod token;
mod version;

pub use account::{Account, AccountHosts, AccountId, AccountLabel, InvalidAccountId};
pub use actor::{Actor, Means};
pub use assertion_key::{AssertionKey, AssertionKeyState, AssertionKeys};
pub use callback::{CallbackUrl, InvalidCallbackUrl};
pub use chance::Chance;
pub use clock::{Clock, Timestamp};
pub use credential::{ConsumerKey, ConsumerSecret, Revealed, TokenId, TokenSecret};
pub use entity::{Email, Entity, EntityKind, InvalidEmail};
pub use grants::Grants;
pub use ids::{
    AccountNumber, AssertionKeyNumber, EntityId, InstallationId, IntegrationId, RoleId, TokenNumber,
};
pub use integration::{
    AuthenticationSettings, Installation, InstallationState, Integration, PreviousSecret,
    UnknownInstallationState,
};
pub use login::Login;
pub use permission::{Level, Permission, UnknownPermission};
pub use role::{BUILT_IN_ROLES, BuiltInRole, Role};
pub use scrub::without_secrets;
pub use sealed::{Binding, Sealed, SecretKind};
pub use token::{
    AccessToken, Addresses, Asker, Breach, Dormancy, InvalidAddresses, InvalidIdleDays,
    InvalidPolicy, Lapsed, PolicyStep, RetiringSecret, Revoked, Stamp, Surroundings, TokenEdit,
    TokenHistory, TokenLimits, TokenPolicy, TokenRule, TokenState, Touch,
};
pub use version::Version;
