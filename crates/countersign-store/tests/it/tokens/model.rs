//! Random sequences of use cases against a simple model: each is allowed or refused as the model
//! says, and afterwards each secret that was ever given out opens what the model says, and each
//! token is in the record as the model has it.
//!
//! To add a use case: a line in `Real::step`, what it changes in the model, and its rule in
//! `reference`. What tokens hang on is changed in `surroundings`.

mod reference;
mod surroundings;
mod token;

use std::collections::{BTreeMap, BTreeSet};

use countersign_authority::{Requester, Store, UseCaseFault};
use countersign_model::{
    Addresses, EntityId, InstallationId, RoleId, Timestamp, TokenEdit, TokenNumber,
};
use countersign_testkit::SeededChance;

use super::world::{Client, START, World};
use reference::{Reference, Who};
use token::{ALWAYS, State, Token};

const STEPS: usize = 40;

/// What verdicts and use cases say at least once in all sequences: that nothing is tested in vain.
const SAID: &[&str] = &[
    "admitted",
    "consumer-key-unknown",
    "feature-disabled",
    "integration-blocked",
    "token-unknown",
    "token-inactive",
    "token-revoked",
    "token-expired",
    "unexplained",
    "address-not-allowed",
    "entity-inactive",
    "role-removed",
    "role-inactive",
    "permission-missing",
    "not-found",
    "not-logged-in",
    "administrator-token",
    "administrator-only",
    "own-token",
    "role-not-assigned",
    "role-cannot-log-in",
    "integration-not-enabled",
    "feature-off",
    "revoked-already",
    "last-administrator",
    "ran out",
    "revoked by the policy",
];

fn sequences() -> u64 {
    let is_long = std::env::var("COUNTERSIGN_LONG").is_ok_and(|it| it == "1");
    if is_long { 10_000 } else { 256 }
}

struct Real {
    world: World,
    chance: SeededChance,
    model: Reference,
    /// Each integration's pair as it is now, and each secret of each token.
    pairs: BTreeMap<u32, (String, String)>,
    clients: BTreeMap<u32, Vec<Client>>,
    /// What was done, to be told when something is not as the model says.
    told: Vec<String>,
    said: BTreeSet<&'static str>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_done_in_whatever_order_the_rules_hold() {
    let mut running = tokio::task::JoinSet::new();
    let mut said = BTreeSet::new();
    for seed in 0..sequences() {
        if running.len() == 4 {
            said.extend(running.join_next().await.unwrap().unwrap());
        }
        running.spawn(async move {
            let mut real = Real::new(seed).await;
            for step in 1..=STEPS {
                real.step().await;
                if step % 8 == 0 {
                    real.check(seed).await;
                }
            }
            // As after a start.
            real.world.reload().await;
            real.check(seed).await;
            real.said
        });
    }
    while let Some(ended) = running.join_next().await {
        said.extend(ended.unwrap());
    }
    let unsaid: Vec<_> = SAID.iter().filter(|it| !said.contains(*it)).collect();
    assert!(unsaid.is_empty(), "{unsaid:?}");
}

impl Real {
    async fn new(seed: u64) -> Self {
        let world = World::found(seed).await;
        let mut real = Self {
            world,
            chance: SeededChance::new(seed + (1 << 32)),
            model: Reference::new(START.seconds()),
            pairs: BTreeMap::new(),
            clients: BTreeMap::new(),
            told: Vec::new(),
            said: BTreeSet::new(),
        };
        real.add_integration().await;
        real.add_entity().await;
        real.add_role().await;
        real
    }

    async fn step(&mut self) {
        match self.chance.below(32) {
            0 if self.model.integrations.len() < 4 => self.add_integration().await,
            1 if self.model.entities.len() < 7 => self.add_entity().await,
            2 if self.model.roles.len() < 6 => self.add_role().await,
            3 => self.set_installation().await,
            4 => self.delete_integration().await,
            5 => self.delete_entity().await,
            6 => self.set_entity().await,
            7 => self.set_role().await,
            8..12 => self.assign().await,
            12 => self.remove().await,
            13..17 => self.make().await,
            17..20 => self.make_own().await,
            20 => self.revoke().await,
            21..24 => self.edit().await,
            24..26 => self.rotate().await,
            26 => self.switch().await,
            27 => self.set_policy().await,
            28 => self.enforce().await,
            29 => self.use_it().await,
            30 => self.wait(self.chance.below(3 * 24 * 60 * 60)),
            _ => self.wait(self.chance.below(120)),
        }
    }

    fn wait(&mut self, seconds: u64) {
        self.world.clock.advance_seconds(seconds.cast_signed());
        self.model.now += seconds.cast_signed();
        self.told.push(format!("{seconds} s later"));
    }

    /// What the product said must be what the model says.
    fn compare<T>(
        &mut self,
        what: &str,
        said: Result<T, UseCaseFault>,
        expected: Option<&'static str>,
    ) -> Option<T> {
        let code = said.as_ref().err().map(UseCaseFault::code);
        assert_eq!(code, expected, "{what}\nafter {:#?}\n{:#?}", self.told, self.model);
        self.told.push(format!("{what}: {code:?}"));
        self.said.extend(code);
        said.ok()
    }

    fn any<T: Copy>(&self, of: impl IntoIterator<Item = T>) -> Option<T> {
        let all: Vec<T> = of.into_iter().collect();
        let place = self.chance.below(all.len().max(1) as u64) as usize;
        all.get(place).copied()
    }

    fn any_entity(&self) -> u32 {
        self.any(self.model.entities.keys().copied()).unwrap()
    }

    fn any_role(&self) -> u32 {
        self.any(self.model.roles.keys().copied()).unwrap()
    }

    fn any_integration(&self) -> u32 {
        self.any(self.model.integrations.keys().copied()).unwrap()
    }

    /// Mostly somebody who is logged in.
    fn anybody(&self) -> Who {
        match self.chance.below(8) {
            0 => Who::Operator,
            1 => Who::Person(self.any_entity(), self.any_role()),
            2 | 3 => Who::Person(1, 3),
            _ => {
                let (entity, role) =
                    self.any(self.model.assigned.iter().copied()).unwrap_or((1, 3));
                Who::Person(entity, role)
            }
        }
    }

    fn requester(&self, who: Who) -> Requester {
        match who {
            Who::Operator => self.world.operator(),
            Who::Person(entity, role) => self.world.session(EntityId(entity), RoleId(role)),
        }
    }

    async fn make(&mut self) {
        let (who, to) = (self.anybody(), self.any_integration());
        let any = (self.any_entity(), self.any_role());
        let assigned = self.any(self.model.assigned.iter().copied()).unwrap_or(any);
        let (entity, role) = if self.chance.below(4) == 0 { any } else { assigned };
        let expected = self.model.made(who, to, (entity, role));
        let by = self.requester(who);
        let of = (EntityId(entity), RoleId(role));
        let said = self.world.token(&by, InstallationId(to), of).await;
        let what = format!("{who:?} makes a token at {to} for {entity} in {role}");
        if let Some(token) = self.compare(&what, said, expected) {
            self.add_token(&token, to, (entity, role));
        }
    }

    async fn make_own(&mut self) {
        let (who, to) = (self.anybody(), self.any_integration());
        let expected = self.model.made_own(who, to);
        let by = self.requester(who);
        let said = self.world.own_token(&by, InstallationId(to)).await;
        let made = self.compare(&format!("{who:?} makes an own token at {to}"), said, expected);
        if let (Some(token), Who::Person(entity, role)) = (made, who) {
            self.add_token(&token, to, (entity, role));
        }
    }

    fn add_token(
        &mut self,
        token: &countersign_authority::CreatedToken,
        integration: u32,
        (entity, role): (u32, u32),
    ) {
        let client = Client::new(&self.pairs[&integration], token);
        self.clients.insert(token.number.0, vec![client]);
        let made = Token {
            integration,
            entity,
            role,
            state: State::Active,
            ends: None,
            is_elsewhere: false,
            secrets: vec![ALWAYS],
            secret_since: self.model.now,
            awake_since: self.model.now,
            used: None,
            idle_days: None,
            lapsed: None,
        };
        self.model.tokens.insert(token.number.0, made);
    }

    fn any_token(&self) -> u32 {
        self.any(self.model.tokens.keys().copied()).unwrap_or(99)
    }

    async fn revoke(&mut self) {
        let (who, number) = (self.anybody(), self.any_token());
        let expected = self.model.touched(who, number, "revoke");
        let by = self.requester(who);
        let said = self.world.authority.revoke_token(&by, TokenNumber(number), None).await;
        if self.compare(&format!("{who:?} revokes {number}"), said, expected).is_some() {
            self.model.tokens.get_mut(&number).unwrap().state = State::Revoked;
        }
    }

    async fn edit(&mut self) {
        let (who, number) = (self.anybody(), self.any_token());
        let expected = self.model.touched(who, number, "edit");
        let mut edit = TokenEdit::default();
        let end = self.model.now + 1 + self.chance.below(200).cast_signed();
        let kind = self.chance.below(8);
        let days = 1 + self.chance.below(3) as u16;
        match kind {
            0 => edit.active = Some(false),
            1 => edit.active = Some(true),
            2 => edit.expires_at = Some(Some(Timestamp::from_seconds(end))),
            3 => edit.expires_at = Some(None),
            4 => edit.addresses = Some(Addresses::parse("198.51.100.0/24").ok()),
            5 => edit.idle_days = Some(Some(days)),
            6 => edit.idle_days = Some(None),
            _ => edit.addresses = Some(Addresses::parse("192.0.2.0/24").ok()),
        }
        let by = self.requester(who);
        let said = self.world.authority.edit_token(&by, TokenNumber(number), None, edit).await;
        if self.compare(&format!("{who:?} edits {number}: {kind}"), said, expected).is_some() {
            let now = self.model.now;
            let token = self.model.tokens.get_mut(&number).unwrap();
            match kind {
                0 => token.state = State::Inactive,
                1 => token.wake(now),
                2 => token.ends = Some(end),
                3 => token.ends = None,
                4 => token.is_elsewhere = true,
                5 => token.idle_days = Some(days),
                6 => token.idle_days = None,
                _ => token.is_elsewhere = false,
            }
        }
    }

    async fn rotate(&mut self) {
        let (who, number) = (self.anybody(), self.any_token());
        let expected = self.model.touched(who, number, "rotate");
        let overlap = self.chance.below(3).cast_signed() * 60;
        let by = self.requester(who);
        let token = TokenNumber(number);
        let said = self.world.authority.rotate_token_secret(&by, token, None, overlap).await;
        let what = format!("{who:?} rotates {number} for {overlap} s");
        let Some(rotated) = self.compare(&what, said, expected) else { return };
        let token = self.model.tokens.get_mut(&number).unwrap();
        // One works beside the newest, those before it no more.
        for until in &mut token.secrets {
            *until = if *until == ALWAYS { self.model.now + overlap } else { 0 };
        }
        token.secrets.push(ALWAYS);
        token.renewed(self.model.now);
        let clients = self.clients.get_mut(&number).unwrap();
        let client = clients[0].with_secret(&rotated.token_secret);
        clients.push(client);
    }

    async fn use_it(&mut self) {
        let Some(number) = self.any(self.model.working()) else { return };
        self.world.used(TokenNumber(number)).await;
        self.model.tokens.get_mut(&number).unwrap().used = Some(self.model.now);
        self.told.push(format!("{number} is used"));
    }

    /// Each secret that was ever given out, and each token's row.
    async fn check(&mut self, seed: u64) {
        let told = &self.told;
        for (number, clients) in &self.clients {
            for (place, client) in clients.iter().enumerate() {
                let said = self.world.asks(client).err().map(|refusal| refusal.code().as_str());
                let expected = self.model.verdict(*number, place);
                assert_eq!(
                    said, expected,
                    "seed {seed}, token {number}, secret {place}\n{told:#?}"
                );
                self.said.insert(said.unwrap_or("admitted"));
            }
        }
        let mut record = self.world.record.look().await.unwrap();
        for (number, expected) in &self.model.tokens {
            let row = record.token(self.world.account, TokenNumber(*number)).await.unwrap();
            let row = row.map(|row| {
                let ends = row.limits.expires_at.map(Timestamp::seconds);
                (row.state.as_str(), ends, row.limits.idle_days, row.lapsed.map(|it| it.why))
            });
            assert_eq!(row, expected.row(), "seed {seed}, token {number}\n{told:#?}");
        }
    }
}
