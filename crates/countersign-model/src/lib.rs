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
mod own_permission;
mod permission;
mod permissions;
mod role;
mod scrub;
mod sealed;
mod second_factor;
mod session;
mod token;
mod version;

pub use account::{
    Account, AccountHosts, AccountId, AccountLabel, Environment, EnvironmentKind, EnvironmentRule,
    InvalidAccountId,
};
pub use actor::{Actor, Means};
pub use assertion_key::{AssertionKey, AssertionKeyState, AssertionKeys};
pub use callback::{CallbackUrl, InvalidCallbackUrl};
pub use chance::Chance;
pub use clock::{Clock, Date, Timestamp};
pub use credential::{ConsumerKey, ConsumerSecret, CredentialKind, Revealed, TokenId, TokenSecret};
pub use entity::{Email, Entity, EntityEdit, EntityKind, InvalidEmail};
pub use grants::Grants;
pub use ids::{
    AccountNumber, AssertionKeyNumber, EntityId, InstallationId, IntegrationId, RoleId,
    SessionNumber, TokenNumber,
};
pub use integration::{
    ApplicationId, AuthenticationSettings, ConcurrencyLimit, Created, Installation,
    InstallationState, Integration, InvalidApplicationId, InvalidConcurrencyLimit, InvalidOverlap,
    Overlap, Pair, PreviousSecret, RetiringPair, UnknownInstallationState,
};
pub use login::{Assigned, Login};
pub use own_permission::{InvalidPermissionName, OwnPermission, PermissionName};
pub use permission::{Level, Permission, UnknownPermission};
pub use permissions::Permissions;
pub use role::{BUILT_IN_ROLES, BuiltInRole, Role, RoleEdit, RoleFault};
pub use scrub::without_secrets;
pub use sealed::{Binding, Sealed, SecretKind};
pub use second_factor::{SecondFactor, SecondFactorState};
pub use session::Session;
pub use token::{
    AccessToken, Addresses, Asker, Breach, Dormancy, InvalidAddresses, InvalidIdleDays,
    InvalidPolicy, Lapsed, PolicyStep, RetiringSecret, Revoked, Stamp, Surroundings, TokenEdit,
    TokenHistory, TokenLimits, TokenPolicy, TokenRule, TokenState, Touch,
};
pub use version::Version;
