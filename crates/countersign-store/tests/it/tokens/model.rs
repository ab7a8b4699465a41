//! Random sequences of use cases against a simple model: each is allowed or refused as the model
//! says, and afterwards each secret that was ever given out opens what the model says.
//!
//! To add a use case: a line in `Real::step`, what it changes in the model, and its rule in
//! `reference`.

mod reference;

use std::collections::BTreeMap;

use countersign_authority::{AccountEdit, IntegrationEdit, Requester, UseCaseFault};
use countersign_model::{
    Addresses, EntityId, EntityKind, InstallationId, InstallationState, Permission, RoleId,
    Timestamp, TokenEdit, TokenNumber,
};
use countersign_testkit::SeededChance;

use super::world::{Client, START, World};
use reference::{ALWAYS, Installed, Reference, RoleRules, State, Token, Who};

const STEPS: usize = 40;

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
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_done_in_whatever_order_the_rules_hold() {
    let mut running = tokio::task::JoinSet::new();
    for seed in 0..sequences() {
        if running.len() == 4 {
            running.join_next().await.unwrap().unwrap();
        }
        running.spawn(async move {
            let mut real = Real::new(seed).await;
            for step in 1..=STEPS {
                real.step().await;
                if step % 8 == 0 {
                    real.check(seed);
                }
            }
            // As after a start.
            real.world.reload().await;
            real.check(seed);
        });
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
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
        };
        real.add_integration().await;
        real.add_entity().await;
        real.add_role().await;
        real
    }

    async fn step(&mut self) {
        match self.chance.below(20) {
            0 if self.model.integrations.len() < 3 => self.add_integration().await,
            1 if self.model.entities.len() < 5 => self.add_entity().await,
            2 if self.model.roles.len() < 6 => self.add_role().await,
            3 => self.set_installation().await,
            4..7 => self.assign().await,
            7 => self.remove().await,
            8..11 => self.make().await,
            11..13 => self.make_own().await,
            13 => self.revoke().await,
            14..16 => self.edit().await,
            16..18 => self.rotate().await,
            18 => self.switch().await,
            _ => {
                let seconds = self.chance.below(120);
                self.world.clock.advance_seconds(seconds.cast_signed());
                self.model.now += seconds.cast_signed();
                self.told.push(format!("{seconds} s later"));
            }
        }
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
        said.ok()
    }

    fn any<T: Copy>(&self, of: impl IntoIterator<Item = T>) -> Option<T> {
        let all: Vec<T> = of.into_iter().collect();
        let place = self.chance.below(all.len().max(1) as u64) as usize;
        all.get(place).copied()
    }

    fn any_entity(&self) -> u32 {
        self.any(self.model.entities.iter().copied()).unwrap()
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

    async fn add_integration(&mut self) {
        let (id, pair) = self.world.integration("App").await;
        self.model.integrations.insert(id.0, Installed::Enabled);
        self.pairs.insert(id.0, pair);
    }

    async fn add_entity(&mut self) {
        let kind = EntityKind::ALL[self.chance.below(5) as usize];
        let name = format!("e{}", self.model.entities.len());
        let id = self.world.entity(&name, kind).await;
        self.model.entities.insert(id.0);
    }

    async fn add_role(&mut self) {
        let bits = self.chance.below(8);
        let rules =
            RoleRules { manages: bits & 1 > 0, has_own: bits & 2 > 0, logs_in: bits & 4 > 0 };
        let all = [
            (rules.manages, Permission::AccessTokenManagement),
            (rules.has_own, Permission::UserAccessTokens),
            (rules.logs_in, Permission::LogInUsingAccessTokens),
            (true, Permission::ViewLoginAuditTrail),
        ];
        let permissions: Vec<_> = all.into_iter().filter(|it| it.0).map(|it| it.1).collect();
        let name = format!("r{}", self.model.roles.len());
        let id = self.world.role(&name, &permissions).await;
        self.model.roles.insert(id.0, rules);
        self.told.push(format!("role {id} {rules:?}"));
    }

    async fn set_installation(&mut self) {
        let id = self.any_integration();
        let (is, state) = [
            (Installed::Enabled, InstallationState::Enabled),
            (Installed::Blocked, InstallationState::Blocked),
        ][self.chance.below(2) as usize];
        let by = self.world.operator();
        let edit = IntegrationEdit { state: Some(state), ..IntegrationEdit::default() };
        let id_here = InstallationId(id);
        self.world.authority.edit_integration(&by, id_here, None, edit).await.unwrap();
        self.model.integrations.insert(id, is);
        self.told.push(format!("integration {id} {is:?}"));
    }

    async fn assign(&mut self) {
        let (entity, role) = (self.any_entity(), self.any_role());
        self.world.assign(EntityId(entity), RoleId(role)).await;
        self.model.assigned.insert((entity, role));
        self.told.push(format!("role {role} to {entity}"));
    }

    async fn remove(&mut self) {
        let Some((entity, role)) = self.any(self.model.assigned.iter().copied()) else { return };
        let administrators = self.model.assigned.iter().filter(|it| it.1 == 3).count();
        let is_last = role == 3 && administrators == 1;
        let by = self.world.operator();
        let said = self.world.authority.remove_role(&by, EntityId(entity), RoleId(role)).await;
        let expected = is_last.then_some("last-administrator");
        if self.compare(&format!("role {role} from {entity}"), said, expected).is_some() {
            self.model.assigned.remove(&(entity, role));
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
        let kind = self.chance.below(6);
        match kind {
            0 => edit.active = Some(false),
            1 => edit.active = Some(true),
            2 => edit.expires_at = Some(Some(Timestamp::from_seconds(end))),
            3 => edit.expires_at = Some(None),
            4 => edit.addresses = Some(Addresses::parse("198.51.100.0/24").ok()),
            _ => edit.addresses = Some(Addresses::parse("192.0.2.0/24").ok()),
        }
        let by = self.requester(who);
        let said = self.world.authority.edit_token(&by, TokenNumber(number), None, edit).await;
        if self.compare(&format!("{who:?} edits {number}: {kind}"), said, expected).is_some() {
            let token = self.model.tokens.get_mut(&number).unwrap();
            match kind {
                0 => token.state = State::Inactive,
                1 => token.state = State::Active,
                2 => token.ends = Some(end),
                3 => token.ends = None,
                4 => token.is_elsewhere = true,
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
        let clients = self.clients.get_mut(&number).unwrap();
        let client = clients[0].with_secret(&rotated.token_secret);
        clients.push(client);
    }

    async fn switch(&mut self) {
        let on = self.chance.below(3) > 0;
        let edit = AccountEdit { token_based_authentication: Some(on), ..Default::default() };
        let by = self.world.operator();
        self.world.authority.edit_account(&by, None, edit).await.unwrap();
        self.model.feature = on;
        self.told.push(format!("feature {on}"));
    }

    /// Each secret that was ever given out.
    fn check(&self, seed: u64) {
        for (number, clients) in &self.clients {
            for (place, client) in clients.iter().enumerate() {
                let said = self.world.asks(client).err().map(|refusal| refusal.code().as_str());
                let expected = self.model.verdict(*number, place);
                let told = &self.told;
                assert_eq!(
                    said, expected,
                    "seed {seed}, token {number}, secret {place}\n{told:#?}"
                );
            }
        }
    }
}
