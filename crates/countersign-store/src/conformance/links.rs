//! One-time links.

use countersign_authority::Store;

use super::fixtures::{at, link};
use super::for_both;
use super::furnishing::furnish_in;
use super::world::{World, commit};

for_both!(
    a_link_works_once,
    a_link_works_until_it_expires,
    an_unknown_link_is_nobodys,
    whose_a_link_is_can_be_asked_while_a_change_is_under_way,
);

async fn a_link_works_once(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    tx.add_link(&link(1)).await.unwrap();
    tx.add_link(&link(2)).await.unwrap();
    commit(tx).await;

    let mut tx = world.change().await;
    assert_eq!(tx.link(&[1; 32], at(50)).await.unwrap(), Some(link(1)));
    assert!(tx.use_link(&[1; 32], at(50)).await.unwrap());
    assert!(!tx.use_link(&[1; 32], at(51)).await.unwrap());
    assert_eq!(tx.link(&[1; 32], at(51)).await.unwrap(), None);
    assert_eq!(tx.link(&[2; 32], at(51)).await.unwrap(), Some(link(2)));
}

async fn a_link_works_until_it_expires(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    tx.add_link(&link(1)).await.unwrap();
    assert_eq!(tx.link(&[1; 32], at(99)).await.unwrap(), Some(link(1)));
    assert_eq!(tx.link(&[1; 32], at(100)).await.unwrap(), None);
    assert!(!tx.use_link(&[1; 32], at(100)).await.unwrap());
}

async fn an_unknown_link_is_nobodys(world: World) {
    let mut tx = world.change().await;
    assert_eq!(tx.link(&[9; 32], at(1)).await.unwrap(), None);
    assert!(!tx.use_link(&[9; 32], at(1)).await.unwrap());
}

async fn whose_a_link_is_can_be_asked_while_a_change_is_under_way(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    tx.add_link(&link(1)).await.unwrap();
    commit(tx).await;

    let mut under_way = world.change().await;
    assert!(under_way.use_link(&[1; 32], at(50)).await.unwrap());
    let find =
        async |digest, now| world.record.look().await.unwrap().link(digest, at(now)).await.unwrap();
    assert!(find(&[1; 32], 50).await.is_some());
    assert_eq!(find(&[1; 32], 100).await, None);
    assert_eq!(find(&[9; 32], 50).await, None);
    commit(under_way).await;
    assert_eq!(find(&[1; 32], 50).await, None);
}
