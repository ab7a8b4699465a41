//! Entities, roles, permissions, second factors and sessions: each rule over a real record.

mod entities;
mod permissions;
mod proof;
mod roles;
mod sessions;
mod two_factor;

use std::sync::{Arc, Mutex};

use countersign_authority::{
    Authority, Edit, Founding, KeyEncryptionKey, LogIn, LoggedIn, NewEntity, NewIntegration,
    NewRole, NewToken, Password, Projection, Requester, UseCaseFault, Vault,
};
use countersign_model::{
    AccountId, AccountNumber, Actor, AuthenticationSettings, Clock, Email, EntityId, EntityKind,
    Level, Permission, Permissions, Role, RoleId, Timestamp, TokenNumber,
};
use countersign_store::Record;
use countersign_testkit::{FakeClock, SeededChance};
use countersign_verify::{Fact, LoginFact};
use sqlx::{ConnectOptions, Connection, Row};
use zeroize::Zeroizing;

const ADMIN: EntityId = EntityId(1);
const PASSWORD: &str = "correct horse battery";
const LOG_IN: [(Permission, Level); 1] = [(Permission::LogInUsingAccessTokens, Level::Full)];

#[derive(Default)]
struct Learned(Mutex<Vec<Fact>>);

impl Projection for Learned {
    fn learn(&self, fact: Fact) {
        self.0.lock().unwrap().push(fact);
    }
}

struct World {
    authority: Authority,
    learned: Arc<Learned>,
    clock: Arc<FakeClock>,
    account: AccountNumber,
    operator: Requester,
    dir: tempfile::TempDir,
}

impl World {
    async fn found() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let record = Arc::new(Record::sqlite(dir.path()).await.unwrap());
        let chance = Arc::new(SeededChance::new(1));
        let kek = KeyEncryptionKey::generate(&*chance);
        let (vault, data_key) = Vault::create(&kek, &*chance).unwrap();
        let learned = Arc::new(Learned::default());
        let clock = Arc::new(FakeClock::at(Timestamp::from_seconds(1_800_000_000)));
        let projection = learned.clone();
        let authority = Authority::new(record, Arc::new(vault), projection, clock.clone(), chance);
        let founding = Founding {
            id: AccountId::parse("1234567").unwrap(),
            admin_email: Email::parse("admin@example.com").unwrap(),
            password: Some(password(PASSWORD)),
            data_key: Some(data_key),
        };
        let by = Actor::LocalUser(1000);
        let (account, _, _) = authority.found_account(by, founding).await.unwrap();
        let account = account.number;
        let operator = Requester::operator(account, 1000);
        Self { authority, learned, clock, account, operator, dir }
    }

    /// The founder, in the Administrator role.
    fn admin(&self) -> Requester {
        self.acting(ADMIN, Role::ADMINISTRATOR)
    }

    fn acting(&self, entity: EntityId, role: RoleId) -> Requester {
        Requester::operator_as(self.account, 1000, entity, role)
    }

    async fn entity(&self, name: &str) -> EntityId {
        self.entity_of(EntityKind::Employee, name).await
    }

    async fn entity_of(&self, kind: EntityKind, name: &str) -> EntityId {
        let email = Email::parse(&format!("{name}@example.com")).unwrap();
        let password = Some(password(PASSWORD));
        let new = NewEntity { kind, name: name.to_owned(), email, password };
        self.authority.create_entity(&self.operator, new).await.unwrap()
    }

    async fn role(&self, name: &str, permissions: impl Into<Permissions>) -> RoleId {
        let new = NewRole {
            name: name.to_owned(),
            permissions: permissions.into(),
            ..NewRole::default()
        };
        self.authority.create_role(&self.operator, new).await.unwrap()
    }

    async fn assign(&self, entity: EntityId, role: RoleId) {
        self.authority.assign_role(&self.operator, entity, role).await.unwrap();
    }

    /// Somebody new who acts in a role with one permission.
    async fn holder(&self, name: &str, permission: Permission, level: Level) -> Requester {
        let entity = self.entity(name).await;
        let role = self.role(name, [(permission, level)]).await;
        self.assign(entity, role).await;
        self.acting(entity, role)
    }

    async fn token(&self, entity: EntityId, role: RoleId) -> TokenNumber {
        let authentication = AuthenticationSettings::default();
        let new = NewIntegration { authentication, ..NewIntegration::named("App") };
        let integration = self.authority.create_integration(&self.operator, new).await.unwrap();
        let installation = integration.installation;
        let new = NewToken { installation, entity, role, name: None, limits: Default::default() };
        self.authority.create_token(&self.operator, new).await.unwrap().number
    }

    /// Somebody whose request is signed with a token of that role.
    async fn signed(&self, entity: EntityId, role: RoleId) -> Requester {
        let new = NewIntegration::named("Signs");
        let integration = self.authority.create_integration(&self.operator, new).await.unwrap();
        let installation = integration.installation;
        self.authority.set_api_access(&self.operator, installation, None, true).await.unwrap();
        let new = NewToken { installation, entity, role, name: None, limits: Default::default() };
        // An Administrator's token is made by that administrator alone.
        let by = if role == Role::ADMINISTRATOR {
            Requester::operator_as(self.account, 7, entity, role)
        } else {
            self.operator
        };
        let token = self.authority.create_token(&by, new).await.unwrap();
        Requester::token(self.account, entity, role, token.number, [192, 0, 2, 1].into())
    }

    fn typed(&self, name: &str) -> LogIn {
        LogIn {
            account: self.account,
            email: Email::parse(&format!("{name}@example.com")).unwrap(),
            password: secret(PASSWORD),
            role: None,
            code: None,
            origin: None,
        }
    }

    async fn log_in(&self, name: &str) -> LoggedIn {
        self.authority.log_in(self.typed(name)).await.unwrap()
    }

    /// What was learned since `known` facts were.
    fn learned_since(&self, known: usize) -> Vec<Fact> {
        self.learned.0.lock().unwrap()[known..].to_vec()
    }

    fn known(&self) -> usize {
        self.learned.0.lock().unwrap().len()
    }

    /// The newest event of the trail, as JSON text.
    async fn last_act(&self) -> String {
        let file = self.dir.path().join("record.db");
        let mut file =
            sqlx::sqlite::SqliteConnectOptions::new().filename(file).connect().await.unwrap();
        let newest = "SELECT json(act) AS act FROM event ORDER BY number DESC LIMIT 1";
        let row = sqlx::query(newest).fetch_one(&mut file).await.unwrap();
        let act = row.get("act");
        file.close().await.unwrap();
        act
    }
}

fn password(text: &str) -> Password {
    Password::parse(secret(text)).unwrap()
}

fn secret(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

fn logins(facts: &[Fact]) -> Vec<LoginFact> {
    let login = |fact: &Fact| match fact {
        Fact::Login(login) => Some(login.clone()),
        _ => None,
    };
    facts.iter().filter_map(login).collect()
}

#[track_caller]
fn refused<T>(result: Result<T, UseCaseFault>, code: &str, field: Option<&str>) {
    let fault = result.err().unwrap();
    assert_eq!((fault.code(), fault.field()), (code, field), "{fault}");
    assert!(fault.to_string().len() > 20, "{fault}");
}

#[test]
fn an_edit_is_of_what_changed() {
    let edit = Edit::of("name", "a".to_owned(), "b".to_owned()).unwrap();
    assert_eq!((edit.from.as_deref(), edit.to.as_deref()), (Some("a"), Some("b")));
    assert_eq!(Edit::of("name", None, None), None);
}

fn now(world: &World) -> u64 {
    world.clock.now().seconds().try_into().unwrap()
}
