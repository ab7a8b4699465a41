//! Environments: a copy has all that it should, and nothing else; former tokens and their links.

use countersign_authority::{Copied, FormerToken, Order, Pickup, Slice, Store, StoreFault};
use countersign_model::{
    Account, AccountId, AccountNumber, EntityId, Environment, EnvironmentKind, InstallationId,
    IntegrationId, Stamp, TokenNumber,
};

use super::fixtures::{
    HOME, ROLE, account, at, entity, installation, integration, link, role, stamp, token,
};
use super::for_both;
use super::furnishing::furnish_in;
use super::world::{World, commit};

for_both!(
    a_copy_has_production_s_rows_and_nothing_of_before,
    former_tokens_are_kept_without_those_that_were_revoked,
    a_link_is_found_until_its_end_or_another_takes_its_place,
    environments_are_those_of_their_production,
);

const THERE: AccountNumber = AccountNumber(2);
const ALL: Slice = Slice { after: None, most: 10, order: Order::OldestFirst };

fn environment() -> Account {
    let kind = EnvironmentKind::Sandbox;
    Account {
        id: AccountId::parse("1000001_SB1").unwrap(),
        environment: Some(Environment { kind, production: HOME, refreshed_at: Some(at(5)) }),
        ..account(2)
    }
}

/// Production as furnished; in the sandbox entity 9, a definition of its own, and tokens.
async fn furnish(world: &World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    tx.add_account(&environment()).await.unwrap();
    let there = |id| countersign_model::Entity { account: THERE, ..entity(id) };
    tx.add_entity(&there(1)).await.unwrap();
    tx.add_entity(&there(9)).await.unwrap();
    tx.add_role(&countersign_model::Role { account: THERE, ..role(ROLE) }).await.unwrap();
    assert!(tx.assign_role(THERE, EntityId(9), ROLE).await.unwrap());
    let own = countersign_model::Integration { owner: THERE, ..integration(2) };
    tx.add_integration(&own).await.unwrap();
    let installed = |id| countersign_model::Installation { account: THERE, ..installation(id) };
    tx.add_installation(&installed(1)).await.unwrap();
    tx.add_installation(&installed(2)).await.unwrap();
    for (number, entity) in [(2, 9), (3, 1)] {
        let token = countersign_model::AccessToken {
            account: THERE,
            entity: EntityId(entity),
            ..token(number)
        };
        tx.add_token(&token).await.unwrap();
    }
    let revoked = token(4).revoke(stamp(3)).unwrap();
    let revoked = countersign_model::AccessToken { account: THERE, ..revoked };
    tx.add_token(&revoked).await.unwrap();
    tx.add_link(&countersign_authority::Link { account: THERE, ..link(7) }).await.unwrap();
    commit(tx).await;
}

async fn refresh(world: &World) -> Copied {
    let mut tx = world.change().await;
    let copied = tx.copy_production(HOME, THERE, stamp(20)).await.unwrap();
    commit(tx).await;
    copied
}

async fn a_copy_has_production_s_rows_and_nothing_of_before(world: World) {
    furnish(&world).await;
    let copied = refresh(&world).await;
    let deleted = vec![IntegrationId(2)];
    let expected = Copied { entities: 1, roles: 1, integrations: 1, tokens: 2, deleted };
    assert_eq!(copied, expected);

    let mut look = world.record.look().await.unwrap();
    let original = look.entity(HOME, EntityId(1)).await.unwrap().unwrap();
    let copy = look.entity(THERE, EntityId(1)).await.unwrap().unwrap();
    assert!(copy.version > original.version, "newer than what was there");
    assert_eq!((copy.name, copy.email), (original.name, original.email));
    assert!(look.entity(THERE, EntityId(9)).await.unwrap().is_none());
    let original = look.role(HOME, ROLE).await.unwrap().unwrap();
    let copy = look.role(THERE, ROLE).await.unwrap().unwrap();
    assert_eq!((copy.name, copy.permissions), (original.name, original.permissions));
    assert_eq!(look.roles_of(THERE, EntityId(1)).await.unwrap(), [ROLE]);
    assert!(look.integration(IntegrationId(2)).await.unwrap().is_none());
    let installed = look.installation(THERE, InstallationId(1)).await.unwrap().unwrap();
    assert_eq!(installed.integration, IntegrationId(1));
    assert!(look.token(HOME, TokenNumber(1)).await.unwrap().is_some());
    for number in 1..=4 {
        assert!(look.token(THERE, TokenNumber(number)).await.unwrap().is_none());
    }
    assert_eq!(look.link(&[7; 32], at(1)).await.unwrap(), None);
    // The facts of the one account are those that a start would tell of it.
    let mut facts: Vec<_> =
        look.facts_of(THERE).await.unwrap().iter().map(|fact| format!("{fact:?}")).collect();
    facts.sort();
    let all = world.facts().await;
    let of_it = |fact: &&String| {
        fact.contains("account: AccountNumber(2)") || fact.contains("number: AccountNumber(2)")
    };
    let told: Vec<_> = all.iter().filter(of_it).cloned().collect();
    assert_eq!(facts, told);
    assert_eq!(facts.len(), 4);
}

async fn former_tokens_are_kept_without_those_that_were_revoked(world: World) {
    furnish(&world).await;
    refresh(&world).await;
    // Nothing to be added: what was kept stays.
    assert_eq!(refresh(&world).await.tokens, 0);
    let mut look = world.record.look().await.unwrap();
    let part = look.former_tokens(THERE, ALL).await.unwrap();
    let numbers: Vec<_> = part.rows.iter().map(|token| token.number.0).collect();
    assert_eq!((numbers, part.more), (vec![2, 3], false));
    let first = look.former_token(THERE, TokenNumber(2)).await.unwrap().unwrap();
    let expected = FormerToken {
        account: THERE,
        number: TokenNumber(2),
        name: token(2).name,
        integration: IntegrationId(1),
        integration_name: installation(1).name,
        entity: EntityId(9),
        entity_email: entity(9).email,
        role: ROLE,
        role_name: role(ROLE).name,
        limits: token(2).limits,
        ended_at: at(20),
        pickup: None,
    };
    assert_eq!(first, expected);
    let slice = Slice { after: Some(2), ..ALL };
    assert_eq!(look.former_tokens(THERE, slice).await.unwrap().rows.len(), 1);
    assert!(look.former_tokens(HOME, ALL).await.unwrap().rows.is_empty());

    let mut tx = world.change().await;
    tx.remove_former_token(THERE, TokenNumber(2)).await.unwrap();
    assert_eq!(tx.remove_former_token(THERE, TokenNumber(2)).await, Err(StoreFault::Gone));
}

async fn a_link_is_found_until_its_end_or_another_takes_its_place(world: World) {
    furnish(&world).await;
    refresh(&world).await;
    let by = countersign_model::Actor::LocalUser(7);
    let pickup = |digest: u8| Pickup {
        digest: [digest; 32],
        expires: at(100),
        made: Stamp { at: at(30), by },
    };
    let number = TokenNumber(2);
    let mut tx = world.change().await;
    tx.save_pickup(THERE, number, Some(&pickup(1))).await.unwrap();
    let found = tx.former_token_of_link(&[1; 32], at(99)).await.unwrap().unwrap();
    assert_eq!((found.number, found.pickup), (number, Some(pickup(1))));
    assert_eq!(tx.former_token_of_link(&[1; 32], at(100)).await.unwrap(), None);
    assert_eq!(tx.former_token_of_link(&[9; 32], at(99)).await.unwrap(), None);
    tx.save_pickup(THERE, number, Some(&pickup(2))).await.unwrap();
    assert_eq!(tx.former_token_of_link(&[1; 32], at(99)).await.unwrap(), None);
    assert!(tx.former_token_of_link(&[2; 32], at(99)).await.unwrap().is_some());
    let gone = tx.save_pickup(THERE, TokenNumber(8), Some(&pickup(3))).await;
    assert_eq!(gone, Err(StoreFault::Gone));
    commit(tx).await;
    refresh(&world).await;
    let mut look = world.record.look().await.unwrap();
    assert_eq!(look.former_token_of_link(&[2; 32], at(99)).await.unwrap(), None);
    assert!(look.former_token(THERE, number).await.unwrap().is_some());
}

async fn environments_are_those_of_their_production(world: World) {
    let mut tx = world.change().await;
    tx.add_account(&account(1)).await.unwrap();
    tx.add_account(&environment()).await.unwrap();
    tx.add_account(&account(3)).await.unwrap();
    let part = tx.environments(HOME, ALL).await.unwrap();
    let found: Vec<_> = part.rows.iter().map(|it| (it.number, it.environment)).collect();
    assert_eq!(found, [(THERE, environment().environment)]);
    assert!(tx.environments(THERE, ALL).await.unwrap().rows.is_empty());
    let found = tx.account_of(AccountNumber(3)).await.unwrap().unwrap();
    assert_eq!(found.environment, None);
    let never = Environment { refreshed_at: None, ..environment().environment.unwrap() };
    tx.save_account(&Account { environment: Some(never), ..environment() }).await.unwrap();
    let found = tx.account_of(THERE).await.unwrap().unwrap();
    assert_eq!(found.environment, Some(never));
}
