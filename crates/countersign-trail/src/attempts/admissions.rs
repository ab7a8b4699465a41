//! Admissions that wait to be written: a row each, or merged under load.

use std::collections::HashMap;
use std::net::IpAddr;

use countersign_model::{AccountNumber, TokenNumber};
use countersign_verify::replay::Fingerprint;
use countersign_verify::{Admission, Admitted, FirstUse, Remembered, TrailUnwritable};

use super::clocks::{Reading, Token};
use countersign_authority::{TokenUse, UseMark};

use super::port::{AttemptRow, Outcome};
use super::recent::Recent;

/// Admissions of one flush that get a row each.
const ROWS_EACH: usize = 1_000;
/// Groups of one flush beyond those.
const MOST_GROUPS: usize = 100_000;
/// Uses of one flush.
const MOST_USES: usize = 2_000_000;

#[derive(Default)]
pub(super) struct Admissions {
    /// Since the last write failed nothing more is taken: what can't be recorded is not admitted.
    failing: bool,
    each: Vec<Waiting>,
    merged: HashMap<(AccountNumber, TokenNumber, IpAddr, i64), Waiting>,
    remembered: Vec<Remembered>,
    recent: Recent,
}

/// What waited for a flush.
pub(super) struct Taken {
    pub(super) waiting: Vec<Waiting>,
    /// All uses that it stands for.
    pub(super) remembered: Vec<Remembered>,
}

/// An admission, or several.
pub(super) struct Waiting {
    row: AttemptRow,
    token: Token,
    clock: Reading,
    used: TokenUse,
}

impl Admissions {
    pub(super) fn add(&mut self, attempt: Admitted) -> Result<(), TrailUnwritable> {
        let Admitted { caller, admission } = &attempt;
        // Its nonce is used up, whether or not it can be recorded.
        let remembered = admission.remembered;
        self.recent.add(remembered.fingerprint, caller.at, caller.source);
        if self.failing || self.remembered.len() >= MOST_USES {
            return Err(TrailUnwritable);
        }
        if self.each.len() < ROWS_EACH {
            self.each.push(Waiting::from(attempt));
            self.remembered.push(remembered);
            return Ok(());
        }
        let minute = caller.at.seconds().div_euclid(60);
        let principal = &admission.principal;
        let group = (principal.account, principal.token, caller.source, minute);
        if let Some(waiting) = self.merged.get_mut(&group) {
            waiting.row.count += 1;
            waiting.clock.add(Reading::of(attempt.skew(), caller.at));
            waiting.used.add(&used(&attempt));
        } else if self.merged.len() < MOST_GROUPS {
            self.merged.insert(group, attempt.into());
        } else {
            return Err(TrailUnwritable);
        }
        self.remembered.push(remembered);
        Ok(())
    }

    /// Whether the last write failed.
    pub(super) fn set_failing(&mut self, failing: bool) {
        self.failing = failing;
    }

    /// Where a nonce was used first.
    pub(super) fn first_use(&self, fingerprint: Fingerprint) -> Option<FirstUse> {
        self.recent.find(fingerprint)
    }

    /// Rows that wait.
    pub(super) fn waiting(&self) -> usize {
        self.each.len() + self.merged.len()
    }

    pub(super) fn take(&mut self) -> Taken {
        let mut waiting = std::mem::take(&mut self.each);
        waiting.extend(self.merged.drain().map(|(_, waiting)| waiting));
        Taken { waiting, remembered: std::mem::take(&mut self.remembered) }
    }
}

impl Waiting {
    /// What is written, what it shows of a clock, and the use that it is.
    pub(super) fn split(self) -> (AttemptRow, ((Token, Reading), TokenUse)) {
        (self.row, ((self.token, self.clock), self.used))
    }
}

impl From<Admitted> for Waiting {
    fn from(attempt: Admitted) -> Self {
        let clock = Reading::of(attempt.skew(), attempt.caller.at);
        let used = used(&attempt);
        let Admitted { caller, admission: Admission { principal, .. } } = attempt;
        let token = (principal.account, principal.token);
        let row = AttemptRow {
            at: caller.at,
            count: 1,
            outcome: Outcome::Admitted,
            account: Some(principal.account),
            installation: Some(principal.installation),
            token: Some(token),
            entity: Some(principal.entity),
            role: Some(principal.role),
            source: caller.source,
            surface: caller.surface,
            method: caller.method,
            path: caller.path,
            user_agent: caller.user_agent,
        };
        Self { row, token, clock, used }
    }
}

fn used(attempt: &Admitted) -> TokenUse {
    let Admitted { caller, admission } = attempt;
    let last = UseMark { at: caller.at, source: caller.source };
    TokenUse {
        account: admission.principal.account,
        token: admission.principal.token,
        count: 1,
        last,
        retiring_secret: admission.retiring.secret.then_some(last),
        retiring_pair: admission.retiring.pair.then_some(last),
    }
}
