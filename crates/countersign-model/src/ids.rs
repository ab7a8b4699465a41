//! One type per kind of number, so that swapping two does not compile.
//!
//! On the wire and on pages these are plain decimal numbers (`role=37`). Entity, role,
//! installation and token numbers count per account, so that a refreshed sandbox keeps them.

use std::fmt;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// An account, within this deployment. Its public form is [`crate::AccountId`].
    AccountNumber,
    /// An entity, within its account.
    EntityId,
    /// A role, within its account. Administrator is 3 in every account.
    RoleId,
    /// An integration's definition, within this deployment.
    IntegrationId,
    /// An integration as installed in one account, numbered within that account.
    InstallationId,
    /// An access token, within its account.
    TokenNumber,
    /// A session of somebody who is logged in, within its account.
    SessionNumber,
    /// A key that signs assertions, within this deployment.
    AssertionKeyNumber,
}

impl AccountNumber {
    /// No account: what concerns the deployment as a whole.
    pub const NONE: Self = Self(0);
}
