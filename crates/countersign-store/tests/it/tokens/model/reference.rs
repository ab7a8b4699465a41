//! The simple model: what is there, in plain maps, and what the rules say of it.
//!
//! Written from the rules and not from the code: nothing here asks the product anything.

use std::collections::{BTreeMap, BTreeSet};

const ADMINISTRATOR: (u32, u32) = (1, 3);

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Who {
    Operator,
    /// An entity in a role.
    Person(u32, u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Installed {
    Enabled,
    Blocked,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RoleRules {
    pub(super) manages: bool,
    pub(super) has_own: bool,
    pub(super) logs_in: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Active,
    Inactive,
    Revoked,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) integration: u32,
    pub(super) entity: u32,
    pub(super) role: u32,
    pub(super) state: State,
    pub(super) ends: Option<i64>,
    pub(super) is_elsewhere: bool,
    /// Secrets that were ever made, and until when each works; the last works without end.
    pub(super) secrets: Vec<i64>,
}

/// An account.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub(super) now: i64,
    pub(super) feature: bool,
    pub(super) integrations: BTreeMap<u32, Installed>,
    pub(super) entities: BTreeSet<u32>,
    pub(super) roles: BTreeMap<u32, RoleRules>,
    pub(super) assigned: BTreeSet<(u32, u32)>,
    pub(super) tokens: BTreeMap<u32, Token>,
}

/// A secret without end.
pub(super) const ALWAYS: i64 = i64::MAX;

impl Reference {
    pub(super) fn new(now: i64) -> Self {
        let all = RoleRules { manages: true, has_own: true, logs_in: true };
        Self {
            now,
            feature: true,
            integrations: BTreeMap::new(),
            entities: [ADMINISTRATOR.0].into(),
            roles: [(ADMINISTRATOR.1, all)].into(),
            assigned: [ADMINISTRATOR].into(),
            tokens: BTreeMap::new(),
        }
    }

    fn rules(&self, role: u32) -> RoleRules {
        self.roles.get(&role).copied().unwrap_or_default()
    }

    /// Why whoever asks may not ask at all, for one of these.
    fn stands(&self, who: Who, need: impl Fn(RoleRules) -> bool) -> Option<&'static str> {
        let Who::Person(entity, role) = who else { return None };
        if !self.assigned.contains(&(entity, role)) {
            return Some("not-logged-in");
        }
        (!need(self.rules(role))).then_some("permission-missing")
    }

    /// What becomes of a token made for others.
    pub(super) fn made(
        &self,
        who: Who,
        to: u32,
        (entity, role): (u32, u32),
    ) -> Option<&'static str> {
        if let Some(why) = self.stands(who, |rules| rules.manages) {
            return Some(why);
        }
        if let Some(why) = self.takes_tokens(to) {
            return Some(why);
        }
        let is_for_administrator = role == ADMINISTRATOR.1;
        match who {
            Who::Operator if is_for_administrator => return Some("administrator-token"),
            Who::Operator => {}
            Who::Person(asker, acting) => {
                let is_administrator = acting == ADMINISTRATOR.1;
                if is_for_administrator && !(is_administrator && asker == entity) {
                    return Some("administrator-token");
                }
                if !is_administrator && asker == entity {
                    // Of the own role and with its permission it is an own token.
                    let is_own = acting == role && self.rules(acting).has_own;
                    if !is_own {
                        return Some("own-token");
                    }
                }
            }
        }
        if !self.assigned.contains(&(entity, role)) {
            return Some("role-not-assigned");
        }
        (!self.can_log_in(role)).then_some("role-cannot-log-in")
    }

    /// What becomes of a token made for oneself.
    pub(super) fn made_own(&self, who: Who, to: u32) -> Option<&'static str> {
        if let Some(why) = self.stands(who, |rules| rules.has_own) {
            return Some(why);
        }
        if matches!(who, Who::Operator) {
            return Some("not-logged-in");
        }
        self.takes_tokens(to)
    }

    fn takes_tokens(&self, integration: u32) -> Option<&'static str> {
        if !self.feature {
            return Some("feature-off");
        }
        let enabled = self.integrations.get(&integration) == Some(&Installed::Enabled);
        (!enabled).then_some("integration-not-enabled")
    }

    fn can_log_in(&self, role: u32) -> bool {
        let rules = self.rules(role);
        rules.logs_in || rules.has_own
    }

    /// What becomes of a change of a token: `revoke`, `edit` or a new secret.
    pub(super) fn touched(&self, who: Who, number: u32, what: &str) -> Option<&'static str> {
        if let Some(why) = self.stands(who, |rules| rules.manages || rules.has_own) {
            return Some(why);
        }
        let Some(token) = self.tokens.get(&number) else { return Some("not-found") };
        let of_administrator = token.role == ADMINISTRATOR.1;
        let why = match who {
            Who::Operator => {
                (of_administrator && what == "rotate").then_some("administrator-token")
            }
            Who::Person(asker, acting) if acting == ADMINISTRATOR.1 => {
                (of_administrator && what == "rotate" && asker != token.entity)
                    .then_some("administrator-token")
            }
            Who::Person(asker, acting) => {
                let rules = self.rules(acting);
                let is_own = (asker, acting) == (token.entity, token.role) && rules.has_own;
                if is_own && what != "edit" {
                    None
                } else if !rules.manages {
                    Some("not-found")
                } else if of_administrator {
                    Some(if what == "rotate" {
                        "administrator-token"
                    } else {
                        "administrator-only"
                    })
                } else {
                    (asker == token.entity && what != "revoke").then_some("own-token")
                }
            }
        };
        why.or_else(|| (token.state == State::Revoked).then_some("revoked-already"))
    }

    /// The verdict on a request signed with the secret of that place.
    pub(super) fn verdict(&self, number: u32, secret: usize) -> Option<&'static str> {
        let token = &self.tokens[&number];
        if !self.feature {
            return Some("feature-disabled");
        }
        match self.integrations[&token.integration] {
            Installed::Enabled => {}
            Installed::Blocked => return Some("integration-blocked"),
        }
        match token.state {
            State::Inactive => return Some("token-inactive"),
            State::Revoked => return Some("token-revoked"),
            State::Active if token.ends.is_some_and(|end| end <= self.now) => {
                return Some("token-expired");
            }
            State::Active => {}
        }
        if token.secrets[secret] <= self.now {
            return Some("unexplained");
        }
        if token.is_elsewhere {
            return Some("address-not-allowed");
        }
        if !self.assigned.contains(&(token.entity, token.role)) {
            return Some("role-removed");
        }
        (!self.can_log_in(token.role)).then_some("permission-missing")
    }
}
