//! The integration record: a definition, and its installation in each account that uses it.
//!
//! The definition owns the consumer pair and how applications authenticate; its owner account
//! changes it, and that holds in all accounts. State, note and limits belong to the installation; a
//! token belongs to an installation.

mod application_id;
mod authentication;
mod installation;
mod pairs;

use crate::{
    AccountNumber, Binding, ConsumerKey, IntegrationId, Sealed, SecretKind, Timestamp, Version,
};

pub use application_id::{ApplicationId, InvalidApplicationId};
pub use authentication::AuthenticationSettings;
pub use installation::{
    ConcurrencyLimit, Created, Installation, InstallationState, InvalidConcurrencyLimit,
    UnknownInstallationState,
};
pub use pairs::{InvalidOverlap, Overlap, Pair, PreviousSecret, RetiringPair};

/// An application's definition. It belongs to the account that made it.
#[derive(Clone, Debug)]
pub struct Integration {
    /// Its number in this deployment.
    pub id: IntegrationId,
    /// The account that owns the definition: the only one that may change, reset or delete it.
    pub owner: AccountNumber,
    /// What its owner calls it. An account where it was installed keeps the name of that moment.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Names the application where no key does; shown to the owner account only.
    pub application_id: ApplicationId,
    /// Names it on the wire.
    pub consumer_key: ConsumerKey,
    /// The consumer secret, sealed.
    pub consumer_secret: Sealed,
    /// Rises with each new pair.
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

    /// The binding of the consumer secret of that version while it works beside the next one.
    pub fn retiring_binding(id: IntegrationId, version: u32) -> Binding {
        Binding { kind: SecretKind::RetiringConsumer, row: u64::from(id.0), version }
    }

    /// The pair as it retires: `secret` is its secret, sealed anew.
    pub fn retiring(&self, secret: Sealed, until: Timestamp) -> RetiringPair {
        let (consumer_key, version) = (self.consumer_key, self.secret_version);
        RetiringPair { consumer_key, secret, version, until }
    }
}
