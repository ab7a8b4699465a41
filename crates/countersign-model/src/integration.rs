//! The integration record: a definition, and its installation in each account that uses it.
//!
//! The definition owns the consumer pair. State, note and limits belong to the installation; a
//! token belongs to an installation.

use thiserror::Error;

use crate::{
    AccountNumber, Binding, CallbackUrl, ConsumerKey, InstallationId, IntegrationId, Sealed,
    SecretKind, Timestamp, Version,
};

/// An application's definition. It belongs to the account that made it.
#[derive(Clone, Debug)]
pub struct Integration {
    /// Its number in this deployment.
    pub id: IntegrationId,
    /// The account that owns the definition: the only one that may reset or delete it.
    pub owner: AccountNumber,
    /// What people call it.
    pub name: String,
    /// Names it on the wire.
    pub consumer_key: ConsumerKey,
    /// The consumer secret, sealed.
    pub consumer_secret: Sealed,
    /// Rises with each reset of the pair.
    pub secret_version: u32,
    /// How applications may authenticate.
    pub authentication: AuthenticationSettings,
    /// Which edition of this row it is.
    pub version: Version,
}

impl Integration {
    /// The binding of the consumer secret of integration `id`.
    pub fn binding(id: IntegrationId, version: u32) -> Binding {
        Binding { kind: SecretKind::Consumer, row: u64::from(id.0), version }
    }

    /// The binding of the consumer secret of that version after it was reset.
    pub fn previous_binding(id: IntegrationId, version: u32) -> Binding {
        Binding { kind: SecretKind::PreviousConsumer, row: u64::from(id.0), version }
    }
}

/// The consumer secret before the last reset. No request is admitted by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviousSecret {
    /// The secret, sealed anew: see [`SecretKind::PreviousConsumer`].
    pub secret: Sealed,
    /// The version that it had.
    pub version: u32,
    /// From when on it may not be used any more, and is erased.
    pub until: Timestamp,
}

impl PreviousSecret {
    /// How long it is kept, to explain who signs with it still.
    pub const KEPT_SECONDS: i64 = 30 * 24 * 60 * 60;
}

/// The Authentication subtab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticationSettings {
    /// *Token-Based Authentication*: checked on a new record. Unchecked, its tokens are refused.
    pub token_based: bool,
    /// Where the authorization flow may return to, as registered.
    pub callback_url: Option<CallbackUrl>,
}

impl Default for AuthenticationSettings {
    fn default() -> Self {
        Self { token_based: true, callback_url: None }
    }
}

/// An integration in an account.
#[derive(Clone, Debug)]
pub struct Installation {
    /// The account that it is installed in.
    pub account: AccountNumber,
    /// Its number in that account.
    pub id: InstallationId,
    /// The definition.
    pub integration: IntegrationId,
    /// Whether requests of this application are admitted.
    pub state: InstallationState,
    /// Which edition of this row it is.
    pub version: Version,
}

/// The state of an integration in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstallationState {
    /// Requests are admitted.
    Enabled,
    /// An administrator stopped it: every request is refused.
    Blocked,
    /// Installed by an application's request, and nobody has allowed it yet.
    WaitingForApproval,
}

impl InstallationState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Enabled, Self::Blocked, Self::WaitingForApproval];

    /// Its name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Blocked => "blocked",
            Self::WaitingForApproval => "waiting-for-approval",
        }
    }

    /// The state of that name.
    ///
    /// # Errors
    /// [`UnknownInstallationState`].
    pub fn parse(text: &str) -> Result<Self, UnknownInstallationState> {
        Self::ALL.into_iter().find(|s| s.as_str() == text).ok_or(UnknownInstallationState)
    }
}

/// A name that no state has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the states of an installation are enabled, blocked and waiting-for-approval")]
pub struct UnknownInstallationState;
