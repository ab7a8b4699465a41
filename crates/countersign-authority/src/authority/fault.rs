//! Why a use case was refused.

use countersign_model::{
    EnvironmentRule, InvalidCallbackUrl, InvalidConcurrencyLimit, InvalidEmail, InvalidOverlap,
    InvalidPolicy, Level, Permission, Timestamp,
};
use thiserror::Error;

use super::{LogInFault, MAX_NAME, PeopleFault};
use crate::{PasswordFault, StoreFault, Unique, VaultFault};

/// Why a use case was refused. Each sentence says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UseCaseFault {
    /// There is no such thing in the account.
    #[error("there is no {what} {number} in this account")]
    NoSuch {
        /// What was looked for.
        what: &'static str,
        /// Its number.
        number: u32,
    },
    /// Somebody else has changed it since.
    #[error(
        "somebody has changed {what} {number} since you looked at it: look again, and make your \
         change to what is there now"
    )]
    Changed {
        /// What was to be changed.
        what: &'static str,
        /// Its number.
        number: u32,
    },
    /// The requester acts in no role that it has.
    #[error("this needs somebody who is logged in, in a role that is active and assigned to them")]
    NotLoggedIn,
    /// The requester's role does not grant it.
    #[error(
        "this needs the permission {} at level {}: ask an administrator to add it to your role",
        permission.as_str(),
        level.as_str()
    )]
    PermissionMissing {
        /// The permission.
        permission: Permission,
        /// The level.
        level: Level,
    },
    /// Only an Administrator may.
    #[error("only an Administrator may do this: log in with the Administrator role")]
    AdministratorOnly,
    /// Only the operator may.
    #[error("only the owner of the data folder may do this: use the command line on the server")]
    OperatorOnly,
    /// There is no such account.
    #[error("there is no account {0} here")]
    NoAccount(String),
    /// The integration can't have new tokens.
    #[error("the integration is not enabled: tokens are created for enabled integrations only")]
    IntegrationNotEnabled,
    /// The integration doesn't use tokens.
    #[error("the integration has Token-Based Authentication unchecked: check it first")]
    TokenBasedOff,
    /// The definition is another account's.
    #[error(
        "integration {0} is installed from another account: only the account that owns it can \
         change its name, description and authentication, reset its credentials, or delete it"
    )]
    NotItsOwner(u32),
    /// There is no application of that ID.
    #[error("no application has this ID: ask the account that owns it")]
    NoSuchApplication,
    /// The definition is in the account.
    #[error("this application is installed in this account already, as integration {0}")]
    InstalledAlready(u32),
    /// A state that is only left.
    #[error(
        "an integration is enabled or blocked: it waits for approval only after it installed \
         itself, until somebody decides"
    )]
    StateNotChosen,
    /// A request that a token signed, for our own API.
    #[error(
        "integration {0} has Countersign API access switched off: an Administrator can switch it \
         on, on the integration's record"
    )]
    ApiAccessOff(u32),
    /// The pair before the last rotation works still.
    #[error("the pair before works until {0}: end that rotation first, or wait")]
    OverlapUnderWay(Timestamp),
    /// No older pair works.
    #[error("integration {0} has one consumer pair only: there is no rotation to end")]
    NoRotation(u32),
    /// What was sealed doesn't open.
    #[error(
        "the consumer secret of integration {0} can't be opened with the keys that are here, so it \
         can't work beside another one: reset the credentials"
    )]
    SecretUnreadable(u32),
    /// A text is too long, or has odd characters.
    #[error("a {field} has at most {most} characters and no control characters but line ends")]
    Text {
        /// The field.
        field: &'static str,
        /// So many characters.
        most: usize,
    },
    /// The URL breaks a rule.
    #[error(transparent)]
    CallbackUrl(#[from] InvalidCallbackUrl),
    /// The limit is none.
    #[error(transparent)]
    ConcurrencyLimit(#[from] InvalidConcurrencyLimit),
    /// The overlap is none.
    #[error(transparent)]
    Overlap(#[from] InvalidOverlap),
    /// The entity doesn't have the role.
    #[error("entity {entity} does not have role {role}: assign it first")]
    RoleNotAssigned {
        /// The entity.
        entity: u32,
        /// The role.
        role: u32,
    },
    /// The entity is switched off.
    #[error("entity {0} is inactive: a token for it could not log in")]
    EntityInactive(u32),
    /// The role may not log in with tokens.
    #[error(
        "role {0} grants neither log-in-using-access-tokens nor user-access-tokens: a token for \
         it could not log in"
    )]
    RoleCannotLogIn(u32),
    /// Tokens of the Administrator role belong to the person.
    #[error(
        "a token for the Administrator role can only be made by that administrator, logged in: \
         choose another role"
    )]
    AdministratorToken,
    /// Access Token Management is for tokens of others.
    #[error(
        "access-token-management is for the tokens of others: make your own with \
         user-access-tokens, or ask another administrator"
    )]
    OwnToken,
    /// The role is switched off.
    #[error("role {0} is inactive: a token for it could not log in")]
    TokenRoleInactive(u32),
    /// The account has the feature off.
    #[error("the account has switched Token-based Authentication off: switch the feature on first")]
    FeatureOff,
    /// A token can't end before it begins.
    #[error("expires_at is not in the future: give a later time, or none")]
    ExpiresInThePast,
    /// The token has no secret that retires.
    #[error("token {0} has one secret only: there is no rotation to end")]
    NoSecretRotation(u32),
    /// The policy doesn't go together.
    #[error(transparent)]
    Policy(#[from] InvalidPolicy),
    /// What a former token was for is gone, or another has its number.
    #[error(
        "the {0} of this token is gone, or another one has its number since the refresh: create a \
         new token instead"
    )]
    NotAsBefore(&'static str),
    /// A rule about environments.
    #[error(transparent)]
    Environment(#[from] EnvironmentRule),
    /// The token was revoked before.
    #[error("token {0} is revoked already, for good")]
    RevokedAlready(u32),
    /// A name is missing or too long.
    #[error("a name has 1 to {MAX_NAME} characters and no control characters")]
    Name,
    /// The email address is none.
    #[error(transparent)]
    Email(#[from] InvalidEmail),
    /// The password isn't taken.
    #[error(transparent)]
    Password(#[from] PasswordFault),
    /// The link was used, has expired, or never existed.
    #[error("this link was used already, or has expired: ask for a new one")]
    LinkSpent,
    /// The last administrator must stay one.
    #[error("entity {0} is the last administrator: assign the role to somebody else first")]
    LastAdministrator(u32),
    /// A rule about entities, roles and permissions.
    #[error(transparent)]
    People(#[from] PeopleFault),
    /// A rule about passwords, second factors and sessions.
    #[error(transparent)]
    LogIn(#[from] LogInFault),
    /// A key waits to take over.
    #[error("a new key is published and signs from {0}: wait, or have it sign at once (--now)")]
    RotationUnderWay(Timestamp),
    /// The program is stopping.
    #[error("the change was interrupted: look whether it was made")]
    Interrupted,
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// The vault could not do it.
    #[error(transparent)]
    Vault(#[from] VaultFault),
}

impl UseCaseFault {
    /// A stable name for it, as the API gives it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuch { .. } | Self::Store(StoreFault::Gone) => "not-found",
            Self::Changed { .. } => "changed-meanwhile",
            Self::NotLoggedIn => "not-logged-in",
            Self::PermissionMissing { .. } => "permission-missing",
            Self::AdministratorOnly => "administrator-only",
            Self::OperatorOnly => "operator-only",
            Self::NoAccount(_) => "no-such-account",
            Self::IntegrationNotEnabled => "integration-not-enabled",
            Self::TokenBasedOff => "token-based-authentication-off",
            Self::NotItsOwner(_) => "not-its-owner",
            Self::NoSuchApplication => "no-such-application",
            Self::InstalledAlready(_) => "installed-already",
            Self::StateNotChosen => "state-not-chosen",
            Self::ApiAccessOff(_) => "api-access-off",
            Self::OverlapUnderWay(_) => "overlap-under-way",
            Self::NoRotation(_) => "no-rotation",
            Self::SecretUnreadable(_) => "secret-unreadable",
            Self::Text { .. } => "invalid-text",
            Self::CallbackUrl(_) => "invalid-callback-url",
            Self::ConcurrencyLimit(_) => "invalid-concurrency-limit",
            Self::Overlap(_) => "invalid-overlap",
            Self::RoleNotAssigned { .. } => "role-not-assigned",
            Self::EntityInactive(_) => "entity-inactive",
            Self::RoleCannotLogIn(_) => "role-cannot-log-in",
            Self::AdministratorToken => "administrator-token",
            Self::OwnToken => "own-token",
            Self::TokenRoleInactive(_) => "role-inactive",
            Self::FeatureOff => "feature-off",
            Self::ExpiresInThePast => "expires-in-the-past",
            Self::NoSecretRotation(_) => "no-rotation",
            Self::Policy(_) => "invalid-policy",
            Self::NotAsBefore(_) => "not-as-before",
            Self::Environment(rule) => rule.code(),
            Self::RevokedAlready(_) => "revoked-already",
            Self::Name => "invalid-name",
            Self::Email(_) => "invalid-email",
            Self::Password(_) => "invalid-password",
            Self::LinkSpent => "link-spent",
            Self::LastAdministrator(_) => "last-administrator",
            Self::People(fault) => fault.code(),
            Self::LogIn(fault) => fault.code(),
            Self::RotationUnderWay(_) => "rotation-under-way",
            Self::Store(StoreFault::Taken(_)) => "taken",
            Self::Interrupted => "interrupted",
            Self::Store(_) => "store-failed",
            Self::Vault(_) => "vault-failed",
        }
    }

    /// The field of the request that is to be changed, where one is.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Name
            | Self::Store(StoreFault::Taken(Unique::RoleName | Unique::PermissionName)) => {
                Some("name")
            }
            Self::NotAsBefore(what) => Some(what),
            Self::Environment(rule) => rule.field(),
            Self::Store(StoreFault::Taken(Unique::AccountId)) => Some("id"),
            Self::People(fault) => fault.field(),
            Self::LogIn(fault) => fault.field(),
            Self::Email(_) | Self::Store(StoreFault::Taken(Unique::Email)) => Some("email"),
            Self::Password(_) => Some("password"),
            Self::Text { field, .. } => Some(field),
            Self::NoSuchApplication => Some("application_id"),
            Self::StateNotChosen => Some("state"),
            Self::CallbackUrl(_) => Some("callback_url"),
            Self::ConcurrencyLimit(_) => Some("concurrency_limit"),
            Self::Overlap(_) => Some("overlap"),
            Self::IntegrationNotEnabled | Self::TokenBasedOff => Some("integration"),
            Self::EntityInactive(_) => Some("entity"),
            Self::ExpiresInThePast => Some("expires_at"),
            Self::Policy(_) => Some("policy"),
            Self::OwnToken => Some("entity"),
            Self::RoleNotAssigned { .. }
            | Self::RoleCannotLogIn(_)
            | Self::TokenRoleInactive(_)
            | Self::AdministratorToken => Some("role"),
            _ => None,
        }
    }
}
