//! Environments: sandboxes and the release preview of a production account, each an account of its
//! own. The id says which: `1234567_SB1`, `1234567_RP`.

use thiserror::Error;

use super::AccountId;
use crate::{AccountNumber, Timestamp};

/// What an account is of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Environment {
    /// Which kind.
    pub kind: EnvironmentKind,
    /// The production account that it is copied from.
    pub production: AccountNumber,
    /// When it was last copied; nothing: it never was.
    pub refreshed_at: Option<Timestamp>,
}

/// The kinds of environments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvironmentKind {
    /// `_SB1`, `_SB2` and so on.
    Sandbox,
    /// `_RP`, or `_RP1` and so on.
    ReleasePreview,
}

impl EnvironmentKind {
    /// Its name in the store, the API and the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::ReleasePreview => "release-preview",
        }
    }

    /// The kind that was written so.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Sandbox, Self::ReleasePreview].into_iter().find(|kind| kind.as_str() == text)
    }

    fn mark(self) -> &'static str {
        match self {
            Self::Sandbox => "SB",
            Self::ReleasePreview => "RP",
        }
    }
}

impl AccountId {
    /// Which environment of which production account has this id; nothing, where its form is none
    /// of an environment's.
    pub fn as_environment(&self) -> Option<(EnvironmentKind, Self)> {
        let (company, suffix) = self.0.split_once('_')?;
        let kind = [EnvironmentKind::Sandbox, EnvironmentKind::ReleasePreview]
            .into_iter()
            .find(|kind| suffix.starts_with(kind.mark()))?;
        let number = suffix.strip_prefix(kind.mark())?;
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit())
            && !number.starts_with('0')
            && (!number.is_empty() || kind == EnvironmentKind::ReleasePreview);
        is_number.then(|| (kind, Self(company.into())))
    }

    /// The id of an environment of this account: of a sandbox the one with that number, counted
    /// from 1; a release preview's first has none.
    ///
    /// # Errors
    /// [`EnvironmentRule`]: this account is an environment itself, or its id is too long.
    pub fn of_environment(
        &self,
        kind: EnvironmentKind,
        number: u32,
    ) -> Result<Self, EnvironmentRule> {
        let id = match (kind, number) {
            (EnvironmentKind::ReleasePreview, 1) => format!("{self}_{}", kind.mark()),
            (EnvironmentKind::ReleasePreview, number) => {
                format!("{self}_{}{}", kind.mark(), number - 1)
            }
            (EnvironmentKind::Sandbox, number) => format!("{self}_{}{number}", kind.mark()),
        };
        let id = Self::parse(&id).map_err(|_| EnvironmentRule::OfNoEnvironment(self.clone()))?;
        self.has_environment(&id).map(|_| id)
    }

    /// That `id` may be an environment of this account; gives its kind.
    ///
    /// # Errors
    /// [`EnvironmentRule`].
    pub fn has_environment(&self, id: &Self) -> Result<EnvironmentKind, EnvironmentRule> {
        if self.0.contains('_') {
            return Err(EnvironmentRule::OfNoEnvironment(self.clone()));
        }
        match id.as_environment() {
            Some((kind, production)) if production == *self => Ok(kind),
            _ => Err(EnvironmentRule::OtherId { id: id.clone(), production: self.clone() }),
        }
    }
}

/// The rule about environments that is in the way.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EnvironmentRule {
    /// Only a production account has environments.
    #[error(
        "{0} is no production account: a sandbox or release preview is made of, and refreshed \
         from, a production account, whose id has no suffix"
    )]
    OfNoEnvironment(AccountId),
    /// The id is none of an environment of that account.
    #[error(
        "{id} is no id of an environment of {production}: a sandbox is {production}_SB1, \
         {production}_SB2 and so on, a release preview {production}_RP"
    )]
    OtherId {
        /// What was asked for.
        id: AccountId,
        /// The production account.
        production: AccountId,
    },
    /// An account that is founded alone has an environment's id, and its production is here.
    #[error(
        "{id} is an environment of {production}, which is here already: create it there, as a \
         copy of it"
    )]
    FoundAlone {
        /// What was asked for.
        id: AccountId,
        /// Its production account.
        production: AccountId,
    },
}

impl EnvironmentRule {
    /// A stable name for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OfNoEnvironment(_) => "not-production",
            Self::OtherId { .. } | Self::FoundAlone { .. } => "invalid-environment-id",
        }
    }

    /// The field that is to be changed, where one is.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::OfNoEnvironment(_) => None,
            Self::OtherId { .. } | Self::FoundAlone { .. } => Some("id"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> AccountId {
        AccountId::parse(text).unwrap()
    }

    #[test]
    fn an_id_says_which_environment_of_which_account_it_is() {
        use EnvironmentKind::{ReleasePreview, Sandbox};
        for (text, kind) in [
            ("1234567_SB1", Some(Sandbox)),
            ("1234567_SB12", Some(Sandbox)),
            ("1234567_RP", Some(ReleasePreview)),
            ("1234567_RP1", Some(ReleasePreview)),
            ("1234567", None),
            ("1234567_SB", None),
            ("1234567_SB0", None),
            ("1234567_SB01", None),
            ("1234567_SBX", None),
            ("1234567_RPX", None),
            ("1234567_TEST", None),
        ] {
            let of = id(text).as_environment();
            assert_eq!(of.as_ref().map(|of| of.0), kind, "{text}");
            assert!(of.is_none_or(|of| of.1 == id("1234567")), "{text}");
        }
    }

    #[test]
    fn ids_of_environments_are_made_of_productions() {
        let made = |kind, number| id("1234567").of_environment(kind, number);
        assert_eq!(made(EnvironmentKind::Sandbox, 1), Ok(id("1234567_SB1")));
        assert_eq!(made(EnvironmentKind::Sandbox, 3), Ok(id("1234567_SB3")));
        assert_eq!(made(EnvironmentKind::ReleasePreview, 1), Ok(id("1234567_RP")));
        assert_eq!(made(EnvironmentKind::ReleasePreview, 2), Ok(id("1234567_RP1")));
    }

    #[test]
    fn an_environment_has_no_environments() {
        for of in ["1234567_SB1", "1234567_RP", "1234567_TEST"] {
            let refused = Err(EnvironmentRule::OfNoEnvironment(id(of)));
            assert_eq!(id(of).of_environment(EnvironmentKind::Sandbox, 1), refused);
            assert_eq!(id(of).has_environment(&id("1234567_SB2")).map(|_| id(of)), refused);
        }
        let long = id(&"1".repeat(AccountId::MAX_LENGTH));
        assert!(long.of_environment(EnvironmentKind::Sandbox, 1).is_err());
    }

    #[test]
    fn an_environment_is_of_its_own_production_alone() {
        let refused = |text: &str| id("1234567").has_environment(&id(text)).unwrap_err().code();
        for other in ["123456_SB1", "1234567", "1234567_TEST", "7654321_RP"] {
            assert_eq!(refused(other), "invalid-environment-id", "{other}");
        }
    }
}
