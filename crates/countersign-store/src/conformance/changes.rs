//! Changes: one at a time, whole or not at all, numbered without gaps.

use std::sync::Arc;
use std::time::Duration;

use countersign_authority::{Act, ChangeNumber, Event, Series, Store, StoreFault};
use countersign_model::{AccountNumber, Actor, EntityId, Means, RoleId, SessionNumber};
use sea_orm::{EntityTrait, QueryOrder};

use super::fixtures::{HOME, account, at, entity, event};
use super::for_both;
use super::world::{World, commit, facts_of};
use crate::changes;

for_both!(
    a_dropped_change_leaves_nothing_and_the_next_one_can_begin,
    nothing_is_visible_before_the_commit,
    numbers_have_no_gaps_whoever_gives_up,
    a_second_process_waits_for_its_turn,
    a_change_that_has_failed_can_only_be_given_up,
    what_is_gone_or_refused_by_us_does_not_spoil_a_change,
    the_event_stands_under_the_number_of_its_change,
    a_change_that_is_cancelled_halfway_leaves_nothing,
    a_series_starts_where_it_should_and_never_repeats,
    a_number_that_was_rolled_back_is_given_again,
    a_change_that_was_made_is_known_by_its_number,
);

async fn a_dropped_change_leaves_nothing_and_the_next_one_can_begin(world: World) {
    let mut tx = world.change().await;
    tx.add_account(&account(1)).await.unwrap();
    drop(tx);

    let mut tx = world.change().await;
    assert!(tx.account(&account(1).id).await.unwrap().is_none());
    tx.add_account(&account(1)).await.unwrap();
    assert_eq!(commit(tx).await, 1);
}

async fn nothing_is_visible_before_the_commit(world: World) {
    let other = world.second_record().await.unwrap();
    let mut tx = world.change().await;
    tx.add_account(&account(1)).await.unwrap();
    assert_eq!(facts_of(&other).await.len(), 0);
    assert_eq!(world.facts().await.len(), 0);
    commit(tx).await;
    assert_eq!(facts_of(&other).await.len(), 1);
    assert_eq!(world.facts().await.len(), 1);
}

async fn numbers_have_no_gaps_whoever_gives_up(world: World) {
    let world = Arc::new(world);
    let tasks: Vec<_> = (0..16_u32)
        .map(|task| {
            let world = Arc::clone(&world);
            tokio::spawn(async move {
                let mut numbers = Vec::new();
                for turn in 0..12_u32 {
                    let mut tx = world.change().await;
                    tx.add_account(&account(task * 100 + turn)).await.unwrap();
                    if (task + turn) % 5 == 0 {
                        drop(tx);
                    } else {
                        numbers.push(commit(tx).await);
                    }
                    world.record.data_keys().await.unwrap();
                }
                numbers
            })
        })
        .collect();
    let mut numbers = Vec::new();
    for task in tasks {
        let own = task.await.unwrap();
        assert!(own.is_sorted());
        numbers.extend(own);
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    assert_eq!(world.facts().await.len(), numbers.len());
}

async fn a_second_process_waits_for_its_turn(world: World) {
    let other = world.second_record().await.unwrap();
    let mut tx = world.change().await;
    assert_eq!(tx.next(Series::Accounts).await, Ok(1));

    let waiting = tokio::spawn(async move {
        let mut tx = other.begin().await.unwrap();
        let number = tx.next(Series::Accounts).await.unwrap();
        (number, commit(tx).await)
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!waiting.is_finished());
    assert_eq!(commit(tx).await, 1);
    assert_eq!(waiting.await.unwrap(), (2, 2));
}

async fn a_change_that_has_failed_can_only_be_given_up(world: World) {
    let mut tx = world.change().await;
    tx.add_account(&account(1)).await.unwrap();
    tx.add_account(&account(1)).await.unwrap_err();
    let failed = StoreFault::Failed("this change has failed already".to_owned());
    assert_eq!(tx.account(&account(1).id).await.unwrap_err(), failed);
    assert_eq!(tx.commit(&event()).await.unwrap_err(), failed);

    assert_eq!(world.facts().await.len(), 0);
    assert_eq!(commit(world.change().await).await, 1);
}

async fn what_is_gone_or_refused_by_us_does_not_spoil_a_change(world: World) {
    let mut tx = world.change().await;
    tx.add_account(&account(1)).await.unwrap();
    assert_eq!(tx.count_seal(1).await, Err(StoreFault::Gone));
    assert_eq!(tx.entity(HOME, EntityId(9)).await.unwrap().map(|e| e.id), None);
    tx.add_entity(&entity(1)).await.unwrap();
    assert_eq!(commit(tx).await, 1);
}

async fn the_event_stands_under_the_number_of_its_change(world: World) {
    commit(world.change().await).await;
    let created = Event {
        at: at(77),
        actor: Actor::Entity {
            entity: EntityId(4),
            by: Means::Session(RoleId(3), SessionNumber(1)),
        },
        origin: Some([192, 0, 2, 7].into()),
        account: AccountNumber(9),
        act: Act::EntityCreated {
            entity: 5,
            kind: "vendor",
            name: "Zoë \"Z\"".to_owned(),
            email: "z@example.com".to_owned(),
        },
    };
    assert_eq!(world.change().await.commit(&created).await.unwrap().0, 2);

    let now = world.record.database().snapshot().await.unwrap();
    let rows =
        changes::Entity::find().order_by_asc(changes::Column::Number).all(&now).await.unwrap();
    let row = &rows[1];
    assert_eq!(rows.len(), 2);
    assert_eq!((row.number, row.at_ms, row.account), (2, 77_000, 9));
    assert_eq!(row.actor, "entity:4 role:3 session:1");
    assert_eq!(row.act["act"], "entity-created");
    assert_eq!(row.act["name"], "Zoë \"Z\"");
}

async fn a_change_that_is_cancelled_halfway_leaves_nothing(world: World) {
    let world = Arc::new(world);
    for micros in [0, 50, 200, 500, 1000, 2000, 4000] {
        let own = Arc::clone(&world);
        let task = tokio::spawn(async move {
            let mut tx = own.change().await;
            for number in 1..1000 {
                tx.add_account(&account(number)).await.unwrap();
            }
        });
        tokio::time::sleep(Duration::from_micros(micros)).await;
        task.abort();
        assert!(task.await.is_err_and(|end| end.is_cancelled()));
    }
    assert_eq!(world.facts().await.len(), 0);
    assert_eq!(commit(world.change().await).await, 1);
}

async fn a_series_starts_where_it_should_and_never_repeats(world: World) {
    let all = [
        Series::Accounts,
        Series::Integrations,
        Series::Entities(HOME),
        Series::Roles(HOME),
        Series::Installations(HOME),
        Series::Tokens(HOME),
        Series::Tokens(AccountNumber(2)),
    ];
    for turn in 0..3 {
        let mut tx = world.change().await;
        for series in all {
            assert_eq!(tx.next(series).await, Ok(series.first() + turn), "{series:?}");
        }
        commit(tx).await;
    }
}

async fn a_number_that_was_rolled_back_is_given_again(world: World) {
    let mut tx = world.change().await;
    assert_eq!(tx.next(Series::Accounts).await, Ok(1));
    drop(tx);
    assert_eq!(world.change().await.next(Series::Accounts).await, Ok(1));
}

async fn a_change_that_was_made_is_known_by_its_number(world: World) {
    let mut tx = world.change().await;
    tx.add_account(&account(1)).await.unwrap();
    let number = commit(tx).await;
    let mut dropped = world.change().await;
    dropped.add_account(&account(2)).await.unwrap();
    drop(dropped);
    let mut look = world.record.look().await.unwrap();
    assert!(look.is_made(ChangeNumber(number)).await.unwrap());
    for never in [0, number + 1, u64::MAX] {
        assert!(!look.is_made(ChangeNumber(never)).await.unwrap(), "{never}");
    }
}
