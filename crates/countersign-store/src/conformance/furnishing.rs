//! An account with somebody in it who may log in.

use countersign_authority::Transaction;
use countersign_model::EntityId;

use super::fixtures::{HOME, ROLE, account, entity, installation, integration, role, token};
use super::world::{World, commit};

/// Account 1 with entity 1 in role 1000, integration 1 installed, token 1.
pub(super) async fn furnish(world: &World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    commit(tx).await;
}

pub(super) async fn furnish_in(tx: &mut dyn Transaction) {
    tx.add_account(&account(1)).await.unwrap();
    tx.add_entity(&entity(1)).await.unwrap();
    tx.add_role(&role(ROLE)).await.unwrap();
    assert!(tx.assign_role(HOME, EntityId(1), ROLE).await.unwrap());
    tx.add_integration(&integration(1)).await.unwrap();
    tx.add_installation(&installation(1)).await.unwrap();
    tx.add_token(&token(1)).await.unwrap();
}
