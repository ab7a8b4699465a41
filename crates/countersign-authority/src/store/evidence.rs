//! What explains a refusal, and to whom it may be told.

use countersign_model::{
    AccountId, AccountNumber, Actor, Binding, EntityId, InstallationId, IntegrationId, Pair,
    Sealed, TokenNumber,
};

/// What a refused request named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NamedRows {
    /// The integration's definition.
    pub integration: Option<IntegrationId>,
    /// By which of its keys.
    pub pair: Pair,
    /// The integration as installed in an account, where the definition isn't known.
    pub installation: Option<(AccountNumber, InstallationId)>,
    /// The token.
    pub token: Option<(AccountNumber, TokenNumber)>,
}

/// What the record knows about a refusal.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Whose refusal it is.
    pub owner: Owner,
    /// The public id of the account that the named token is of.
    pub of_account: Option<AccountId>,
    /// The secrets that should have signed: of the consumer pair that the request named.
    pub pair: Option<SealedPair>,
    /// The consumer secret before that of [`Self::pair`], or before the last reset.
    pub previous: Option<SealedSecret>,
    /// The secrets of other active tokens of the same entity at the same integration, newest first,
    /// at most [`Evidence::MOST_OTHERS`].
    pub other_tokens: Vec<SealedSecret>,
    /// Who revoked the token, where that is known.
    pub revoked_by: Option<Actor>,
}

impl Evidence {
    /// The most other tokens that are looked at.
    pub const MOST_OTHERS: u64 = 16;
}

/// A sealed secret and whose it is.
pub type SealedSecret = (Sealed, Binding);

/// The sealed secrets of one integration and one token.
#[derive(Clone, Debug)]
pub struct SealedPair {
    /// The consumer secret.
    pub consumer: SealedSecret,
    /// The token secret.
    pub token: SealedSecret,
}

/// Whose refusal it is: who may be told what was wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Owner {
    /// The entity that the named token belongs to.
    Entity {
        /// Its account.
        account: AccountNumber,
        /// The entity.
        entity: EntityId,
    },
    /// The account that owns the named consumer key; the token is unknown.
    Account(AccountNumber),
    /// It named nobody.
    #[default]
    Nobody,
}

impl Owner {
    /// The account, if it is somebody's.
    pub fn account(self) -> Option<AccountNumber> {
        match self {
            Self::Entity { account, .. } | Self::Account(account) => Some(account),
            Self::Nobody => None,
        }
    }
}
