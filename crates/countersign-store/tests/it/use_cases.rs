//! The use cases over a real record: each rule, and that the directory learns before a change is
//! acknowledged.

use std::sync::{Arc, Mutex};

use countersign_authority::{
    Act, Authority, Event, Founding, IntegrationEdit, KeyEncryptionKey, NamedRows, NewEntity,
    NewIntegration, NewRole, NewToken, Password, Projection, Requester, Store, StoreFault, Unique,
    UseCaseFault, Vault,
};
use countersign_model::{
    Account, AccountId, AccountNumber, Actor, AuthenticationSettings, Clock, Email, EntityId,
    EntityKind, Installation, InstallationId, InstallationState, Integration, IntegrationId, Level,
    Login, Permission, Role, RoleId, Timestamp, TokenLimits, TokenNumber, TokenPolicy, TokenState,
    Version,
};
use countersign_store::Record;
use countersign_testkit::{FakeClock, SeededChance};
use countersign_verify::{Fact, SecretOpener};
use zeroize::Zeroizing;

pub(crate) const BY: Actor = Actor::LocalUser(1000);

#[derive(Default)]
pub(crate) struct Learned(pub(crate) Mutex<Vec<Fact>>);

impl Projection for Learned {
    fn learn(&self, fact: Fact) {
        self.0.lock().unwrap().push(fact);
    }
}

pub(crate) struct World {
    pub(crate) authority: Authority,
    pub(crate) learned: Arc<Learned>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) record: Arc<Record>,
    pub(crate) vault: Arc<Vault>,
    pub(crate) account: AccountNumber,
    pub(crate) link: String,
    _dir: tempfile::TempDir,
}

impl World {
    pub(crate) async fn found() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let record = Arc::new(Record::sqlite(dir.path()).await.unwrap());
        let chance = Arc::new(SeededChance::new(1));
        let kek = KeyEncryptionKey::generate(&*chance);
        let (vault, data_key) = Vault::create(&kek, &*chance).unwrap();
        let learned = Arc::new(Learned::default());
        let clock = Arc::new(FakeClock::at(Timestamp::from_seconds(1_800_000_000)));
        let vault = Arc::new(vault);
        let projection = learned.clone();
        let authority =
            Authority::new(record.clone(), vault.clone(), projection, clock.clone(), chance);
        let founding = Founding {
            id: AccountId::parse("1234567").unwrap(),
            admin_email: Email::parse("admin@example.com").unwrap(),
            password: None,
            data_key: Some(data_key),
        };
        let (account, _, link) = authority.found_account(BY, founding).await.unwrap();
        let link = link.unwrap().secret.to_string();
        let account = account.number;
        Self { authority, learned, clock, record, vault, account, link, _dir: dir }
    }

    pub(crate) async fn integration(&self) -> InstallationId {
        let new = NewIntegration::named("Orders");
        self.authority.create_integration(&self.requester(), new).await.unwrap().installation
    }

    pub(crate) async fn entity(&self, email: &str) -> Result<EntityId, UseCaseFault> {
        let new = NewEntity {
            kind: EntityKind::Vendor,
            name: "Ann".into(),
            email: Email::parse(email).unwrap(),
            password: None,
        };
        self.authority.create_entity(&self.requester(), new).await
    }

    pub(crate) async fn role(
        &self,
        name: &str,
        permission: Permission,
    ) -> Result<RoleId, UseCaseFault> {
        let permissions = [(permission, Level::Full)].into();
        let new = NewRole { name: name.into(), permissions, ..NewRole::default() };
        self.authority.create_role(&self.requester(), new).await
    }

    /// An integration, an entity that has a role, and that role.
    pub(crate) async fn ready(&self) -> NewToken {
        let installation = self.integration().await;
        let entity = self.entity("ann@example.com").await.unwrap();
        let role = self.role("Orders", Permission::LogInUsingAccessTokens).await.unwrap();
        self.authority.assign_role(&self.requester(), entity, role).await.unwrap();
        NewToken { installation, entity, role, name: None, limits: TokenLimits::default() }
    }

    pub(crate) async fn token(&self, new: NewToken) -> Result<TokenNumber, UseCaseFault> {
        self.authority.create_token(&self.requester(), new).await.map(|token| token.number)
    }

    pub(crate) fn requester(&self) -> Requester {
        Requester { account: self.account, actor: BY, origin: None }
    }

    pub(crate) fn last_fact(&self) -> Fact {
        self.learned.0.lock().unwrap().last().unwrap().clone()
    }
}

#[tokio::test]
async fn a_token_is_named_after_application_user_and_role_and_is_learned_at_once() {
    let world = World::found().await;
    let new = world.ready().await;
    let token = world.authority.create_token(&world.requester(), new).await.unwrap();
    assert_eq!(token.name, "Orders - Ann, Orders");
    assert!(token.token_id.is_ours() && token.token_secret.is_ours());
    let Fact::Token(fact) = world.last_fact() else { panic!() };
    assert_eq!((fact.token_id, fact.state), (token.token_id, TokenState::Active));
}

#[tokio::test]
async fn a_token_needs_an_enabled_integration() {
    let world = World::found().await;
    let new = world.ready().await;
    let id = new.installation;
    let by = world.requester();
    let state = Some(InstallationState::Blocked);
    let edit = IntegrationEdit { state, ..IntegrationEdit::default() };
    world.authority.edit_integration(&by, id, None, edit).await.unwrap();
    let Fact::Installation(fact) = world.last_fact() else { panic!() };
    assert_eq!(fact.state, InstallationState::Blocked);
    assert_eq!(world.token(new).await, Err(UseCaseFault::IntegrationNotEnabled));
}

#[tokio::test]
async fn a_token_needs_a_role_that_the_entity_has_and_that_may_log_in() {
    let world = World::found().await;
    let new = world.ready().await;
    let (installation, entity) = (new.installation, new.entity);
    let with =
        |role| NewToken { installation, entity, role, name: None, limits: TokenLimits::default() };

    let other = world.role("Other", Permission::UserAccessTokens).await.unwrap();
    let not_assigned = UseCaseFault::RoleNotAssigned { entity: entity.0, role: other.0 };
    assert_eq!(world.token(with(other)).await, Err(not_assigned));

    let manager = world.role("Manager", Permission::AccessTokenManagement).await.unwrap();
    world.authority.assign_role(&world.requester(), entity, manager).await.unwrap();
    let cannot = UseCaseFault::RoleCannotLogIn(manager.0);
    assert_eq!(world.token(with(manager)).await, Err(cannot));

    let admin = with(Role::ADMINISTRATOR);
    assert_eq!(world.token(admin).await, Err(UseCaseFault::AdministratorToken));
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let world = World::found().await;
    let new = world.ready().await;
    let no_such = |what, number| Err(UseCaseFault::NoSuch { what, number });
    let missing = NewToken { installation: InstallationId(9), ..new };
    assert_eq!(world.token(missing).await, no_such("integration", 9));
    let revoked = world.authority.revoke_token(&world.requester(), TokenNumber(9), None).await;
    assert_eq!(revoked, Err(UseCaseFault::NoSuch { what: "token", number: 9 }));
    let id = AccountId::parse("7654321").unwrap();
    let other = world.authority.account(&id).await.map(|account| account.number);
    assert_eq!(other, Err(UseCaseFault::NoAccount("7654321".into())));
}

#[tokio::test]
async fn a_revoked_token_is_revoked_for_good() {
    let world = World::found().await;
    let new = world.ready().await;
    let token = world.token(new).await.unwrap();
    world.authority.revoke_token(&world.requester(), token, None).await.unwrap();
    let Fact::Token(fact) = world.last_fact() else { panic!() };
    assert!(matches!(fact.state, TokenState::Revoked(_)));
    let again = world.authority.revoke_token(&world.requester(), token, None).await;
    assert_eq!(again, Err(UseCaseFault::RevokedAlready(token.0)));
}

#[tokio::test]
async fn what_a_role_grants_is_learned_with_the_role() {
    let world = World::found().await;
    let roles = || {
        let learned = world.learned.0.lock().unwrap();
        let of_roles = learned.iter().filter_map(|fact| match fact {
            Fact::Role(fact) => Some((fact.role, fact.permissions.clone())),
            _ => None,
        });
        of_roles.collect::<Vec<_>>()
    };
    let built_in = roles();
    assert_eq!(built_in.len(), 4);
    let (_, administrator) = built_in.iter().find(|(id, _)| *id == Role::ADMINISTRATOR).unwrap();
    assert!(administrator.permits("integration-application", Level::Full));

    let id = world.role("Auditors", Permission::ViewLoginAuditTrail).await.unwrap();
    let (learned, grants) = roles().pop().unwrap();
    assert_eq!(learned, id);
    assert!(grants.permits("view-login-audit-trail", Level::Full));
    assert!(!grants.permits("integration-application", Level::View));
}

#[tokio::test]
async fn a_role_that_is_taken_away_and_given_back_is_learned_both_times() {
    let world = World::found().await;
    let NewToken { entity, role, .. } = world.ready().await;
    let Fact::Login(assigned) = world.last_fact() else { panic!() };
    assert_eq!(assigned.login, Login::Allowed);
    world.authority.remove_role(&world.requester(), entity, role).await.unwrap();
    let Fact::Login(removed) = world.last_fact() else { panic!() };
    assert_eq!(removed.login, Login::RoleRemoved);
    let again = world.authority.remove_role(&world.requester(), entity, role).await;
    let not_assigned = UseCaseFault::RoleNotAssigned { entity: entity.0, role: role.0 };
    assert_eq!(again, Err(not_assigned));
    world.authority.assign_role(&world.requester(), entity, role).await.unwrap();
    let Fact::Login(back) = world.last_fact() else { panic!() };
    assert_eq!(back.login, Login::Allowed);
}

#[tokio::test]
async fn the_last_administrator_stays_one() {
    let world = World::found().await;
    let first = EntityId(1);
    let by = world.requester();
    let remove = || world.authority.remove_role(&by, first, Role::ADMINISTRATOR);
    assert_eq!(remove().await, Err(UseCaseFault::LastAdministrator(1)));
    let second = world.entity("second@example.com").await.unwrap();
    world.authority.assign_role(&world.requester(), second, Role::ADMINISTRATOR).await.unwrap();
    assert_eq!(remove().await, Ok(()));
}

#[tokio::test]
async fn a_change_that_its_caller_abandons_is_made_and_learned_or_neither() {
    for polls in 0..40 {
        let world = World::found().await;
        let token = world.token(world.ready().await).await.unwrap();
        let known = world.learned.0.lock().unwrap().len();
        let by = world.requester();
        let revoke = world.authority.revoke_token(&by, token, None);
        abandon_after(polls, revoke).await;
        // The next change waits for what the abandoned one has begun.
        let again = world.authority.revoke_token(&world.requester(), token, None).await;
        let learned = world.learned.0.lock().unwrap().len() - known;
        // One that finds it made heals the directory by telling it once more.
        let expected = if again.is_ok() { 1 } else { 2 };
        assert_eq!(learned, expected, "{again:?} after {polls} polls");
    }
}

async fn abandon_after(polls: usize, future: impl Future<Output = Result<(), UseCaseFault>>) {
    let mut future = std::pin::pin!(future);
    for _ in 0..polls {
        tokio::select! {
            biased;
            _ = &mut future => return,
            () = tokio::task::yield_now() => {}
        }
    }
}

#[tokio::test]
async fn names_and_emails_that_are_taken_are_refused_and_change_nothing() {
    let world = World::found().await;
    world.ready().await;
    let learned = world.learned.0.lock().unwrap().len();
    let email = world.entity("ANN@example.com").await;
    assert_eq!(email, Err(StoreFault::Taken(Unique::Email).into()));
    let role = world.role("Orders", Permission::UserAccessTokens).await;
    assert_eq!(role, Err(StoreFault::Taken(Unique::RoleName).into()));
    assert_eq!(world.learned.0.lock().unwrap().len(), learned);
}

#[tokio::test]
async fn a_set_up_link_works_once_and_for_a_day() {
    let world = World::found().await;
    let password = || Password::parse(Zeroizing::new("a good long password".to_owned())).unwrap();
    let email = world.authority.look_at_link(&world.link).await.unwrap();
    assert_eq!(email.as_str(), "admin@example.com");
    world.authority.set_password_by_link(&world.link, password()).await.unwrap();
    let again = world.authority.set_password_by_link(&world.link, password()).await;
    assert_eq!(again, Err(UseCaseFault::LinkSpent));

    let late = World::found().await;
    late.clock.advance_seconds(24 * 60 * 60);
    assert_eq!(late.authority.look_at_link(&late.link).await, Err(UseCaseFault::LinkSpent));
    let guessed = late.authority.look_at_link("setup_0000").await;
    assert_eq!(guessed, Err(UseCaseFault::LinkSpent));
}

#[tokio::test]
async fn a_reset_replaces_the_pair_and_tokens_survive() {
    let world = World::found().await;
    let new = world.ready().await;
    let id = new.installation;
    let token = world.token(new).await.unwrap();
    let known = world.learned.0.lock().unwrap().len();
    let reset = world.authority.reset_credentials(&world.requester(), id, None).await.unwrap();
    assert!(reset.consumer_key.is_ours() && reset.consumer_secret.is_ours());
    assert_eq!(world.learned.0.lock().unwrap().len(), known + 1, "of the token nothing changed");
    let Fact::Consumer(fact) = world.last_fact() else { panic!() };
    assert_eq!((fact.consumer_key, fact.secret_version), (reset.consumer_key, 2));
    let binding = Integration::binding(IntegrationId(1), 2);
    let opened = world.vault.open(&fact.secret, &binding).unwrap();
    assert_eq!(*opened, *reset.consumer_secret.expose_bytes());
    world.authority.revoke_token(&world.requester(), token, None).await.unwrap();
}

#[tokio::test]
async fn a_secret_from_before_a_reset_is_kept_for_thirty_days_and_can_not_be_moved_back() {
    let world = World::found().await;
    let new = world.ready().await;
    let id = new.installation;
    let token = world.token(new).await.unwrap();
    let kept = async || {
        let named = NamedRows { token: Some((world.account, token)), ..NamedRows::default() };
        world.record.evidence(named, world.clock.now()).await.unwrap().previous
    };
    assert!(kept().await.is_none());
    world.authority.reset_credentials(&world.requester(), id, None).await.unwrap();
    let (sealed, binding) = kept().await.unwrap();
    assert!(world.vault.open(&sealed, &binding).is_some());
    for version in [1, 2] {
        let live = Integration::binding(IntegrationId(1), version);
        assert!(world.vault.open(&sealed, &live).is_none(), "moved back as version {version}");
    }

    world.clock.advance_seconds(30 * 24 * 60 * 60 - 1);
    assert_eq!(world.authority.erase_previous_secrets().await, Ok(0));
    assert!(kept().await.is_some());
    world.clock.advance_seconds(1);
    assert!(kept().await.is_none());
    assert_eq!(world.authority.erase_previous_secrets().await, Ok(1));
    assert_eq!(world.authority.erase_previous_secrets().await, Ok(0));
}

#[tokio::test]
async fn only_the_owner_of_an_integration_that_uses_tokens_resets_it() {
    let world = World::found().await;
    let by = world.requester();
    let reset = |id| world.authority.reset_credentials(&by, InstallationId(id), None);
    let gone = reset(9).await.err();
    assert_eq!(gone, Some(UseCaseFault::NoSuch { what: "integration", number: 9 }));
    let authentication = AuthenticationSettings { token_based: false, ..Default::default() };
    let new = NewIntegration { authentication, ..NewIntegration::named("Off") };
    let off = world.authority.create_integration(&world.requester(), new).await.unwrap();
    assert_eq!(reset(off.installation.0).await.err(), Some(UseCaseFault::TokenBasedOff));

    let mut tx = world.record.begin().await.unwrap();
    let number = AccountNumber(2);
    let id = AccountId::parse("7654321").unwrap();
    let other = Account {
        number,
        id,
        name: "Other".into(),
        environment: None,
        token_based_authentication: true,
        policy: TokenPolicy::default(),
        warned_at: None,
        version: Version::FIRST,
    };
    tx.add_account(&other).await.unwrap();
    let id = InstallationId(7);
    let installed = Installation { account: number, id, ..crate::fixtures::installation(1) };
    tx.add_installation(&installed).await.unwrap();
    let event =
        Event { at: world.clock.now(), actor: BY, origin: None, account: number, act: INSTALLED };
    tx.commit(&event).await.unwrap();
    let refused = world
        .authority
        .reset_credentials(&Requester { account: number, ..world.requester() }, id, None)
        .await
        .err();
    assert_eq!(refused, Some(UseCaseFault::NotItsOwner(7)));
}

const INSTALLED: Act = Act::PasswordSet { entity: 1 };

#[tokio::test]
async fn an_edit_that_is_made_again_teaches_what_an_earlier_one_may_have_left_unsaid() {
    let world = World::found().await;
    let by = world.requester();
    let id = world.integration().await;
    let entity = world.entity("ann@example.com").await.unwrap();
    let role = world.role("Orders", Permission::LogInUsingAccessTokens).await.unwrap();
    world.authority.assign_role(&by, entity, role).await.unwrap();
    let block =
        || IntegrationEdit { state: Some(InstallationState::Blocked), ..Default::default() };
    let leave =
        || countersign_authority::EntityChanges { active: Some(false), ..Default::default() };
    let close = || countersign_authority::RoleChanges { active: Some(false), ..Default::default() };
    for _ in 0..2 {
        world.learned.0.lock().unwrap().clear();
        world.authority.edit_integration(&by, id, None, block()).await.unwrap();
        world.authority.edit_entity(&by, entity, None, leave()).await.unwrap();
        world.authority.edit_role(&by, role, None, close()).await.unwrap();
        let learned = world.learned.0.lock().unwrap();
        let blocked = InstallationState::Blocked;
        let taught = |is: &dyn Fn(&Fact) -> bool| learned.iter().any(is);
        assert!(taught(&|it| matches!(it, Fact::Installation(it) if it.state == blocked)));
        assert!(taught(&|it| matches!(it, Fact::Login(it) if it.login == Login::EntityInactive)));
        assert!(taught(&|it| matches!(it, Fact::Role(it) if it.role == role)));
    }
}
