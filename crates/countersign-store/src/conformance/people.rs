//! Accounts, entities, passwords, roles.

use countersign_authority::{Order, PasswordHash, Slice, StoreFault, Unique};
use countersign_model::{AccountNumber, Email, EntityId, EntityKind, Role, RoleId};

use super::fixtures::{HOME, ROLE, account, entity, role};
use super::for_both;
use super::furnishing::{furnish, furnish_in};
use super::world::{World, commit};

for_both!(
    what_was_added_is_found_as_it_was,
    accounts_are_listed_part_by_part_from_both_ends,
    nobody_is_found_in_another_account,
    every_kind_of_entity_survives,
    an_account_id_an_email_and_a_role_name_are_taken_once,
    the_same_email_and_role_name_may_be_used_in_another_account,
    any_other_key_is_taken_once_too,
    a_password_is_kept_and_replaced_and_only_for_somebody,
    a_role_is_assigned_once_and_removed_once,
);

async fn what_was_added_is_found_as_it_was(world: World) {
    furnish(&world).await;
    let mut tx = world.change().await;
    let found = tx.account(&account(1).id).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{:?}", account(1)));
    let found = tx.entity(HOME, EntityId(1)).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{:?}", entity(1)));
    let found = tx.entity_by_email(HOME, &entity(1).email).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{:?}", entity(1)));
    let found = tx.role(HOME, ROLE).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{:?}", role(ROLE)));
}

async fn accounts_are_listed_part_by_part_from_both_ends(world: World) {
    let mut tx = world.change().await;
    for number in 1..=5 {
        tx.add_account(&account(number)).await.unwrap();
    }
    let found = tx.account_of(AccountNumber(3)).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{:?}", account(3)));
    assert!(tx.account_of(AccountNumber(6)).await.unwrap().is_none());
    for (order, after, expected, more) in [
        (Order::OldestFirst, None, &[1, 2][..], true),
        (Order::OldestFirst, Some(2), &[3, 4], true),
        (Order::OldestFirst, Some(3), &[4, 5], false),
        (Order::OldestFirst, Some(5), &[], false),
        (Order::NewestFirst, None, &[5, 4], true),
        (Order::NewestFirst, Some(3), &[2, 1], false),
    ] {
        let part = tx.account_list(Slice { after, most: 2, order }).await.unwrap();
        let numbers: Vec<u32> = part.rows.iter().map(|account| account.number.0).collect();
        assert_eq!((&numbers[..], part.more), (expected, more), "{order:?} {after:?}");
    }
}

async fn nobody_is_found_in_another_account(world: World) {
    furnish(&world).await;
    let mut tx = world.change().await;
    let other = AccountNumber(2);
    assert!(tx.account(&account(2).id).await.unwrap().is_none());
    assert!(tx.entity(other, EntityId(1)).await.unwrap().is_none());
    assert!(tx.entity_by_email(other, &entity(1).email).await.unwrap().is_none());
    assert!(tx.role(other, ROLE).await.unwrap().is_none());
    assert!(tx.password(other, EntityId(1)).await.unwrap().is_none());
    assert!(tx.roles_of(other, EntityId(1)).await.unwrap().is_empty());
}

async fn every_kind_of_entity_survives(world: World) {
    let mut tx = world.change().await;
    tx.add_account(&account(1)).await.unwrap();
    for (id, kind) in (1..).zip(EntityKind::ALL) {
        let mut somebody = entity(id);
        (somebody.kind, somebody.active) = (kind, id % 2 == 0);
        tx.add_entity(&somebody).await.unwrap();
        let found = tx.entity(HOME, EntityId(id)).await.unwrap().unwrap();
        assert_eq!((found.kind, found.active), (kind, id % 2 == 0));
    }
}

async fn an_account_id_an_email_and_a_role_name_are_taken_once(world: World) {
    furnish(&world).await;
    let mut same_id = account(1);
    same_id.number = AccountNumber(2);
    let taken = world.change().await.add_account(&same_id).await;
    assert_eq!(taken, Err(StoreFault::Taken(Unique::AccountId)));

    let mut same_email = entity(2);
    same_email.email = Email::parse("E1@example.com").unwrap();
    let taken = world.change().await.add_entity(&same_email).await;
    assert_eq!(taken, Err(StoreFault::Taken(Unique::Email)));

    let same_name = Role { name: role(ROLE).name, ..role(RoleId(1001)) };
    let taken = world.change().await.add_role(&same_name).await;
    assert_eq!(taken, Err(StoreFault::Taken(Unique::RoleName)));
}

async fn the_same_email_and_role_name_may_be_used_in_another_account(world: World) {
    furnish(&world).await;
    let mut tx = world.change().await;
    tx.add_account(&account(2)).await.unwrap();
    let account = AccountNumber(2);
    tx.add_entity(&countersign_model::Entity { account, ..entity(1) }).await.unwrap();
    tx.add_role(&Role { account, ..role(ROLE) }).await.unwrap();
    commit(tx).await;
}

async fn any_other_key_is_taken_once_too(world: World) {
    furnish(&world).await;
    let mut same_number = account(1);
    same_number.id = account(2).id;
    let taken = world.change().await.add_account(&same_number).await;
    assert_eq!(taken, Err(StoreFault::Taken(Unique::Key)));
    let mut same_number = entity(1);
    same_number.email = entity(2).email;
    let taken = world.change().await.add_entity(&same_number).await;
    assert_eq!(taken, Err(StoreFault::Taken(Unique::Key)));
}

async fn a_password_is_kept_and_replaced_and_only_for_somebody(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    assert_eq!(tx.password(HOME, EntityId(1)).await, Ok(None));
    for phc in ["$argon2id$one", "$argon2id$two"] {
        let hash = PasswordHash::from_stored(phc.to_owned());
        tx.save_password(HOME, EntityId(1), &hash).await.unwrap();
        assert_eq!(tx.password(HOME, EntityId(1)).await, Ok(Some(hash)));
    }
    let hash = PasswordHash::from_stored("$argon2id$".to_owned());
    assert_eq!(tx.save_password(HOME, EntityId(2), &hash).await, Err(StoreFault::Gone));
    assert_eq!(tx.password(HOME, EntityId(2)).await, Ok(None));
}

async fn a_role_is_assigned_once_and_removed_once(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    tx.add_role(&role(RoleId(14))).await.unwrap();
    assert!(!tx.assign_role(HOME, EntityId(1), ROLE).await.unwrap());
    assert!(tx.assign_role(HOME, EntityId(1), RoleId(14)).await.unwrap());
    assert_eq!(tx.roles_of(HOME, EntityId(1)).await.unwrap(), [RoleId(14), ROLE]);
    assert_eq!(tx.holders(HOME, ROLE).await.unwrap(), [EntityId(1)]);
    assert!(tx.holders(HOME, RoleId(15)).await.unwrap().is_empty());
    assert!(tx.remove_role(HOME, EntityId(1), ROLE).await.unwrap());
    assert!(!tx.remove_role(HOME, EntityId(1), ROLE).await.unwrap());
    assert_eq!(tx.roles_of(HOME, EntityId(1)).await.unwrap(), [RoleId(14)]);
    assert!(tx.assign_role(HOME, EntityId(1), ROLE).await.unwrap());
    commit(tx).await;
}
