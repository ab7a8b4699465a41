//! Steps that change what tokens hang on: integrations, entities, roles, who has which, and what
//! the account asks.

use countersign_authority::{AccountEdit, EntityChanges, IntegrationEdit, RoleChanges};
use countersign_model::{
    EntityId, EntityKind, InstallationId, InstallationState, Level, Permission, Permissions,
    RoleId, Timestamp, TokenPolicy,
};

use super::reference::{Installed, Life, Policy, RoleRules, Step};
use super::{Real, START};

const DAY: i64 = 24 * 60 * 60;

fn granted(rules: RoleRules) -> Vec<Permission> {
    let all = [
        (rules.manages, Permission::AccessTokenManagement),
        (rules.has_own, Permission::UserAccessTokens),
        (rules.logs_in, Permission::LogInUsingAccessTokens),
        (true, Permission::ViewLoginAuditTrail),
    ];
    all.into_iter().filter(|it| it.0).map(|it| it.1).collect()
}

impl Real {
    pub(super) async fn add_integration(&mut self) {
        let (id, pair) = self.world.integration("App").await;
        self.model.integrations.insert(id.0, Installed::Enabled);
        self.pairs.insert(id.0, pair);
    }

    pub(super) async fn add_entity(&mut self) {
        let kind = EntityKind::ALL[self.chance.below(5) as usize];
        let name = format!("e{}", self.model.entities.len());
        let id = self.world.entity(&name, kind).await;
        self.model.entities.insert(id.0, Life::Active);
    }

    fn any_rules(&self) -> RoleRules {
        let bits = self.chance.below(8);
        let (manages, has_own, logs_in) = (bits & 1 > 0, bits & 2 > 0, bits & 4 > 0);
        RoleRules { manages, has_own, logs_in, is_active: true }
    }

    pub(super) async fn add_role(&mut self) {
        let rules = self.any_rules();
        let name = format!("r{}", self.model.roles.len());
        let id = self.world.role(&name, &granted(rules)).await;
        self.model.roles.insert(id.0, rules);
        self.told.push(format!("role {id} {rules:?}"));
    }

    pub(super) async fn set_installation(&mut self) {
        let id = self.any_integration();
        let (is, state) = [
            (Installed::Enabled, InstallationState::Enabled),
            (Installed::Blocked, InstallationState::Blocked),
        ][self.chance.below(2) as usize];
        let (by, installation) = (self.world.operator(), InstallationId(id));
        let edit = IntegrationEdit { state: Some(state), ..IntegrationEdit::default() };
        let said = self.world.authority.edit_integration(&by, installation, None, edit).await;
        let expected = self.model.there(id);
        if self.compare(&format!("integration {id} {is:?}"), said, expected).is_some() {
            self.model.integrations.insert(id, is);
        }
    }

    pub(super) async fn delete_integration(&mut self) {
        let id = self.any_integration();
        let by = self.world.operator();
        let said = self.world.authority.delete_integration(&by, InstallationId(id), None).await;
        let expected = self.model.there(id);
        let what = format!("integration {id} is deleted");
        if let Some(revoked) = self.compare(&what, said, expected) {
            assert_eq!(revoked, self.model.delete_integration(id), "{:#?}", self.told);
        }
    }

    pub(super) async fn delete_entity(&mut self) {
        let id = self.any_entity();
        let by = self.world.operator();
        let said = self.world.authority.delete_entity(&by, EntityId(id), None).await;
        let expected = self.model.lost(id);
        if let Some(removed) = self.compare(&format!("entity {id} is deleted"), said, expected) {
            assert_eq!(removed, self.model.delete_entity(id), "{:#?}", self.told);
        }
    }

    pub(super) async fn set_entity(&mut self) {
        let (id, active) = (self.any_entity(), self.chance.below(2) == 0);
        let expected = match self.model.entities[&id] {
            Life::Active if !active => self.model.lost(id),
            Life::Gone => Some("not-found"),
            _ => None,
        };
        let (by, changes) = (
            self.world.operator(),
            EntityChanges { active: Some(active), ..EntityChanges::default() },
        );
        let said = self.world.authority.edit_entity(&by, EntityId(id), None, changes).await;
        if self.compare(&format!("entity {id} active: {active}"), said, expected).is_some() {
            self.model.entities.insert(id, if active { Life::Active } else { Life::Inactive });
        }
    }

    pub(super) async fn set_role(&mut self) {
        let Some(id) = self.any(self.model.roles.keys().copied().filter(|id| *id >= 1000)) else {
            return;
        };
        let rules = RoleRules { is_active: self.chance.below(3) > 0, ..self.any_rules() };
        let permissions = granted(rules).into_iter().map(|it| (it, Level::Full));
        let changes = RoleChanges {
            active: Some(rules.is_active),
            permissions: Some(permissions.collect::<Permissions>()),
            ..RoleChanges::default()
        };
        let by = self.world.operator();
        self.world.authority.edit_role(&by, RoleId(id), None, changes).await.unwrap();
        self.model.roles.insert(id, rules);
        self.told.push(format!("role {id} {rules:?}"));
    }

    pub(super) async fn assign(&mut self) {
        let (entity, role) = (self.any_entity(), self.any_role());
        let by = self.world.operator();
        let said = self.world.authority.assign_role(&by, EntityId(entity), RoleId(role)).await;
        let expected = (self.model.entities[&entity] == Life::Gone).then_some("not-found");
        if self.compare(&format!("role {role} to {entity}"), said, expected).is_some() {
            self.model.assigned.insert((entity, role));
        }
    }

    pub(super) async fn remove(&mut self) {
        let Some((entity, role)) = self.any(self.model.assigned.iter().copied()) else { return };
        let expected = if role == 3 { self.model.lost(entity) } else { None };
        let by = self.world.operator();
        let said = self.world.authority.remove_role(&by, EntityId(entity), RoleId(role)).await;
        if self.compare(&format!("role {role} from {entity}"), said, expected).is_some() {
            self.model.assigned.remove(&(entity, role));
        }
    }

    pub(super) async fn switch(&mut self) {
        let on = self.chance.below(3) > 0;
        let edit = AccountEdit { token_based_authentication: Some(on), ..Default::default() };
        let by = self.world.operator();
        self.world.authority.edit_account(&by, None, edit).await.unwrap();
        self.model.feature = on;
        self.told.push(format!("feature {on}"));
    }

    /// One rule, and one thing that becomes of who breaks it; or none.
    pub(super) async fn set_policy(&mut self) {
        let days = 1 + self.chance.below(3) as u16;
        let from = START.seconds() + self.chance.below(6).cast_signed() * DAY;
        let is_about_age = self.chance.below(2) == 0;
        let step = [Step::Warn, Step::Block, Step::Revoke][self.chance.below(3) as usize];
        let policy =
            (self.chance.below(4) > 0).then_some(Policy { is_about_age, days, step, from });
        let date =
            |of: Step| policy.filter(|it| it.step == of).map(|it| Timestamp::from_seconds(it.from));
        let asked = TokenPolicy {
            max_age_days: policy.filter(|it| it.is_about_age).map(|it| it.days),
            max_idle_days: policy.filter(|it| !it.is_about_age).map(|it| it.days),
            warn_from: date(Step::Warn),
            block_from: date(Step::Block),
            revoke_from: date(Step::Revoke),
        };
        let edit = AccountEdit { policy: Some(asked), ..AccountEdit::default() };
        let by = self.world.operator();
        self.world.authority.edit_account(&by, None, edit).await.unwrap();
        self.model.policy = policy;
        self.told.push(format!("policy {policy:?}"));
    }

    pub(super) async fn enforce(&mut self) {
        let done = self.world.authority.enforce_policies().await.unwrap();
        let said = (done.lapsed, done.revoked);
        assert_eq!(said, self.model.enforce(), "{:#?}\n{:#?}", self.told, self.model);
        self.told.push(format!("enforced: {said:?}"));
        self.said.extend((done.lapsed > 0).then_some("ran out"));
        self.said.extend((done.revoked > 0).then_some("revoked by the policy"));
    }
}
