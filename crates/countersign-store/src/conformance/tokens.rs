//! Access tokens, data keys, and the evidence of a wrong signature.

use countersign_authority::{
    Act, Event, Order, Slice, StateFilter, Store, StoreFault, TokenFilter, Unique, WrappedDataKey,
};
use countersign_model::{
    AccessToken, Account, AccountNumber, Actor, Addresses, Breach, EntityId, InstallationId,
    Lapsed, RetiringSecret, Revoked, Stamp, TokenHistory, TokenLimits, TokenNumber, TokenPolicy,
    TokenState,
};
use countersign_verify::{Fact, TokenFact};

use super::fixtures::{HOME, ROLE, account, at, event, sealed, stamp, token};
use super::for_both;
use super::furnishing::{furnish, furnish_in};
use super::world::{World, commit};
use crate::schema::record::m008;

for_both!(
    a_token_is_found_as_it_was,
    every_state_of_a_token_is_saved,
    all_that_can_change_of_a_token_is_saved,
    tokens_are_listed_by_every_filter_and_counted,
    dormant_tokens_are_those_that_something_is_in_the_way_of,
    a_secret_that_has_retired_is_erased,
    an_account_is_saved_and_listed,
    older_tokens_know_from_the_trail_when_and_by_whom_they_were_made,
    a_token_that_is_gone_is_not_saved,
    a_token_id_names_one_token,
    data_keys_are_kept_in_order,
    seals_are_counted_one_by_one,
);

async fn a_token_is_found_as_it_was(world: World) {
    furnish(&world).await;
    let mut tx = world.change().await;
    let found = tx.token(HOME, TokenNumber(1)).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{:?}", token(1)));
    assert!(tx.token(HOME, TokenNumber(2)).await.unwrap().is_none());
    assert!(tx.token(AccountNumber(2), TokenNumber(1)).await.unwrap().is_none());
}

async fn every_state_of_a_token_is_saved(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    let revoked = TokenState::Revoked(Revoked { at: at(12) });
    for state in [TokenState::Inactive, TokenState::Active, revoked] {
        tx.save_token(&AccessToken { state, ..token(1) }).await.unwrap();
        let found = tx.token(HOME, TokenNumber(1)).await.unwrap().unwrap();
        assert_eq!(found.state, state);
    }
}

async fn all_that_can_change_of_a_token_is_saved(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    let changed = AccessToken {
        token_secret: sealed(55),
        secret_version: 9,
        retiring: Some(RetiringSecret { secret: sealed(44), version: 8, until: at(99) }),
        name: "Straße_%".to_owned(),
        limits: TokenLimits {
            expires_at: Some(at(77)),
            idle_days: Some(30),
            addresses: Addresses::parse("192.0.2.0/24, 2001:db8::/32").ok(),
        },
        lapsed: Some(Lapsed { at: at(66), why: Breach::Idle }),
        history: TokenHistory { changed: stamp(5), secret_since: at(6), ..token(1).history },
        ..token(1)
    };
    tx.save_token(&changed).await.unwrap();
    let found = tx.token(HOME, TokenNumber(1)).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{changed:?}"));
    commit(tx).await;
    let fact = format!("{:?}", Fact::Token(TokenFact::from(&changed)));
    assert!(world.facts().await.contains(&fact));
}

async fn numbers(world: &World, filter: TokenFilter, order: Order) -> Vec<u32> {
    let mut record = world.record.look().await.unwrap();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let slice = Slice { after, most: 2, order };
        let part = record.tokens(HOME, &filter, slice).await.unwrap();
        found.extend(part.rows.iter().map(|token| token.number.0));
        after = part.next;
        if after.is_none() {
            let counted = record.count_tokens(HOME, &filter).await.unwrap();
            assert_eq!(counted, found.len() as u64, "{filter:?}");
            return found;
        }
    }
}

async fn tokens_are_listed_by_every_filter_and_counted(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    let revoked = TokenState::Revoked(Revoked { at: at(12) });
    let history = TokenHistory::begins(stamp(100));
    let limits = TokenLimits { expires_at: Some(at(50)), idle_days: Some(1), addresses: None };
    for token in [
        AccessToken { state: TokenState::Inactive, ..token(2) },
        AccessToken { state: revoked, name: "An Odd\\ONE 100%".to_owned(), ..token(3) },
        AccessToken { history, limits, ..token(4) },
    ] {
        tx.add_token(&token).await.unwrap();
    }
    commit(tx).await;
    let none = TokenFilter::default;
    let state = |state| TokenFilter { state: Some(state), ..none() };
    let text = |text: &str| TokenFilter { text: Some(text.to_owned()), ..none() };
    for (filter, expected) in [
        (none(), &[1, 2, 3, 4][..]),
        (state(StateFilter::Active), &[1, 4]),
        (state(StateFilter::Inactive), &[2]),
        (state(StateFilter::Revoked), &[3]),
        (state(StateFilter::NotRevoked), &[1, 2, 4]),
        (TokenFilter { entity: Some(EntityId(1)), ..state(StateFilter::Revoked) }, &[3]),
        (TokenFilter { role: Some(ROLE), ..none() }, &[1, 2, 3, 4]),
        (TokenFilter { role: Some(ROLE), entity: Some(EntityId(2)), ..none() }, &[]),
        (
            TokenFilter { installation: Some(InstallationId(1)), role: Some(ROLE), ..none() },
            &[1, 2, 3, 4],
        ),
        (text("TOKEN"), &[1, 2, 4]),
        (text("oken 4"), &[4]),
        (text("odd\\one"), &[3]),
        (text("100%"), &[3]),
        (text("1_0"), &[]),
        (TokenFilter { created_from: Some(at(100)), ..none() }, &[4]),
        (TokenFilter { created_before: Some(at(100)), ..none() }, &[1, 2, 3]),
        (TokenFilter { revoked_from: Some(at(12)), ..none() }, &[3]),
        (TokenFilter { revoked_before: Some(at(12)), ..none() }, &[]),
        (TokenFilter { expiring_before: Some(at(51)), ..none() }, &[4]),
        (TokenFilter { secret_before: Some(at(100)), ..none() }, &[1, 2, 3]),
        (TokenFilter { awake_before: Some(at(101)), ..none() }, &[1, 2, 3, 4]),
        (TokenFilter { has_idle_days: true, ..none() }, &[4]),
        (TokenFilter { not_ended: Some(at(49)), ..none() }, &[1, 2, 3, 4]),
        (TokenFilter { not_ended: Some(at(50)), ..none() }, &[1, 2, 3]),
    ] {
        assert_eq!(
            numbers(&world, filter.clone(), Order::OldestFirst).await,
            expected,
            "{filter:?}"
        );
        let mut reversed = expected.to_vec();
        reversed.reverse();
        assert_eq!(numbers(&world, filter, Order::NewestFirst).await, reversed);
    }
}

async fn dormant_tokens_are_those_that_something_is_in_the_way_of(world: World) {
    furnish(&world).await;
    let dormant = async |second| {
        let filter = TokenFilter { dormant: Some(at(second)), ..TokenFilter::default() };
        numbers(&world, filter, Order::OldestFirst).await
    };
    assert!(dormant(1).await.is_empty());
    for (there, back) in [
        (
            "UPDATE account SET token_based_authentication = FALSE",
            "UPDATE account SET token_based_authentication = TRUE",
        ),
        ("UPDATE installation SET state = 'blocked'", "UPDATE installation SET state = 'enabled'"),
        ("UPDATE integration SET token_based = FALSE", "UPDATE integration SET token_based = TRUE"),
        ("UPDATE entity SET active = FALSE", "UPDATE entity SET active = TRUE"),
        ("UPDATE \"role\" SET active = FALSE", "UPDATE \"role\" SET active = TRUE"),
        (
            "DELETE FROM entity_role",
            "INSERT INTO entity_role (account, entity, role) VALUES (1, 1, 1000)",
        ),
        (
            "UPDATE access_token SET expires_at_ms = 9000",
            "UPDATE access_token SET expires_at_ms = NULL",
        ),
        ("DELETE FROM role_permission", ""),
    ] {
        world.meddle(there).await.unwrap();
        assert_eq!(dormant(9).await, [1], "{there}");
        if !back.is_empty() {
            world.meddle(back).await.unwrap();
            assert!(dormant(9).await.is_empty(), "{back}");
        }
    }
    world.meddle("UPDATE access_token SET state = 'inactive'").await.unwrap();
    assert!(dormant(9).await.is_empty(), "it is not active");
}

async fn a_secret_that_has_retired_is_erased(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    let retiring = Some(RetiringSecret { secret: sealed(44), version: 8, until: at(99) });
    tx.save_token(&AccessToken { retiring, ..token(1) }).await.unwrap();
    commit(tx).await;
    assert_eq!(world.record.erase_retired_secrets(at(98)).await, Ok(0));
    assert_eq!(world.record.erase_retired_secrets(at(99)).await, Ok(1));
    let mut record = world.record.look().await.unwrap();
    let found = record.token(HOME, TokenNumber(1)).await.unwrap().unwrap();
    assert_eq!((found.retiring, found.version), (None, token(1).version));
}

async fn an_account_is_saved_and_listed(world: World) {
    let policy = TokenPolicy {
        max_age_days: Some(1),
        max_idle_days: Some(2),
        warn_from: Some(at(3)),
        block_from: Some(at(4)),
        revoke_from: Some(at(5)),
    };
    let mut tx = world.change().await;
    tx.add_account(&account(2)).await.unwrap();
    tx.add_account(&account(1)).await.unwrap();
    let changed = Account {
        name: "Other".to_owned(),
        token_based_authentication: false,
        policy,
        warned_at: Some(at(6)),
        ..account(2)
    };
    tx.save_account(&changed).await.unwrap();
    assert_eq!(tx.save_account(&account(3)).await, Err(StoreFault::Gone));
    let found = tx.account_of(AccountNumber(2)).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{changed:?}"));
    let all: Vec<_> = tx.accounts().await.unwrap().iter().map(|it| it.number.0).collect();
    assert_eq!(all, [1, 2]);
}

async fn older_tokens_know_from_the_trail_when_and_by_whom_they_were_made(world: World) {
    furnish(&world).await;
    let tx = world.change().await;
    let of =
        |token| Act::TokenCreated { token, name: "t".into(), installation: 1, entity: 1, role: 3 };
    let made = Event { at: at(70), actor: Actor::LocalUser(77), ..event() };
    tx.commit(&Event { act: of(1), ..made.clone() }).await.unwrap();
    let tx = world.change().await;
    tx.commit(&Event { at: at(80), act: of(2), ..made }).await.unwrap();
    // As the columns begin.
    world
        .meddle("UPDATE access_token SET created_at_ms = 0, created_by = 'schedule'")
        .await
        .unwrap();
    let backend = world.record.database().writer().get_database_backend();
    assert_eq!(world.meddle(&m008::made(backend)).await.unwrap(), 1);
    let mut record = world.record.look().await.unwrap();
    let found = record.token(HOME, TokenNumber(1)).await.unwrap().unwrap();
    let by = Stamp { at: at(70), by: Actor::LocalUser(77) };
    assert_eq!(found.history, TokenHistory::begins(by));
}

async fn a_token_that_is_gone_is_not_saved(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    assert_eq!(tx.save_token(&token(2)).await, Err(StoreFault::Gone));
}

async fn a_token_id_names_one_token(world: World) {
    furnish(&world).await;
    let same_id = AccessToken { number: TokenNumber(2), ..token(1) };
    let taken = world.change().await.add_token(&same_id).await;
    assert_eq!(taken, Err(StoreFault::Taken(Unique::Key)));
}

async fn data_keys_are_kept_in_order(world: World) {
    let key = |number: u32| WrappedDataKey { number, wrapped: vec![number as u8; 60] };
    let mut tx = world.change().await;
    for number in [2, 1, 3] {
        tx.add_data_key(&key(number)).await.unwrap();
    }
    commit(tx).await;
    assert_eq!(world.record.data_keys().await.unwrap(), [key(1), key(2), key(3)]);
    let taken = world.change().await.add_data_key(&key(3)).await;
    assert_eq!(taken, Err(StoreFault::Taken(Unique::Key)));
}

async fn seals_are_counted_one_by_one(world: World) {
    for number in [1, 2] {
        let mut tx = world.change().await;
        tx.add_data_key(&WrappedDataKey { number, wrapped: vec![0; 60] }).await.unwrap();
        commit(tx).await;
    }
    for count in 1..=3 {
        let mut tx = world.change().await;
        assert_eq!(tx.count_seal(1).await, Ok(count));
        commit(tx).await;
    }
    let mut tx = world.change().await;
    assert_eq!(tx.count_seal(2).await, Ok(1));
    assert_eq!(tx.count_seal(3).await, Err(StoreFault::Gone));
}
