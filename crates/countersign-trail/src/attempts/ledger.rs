//! Row or count: the rule, without time or I/O of its own.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use countersign_model::{AccountNumber, IntegrationId, Timestamp, TokenNumber};
use countersign_verify::{RefusedAttempt, Surface};

use super::log_ins::{self, LogInAttempt};
use super::port::{AttemptCount, AttemptRow, Outcome};

/// Rows a second for one token, for one integration named without a token, and for one source
/// network.
const ROWS_A_SECOND: u32 = 100;
/// Groups a minute; what exceeds them is counted in one.
const GROUPS_A_MINUTE: usize = 10_000;
/// Groups that wait to be written, over all minutes; what exceeds them is counted in one a minute.
const GROUPS_WAITING: usize = 50_000;
/// References that a count keeps.
const REFERENCES: usize = 3;

#[derive(Default)]
pub(super) struct Ledger {
    rows_of: HashMap<Spender, u32>,
    minute: i64,
    groups: HashSet<Group>,
    unwritten: HashMap<Group, Tally>,
}

#[derive(PartialEq, Eq, Hash)]
enum Spender {
    Token(AccountNumber, TokenNumber),
    Integration(IntegrationId),
    Source(String),
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Group {
    minute: i64,
    network: String,
    surface: Option<Surface>,
    detail: &'static str,
}

#[derive(Default)]
struct Tally {
    count: u64,
    references: Vec<String>,
}

impl Ledger {
    /// The row of a refusal, or `None` where it was counted.
    pub(super) fn enter(&mut self, attempt: RefusedAttempt) -> Option<AttemptRow> {
        if attempt.refused.named.is_somebody() && self.may_have_row(&attempt) {
            return Some(row(attempt));
        }
        let RefusedAttempt { reference, caller, refused } = attempt;
        let tally = self.tally(Group {
            minute: caller.at.seconds().div_euclid(60),
            network: network(caller.source),
            surface: Some(caller.surface),
            detail: refused.refusal.detail().as_str(),
        });
        tally.count += 1;
        if tally.references.len() < REFERENCES {
            tally.references.push(reference.to_string());
        }
        None
    }

    /// The row of a log-in, or `None` where it was counted: one that succeeded always has one.
    pub(super) fn enter_log_in(&mut self, attempt: LogInAttempt) -> Option<AttemptRow> {
        let spends = attempt.entity.map(|_| Spender::Source(network(attempt.caller.source)));
        if attempt.why.is_none() || spends.is_some_and(|source| self.spend(source)) {
            return Some(attempt.into());
        }
        let LogInAttempt { reference, caller, .. } = attempt;
        let tally = self.tally(Group {
            minute: caller.at.seconds().div_euclid(60),
            network: network(caller.source),
            surface: Some(caller.surface),
            detail: log_ins::DETAIL,
        });
        tally.count += 1;
        if tally.references.len() < REFERENCES {
            tally.references.push(reference.to_string());
        }
        None
    }

    /// Counts bytes that were no HTTP.
    pub(super) fn enter_malformed(&mut self, source: IpAddr, at: Timestamp) {
        let tally = self.tally(Group {
            minute: at.seconds().div_euclid(60),
            network: network(source),
            surface: None,
            detail: "malformed-http",
        });
        tally.count += 1;
    }

    /// A second has passed: everybody may have rows again. Told by the writer, since the times of
    /// attempts are up to their senders: they choose how long a form takes.
    pub(super) fn next_second(&mut self) {
        self.rows_of.clear();
    }

    /// What was counted and not written yet.
    pub(super) fn counts(&self) -> Vec<AttemptCount> {
        self.unwritten
            .iter()
            .map(|(group, tally)| AttemptCount {
                minute: group.minute,
                network: group.network.clone(),
                surface: group.surface,
                detail: group.detail.to_owned(),
                count: tally.count,
                references: tally.references.clone(),
            })
            .collect()
    }

    /// What was counted has been written.
    pub(super) fn counts_written(&mut self) {
        self.unwritten.clear();
    }

    fn tally(&mut self, group: Group) -> &mut Tally {
        // Attempts come out of order (a slow form is older than what overtook it), and must not
        // give themselves a new minute by that.
        if group.minute > self.minute {
            self.minute = group.minute;
            self.groups.clear();
        }
        let group = if self.groups.contains(&group) {
            group
        } else if self.groups.len() < GROUPS_A_MINUTE && self.unwritten.len() < GROUPS_WAITING {
            self.groups.insert(group.clone());
            group
        } else {
            Group { network: "rest".to_owned(), surface: None, detail: "rest", ..group }
        };
        self.unwritten.entry(group).or_default()
    }

    fn may_have_row(&mut self, attempt: &RefusedAttempt) -> bool {
        let named = &attempt.refused.named;
        let owner = match (named.token, named.integration) {
            (Some((account, token)), _) => Some(Spender::Token(account, token)),
            (None, integration) => integration.map(Spender::Integration),
        };
        let source = Spender::Source(network(attempt.caller.source));
        let mut within = true;
        for spender in owner.into_iter().chain([source]) {
            within &= self.spend(spender);
        }
        within
    }

    fn spend(&mut self, spender: Spender) -> bool {
        let rows = self.rows_of.entry(spender).or_default();
        *rows = rows.saturating_add(1);
        *rows <= ROWS_A_SECOND
    }
}

fn row(attempt: RefusedAttempt) -> AttemptRow {
    let RefusedAttempt { reference, caller, refused } = attempt;
    let named = refused.named;
    AttemptRow {
        at: caller.at,
        count: 1,
        outcome: Outcome::Refused {
            reference: reference.to_string(),
            code: refused.refusal.code().to_string(),
            detail: refused.refusal.detail().as_str().to_owned(),
        },
        account: named.account.map(|(number, _)| number),
        installation: named.installation,
        token: named.token,
        entity: None,
        role: None,
        source: caller.source,
        surface: caller.surface,
        method: caller.method,
        path: caller.path,
        user_agent: caller.user_agent,
    }
}

/// The network of an address: its /24, or its /64.
fn network(source: IpAddr) -> String {
    match source.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{}/64", std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}
