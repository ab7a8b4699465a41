//! Loading the record: the facts are what was added, and what was done to it since.

use countersign_authority::{Store, StoreFault};
use countersign_model::{
    AccessToken, Addresses, Breach, EntityId, Installation, InstallationState, Lapsed, Login,
    Permission, RetiringSecret, Revoked, Role, RoleId, TokenLimits, TokenState,
};
use countersign_verify::{
    AccountFact, ConsumerFact, Fact, InstallationFact, LoginFact, RoleFact, TokenFact,
};

use super::fixtures::{
    HOME, ROLE, account, at, entity, installation, integration, role, sealed, token,
};
use super::for_both;
use super::furnishing::{furnish, furnish_in};
use super::world::{World, commit};

for_both!(
    an_empty_record_has_no_facts,
    the_facts_are_what_was_added,
    what_was_removed_revoked_and_blocked_is_told_so,
    an_assigned_role_says_what_else_stands_in_the_way,
    what_few_tokens_have_is_told_of_each_that_has_it,
    a_load_is_of_one_moment,
    a_damaged_row_is_named_by_its_kind,
);

fn facts(token: &AccessToken, installation: &Installation, login: Option<Login>) -> Vec<String> {
    let integration = integration(1);
    let mut facts = vec![
        Fact::Account(AccountFact {
            number: HOME,
            id: account(1).id,
            token_based_authentication: true,
        }),
        Fact::Consumer(ConsumerFact {
            consumer_key: integration.consumer_key,
            integration: integration.id,
            secret: integration.consumer_secret,
            secret_version: integration.secret_version,
            token_based: true,
            retiring: None,
        }),
        Fact::Installation(InstallationFact {
            account: HOME,
            integration: installation.integration,
            id: installation.id,
            state: installation.state,
            concurrency_limit: installation.concurrency_limit,
        }),
        Fact::Token(TokenFact::from(token)),
        Fact::Role(RoleFact::from(&role(ROLE))),
    ];
    facts.extend(login.map(|login| fact_of_login(1, ROLE, login)));
    let mut facts: Vec<_> = facts.iter().map(|fact| format!("{fact:?}")).collect();
    facts.sort();
    facts
}

fn fact_of_login(entity: u32, role: RoleId, login: Login) -> Fact {
    Fact::Login(LoginFact { account: HOME, entity: EntityId(entity), role, login })
}

async fn an_empty_record_has_no_facts(world: World) {
    assert!(world.facts().await.is_empty());
    assert!(world.record.data_keys().await.unwrap().is_empty());
}

async fn the_facts_are_what_was_added(world: World) {
    furnish(&world).await;
    let expected = facts(&token(1), &installation(1), Some(Login::Allowed));
    assert_eq!(world.facts().await, expected);
    world.record.close().await.unwrap();
    let reopened = world.second_record().await.unwrap();
    assert_eq!(super::world::facts_of(&reopened).await, expected);
}

async fn what_was_removed_revoked_and_blocked_is_told_so(world: World) {
    furnish(&world).await;
    let blocked = Installation { state: InstallationState::Blocked, ..installation(1) };
    let state = TokenState::Revoked(Revoked { at: at(3) });
    let revoked = AccessToken { state, ..token(1) };
    let mut tx = world.change().await;
    assert!(tx.remove_role(HOME, EntityId(1), ROLE).await.unwrap());
    tx.save_installation(&blocked).await.unwrap();
    tx.save_token(&revoked).await.unwrap();
    commit(tx).await;
    assert_eq!(world.facts().await, facts(&revoked, &blocked, None));

    let mut tx = world.change().await;
    assert!(tx.assign_role(HOME, EntityId(1), ROLE).await.unwrap());
    commit(tx).await;
    assert_eq!(world.facts().await, facts(&revoked, &blocked, Some(Login::Allowed)));
}

async fn an_assigned_role_says_what_else_stands_in_the_way(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    tx.add_entity(&countersign_model::Entity { active: false, ..entity(2) }).await.unwrap();
    let inactive = RoleId(1001);
    tx.add_role(&Role { active: false, ..role(inactive) }).await.unwrap();
    let powerless = RoleId(1002);
    let mut granting = role(powerless);
    granting.permissions.remove(&Permission::LogInUsingAccessTokens);
    tx.add_role(&granting).await.unwrap();
    let empty = RoleId(14);
    let permissions = Default::default();
    tx.add_role(&Role { permissions, ..role(empty) }).await.unwrap();
    for role in [inactive, powerless, empty] {
        tx.assign_role(HOME, EntityId(1), role).await.unwrap();
    }
    tx.assign_role(HOME, EntityId(2), ROLE).await.unwrap();
    commit(tx).await;

    let told = world.facts().await;
    for fact in [
        fact_of_login(1, ROLE, Login::Allowed),
        fact_of_login(1, inactive, Login::RoleInactive),
        fact_of_login(1, powerless, Login::PermissionMissing),
        fact_of_login(1, empty, Login::PermissionMissing),
        fact_of_login(2, ROLE, Login::EntityInactive),
    ] {
        assert!(told.contains(&format!("{fact:?}")), "{fact:?}");
    }
    assert_eq!(told.iter().filter(|fact| fact.starts_with("Login")).count(), 5);
    let all =
        [role(ROLE), role(inactive), granting, Role { permissions: [].into(), ..role(empty) }];
    for role in &all {
        let fact = Fact::Role(RoleFact::from(role));
        assert!(told.contains(&format!("{fact:?}")), "{fact:?}");
    }
}

async fn what_few_tokens_have_is_told_of_each_that_has_it(world: World) {
    furnish(&world).await;
    let retiring = Some(RetiringSecret { secret: sealed(44), version: 8, until: at(99) });
    let addresses = Addresses::parse("192.0.2.0/24").ok();
    let lapsed = Some(Lapsed { at: at(66), why: Breach::Idle });
    let none = TokenLimits::default();
    for token in [
        AccessToken {
            limits: TokenLimits { expires_at: Some(at(77)), ..none.clone() },
            ..token(1)
        },
        AccessToken { limits: TokenLimits { addresses, ..none }, ..token(1) },
        AccessToken { lapsed, ..token(1) },
        AccessToken { retiring, ..token(1) },
    ] {
        let mut tx = world.change().await;
        tx.save_token(&token).await.unwrap();
        commit(tx).await;
        let told = facts(&token, &installation(1), Some(Login::Allowed));
        assert_eq!(world.facts().await, told);
    }
}

async fn a_load_is_of_one_moment(world: World) {
    furnish(&world).await;
    let snapshot = world.record.database().snapshot().await.unwrap();
    crate::accounts::find(&snapshot, &account(1).id).await.ok().unwrap();
    let mut tx = world.change().await;
    tx.add_account(&account(2)).await.unwrap();
    commit(tx).await;
    let found = crate::accounts::find(&snapshot, &account(2).id).await.ok().unwrap();
    assert!(found.is_none());
    drop(snapshot);
    assert_eq!(world.facts().await.len(), 7);
}

async fn a_damaged_row_is_named_by_its_kind(world: World) {
    furnish(&world).await;
    world.meddle("UPDATE installation SET state = 'gone-fishing'").await.unwrap();
    let damaged = Err(StoreFault::Damaged("an installation's state"));
    assert_eq!(world.record.load(&|_| {}).await, damaged);
}
