//! Keys that sign assertions.

use countersign_authority::{Series, Store, StoreFault};
use countersign_model::{AssertionKey, AssertionKeyNumber, AssertionKeys};
use countersign_verify::Fact;

use super::fixtures::{at, sealed};
use super::for_both;
use super::world::{World, commit};

for_both!(
    a_key_is_found_as_it_was_added,
    times_are_saved_and_nothing_else,
    a_removed_key_is_gone_and_its_number_is_not_given_again,
    all_keys_are_told_at_once,
    what_is_not_there_can_not_be_saved_or_removed,
);

fn key(number: u32) -> AssertionKey {
    AssertionKey {
        number: AssertionKeyNumber(number),
        public_key: [number as u8; 32],
        private_key: sealed(number),
        signs_from: at(600),
        until: None,
    }
}

async fn a_key_is_found_as_it_was_added(world: World) {
    let mut tx = world.change().await;
    assert!(tx.assertion_keys().await.unwrap().is_empty());
    let ending = AssertionKey { until: Some(at(1200)), ..key(1) };
    tx.add_assertion_key(&key(2)).await.unwrap();
    tx.add_assertion_key(&ending).await.unwrap();
    commit(tx).await;
    let mut tx = world.change().await;
    assert_eq!(tx.assertion_keys().await.unwrap(), [ending, key(2)]);
    let again = tx.add_assertion_key(&key(2)).await;
    assert!(matches!(again, Err(StoreFault::Taken(_))), "{again:?}");
}

async fn times_are_saved_and_nothing_else(world: World) {
    let mut tx = world.change().await;
    tx.add_assertion_key(&key(1)).await.unwrap();
    let changed = AssertionKey {
        public_key: [9; 32],
        private_key: sealed(9),
        signs_from: at(5),
        until: Some(at(6)),
        ..key(1)
    };
    tx.save_assertion_key(&changed).await.unwrap();
    let expected = AssertionKey { signs_from: at(5), until: Some(at(6)), ..key(1) };
    assert_eq!(tx.assertion_keys().await.unwrap(), [expected]);
    tx.save_assertion_key(&key(1)).await.unwrap();
    assert_eq!(tx.assertion_keys().await.unwrap(), [key(1)]);
}

async fn a_removed_key_is_gone_and_its_number_is_not_given_again(world: World) {
    let mut tx = world.change().await;
    let number = tx.next(Series::AssertionKeys).await.unwrap();
    tx.add_assertion_key(&key(number)).await.unwrap();
    tx.remove_assertion_key(AssertionKeyNumber(number)).await.unwrap();
    assert!(tx.assertion_keys().await.unwrap().is_empty());
    assert_eq!(tx.next(Series::AssertionKeys).await.unwrap(), number + 1);
}

async fn all_keys_are_told_at_once(world: World) {
    let mut tx = world.change().await;
    tx.add_assertion_key(&key(2)).await.unwrap();
    tx.add_assertion_key(&key(1)).await.unwrap();
    commit(tx).await;
    let fact = Fact::AssertionKeys(AssertionKeys::new(vec![key(1), key(2)]));
    assert_eq!(world.facts().await, [format!("{fact:?}")]);

    world.meddle("UPDATE assertion_key SET number = -1 WHERE number = 2").await.unwrap();
    let damaged = Err(StoreFault::Damaged("a number"));
    assert_eq!(world.record.load(&|_| {}).await, damaged);
}

async fn what_is_not_there_can_not_be_saved_or_removed(world: World) {
    let mut tx = world.change().await;
    assert_eq!(tx.save_assertion_key(&key(1)).await, Err(StoreFault::Gone));
    let removed = tx.remove_assertion_key(AssertionKeyNumber(1)).await;
    assert_eq!(removed, Err(StoreFault::Gone));
}
