//! The second factor of an entity: an authenticator app (RFC 6238).

use crate::{AccountNumber, Binding, EntityId, Sealed, SecretKind};

/// An authenticator app of an entity.
#[derive(Clone, Copy, Debug)]
pub struct SecondFactor {
    /// The entity's account.
    pub account: AccountNumber,
    /// Whose it is.
    pub entity: EntityId,
    /// The secret that it shares with the app, sealed.
    pub secret: Sealed,
    /// Which secret over time.
    pub secret_version: u32,
    /// Whether it counts yet.
    pub state: SecondFactorState,
}

/// Whether a second factor counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactorState {
    /// Shown, and not yet confirmed with a code.
    Pending,
    /// Confirmed: codes are asked for.
    Confirmed {
        /// The newest time step whose code was accepted. None up to it is accepted again.
        last_step: u64,
    },
}

impl SecondFactor {
    /// Which secret is sealed in a version of an entity's second factor.
    pub fn binding(account: AccountNumber, entity: EntityId, version: u32) -> Binding {
        let row = (u64::from(account.0) << 32) | u64::from(entity.0);
        Binding { kind: SecretKind::SecondFactor, row, version }
    }

    /// Whether codes are asked for.
    pub fn is_confirmed(&self) -> bool {
        matches!(self.state, SecondFactorState::Confirmed { .. })
    }

    /// Takes in that the code of `step` was right: confirms it, or counts the code as used. `None`
    /// where that code, or a later one, was used before.
    #[must_use]
    pub fn accept(self, step: u64) -> Option<Self> {
        match self.state {
            SecondFactorState::Confirmed { last_step } if step <= last_step => None,
            _ => Some(Self { state: SecondFactorState::Confirmed { last_step: step }, ..self }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_counts_once_and_none_older_than_it() {
        let pending = SecondFactor {
            account: AccountNumber(1),
            entity: EntityId(2),
            secret: Sealed { data_key: 1, nonce: [0; 12], ciphertext: [0; 32], tag: [0; 16] },
            secret_version: 1,
            state: SecondFactorState::Pending,
        };
        assert!(!pending.is_confirmed());
        let confirmed = pending.accept(100).unwrap();
        assert!(confirmed.is_confirmed());
        assert!(confirmed.accept(100).is_none());
        assert!(confirmed.accept(99).is_none());
        assert!(confirmed.accept(101).unwrap().accept(101).is_none());
    }
}
