//! Numbers that the store gives.

use countersign_model::{AccountNumber, Role};

/// The series that numbers come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    /// Accounts of the deployment.
    Accounts,
    /// Definitions of the deployment.
    Integrations,
    /// Keys that sign assertions.
    AssertionKeys,
    /// Entities of an account.
    Entities(AccountNumber),
    /// Roles that an account makes itself, from 1000 on.
    Roles(AccountNumber),
    /// Installations in an account.
    Installations(AccountNumber),
    /// Tokens of an account.
    Tokens(AccountNumber),
    /// Sessions of an account.
    Sessions(AccountNumber),
    /// Secrets of second factors in an account, over time.
    SecondFactors(AccountNumber),
}

impl Series {
    /// The first number of the series.
    pub fn first(self) -> u32 {
        match self {
            Self::Roles(_) => Role::FIRST_OWN.0,
            _ => 1,
        }
    }
}

/// The number of a change: 1, 2, 3, without gaps, in the order of commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangeNumber(pub u64);
