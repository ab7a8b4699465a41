//! Whose a refusal is, what explains it, and what is kept of a secret that was reset.

use countersign_authority::{Act, Event, Evidence, NamedRows, Owner, Store, StoreFault};
use countersign_model::{
    AccessToken, AccountNumber, Actor, Binding, ConsumerKey, EntityId, InstallationId, Integration,
    IntegrationId, Means, Pair, PreviousSecret, RetiringPair, Revoked, RoleId, SecretKind,
    SessionNumber, TokenId, TokenNumber, TokenState,
};

use super::fixtures::{
    HOME, account, at, entity, event, installation, integration, sealed, stamp, token,
};
use super::for_both;
use super::furnishing::furnish;
use super::world::{World, commit};

for_both!(
    the_evidence_of_a_token_is_its_pair_and_its_entity,
    a_strangers_integration_is_no_evidence,
    without_a_token_the_account_that_owns_the_key_is_told,
    what_is_unknown_is_nobodys,
    other_tokens_are_active_ones_of_the_same_entity_newest_first_and_sixteen,
    a_pair_that_is_saved_replaces_the_old_one_and_keeps_its_secret_for_a_while,
    a_secret_from_before_a_reset_is_never_evidence_for_a_revoked_token,
    who_revoked_a_token_is_known_from_the_trail,
    what_is_kept_of_an_older_reset_goes_with_the_next,
    a_pair_of_an_integration_that_is_gone_is_not_saved,
    a_change_that_is_dropped_leaves_the_pair_as_it_was,
    a_retiring_pair_is_evidence_where_its_key_was_named_and_else_the_one_before,
    who_deleted_an_integration_revoked_its_tokens,
);

const OWN: Owner = Owner::Entity { account: HOME, entity: EntityId(1) };

fn named(integration: Option<u32>, token: Option<u32>) -> NamedRows {
    NamedRows {
        integration: integration.map(IntegrationId),
        pair: Pair::Current,
        installation: None,
        token: token.map(|number| (HOME, TokenNumber(number))),
    }
}

async fn evidence(world: &World, named: NamedRows) -> Evidence {
    world.record.evidence(named, at(50)).await.unwrap()
}

fn is_empty(evidence: &Evidence) -> bool {
    evidence.pair.is_none() && evidence.previous.is_none() && evidence.other_tokens.is_empty()
}

/// Resets integration 1, and keeps its secret until `until`.
async fn reset(world: &World, version: u32, until: i64) {
    let secret = sealed(200 + version);
    let previous = PreviousSecret { secret, version, until: at(until) };
    let new = Integration {
        consumer_key: ConsumerKey::from_bytes([200 + version as u8; 32]),
        consumer_secret: sealed(version + 1),
        secret_version: version + 1,
        ..integration(1)
    };
    let mut tx = world.change().await;
    tx.save_consumer_pair(&new).await.unwrap();
    tx.save_previous_secret(new.id, Some(&previous)).await.unwrap();
    commit(tx).await;
}

async fn the_evidence_of_a_token_is_its_pair_and_its_entity(world: World) {
    furnish(&world).await;
    // A replayed request, or an unknown consumer key, does not name the integration.
    for integration in [Some(1), None] {
        let found = evidence(&world, named(integration, Some(1))).await;
        assert_eq!(found.owner, OWN);
        let pair = found.pair.unwrap();
        let consumer = Binding { kind: SecretKind::Consumer, row: 1, version: 3 };
        assert_eq!(pair.consumer, (sealed(1), consumer));
        assert_eq!(pair.token, (sealed(101), AccessToken::binding(HOME, TokenNumber(1), 2)));
        assert!(found.previous.is_none() && found.other_tokens.is_empty());
    }
}

async fn a_strangers_integration_is_no_evidence(world: World) {
    furnish(&world).await;
    let mut tx = world.change().await;
    tx.add_account(&account(2)).await.unwrap();
    let foreign = Integration { owner: AccountNumber(2), ..integration(2) };
    tx.add_integration(&foreign).await.unwrap();
    commit(tx).await;
    for integration in [2, 99] {
        let found = evidence(&world, named(Some(integration), Some(1))).await;
        assert_eq!(found.owner, OWN);
        assert!(is_empty(&found), "{found:?}");
    }
}

async fn without_a_token_the_account_that_owns_the_key_is_told(world: World) {
    furnish(&world).await;
    let by_installation =
        NamedRows { installation: Some((HOME, InstallationId(1))), ..NamedRows::default() };
    for named in [named(Some(1), None), named(Some(1), Some(9)), by_installation] {
        let found = evidence(&world, named).await;
        assert_eq!(found.owner, Owner::Account(HOME));
        assert!(is_empty(&found), "{found:?}");
    }
}

async fn what_is_unknown_is_nobodys(world: World) {
    furnish(&world).await;
    let elsewhere =
        NamedRows { token: Some((AccountNumber(2), TokenNumber(1))), ..NamedRows::default() };
    let not_installed = NamedRows {
        installation: Some((AccountNumber(2), InstallationId(1))),
        ..NamedRows::default()
    };
    for named in [NamedRows::default(), named(Some(9), None), elsewhere, not_installed] {
        let found = evidence(&world, named).await;
        assert_eq!(found.owner, Owner::Nobody);
        assert!(is_empty(&found));
    }
}

async fn other_tokens_are_active_ones_of_the_same_entity_newest_first_and_sixteen(world: World) {
    furnish(&world).await;
    let mut tx = world.change().await;
    tx.add_entity(&entity(2)).await.unwrap();
    tx.add_integration(&integration(2)).await.unwrap();
    tx.add_installation(&installation(2)).await.unwrap();
    for number in 2..=20 {
        tx.add_token(&token(number)).await.unwrap();
    }
    let revoked = TokenState::Revoked(Revoked { at: at(1) });
    for (number, odd) in [
        (21, AccessToken { entity: EntityId(2), ..token(21) }),
        (22, AccessToken { installation: InstallationId(2), ..token(22) }),
        (23, AccessToken { state: TokenState::Inactive, ..token(23) }),
        (24, AccessToken { state: revoked, ..token(24) }),
    ] {
        tx.add_token(&AccessToken { token_id: TokenId::from_bytes([number; 32]), ..odd })
            .await
            .unwrap();
    }
    commit(tx).await;
    let found = evidence(&world, named(Some(1), Some(19))).await;
    let expected: Vec<_> = (4..=20)
        .rev()
        .filter(|number| *number != 19)
        .map(|number| (sealed(100 + number), AccessToken::binding(HOME, TokenNumber(number), 2)))
        .collect();
    assert_eq!(found.other_tokens, expected);
}

async fn a_pair_that_is_saved_replaces_the_old_one_and_keeps_its_secret_for_a_while(world: World) {
    furnish(&world).await;
    reset(&world, 3, 51).await;
    let found = evidence(&world, named(Some(1), Some(1))).await;
    assert_eq!(
        found.pair.unwrap().consumer,
        (sealed(4), Integration::binding(IntegrationId(1), 4))
    );
    let previous = Integration::previous_binding(IntegrationId(1), 3);
    assert_eq!(found.previous, Some((sealed(203), previous)));
    let mut tx = world.change().await;
    let saved = tx.integration(IntegrationId(1)).await.unwrap().unwrap();
    assert_eq!(saved.consumer_key, ConsumerKey::from_bytes([203; 32]));
    drop(tx);

    assert_eq!(world.record.erase_previous_secrets(at(50)).await, Ok(0));
    let late = world.record.evidence(named(Some(1), Some(1)), at(51)).await.unwrap();
    assert!(late.previous.is_none());
    assert_eq!(world.record.erase_previous_secrets(at(51)).await, Ok(1));
    assert!(evidence(&world, named(Some(1), Some(1))).await.previous.is_none());
}

async fn a_secret_from_before_a_reset_is_never_evidence_for_a_revoked_token(world: World) {
    furnish(&world).await;
    reset(&world, 3, 1000).await;
    let mut tx = world.change().await;
    tx.save_token(&token(1).revoke(stamp(2)).unwrap()).await.unwrap();
    commit(tx).await;
    assert!(evidence(&world, named(Some(1), Some(1))).await.previous.is_none());
}

async fn who_revoked_a_token_is_known_from_the_trail(world: World) {
    furnish(&world).await;
    let by = async || evidence(&world, named(Some(1), Some(1))).await.revoked_by;
    assert_eq!(by().await, None);
    let mut tx = world.change().await;
    tx.save_token(&token(1).revoke(stamp(2)).unwrap()).await.unwrap();
    let event = |token, second, entity| Event {
        at: at(second),
        actor: Actor::Entity {
            entity: EntityId(entity),
            by: Means::Session(RoleId(3), SessionNumber(1)),
        },
        act: Act::TokenRevoked { token },
        ..event()
    };
    tx.commit(&event(2, 2, 3)).await.unwrap();
    assert_eq!(by().await, None, "another token's revocation is not this one's");
    world.change().await.commit(&event(1, 3, 4)).await.unwrap();
    assert_eq!(
        by().await,
        Some(Actor::Entity {
            entity: EntityId(4),
            by: Means::Session(RoleId(3), SessionNumber(1))
        })
    );
}

async fn what_is_kept_of_an_older_reset_goes_with_the_next(world: World) {
    furnish(&world).await;
    reset(&world, 3, 1000).await;
    reset(&world, 4, 1000).await;
    let found = evidence(&world, named(Some(1), Some(1))).await;
    let binding = Integration::previous_binding(IntegrationId(1), 4);
    assert_eq!(found.previous, Some((sealed(204), binding)));
    let mut tx = world.change().await;
    tx.save_previous_secret(IntegrationId(1), None).await.unwrap();
    commit(tx).await;
    assert!(evidence(&world, named(Some(1), Some(1))).await.previous.is_none());
}

async fn a_pair_of_an_integration_that_is_gone_is_not_saved(world: World) {
    furnish(&world).await;
    let saved = world.change().await.save_consumer_pair(&integration(2)).await;
    assert_eq!(saved, Err(StoreFault::Gone));
}

async fn a_change_that_is_dropped_leaves_the_pair_as_it_was(world: World) {
    furnish(&world).await;
    let mut tx = world.change().await;
    let new = Integration { secret_version: 9, ..integration(1) };
    let previous = PreviousSecret { secret: sealed(1), version: 3, until: at(1000) };
    tx.save_consumer_pair(&new).await.unwrap();
    tx.save_previous_secret(new.id, Some(&previous)).await.unwrap();
    drop(tx);
    let found = evidence(&world, named(Some(1), Some(1))).await;
    assert_eq!(found.pair.unwrap().consumer.1.version, 3);
    assert!(found.previous.is_none());
}

async fn a_retiring_pair_is_evidence_where_its_key_was_named_and_else_the_one_before(world: World) {
    furnish(&world).await;
    reset(&world, 3, 1000).await;
    let retiring = RetiringPair {
        consumer_key: ConsumerKey::from_bytes([9; 32]),
        secret: sealed(9),
        version: 8,
        until: at(60),
    };
    let mut tx = world.change().await;
    tx.save_retiring_pair(IntegrationId(1), Some(&retiring)).await.unwrap();
    commit(tx).await;
    let old = Integration::retiring_binding(IntegrationId(1), 8);
    let oldest = Integration::previous_binding(IntegrationId(1), 3);

    let found = evidence(&world, named(Some(1), Some(1))).await;
    assert_eq!(found.pair.unwrap().consumer.1, Integration::binding(IntegrationId(1), 4));
    assert_eq!(found.previous, Some((sealed(9), old)));
    let by_old_key = NamedRows { pair: Pair::Retiring, ..named(Some(1), Some(1)) };
    let found = evidence(&world, by_old_key).await;
    assert_eq!(found.pair.unwrap().consumer, (sealed(9), old));
    assert_eq!(found.previous, Some((sealed(203), oldest)));
}

async fn who_deleted_an_integration_revoked_its_tokens(world: World) {
    furnish(&world).await;
    let mut tx = world.change().await;
    assert_eq!(tx.delete_integration(IntegrationId(1), stamp(2)).await, Ok(1));
    let by = Actor::LocalUser(7);
    let act = Act::IntegrationDeleted { installation: 1, name: "x".to_owned(), tokens: 1 };
    tx.commit(&Event { at: at(2), actor: by, act, ..event() }).await.unwrap();
    let found = evidence(&world, named(Some(1), Some(1))).await;
    assert_eq!((found.owner, found.revoked_by), (OWN, Some(by)));
    assert!(found.pair.is_none() && found.previous.is_none(), "its secrets are erased");
}
