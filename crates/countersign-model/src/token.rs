//! Access tokens: one account, one entity, one role, one integration.

mod dormancy;
mod limits;
mod policy;
mod rules;

use crate::{
    AccountNumber, Actor, Binding, EntityId, InstallationId, RoleId, Sealed, SecretKind, Timestamp,
    TokenId, TokenNumber, Version,
};

pub use dormancy::{Dormancy, Surroundings};
pub use limits::{Addresses, InvalidAddresses, InvalidIdleDays, TokenLimits};
pub use policy::{Breach, InvalidPolicy, PolicyStep, TokenPolicy};
pub use rules::{Asker, TokenRule, Touch};

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
    /// The secret before, while both work.
    pub retiring: Option<RetiringSecret>,
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
    /// Until when, after which rest and from where it works.
    pub limits: TokenLimits,
    /// Whether it has run out, of rest or of age.
    pub lapsed: Option<Lapsed>,
    /// When and by whom it came to be as it is.
    pub history: TokenHistory,
    /// Which edition of this row it is.
    pub version: Version,
}

/// A token secret that works beside its successor for some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetiringSecret {
    /// The secret, sealed.
    pub secret: Sealed,
    /// Which one over time.
    pub version: u32,
    /// From when on it does not work any more, and is erased.
    pub until: Timestamp,
}

/// Who did something, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
}

/// When and by whom a token came to be as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenHistory {
    /// It was made.
    pub created: Stamp,
    /// It was last changed. Use is no change.
    pub changed: Stamp,
    /// The secret that it has is of then: from here its age counts.
    pub secret_since: Timestamp,
    /// It was made or woken then: before its next use, its rest counts from here.
    pub awake_since: Timestamp,
}

impl TokenHistory {
    /// Of a token that is made now.
    pub fn begins(stamp: Stamp) -> Self {
        Self { created: stamp, changed: stamp, secret_since: stamp.at, awake_since: stamp.at }
    }
}

/// A token has run out. It can be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lapsed {
    /// From when on.
    pub at: Timestamp,
    /// Why.
    pub why: Breach,
}

impl AccessToken {
    /// The binding of the secret of token `number` of `account`.
    pub fn binding(account: AccountNumber, number: TokenNumber, version: u32) -> Binding {
        let row = (u64::from(account.0) << 32) | u64::from(number.0);
        Binding { kind: SecretKind::Token, row, version }
    }

    /// From when on it is refused, whatever its state, as far as is known. Exactly then it no
    /// longer works.
    pub fn ends_at(&self) -> Option<Timestamp> {
        let lapsed = self.lapsed.map(|lapsed| lapsed.at);
        [self.limits.expires_at, lapsed].into_iter().flatten().min()
    }

    /// Whether its time is over, or it has run out.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.ends_at().is_some_and(|end| end <= now)
    }

    /// Whether it was ended for good.
    pub fn is_revoked(&self) -> bool {
        matches!(self.state, TokenState::Revoked(_))
    }

    /// Ends the token for good. `None` when it was revoked already.
    pub fn revoke(self, stamp: Stamp) -> Option<Self> {
        if self.is_revoked() {
            return None;
        }
        let state = TokenState::Revoked(Revoked { at: stamp.at });
        Some(Self { state, retiring: None, ..self }.changed(stamp))
    }

    /// The token with what `edit` says. The same version: nothing was different. A token that has
    /// run out is woken where `edit` sets it active. `None`: it is revoked, and stays as it is.
    pub fn edit(self, edit: TokenEdit, stamp: Stamp) -> Option<Self> {
        if self.is_revoked() {
            return None;
        }
        let wakes = self.lapsed.is_some() && edit.active == Some(true);
        let state = match edit.active {
            Some(true) => TokenState::Active,
            Some(false) => TokenState::Inactive,
            None => self.state,
        };
        let before = (self.name.clone(), self.state, self.limits.clone());
        let limits = TokenLimits {
            expires_at: edit.expires_at.unwrap_or(self.limits.expires_at),
            idle_days: edit.idle_days.unwrap_or(self.limits.idle_days),
            addresses: edit.addresses.unwrap_or_else(|| self.limits.addresses.clone()),
        };
        let mut token = Self { name: edit.name.unwrap_or(self.name), state, limits, ..self };
        if wakes {
            token.lapsed = None;
            token.history.awake_since = stamp.at;
        }
        let same = !wakes && before == (token.name.clone(), token.state, token.limits.clone());
        Some(if same { token } else { token.changed(stamp) })
    }

    /// Puts another secret in place of the one it has, which works until `until`, if at all. The
    /// one that retired already is given up. `None`: it is revoked.
    pub fn rotate(self, secret: Sealed, until: Option<Timestamp>, stamp: Stamp) -> Option<Self> {
        if self.is_revoked() {
            return None;
        }
        let (before, version) = (self.token_secret, self.secret_version);
        let retiring = until.map(|until| RetiringSecret { secret: before, version, until });
        let mut token = Self {
            token_secret: secret,
            secret_version: version.saturating_add(1),
            retiring,
            ..self
        };
        token.history.secret_since = stamp.at;
        // What was too old isn't any more.
        token.lapsed = token.lapsed.filter(|lapsed| lapsed.why != Breach::Age);
        Some(token.changed(stamp))
    }

    /// Ends the time of the secret that retires. `None`: none does.
    pub fn end_rotation(self, stamp: Stamp) -> Option<Self> {
        self.retiring?;
        Some(Self { retiring: None, ..self }.changed(stamp))
    }

    /// The token has run out. `None`: it had before, or is revoked.
    pub fn lapse(self, why: Breach, stamp: Stamp) -> Option<Self> {
        if self.is_revoked() || self.lapsed.is_some() {
            return None;
        }
        Some(Self { lapsed: Some(Lapsed { at: stamp.at, why }), ..self }.changed(stamp))
    }

    fn changed(mut self, stamp: Stamp) -> Self {
        self.history.changed = stamp;
        Self { version: self.version.next(), ..self }
    }
}

/// What is to be different about a token; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenEdit {
    /// What people call it.
    pub name: Option<String>,
    /// Whether it works. `true` wakes a token that has run out.
    pub active: Option<bool>,
    /// Until when it works; `Some(None)`: without end.
    pub expires_at: Option<Option<Timestamp>>,
    /// After how many days without use it runs out; `Some(None)`: never.
    pub idle_days: Option<Option<u16>>,
    /// From where it may be used; `Some(None)`: from everywhere.
    pub addresses: Option<Option<Addresses>>,
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

impl TokenState {
    /// Its name in the store, the API and the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Revoked(_) => "revoked",
        }
    }
}

/// When a token was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// The moment.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests;
