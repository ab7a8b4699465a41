//! The process that is killed: one use case after the other, each with something to change.

use std::path::Path;
use std::sync::Arc;

use countersign_authority::{
    AccountEdit, Authority, EntityChanges, Founding, IntegrationEdit, KeyEncryptionKey, NewEntity,
    NewIntegration, NewRole, NewToken, Patch, Requester, RoleChanges, Store, Unattended, Vault,
};
use countersign_model::{
    AccountId, AccountNumber, Actor, AuthenticationSettings, Chance, Email, EntityId, EntityKind,
    InstallationId, InstallationState, Level, Permission, Permissions, RoleId, Timestamp,
    TokenEdit, TokenLimits, TokenNumber,
};
use countersign_store::Record;
use countersign_testkit::{FakeClock, SeededChance};
use sqlx::SqliteConnection;

use super::ledger::{self, Ledger, of_rows};

/// What a line begins with that acknowledges a change.
pub(super) const DONE: &str = "done: ";
const ACCOUNT: AccountNumber = AccountNumber(1);
const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

pub(super) struct Stream {
    authority: Authority,
    by: Requester,
    chance: SeededChance,
    rows: SqliteConnection,
}

fn key() -> KeyEncryptionKey {
    KeyEncryptionKey::generate(&SeededChance::new(0))
}

fn authority(record: Record, vault: Vault, chance: SeededChance) -> Authority {
    let clock = Arc::new(FakeClock::at(NOW));
    let (record, vault) = (Arc::new(record), Arc::new(vault));
    Authority::new(record, vault, Arc::new(Unattended), clock, Arc::new(chance))
}

/// Makes the record.
pub(super) async fn found(folder: &Path) {
    let (record, chance) = (Record::sqlite(folder).await.unwrap(), SeededChance::new(0));
    let (vault, data_key) = Vault::create(&key(), &chance).unwrap();
    let founding = Founding {
        id: AccountId::parse("1234567").unwrap(),
        admin_email: Email::parse("admin@example.com").unwrap(),
        password: None,
        data_key: Some(data_key),
    };
    let authority = authority(record, vault, chance);
    let (account, ..) = authority.found_account(Actor::LocalUser(7), founding).await.unwrap();
    assert_eq!(account.number, ACCOUNT);
}

impl Stream {
    pub(super) async fn open(folder: &Path, seed: u64) -> Self {
        let record = Record::sqlite(folder).await.unwrap();
        let vault = Vault::open(&key(), &record.data_keys().await.unwrap()).unwrap();
        let authority = authority(record, vault, SeededChance::new(seed));
        let (by, chance) = (Requester::operator(ACCOUNT, 7), SeededChance::new(seed + (1 << 32)));
        Self { authority, by, chance, rows: ledger::open(folder).await }
    }

    /// Makes one change, and acknowledges it.
    pub(super) async fn change(&mut self) {
        let there = of_rows(&mut self.rows).await;
        let done = loop {
            let done = match self.chance.below(5) {
                0 => self.change_integration(&there).await,
                1 => self.change_entity(&there).await,
                2 => self.change_role(&there).await,
                3 => self.change_token(&there).await,
                _ => self.change_token_or_account(&there).await,
            };
            if let Some(done) = done {
                break done;
            }
        };
        println!("{DONE}{done}");
    }

    /// A text that was never there.
    fn text(&self) -> String {
        let mut bytes = [0; 8];
        self.chance.fill(&mut bytes);
        format!("x{}", u64::from_le_bytes(bytes))
    }

    /// One of a kind that is as wanted.
    fn any(
        &self,
        there: &Ledger,
        kind: &str,
        is_wanted: impl Fn(&ledger::Row) -> bool,
    ) -> Option<u32> {
        let of_kind = |(key, row)| {
            let key: &String = key;
            Some((key.strip_prefix(kind)?.strip_prefix(' ')?.parse().ok()?, row))
        };
        let of_kind = there.iter().filter_map(of_kind);
        let all: Vec<u32> =
            of_kind.filter(|(_, row)| is_wanted(row)).map(|(number, _)| number).collect();
        let place = self.chance.below(all.len().max(1) as u64) as usize;
        all.get(place).copied()
    }

    fn any_assigned(&self, there: &Ledger) -> Option<(EntityId, RoleId)> {
        let pairs = there.keys().filter_map(|key| key.strip_prefix("assigned ")?.split_once(' '));
        let all: Vec<(u32, u32)> = pairs
            .map(|(entity, role)| (entity.parse().unwrap(), role.parse().unwrap()))
            .filter(|(entity, _)| *entity > 1)
            .collect();
        let place = self.chance.below(all.len().max(1) as u64) as usize;
        all.get(place).map(|(entity, role)| (EntityId(*entity), RoleId(*role)))
    }

    async fn change_integration(&self, there: &Ledger) -> Option<String> {
        let (authority, by) = (&self.authority, &self.by);
        let what = self.chance.below(7);
        if what < 2 {
            let authentication = AuthenticationSettings::default();
            let new = NewIntegration { authentication, ..NewIntegration::named(self.text()) };
            let made = authority.create_integration(by, new).await.unwrap();
            return Some(format!("integration-created {}", made.installation));
        }
        let number = self.any(there, "integration", |row| row["deleted"] == "false")?;
        let id = InstallationId(number);
        Some(match what {
            2 => {
                let note = Patch::Set(self.text());
                let edit = IntegrationEdit { note, ..IntegrationEdit::default() };
                authority.edit_integration(by, id, None, edit).await.unwrap();
                format!("integration-edited {id}")
            }
            3 => {
                let (name, description) = (Some(self.text()), Patch::Set(self.text()));
                let edit = IntegrationEdit { name, description, ..IntegrationEdit::default() };
                authority.edit_integration(by, id, None, edit).await.unwrap();
                format!("integration-edited {id}")
            }
            4 => {
                authority.reset_credentials(by, id, None).await.unwrap();
                format!("credentials-reset {id}")
            }
            5 => {
                let is_enabled = there[&format!("integration {id}")]["state"] == "enabled";
                let state = match is_enabled {
                    true => InstallationState::Blocked,
                    false => InstallationState::Enabled,
                };
                let edit = IntegrationEdit { state: Some(state), ..IntegrationEdit::default() };
                authority.edit_integration(by, id, None, edit).await.unwrap();
                format!("integration-edited {id}")
            }
            _ => {
                authority.delete_integration(by, id, None).await.unwrap();
                format!("integration-deleted {id}")
            }
        })
    }

    async fn change_entity(&self, there: &Ledger) -> Option<String> {
        let (authority, by, text) = (&self.authority, &self.by, self.text());
        let email = Email::parse(&format!("{text}@example.com")).unwrap();
        let what = self.chance.below(6);
        if what < 3 {
            let new = NewEntity { kind: EntityKind::Vendor, name: text, email, password: None };
            let id = authority.create_entity(by, new).await.unwrap();
            return Some(format!("entity-created {id}"));
        }
        let id = EntityId(self.any(there, "entity", |_| true)?);
        if what == 5 {
            authority.delete_entity(by, id, None).await.unwrap();
            return Some(format!("entity-deleted {id}"));
        }
        let changes =
            EntityChanges { name: Some(text), email: Some(email), ..EntityChanges::default() };
        authority.edit_entity(by, id, None, changes).await.unwrap();
        Some(format!("entity-edited {id}"))
    }

    fn permissions(&self) -> Permissions {
        let more = [
            Permission::ViewLoginAuditTrail,
            Permission::UserAccessTokens,
            Permission::AccessTokenManagement,
        ];
        let chosen = more.into_iter().filter(|_| self.chance.below(2) == 0);
        let all = chosen.chain([Permission::LogInUsingAccessTokens]);
        all.map(|permission| (permission, Level::Full)).collect()
    }

    async fn change_role(&self, there: &Ledger) -> Option<String> {
        let (authority, by, name) = (&self.authority, &self.by, self.text());
        let what = self.chance.below(8);
        if what == 0 {
            let permissions = self.permissions();
            let (two_factor_required, web_services_only) = (false, false);
            let new = NewRole { name, permissions, two_factor_required, web_services_only };
            let id = authority.create_role(by, new).await.unwrap();
            return Some(format!("role-created {id}"));
        }
        if what < 3 {
            let (entity, role) = self.any_assigned(there)?;
            authority.remove_role(by, entity, role).await.unwrap();
            return Some(format!("role-removed {entity} {role}"));
        }
        let id = RoleId(self.any(there, "role", |_| true)?);
        if what < 5 {
            let permissions = Some(self.permissions());
            let changes = RoleChanges { name: Some(name), permissions, ..RoleChanges::default() };
            authority.edit_role(by, id, None, changes).await.unwrap();
            return Some(format!("role-edited {id}"));
        }
        let entity = EntityId(self.any(there, "entity", |_| true)?);
        if there.contains_key(&format!("assigned {entity} {id}")) {
            return None;
        }
        authority.assign_role(by, entity, id).await.unwrap();
        Some(format!("role-assigned {entity} {id}"))
    }

    async fn change_token(&self, there: &Ledger) -> Option<String> {
        let is_open = |row: &ledger::Row| row["deleted"] == "false" && row["state"] == "enabled";
        let installation = InstallationId(self.any(there, "integration", is_open)?);
        let (entity, role) = self.any_assigned(there)?;
        let (name, limits) = (Some(self.text()), TokenLimits::default());
        let new = NewToken { installation, entity, role, name, limits };
        let made = self.authority.create_token(&self.by, new).await.unwrap();
        Some(format!("token-created {}", made.number))
    }

    async fn change_token_or_account(&self, there: &Ledger) -> Option<String> {
        let (authority, by, name) = (&self.authority, &self.by, Some(self.text()));
        let what = self.chance.below(6);
        if what == 0 {
            let edit = AccountEdit { name, ..AccountEdit::default() };
            authority.edit_account(by, None, edit).await.unwrap();
            return Some("account-edited".to_owned());
        }
        let number = self.any(there, "token", |row| row["state"] != "revoked")?;
        let id = TokenNumber(number);
        Some(match what {
            1 => {
                authority.revoke_token(by, id, None).await.unwrap();
                format!("token-revoked {id}")
            }
            2 | 3 => {
                authority.rotate_token_secret(by, id, None, 0).await.unwrap();
                format!("token-secret-rotated {id}")
            }
            _ => {
                let is_active = there[&format!("token {id}")]["state"] == "active";
                let edit = TokenEdit { name, active: Some(!is_active), ..TokenEdit::default() };
                authority.edit_token(by, id, None, edit).await.unwrap();
                format!("token-edited {id}")
            }
        })
    }
}
