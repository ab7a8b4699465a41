//! The administrative trail, read.

use countersign_authority::{Act, ChangeNumber, Concern, Event, EventFilter};
use countersign_model::{AccountNumber, Actor, EntityId, Means, RoleId, SessionNumber};

use super::fixtures::{HOME, at};
use super::for_both;
use super::world::World;

for_both!(
    events_are_listed_part_by_part_newest_first_for_their_account_alone,
    each_filter_narrows_the_list_and_all_of_them_together,
);

const ANN: Actor =
    Actor::Entity { entity: EntityId(7), by: Means::Session(RoleId(3), SessionNumber(1)) };
/// Begins with the same digit.
const BOB: Actor =
    Actor::Entity { entity: EntityId(71), by: Means::Session(RoleId(3), SessionNumber(1)) };

async fn write(world: &World, account: AccountNumber, actor: Actor, seconds: i64, act: Act) {
    let origin = Some([192, 0, 2, 7].into());
    let event = Event { at: at(seconds), actor, origin, account, act };
    world.change().await.commit(&event).await.unwrap();
}

async fn found(world: &World, filter: &EventFilter, before: Option<u64>) -> (Vec<u64>, bool) {
    let mut tx = world.change().await;
    let part = tx.events(HOME, filter, before.map(ChangeNumber), 2).await.unwrap();
    (part.rows.iter().map(|event| event.number.0).collect(), part.more)
}

async fn events_are_listed_part_by_part_newest_first_for_their_account_alone(world: World) {
    let everything = EventFilter::default();
    assert_eq!(found(&world, &everything, None).await, (vec![], false));
    for token in 1..=3 {
        write(&world, HOME, ANN, 10, Act::TokenRevoked { token }).await;
        write(&world, AccountNumber(2), ANN, 10, Act::TokenRevoked { token }).await;
    }
    assert_eq!(found(&world, &everything, None).await, (vec![5, 3], true));
    assert_eq!(found(&world, &everything, Some(3)).await, (vec![1], false));
    assert_eq!(found(&world, &everything, Some(1)).await, (vec![], false));

    let part = world.change().await.events(HOME, &everything, None, 1).await.unwrap();
    let event = &part.rows[0];
    assert_eq!((event.at, event.actor), (at(10), ANN));
    assert_eq!(event.origin.as_deref(), Some("192.0.2.7"));
    assert_eq!((&event.act["act"], &event.act["token"]), (&"token-revoked".into(), &3.into()));
}

async fn each_filter_narrows_the_list_and_all_of_them_together(world: World) {
    write(&world, HOME, ANN, 10, Act::RoleAssigned { entity: 7, role: 1000 }).await;
    write(&world, HOME, BOB, 20, Act::RoleRemoved { entity: 7, role: 1001 }).await;
    write(&world, HOME, Actor::LocalUser(7), 30, Act::TokenRevoked { token: 7 }).await;
    let none = EventFilter::default();
    for (filter, expected) in [
        (EventFilter { act: Some("role-removed".into()), ..none.clone() }, &[2][..]),
        (EventFilter { act: Some("role-".into()), ..none.clone() }, &[]),
        (EventFilter { by: Some(EntityId(7)), ..none.clone() }, &[1]),
        (EventFilter { by: Some(EntityId(71)), ..none.clone() }, &[2]),
        (EventFilter { concerns: Some((Concern::Entity, 7)), ..none.clone() }, &[2, 1]),
        (EventFilter { concerns: Some((Concern::Role, 1000)), ..none.clone() }, &[1]),
        (EventFilter { concerns: Some((Concern::Token, 7)), ..none.clone() }, &[3]),
        (EventFilter { concerns: Some((Concern::Installation, 7)), ..none.clone() }, &[]),
        (EventFilter { since: Some(at(20)), ..none.clone() }, &[3, 2]),
        (EventFilter { until: Some(at(20)), ..none.clone() }, &[1]),
        (
            EventFilter {
                act: Some("role-assigned".into()),
                by: Some(EntityId(7)),
                concerns: Some((Concern::Entity, 7)),
                since: Some(at(10)),
                until: Some(at(11)),
            },
            &[1],
        ),
    ] {
        assert_eq!(found(&world, &filter, None).await.0, expected, "{filter:?}");
    }
}
