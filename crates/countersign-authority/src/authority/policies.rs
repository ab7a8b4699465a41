//! What runs out by itself: tokens that have rested for too long, and tokens beyond their
//! account's policy.
//!
//! Nothing of it is asked by a verdict, which knows ends only: whoever runs out is written down as
//! such, by a schedule. Each part of a few hundred tokens is a change of its own.

use std::collections::HashMap;

use countersign_model::{
    AccessToken, Account, Breach, PolicyStep, Timestamp, TokenNumber, TokenPolicy, TokenState,
};

use super::{Authority, Change, Need, Requester, UseCaseFault};
use crate::{Act, Order, Slice, StateFilter, TokenFilter, TokenPart, TokenUse};

/// Tokens of one change.
const PART: u16 = 500;
/// What is beyond a policy is told of once in this time, in seconds.
const QUIET: i64 = 24 * 60 * 60;
/// Numbers that are told with the count.
const TOLD: usize = 20;
const DAY: i64 = 24 * 60 * 60;

/// What was done to the tokens of all accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Enforced {
    /// Told of.
    pub warned: u64,
    /// Run out.
    pub lapsed: u64,
    /// Revoked.
    pub revoked: u64,
}

/// Tokens that are beyond a policy.
#[derive(Default)]
pub(super) struct Beyond {
    pub(super) count: u64,
    /// Of these so many are active.
    pub(super) active: u64,
    pub(super) first: Vec<AccessToken>,
}

/// What is to be done to a part of the tokens.
#[derive(Clone, Copy)]
enum Due {
    /// Those that have rested for longer than they may by themselves run out.
    OwnRest,
    /// Those that are beyond the policy run out.
    Block(TokenPolicy),
    /// Those that are beyond the policy are revoked.
    Revoke(TokenPolicy),
}

impl Authority {
    /// Does what is due to tokens that have rested for too long, or are too old, in all accounts.
    ///
    /// # Errors
    /// [`UseCaseFault::Store`]; what was done until then stays.
    pub async fn enforce_policies(&self) -> Result<Enforced, UseCaseFault> {
        let mut enforced = Enforced::default();
        let accounts = self.store.look().await?.accounts().await?;
        for account in accounts {
            let by = Requester::schedule(account.number);
            enforced.lapsed += self.all_due(&by, Due::OwnRest).await?;
            let policy = account.policy;
            match policy.step(self.clock.now()).filter(|_| policy.is_on()) {
                Some(PolicyStep::Revoke) => {
                    enforced.revoked += self.all_due(&by, Due::Revoke(policy)).await?;
                }
                Some(PolicyStep::Block) => {
                    enforced.lapsed += self.all_due(&by, Due::Block(policy)).await?;
                }
                Some(PolicyStep::Warn) => enforced.warned += self.warn(&by, &account).await?,
                None => {}
            }
        }
        Ok(enforced)
    }

    async fn all_due(&self, by: &Requester, due: Due) -> Result<u64, UseCaseFault> {
        // Whoever counts no uses can't know who rests.
        if matches!(due, Due::OwnRest) && self.uses.is_none() {
            return Ok(0);
        }
        let (mut after, mut done) = (None, 0);
        loop {
            let mut change = self.begin(by, Need::Nothing).await?;
            // One that was changed or withdrawn meanwhile ends here: some of what it does is final.
            if due.policy().is_some() && due.policy() != Some(change.account().await?.policy) {
                return Ok(done);
            }
            let slice = Slice { after, most: PART, order: Order::OldestFirst };
            let filter = due.candidates(change.stamp().at);
            let part = change.tx.tokens(by.account, &filter, slice).await?;
            let uses = self.uses_of(by, &part).await?;
            let next = part.next;
            let (mut aged, mut rested) = (Vec::new(), Vec::new());
            for token in part.rows {
                let (number, used) = (token.number, uses.get(&token.number));
                match change.enforce(due, token, used.map(|used| used.last.at)).await? {
                    Some(Breach::Age) => aged.push(number.0),
                    Some(Breach::Idle) => rested.push(number.0),
                    None => {}
                }
            }
            let concerned = aged.len() + rested.len();
            if concerned > 0 {
                done += concerned as u64;
                change.commit(due.act(aged, rested)).await?;
            }
            after = next;
            if after.is_none() {
                return Ok(done);
            }
        }
    }

    async fn uses_of(
        &self,
        by: &Requester,
        part: &TokenPart,
    ) -> Result<HashMap<TokenNumber, TokenUse>, UseCaseFault> {
        let numbers: Vec<_> = part.rows.iter().map(|token| token.number).collect();
        self.uses(by.account, &numbers).await
    }

    /// Tells of what is beyond the policy, once a day.
    async fn warn(&self, by: &Requester, account: &Account) -> Result<u64, UseCaseFault> {
        let now = self.clock.now();
        if account.warned_at.is_some_and(|told| now < told.plus_seconds(QUIET)) {
            return Ok(0);
        }
        let Beyond { count, first, .. } = self.beyond(by, account.policy, TOLD).await?;
        if count == 0 {
            return Ok(0);
        }
        let mut change = self.begin(by, Need::Nothing).await?;
        let account = Account { warned_at: Some(now), ..change.account().await? };
        change.tx.save_account(&account).await?;
        let first = first.iter().map(|token| token.number.0).collect();
        change.commit(Act::TokensBeyondPolicy { count, first }).await?;
        Ok(count)
    }

    /// The tokens that are beyond a policy.
    pub(super) async fn beyond(
        &self,
        by: &Requester,
        policy: TokenPolicy,
        most: usize,
    ) -> Result<Beyond, UseCaseFault> {
        let now = self.clock.now();
        let filter = Due::Revoke(policy).candidates(now);
        let mut record = self.store.look().await?;
        let (mut beyond, mut after) = (Beyond::default(), None);
        loop {
            let slice = Slice { after, most: Slice::MOST, order: Order::OldestFirst };
            let part = record.tokens(by.account, &filter, slice).await?;
            let uses = self.uses_of(by, &part).await?;
            after = part.next;
            for token in part.rows {
                let used = uses.get(&token.number).map(|used| used.last.at);
                if breach(self, &policy, &token, used, now).is_some() {
                    beyond.count += 1;
                    beyond.active += u64::from(token.state == TokenState::Active);
                    if beyond.first.len() < most {
                        beyond.first.push(token);
                    }
                }
            }
            if after.is_none() {
                return Ok(beyond);
            }
        }
    }
}

/// Rest is only known where uses are counted.
fn breach(
    authority: &Authority,
    policy: &TokenPolicy,
    token: &AccessToken,
    used: Option<Timestamp>,
    now: Timestamp,
) -> Option<Breach> {
    policy
        .breach(token, used, now)
        .filter(|breach| *breach == Breach::Age || authority.uses.is_some())
}

impl Due {
    fn policy(self) -> Option<TokenPolicy> {
        match self {
            Self::OwnRest => None,
            Self::Block(policy) | Self::Revoke(policy) => Some(policy),
        }
    }

    /// Those that it may concern.
    fn candidates(self, now: Timestamp) -> TokenFilter {
        let not_revoked =
            TokenFilter { state: Some(StateFilter::NotRevoked), ..TokenFilter::default() };
        let since = |days: u16| now.plus_seconds(-i64::from(days) * DAY);
        match self {
            Self::OwnRest => {
                TokenFilter { has_idle_days: true, not_ended: Some(now), ..not_revoked }
            }
            Self::Block(policy) | Self::Revoke(policy) => {
                let not_ended = matches!(self, Self::Block(_)).then_some(now);
                let with = TokenFilter { not_ended, ..not_revoked };
                // With both, a token is a candidate for either.
                match (policy.max_age_days, policy.max_idle_days) {
                    (Some(age), None) => TokenFilter { secret_before: Some(since(age)), ..with },
                    (None, Some(rest)) => TokenFilter { awake_before: Some(since(rest)), ..with },
                    _ => with,
                }
            }
        }
    }

    fn act(self, aged: Vec<u32>, rested: Vec<u32>) -> Act {
        match self {
            Self::OwnRest | Self::Block(_) => Act::TokensLapsed { aged, rested },
            Self::Revoke(_) => Act::TokensRevoked { aged, rested },
        }
    }
}

impl Change<'_> {
    /// Does what is due to one token, if it is; says why.
    async fn enforce(
        &mut self,
        due: Due,
        token: AccessToken,
        used: Option<Timestamp>,
    ) -> Result<Option<Breach>, UseCaseFault> {
        let stamp = self.stamp();
        let why = match due {
            Due::OwnRest => token.is_idle(used, stamp.at).then_some(Breach::Idle),
            Due::Block(policy) | Due::Revoke(policy) => {
                breach(self.authority, &policy, &token, used, stamp.at)
            }
        };
        let Some(why) = why else { return Ok(None) };
        let ended = match due {
            Due::OwnRest | Due::Block(_) => token.lapse(why, stamp),
            Due::Revoke(_) => token.revoke(stamp),
        };
        let Some(ended) = ended else { return Ok(None) };
        self.save(&ended).await?;
        Ok(Some(why))
    }
}
