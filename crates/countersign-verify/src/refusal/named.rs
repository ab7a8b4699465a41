//! A refusal together with whom the request named, and when it says that it was signed.

use countersign_model::{
    AccountId, AccountNumber, InstallationId, IntegrationId, Pair, TokenNumber,
};

use super::Refusal;
use crate::{Admission, Principal, Remembered};

/// When a refused request says that it was signed, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedAt {
    /// The signature over it is right, and it is no copy that we know of.
    Proven(i64),
    /// Anybody may have written it.
    Claimed(i64),
}

impl SignedAt {
    /// The timestamp, whoever wrote it.
    pub fn seconds(self) -> i64 {
        match self {
            Self::Proven(seconds) | Self::Claimed(seconds) => seconds,
        }
    }
}

/// A refused request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub refusal: Refusal,
    /// Whom it named.
    pub named: Named,
    /// Its timestamp, where that could be read.
    pub signed_at: Option<SignedAt>,
    /// How it is remembered, if it was refused for what only who has proven themselves is asked.
    pub remembered: Option<Remembered>,
}

/// What a refused request named, of what we know. Naming is no proof of anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The account, by host, by realm, or because there is only one.
    pub account: Option<(AccountNumber, AccountId)>,
    /// The integration, as installed in that account.
    pub installation: Option<InstallationId>,
    /// The integration's definition, by its consumer key.
    pub integration: Option<IntegrationId>,
    /// By which of its keys.
    pub pair: Pair,
    /// The token, in the account that it belongs to.
    pub token: Option<(AccountNumber, TokenNumber)>,
}

impl Named {
    /// Whether it names a known consumer key or token: such a refusal gets a row of its own.
    pub fn is_somebody(&self) -> bool {
        self.integration.is_some() || self.installation.is_some() || self.token.is_some()
    }
}

impl Refused {
    /// A refusal of a request that names nobody whom we know, or was not asked whom it names.
    pub fn nobody(refusal: Refusal) -> Self {
        Self { refusal, named: Named::default(), signed_at: None, remembered: None }
    }

    /// A refusal of a request whose signature was proven and whose nonce is used up.
    pub fn after(admission: &Admission, refusal: Refusal) -> Self {
        let Principal { account, account_id, installation, token, .. } = &admission.principal;
        let named = Named {
            account: Some((*account, account_id.clone())),
            installation: Some(*installation),
            integration: None,
            pair: admission.retiring.which(),
            token: Some((*account, *token)),
        };
        let signed_at = Some(SignedAt::Proven(admission.signed_at));
        Self { refusal, named, signed_at, remembered: Some(admission.remembered) }
    }
}
