//! What people send about their own login. All of it may be secret.

use serde::{Deserialize, Deserializer};
use utoipa::{IntoParams, ToSchema};
use zeroize::Zeroizing;

/// A secret that somebody typed: wiped when it is dropped.
pub(super) struct Typed(pub(super) Zeroizing<String>);

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}

/// What somebody types to log in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSession)]
pub(super) struct LogInGiven {
    /// The account's id.
    #[schema(example = "1234567")]
    pub(super) account: String,
    /// The login.
    #[schema(example = "ann@example.com")]
    pub(super) email: String,
    /// The password.
    #[schema(value_type = String, format = Password)]
    pub(super) password: Typed,
    /// A code of the authenticator app, or a recovery code: where there is a second factor.
    #[schema(value_type = Option<String>)]
    pub(super) code: Option<Typed>,
    /// In which role, by number. Without one: in the first that can be used.
    #[schema(minimum = 1)]
    pub(super) role: Option<u32>,
}

/// Another role.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRoleOfSession)]
pub(super) struct RoleGiven {
    /// Its number.
    #[schema(minimum = 1)]
    pub(super) role: u32,
}

/// What somebody types to prove once more who they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAuthentication)]
pub(super) struct ProofGiven {
    /// The password.
    #[schema(value_type = String, format = Password)]
    pub(super) password: Typed,
    /// A code of the authenticator app, or a recovery code: where there is a second factor.
    #[schema(value_type = Option<String>)]
    pub(super) code: Option<Typed>,
}

/// A new password, for the old one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewOwnPassword)]
pub(super) struct PasswordGiven {
    /// The password as it is.
    #[schema(value_type = String, format = Password)]
    pub(super) old: Typed,
    /// The password as it shall be: 12 characters or more, 256 bytes at most.
    #[schema(value_type = String, format = Password)]
    pub(super) new: Typed,
}

/// A code of the authenticator app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Code)]
pub(super) struct CodeGiven {
    /// Six digits.
    #[schema(value_type = String, example = "123456")]
    pub(super) code: Typed,
}

/// The own roles that are hidden, and no others.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HiddenRoles)]
pub(super) struct HiddenGiven {
    /// Their numbers.
    pub(super) roles: Vec<u32>,
}

/// A password behind a one-time link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPassword)]
pub(super) struct LinkGiven {
    /// The secret in the link.
    #[schema(value_type = String, example = "setup_0123")]
    pub(super) link: Typed,
    /// The password as it shall be.
    #[schema(value_type = String, format = Password)]
    pub(super) password: Typed,
}

/// Which link.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkQuery {
    /// The secret in the link.
    #[param(example = "setup_0123")]
    pub(super) link: String,
}
