//! What an account asks of all its tokens, those that it had before as well.

use thiserror::Error;

use super::{AccessToken, TokenLimits};
use crate::Timestamp;

const DAY: i64 = 24 * 60 * 60;

/// What an account asks of its tokens, and from when on what happens to those that are beyond it.
/// By default nothing.
///
/// A token that is too old, or has rested for too long, is told of from `warn_from` on, runs out
/// from `block_from` on, and is revoked from `revoke_from` on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenPolicy {
    /// A secret that is older, in days, is too old.
    pub max_age_days: Option<u16>,
    /// A token that was not used for more days has rested for too long.
    pub max_idle_days: Option<u16>,
    /// From when on.
    pub warn_from: Option<Timestamp>,
    /// From when on: reversible.
    pub block_from: Option<Timestamp>,
    /// From when on: for good.
    pub revoke_from: Option<Timestamp>,
}

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    /// Its secret is older than the account allows.
    Age,
    /// It was not used for longer than the account or the token itself allows.
    Idle,
}

impl Breach {
    /// Its name in the store, the API and the trail.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::Idle => "idle",
        }
    }

    /// The breach of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Age, Self::Idle].into_iter().find(|breach| breach.as_str() == text)
    }
}

/// What happens to a token that is beyond a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyStep {
    /// It is told of.
    Warn,
    /// It runs out.
    Block,
    /// It is revoked.
    Revoke,
}

impl TokenPolicy {
    /// Whether anything is asked at all.
    pub fn is_on(&self) -> bool {
        self.max_age_days.is_some() || self.max_idle_days.is_some()
    }

    /// Checks what somebody wrote.
    ///
    /// # Errors
    /// [`InvalidPolicy`] says what doesn't go together.
    pub fn checked(self) -> Result<Self, InvalidPolicy> {
        let days = [self.max_age_days, self.max_idle_days];
        if days.into_iter().flatten().any(|days| TokenLimits::idle_days(days.into()).is_err()) {
            return Err(InvalidPolicy::Days);
        }
        let dates = [self.warn_from, self.block_from, self.revoke_from];
        if !dates.iter().flatten().is_sorted() {
            return Err(InvalidPolicy::Order);
        }
        let has_dates = dates.iter().any(Option::is_some);
        if has_dates != self.is_on() {
            return Err(InvalidPolicy::Half);
        }
        Ok(self)
    }

    /// What is due now, to tokens that are beyond the policy.
    pub fn step(&self, now: Timestamp) -> Option<PolicyStep> {
        let is_due = |from: Option<Timestamp>| from.is_some_and(|from| from <= now);
        if is_due(self.revoke_from) {
            Some(PolicyStep::Revoke)
        } else if is_due(self.block_from) {
            Some(PolicyStep::Block)
        } else {
            is_due(self.warn_from).then_some(PolicyStep::Warn)
        }
    }

    /// From when on a secret that was made at `since` works no more, by its age. `None`: it may do
    /// so for ever.
    pub fn end_of_secret(&self, since: Timestamp) -> Option<Timestamp> {
        let days = i64::from(self.max_age_days?);
        let acts_from = self.block_from.or(self.revoke_from)?;
        Some(since.plus_seconds(days * DAY).max(acts_from))
    }

    /// What is wrong with `token`, which was last used then.
    pub fn breach(
        &self,
        token: &AccessToken,
        used: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<Breach> {
        if is_over(token.history.secret_since, self.max_age_days, now) {
            return Some(Breach::Age);
        }
        has_rested(token, self.max_idle_days, used, now).then_some(Breach::Idle)
    }
}

impl AccessToken {
    /// Whether it has rested for longer than it is allowed to by itself.
    pub fn is_idle(&self, used: Option<Timestamp>, now: Timestamp) -> bool {
        has_rested(self, self.limits.idle_days, used, now)
    }
}

fn has_rested(
    token: &AccessToken,
    most: Option<u16>,
    used: Option<Timestamp>,
    now: Timestamp,
) -> bool {
    let awake = token.history.awake_since;
    is_over(used.map_or(awake, |used| used.max(awake)), most, now)
}

/// Whether more than `days` have gone by.
fn is_over(since: Timestamp, days: Option<u16>, now: Timestamp) -> bool {
    days.is_some_and(|days| since.plus_seconds(i64::from(days) * DAY) < now)
}

/// A policy that doesn't go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidPolicy {
    /// Too few or too many days.
    #[error("days are counted from 1 to {}", TokenLimits::MOST_IDLE_DAYS)]
    Days,
    /// The dates are in another order.
    #[error("a policy warns before it blocks, and blocks before it revokes: mend the dates")]
    Order,
    /// Days without a date, or dates without days.
    #[error(
        "a policy needs a number of days (of age or of rest) and at least one date from which on \
         it warns, blocks or revokes; or none of these, to be switched off"
    )]
    Half,
}
