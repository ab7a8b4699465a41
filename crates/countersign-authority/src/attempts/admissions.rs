//! Admissions that wait to be written: a row each, or merged under load.

use std::collections::HashMap;
use std::net::IpAddr;

use countersign_model::{AccountNumber, TokenNumber};
use countersign_verify::{Admitted, TrailUnwritable};

use super::port::{AttemptRow, Outcome};

/// Admissions of one flush that get a row each.
const ROWS_EACH: usize = 1_000;
/// Groups of one flush beyond those.
const MOST_GROUPS: usize = 100_000;

#[derive(Default)]
pub(super) struct Admissions {
    /// Since the last write failed nothing more is taken: what can't be recorded is not admitted.
    failing: bool,
    each: Vec<AttemptRow>,
    merged: HashMap<(AccountNumber, TokenNumber, IpAddr, i64), AttemptRow>,
}

impl Admissions {
    pub(super) fn add(&mut self, attempt: Admitted) -> Result<(), TrailUnwritable> {
        if self.failing {
            return Err(TrailUnwritable);
        }
        if self.each.len() < ROWS_EACH {
            self.each.push(row(attempt));
            return Ok(());
        }
        let minute = attempt.caller.at.seconds().div_euclid(60);
        let Admitted { principal, caller } = &attempt;
        let group = (principal.account, principal.token, caller.source, minute);
        if let Some(row) = self.merged.get_mut(&group) {
            row.count += 1;
        } else if self.merged.len() < MOST_GROUPS {
            self.merged.insert(group, row(attempt));
        } else {
            return Err(TrailUnwritable);
        }
        Ok(())
    }

    /// Whether the last write failed.
    pub(super) fn set_failing(&mut self, failing: bool) {
        self.failing = failing;
    }

    pub(super) fn take(&mut self) -> Vec<AttemptRow> {
        let mut rows = std::mem::take(&mut self.each);
        rows.extend(self.merged.drain().map(|(_, row)| row));
        rows
    }
}

fn row(attempt: Admitted) -> AttemptRow {
    let Admitted { caller, principal } = attempt;
    AttemptRow {
        at: caller.at,
        count: 1,
        outcome: Outcome::Admitted,
        account: Some(principal.account),
        installation: Some(principal.installation),
        token: Some((principal.account, principal.token)),
        entity: Some(principal.entity),
        role: Some(principal.role),
        source: caller.source,
        surface: caller.surface,
        method: caller.method,
        path: caller.path,
        user_agent: caller.user_agent,
    }
}
