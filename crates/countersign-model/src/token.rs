//! Access tokens: one account, one entity, one role, one integration.

use crate::{
    AccountNumber, Binding, EntityId, InstallationId, RoleId, Sealed, SecretKind, Timestamp,
    TokenId, TokenNumber, Version,
};

/// An access token.
#[derive(Clone, Debug)]
pub struct AccessToken {
    /// The account that it opens.
    pub account: AccountNumber,
    /// Its number in the account.
    pub number: TokenNumber,
    /// Names it on the wire.
    pub token_id: TokenId,
    /// The token secret, sealed.
    pub token_secret: Sealed,
    /// Rises when the secret is replaced.
    pub secret_version: u32,
    /// What people call it.
    pub name: String,
    /// The integration it is for.
    pub installation: InstallationId,
    /// Who acts.
    pub entity: EntityId,
    /// In which role, no matter what others the entity has.
    pub role: RoleId,
    /// Whether it works.
    pub state: TokenState,
    /// Which edition of this row it is.
    pub version: Version,
}

impl AccessToken {
    /// The binding of the secret of token `number` of `account`.
    pub fn binding(account: AccountNumber, number: TokenNumber, version: u32) -> Binding {
        let row = (u64::from(account.0) << 32) | u64::from(number.0);
        Binding { kind: SecretKind::Token, row, version }
    }

    /// Ends the token for good. `None` when it was revoked already.
    pub fn revoke(self, at: Timestamp) -> Option<Self> {
        match self.state {
            TokenState::Active | TokenState::Inactive => {
                let state = TokenState::Revoked(Revoked { at });
                Some(Self { state, version: self.version.next(), ..self })
            }
            TokenState::Revoked(_) => None,
        }
    }
}

/// The state of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    /// It works.
    Active,
    /// Switched off, and can be switched on again.
    Inactive,
    /// Ended for good; kept for the trail.
    Revoked(Revoked),
}

/// When a token was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// The moment.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(state: TokenState) -> AccessToken {
        AccessToken {
            account: AccountNumber(1),
            number: TokenNumber(2),
            token_id: TokenId::from_bytes([0; 32]),
            token_secret: Sealed { data_key: 1, nonce: [0; 12], ciphertext: [0; 32], tag: [0; 16] },
            secret_version: 1,
            name: "t".into(),
            installation: InstallationId(1),
            entity: EntityId(1),
            role: RoleId(1000),
            state,
            version: Version::FIRST,
        }
    }

    #[test]
    fn a_revoked_token_cannot_be_revoked_again_and_keeps_its_first_moment() {
        let at = Timestamp::from_seconds(5);
        let revoked = token(TokenState::Inactive).revoke(at).unwrap();
        assert_eq!(revoked.state, TokenState::Revoked(Revoked { at }));
        assert!(revoked.revoke(Timestamp::from_seconds(9)).is_none());
    }

    #[test]
    fn tokens_with_the_same_number_in_two_accounts_have_different_bindings() {
        let of = |account| AccessToken::binding(AccountNumber(account), TokenNumber(7), 1);
        assert_ne!(of(1), of(2));
    }
}
