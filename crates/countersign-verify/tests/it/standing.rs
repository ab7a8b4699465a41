//! Whether who was admitted is still good, and what they may do.

use countersign_model::{
    AccountNumber, InstallationId, InstallationState, Level, Login, Permission, Revoked, Role,
    RoleId, Timestamp, TokenNumber, TokenState,
};
use countersign_testkit::World;
use countersign_verify::{
    AccountFact, ConsumerFact, Fact, InstallationFact, LoginFact, Principal, Refusal, RoleFact,
    TokenFact,
};

fn admitted(world: &World) -> Principal {
    let request = world.request();
    world.judge(&request, &world.sign(&request, "nonce-1")).unwrap()
}

/// What is said of who was admitted before `change`, and is back after the world was mended.
fn after(change: impl FnOnce(&World) -> Fact) -> Result<(), Refusal> {
    let world = World::new();
    let principal = admitted(&world);
    assert_eq!(world.directory.stands(&principal, World::SOURCE, World::NOW), Ok(()));
    world.directory.learn(change(&world));
    let said = world.directory.stands(&principal, World::SOURCE, World::NOW);
    world.facts().into_iter().for_each(|fact| world.directory.learn(fact));
    assert_eq!(world.directory.stands(&principal, World::SOURCE, World::NOW), Ok(()));
    said
}

#[test]
fn whatever_refuses_the_next_request_ends_what_was_admitted() {
    let token = |state| after(|w| Fact::Token(TokenFact { state, ..w.token() }));
    let at = Timestamp::from_seconds(1);
    let revoked = TokenState::Revoked(Revoked { at });
    assert_eq!(token(revoked), Err(Refusal::TokenRevoked { at }));
    assert_eq!(token(TokenState::Inactive), Err(Refusal::TokenInactive));

    let installation =
        |state| after(|w| Fact::Installation(InstallationFact { state, ..w.installation() }));
    assert_eq!(installation(InstallationState::Blocked), Err(Refusal::IntegrationBlocked));
    let waiting = installation(InstallationState::WaitingForApproval);
    assert_eq!(waiting, Err(Refusal::IntegrationAwaitsApproval));

    let unchecked = after(|w| Fact::Consumer(ConsumerFact { token_based: false, ..w.consumer() }));
    assert_eq!(unchecked, Err(Refusal::TbaNotEnabled));
    let off = |w: &World| AccountFact { token_based_authentication: false, ..w.account() };
    assert_eq!(after(|w| Fact::Account(off(w))), Err(Refusal::FeatureDisabled));

    let login = |login| after(|w| Fact::Login(LoginFact { login, ..w.login() }));
    assert_eq!(login(Login::EntityInactive), Err(Refusal::EntityInactive));
    assert_eq!(login(Login::RoleRemoved), Err(Refusal::RoleRemoved));
    assert_eq!(login(Login::RoleHidden), Err(Refusal::RoleHidden));
    assert_eq!(login(Login::RoleInactive), Err(Refusal::RoleInactive));
    assert_eq!(login(Login::PermissionMissing), Err(Refusal::PermissionMissing));
}

#[test]
fn who_is_unknown_does_not_stand() {
    let world = World::new();
    let known = admitted(&world);
    let of = |principal: Principal| {
        world.directory.stands(&principal, World::SOURCE, World::NOW).unwrap_err()
    };
    let account = AccountNumber(2);
    assert_eq!(of(Principal { account, ..known.clone() }), Refusal::WrongAccount);
    let token = TokenNumber(2);
    assert_eq!(of(Principal { token, ..known.clone() }), Refusal::TokenUnknown);
    let installation = InstallationId(2);
    assert_eq!(of(Principal { installation, ..known.clone() }), Refusal::ConsumerKeyUnknown);
    let role = Role::ADMINISTRATOR;
    assert_eq!(of(Principal { role, ..known }), Refusal::RoleRemoved, "a token has one role");
}

#[test]
fn a_reset_of_the_consumer_secret_ends_nothing() {
    let new = countersign_model::ConsumerKey::from_bytes([8; 32]);
    let reset = |w: &World| ConsumerFact { consumer_key: new, secret_version: 2, ..w.consumer() };
    assert_eq!(after(|w| Fact::Consumer(reset(w))), Ok(()));
}

#[test]
fn a_principal_may_do_what_its_role_grants_and_no_more() {
    let world = World::new();
    let principal = admitted(&world);
    let may = |name, level| world.directory.permits(&principal, name, level);
    assert!(may("log-in-using-access-tokens", Level::Full));
    assert!(!may("integration-application", Level::View));
    assert!(!may("Log-In-Using-Access-Tokens", Level::View), "names are exact");

    let role = |permissions: &[(Permission, Level)]| Role {
        account: AccountNumber(1),
        id: RoleId(1000),
        name: "Importer".to_owned(),
        active: true,
        permissions: permissions.iter().copied().collect(),
        two_factor_required: false,
        web_services_only: false,
        version: countersign_model::Version::FIRST,
    };
    let before = world.directory.role_permissions(AccountNumber(1), RoleId(1000)).unwrap();
    let viewer = role(&[(Permission::IntegrationApplication, Level::View)]);
    world.directory.learn(Fact::Role(RoleFact::from(&viewer)));
    assert!(may("integration-application", Level::View));
    assert!(!may("integration-application", Level::Create));
    assert!(!may("log-in-using-access-tokens", Level::View), "taken away at once");
    let now = world.directory.role_permissions(AccountNumber(1), RoleId(1000)).unwrap();
    assert_ne!(before, now);

    let elsewhere = Principal { account: AccountNumber(2), ..principal.clone() };
    assert!(!world.directory.permits(&elsewhere, "integration-application", Level::View));
}

#[test]
fn the_administrator_may_do_everything() {
    let world = World::new();
    let principal = Principal { role: Role::ADMINISTRATOR, ..admitted(&world) };
    assert!(world.directory.permits(&principal, "orders", Level::Full));
}
