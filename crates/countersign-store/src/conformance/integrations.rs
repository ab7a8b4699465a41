//! Integrations and their installations.

use countersign_authority::{StoreFault, Unique};
use countersign_model::{
    ConsumerKey, Installation, InstallationId, InstallationState, IntegrationId,
};

use super::fixtures::{HOME, installation, integration};
use super::for_both;
use super::furnishing::{furnish, furnish_in};
use super::world::World;

for_both!(
    a_definition_and_an_installation_are_found_as_they_were,
    a_definition_without_a_callback_stays_without,
    every_state_of_an_installation_is_saved,
    an_installation_that_is_gone_is_not_saved,
    a_consumer_key_names_one_integration_and_an_account_installs_it_once,
);

async fn a_definition_and_an_installation_are_found_as_they_were(world: World) {
    furnish(&world).await;
    let mut tx = world.change().await;
    let found = tx.integration(IntegrationId(1)).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{:?}", integration(1)));
    let found = tx.installation(HOME, InstallationId(1)).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{:?}", installation(1)));
    assert!(tx.integration(IntegrationId(2)).await.unwrap().is_none());
    assert!(tx.installation(HOME, InstallationId(2)).await.unwrap().is_none());
}

async fn a_definition_without_a_callback_stays_without(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    let mut plain = integration(2);
    plain.authentication.callback_url = None;
    plain.authentication.token_based = false;
    tx.add_integration(&plain).await.unwrap();
    let found = tx.integration(IntegrationId(2)).await.unwrap().unwrap();
    assert_eq!(found.authentication, plain.authentication);
}

async fn every_state_of_an_installation_is_saved(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    for state in InstallationState::ALL {
        tx.save_installation(&Installation { state, ..installation(1) }).await.unwrap();
        let found = tx.installation(HOME, InstallationId(1)).await.unwrap().unwrap();
        assert_eq!(found.state, state);
    }
}

async fn an_installation_that_is_gone_is_not_saved(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    assert_eq!(tx.save_installation(&installation(2)).await, Err(StoreFault::Gone));
}

async fn a_consumer_key_names_one_integration_and_an_account_installs_it_once(world: World) {
    furnish(&world).await;
    let mut same_key = integration(2);
    same_key.consumer_key = ConsumerKey::from_bytes([1; 32]);
    let taken = world.change().await.add_integration(&same_key).await;
    assert_eq!(taken, Err(StoreFault::Taken(Unique::Key)));
    let again = Installation { id: InstallationId(2), ..installation(1) };
    let taken = world.change().await.add_installation(&again).await;
    assert_eq!(taken, Err(StoreFault::Taken(Unique::Key)));
}
