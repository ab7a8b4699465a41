//! Access tokens, data keys, and the evidence of a wrong signature.

use countersign_authority::{Store, StoreFault, Unique, WrappedDataKey};
use countersign_model::{AccessToken, AccountNumber, Revoked, TokenNumber, TokenState};

use super::fixtures::{HOME, at, token};
use super::for_both;
use super::furnishing::{furnish, furnish_in};
use super::world::{World, commit};

for_both!(
    a_token_is_found_as_it_was,
    every_state_of_a_token_is_saved,
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
