//! The simple model: what is there, in plain maps, and what the rules say of it.
//!
//! Written from the rules and not from the code: nothing here asks the product anything.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::Breach;

use super::token::{State, Token};

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
    Deleted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Life {
    Active,
    Inactive,
    Gone,
}

/// What becomes of tokens that are beyond a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Warn,
    Block,
    Revoke,
}

/// What the account asks of its tokens, with what becomes of others from when on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Policy {
    /// Of their secrets; else of how long they may rest.
    pub(super) is_about_age: bool,
    pub(super) days: u16,
    pub(super) step: Step,
    pub(super) from: i64,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RoleRules {
    pub(super) manages: bool,
    pub(super) has_own: bool,
    pub(super) logs_in: bool,
    pub(super) is_active: bool,
}

/// An account.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub(super) now: i64,
    pub(super) feature: bool,
    pub(super) integrations: BTreeMap<u32, Installed>,
    pub(super) policy: Option<Policy>,
    /// All that ever were.
    pub(super) entities: BTreeMap<u32, Life>,
    pub(super) roles: BTreeMap<u32, RoleRules>,
    pub(super) assigned: BTreeSet<(u32, u32)>,
    pub(super) tokens: BTreeMap<u32, Token>,
}

impl Reference {
    pub(super) fn new(now: i64) -> Self {
        let all = RoleRules { manages: true, has_own: true, logs_in: true, is_active: true };
        Self {
            now,
            feature: true,
            policy: None,
            integrations: BTreeMap::new(),
            entities: [(ADMINISTRATOR.0, Life::Active)].into(),
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
        let is_active = self.entities[&entity] == Life::Active && self.rules(role).is_active;
        if !is_active || !self.assigned.contains(&(entity, role)) {
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
        if self.entities[&entity] == Life::Gone {
            return Some("not-found");
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
        if self.entities[&entity] == Life::Inactive {
            return Some("entity-inactive");
        }
        if !self.assigned.contains(&(entity, role)) {
            return Some("role-not-assigned");
        }
        if !self.rules(role).is_active {
            return Some("role-inactive");
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
        match self.integrations[&integration] {
            Installed::Enabled => None,
            Installed::Blocked => Some("integration-not-enabled"),
            Installed::Deleted => Some("not-found"),
        }
    }

    /// Why nothing can be done to an integration.
    pub(super) fn there(&self, integration: u32) -> Option<&'static str> {
        (self.integrations[&integration] == Installed::Deleted).then_some("not-found")
    }

    /// Why an entity, as an Administrator, can't be done without.
    pub(super) fn lost(&self, entity: u32) -> Option<&'static str> {
        if self.entities[&entity] == Life::Gone {
            return Some("not-found");
        }
        let is_able = |holder: &u32| self.entities[holder] == Life::Active;
        let mut holders = self.assigned.iter().filter(|it| it.1 == ADMINISTRATOR.1).map(|it| it.0);
        let holds = holders.clone().any(|holder| holder == entity);
        let is_last = holds && !holders.any(|holder| holder != entity && is_able(&holder));
        is_last.then_some("last-administrator")
    }

    /// Gives how many tokens are revoked with it.
    pub(super) fn delete_integration(&mut self, integration: u32) -> u64 {
        self.integrations.insert(integration, Installed::Deleted);
        let of_it = self.tokens.values_mut().filter(|token| token.integration == integration);
        let revoked = of_it.filter(|token| !token.is_for_good());
        revoked.map(|token| token.state = State::Revoked).count() as u64
    }

    /// Gives how many tokens are gone with it, the revoked ones as well.
    pub(super) fn delete_entity(&mut self, entity: u32) -> usize {
        self.entities.insert(entity, Life::Gone);
        self.assigned.retain(|(assigned, _)| *assigned != entity);
        let its = self.tokens.values_mut().filter(|token| token.entity == entity);
        its.filter(|token| token.is_there()).map(|token| token.state = State::Gone).count()
    }

    /// Tokens that there are.
    pub(super) fn working(&self) -> Vec<u32> {
        self.tokens.iter().filter(|(_, it)| !it.is_for_good()).map(|(number, _)| *number).collect()
    }

    /// What is due: how many run out, and how many are revoked.
    pub(super) fn enforce(&mut self) -> (u64, u64) {
        let (now, mut lapsed, mut revoked) = (self.now, 0, 0);
        let mut left = self.tokens.values_mut().filter(|it| !it.is_for_good()).collect::<Vec<_>>();
        for token in &mut left {
            let has_rested = token.idle_days.is_some_and(|days| token.has_rested(days, now));
            if has_rested && !token.has_ended(now) {
                token.lapsed = Some(Breach::Idle);
                lapsed += 1;
            }
        }
        let Some(policy) = self.policy.filter(|policy| policy.from <= now) else {
            return (lapsed, revoked);
        };
        for token in left {
            let breach = match policy.is_about_age {
                true => token.is_too_old(policy.days, now).then_some(Breach::Age),
                false => token.has_rested(policy.days, now).then_some(Breach::Idle),
            };
            match policy.step {
                Step::Block if breach.is_some() && !token.has_ended(now) => {
                    token.lapsed = breach;
                    lapsed += 1;
                }
                Step::Revoke if breach.is_some() => {
                    token.state = State::Revoked;
                    revoked += 1;
                }
                _ => {}
            }
        }
        (lapsed, revoked)
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
        let token = self.tokens.get(&number).filter(|token| token.is_there());
        let Some(token) = token else { return Some("not-found") };
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
        let installed = self.integrations[&token.integration];
        if installed == Installed::Deleted {
            return Some("consumer-key-unknown");
        }
        if !self.feature {
            return Some("feature-disabled");
        }
        if installed == Installed::Blocked {
            return Some("integration-blocked");
        }
        match token.state {
            State::Gone => return Some("token-unknown"),
            State::Inactive => return Some("token-inactive"),
            State::Revoked => return Some("token-revoked"),
            State::Active if token.has_ended(self.now) => return Some("token-expired"),
            State::Active => {}
        }
        if token.secrets[secret] <= self.now {
            return Some("unexplained");
        }
        if token.is_elsewhere {
            return Some("address-not-allowed");
        }
        if self.entities[&token.entity] == Life::Inactive {
            return Some("entity-inactive");
        }
        if !self.assigned.contains(&(token.entity, token.role)) {
            return Some("role-removed");
        }
        if !self.rules(token.role).is_active {
            return Some("role-inactive");
        }
        (!self.can_log_in(token.role)).then_some("permission-missing")
    }
}
