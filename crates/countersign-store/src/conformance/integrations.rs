//! Integrations and their installations.

use countersign_authority::{
    InstalledIn, IntegrationFilter, Order, Slice, Store, StoreFault, Unique,
};
use countersign_model::{
    AccountNumber, ApplicationId, AuthenticationSettings, ConsumerKey, Installation,
    InstallationId, InstallationState, Integration, IntegrationId, RetiringPair, TokenNumber,
    TokenState, Version,
};

use super::fixtures::{HOME, account, at, installation, integration, sealed, stamp, token};
use super::for_both;
use super::furnishing::{furnish, furnish_in};
use super::world::{World, commit};

for_both!(
    a_definition_and_an_installation_are_found_as_they_were,
    a_definition_without_a_callback_stays_without,
    every_state_of_an_installation_is_saved,
    an_installation_that_is_gone_is_not_saved,
    a_consumer_key_names_one_integration_and_an_account_installs_it_once,
    what_is_edited_is_saved,
    an_integration_is_found_by_its_application_id,
    a_retiring_pair_is_saved_told_found_when_it_is_over_and_taken_away,
    a_deleted_integration_is_found_by_nobody_and_its_tokens_are_revoked,
    a_list_is_filtered_and_read_part_by_part,
    installations_are_listed_by_account,
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

async fn what_is_edited_is_saved(world: World) {
    furnish(&world).await;
    let mut tx = world.change().await;
    let authentication =
        AuthenticationSettings { token_based: false, ..Default::default() }.settled();
    let edited = Integration {
        name: "Other".to_owned(),
        description: None,
        authentication,
        version: Version(5),
        ..integration(1)
    };
    tx.save_integration(&edited).await.unwrap();
    let found = tx.integration(IntegrationId(1)).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{edited:?}"));
    let edited = Installation {
        name: "Other".to_owned(),
        last_state_change: None,
        note: None,
        concurrency_limit: None,
        api_access: false,
        version: Version(5),
        ..installation(1)
    };
    tx.save_installation(&edited).await.unwrap();
    let found = tx.installation(HOME, InstallationId(1)).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{edited:?}"));
    assert_eq!(tx.save_integration(&integration(2)).await, Err(StoreFault::Gone));
}

async fn an_integration_is_found_by_its_application_id(world: World) {
    furnish(&world).await;
    let mut tx = world.change().await;
    let id = integration(1).application_id;
    let found = tx.integration_of_application(&id).await.unwrap();
    assert_eq!(found.map(|it| it.id), Some(IntegrationId(1)));
    let other = ApplicationId::from_bytes([99; 16]);
    assert!(tx.integration_of_application(&other).await.unwrap().is_none());
    let same = Integration { application_id: id, ..integration(2) };
    assert_eq!(tx.add_integration(&same).await, Err(StoreFault::Taken(Unique::Key)));
}

fn retiring() -> RetiringPair {
    let consumer_key = ConsumerKey::from_bytes([77; 32]);
    RetiringPair { consumer_key, secret: sealed(7), version: 2, until: at(60) }
}

async fn a_retiring_pair_is_saved_told_found_when_it_is_over_and_taken_away(world: World) {
    furnish(&world).await;
    let mut tx = world.change().await;
    assert_eq!(tx.retiring_pair(IntegrationId(1)).await, Ok(None));
    let older = RetiringPair { version: 1, ..retiring() };
    tx.save_retiring_pair(IntegrationId(1), Some(&older)).await.unwrap();
    tx.save_retiring_pair(IntegrationId(1), Some(&retiring())).await.unwrap();
    assert_eq!(tx.retiring_pair(IntegrationId(1)).await, Ok(Some(retiring())));
    assert_eq!(tx.rotations_over(at(59)).await, Ok(vec![]));
    assert_eq!(tx.rotations_over(at(60)).await, Ok(vec![(HOME, IntegrationId(1))]));
    commit(tx).await;
    let told = format!("retiring: {:?}", Some(retiring()));
    assert!(world.facts().await.iter().any(|fact| fact.contains(&told)));

    let mut tx = world.change().await;
    tx.save_retiring_pair(IntegrationId(1), None).await.unwrap();
    assert_eq!(tx.retiring_pair(IntegrationId(1)).await, Ok(None));
}

async fn a_deleted_integration_is_found_by_nobody_and_its_tokens_are_revoked(world: World) {
    furnish(&world).await;
    let mut tx = world.change().await;
    tx.add_integration(&integration(2)).await.unwrap();
    tx.add_installation(&installation(2)).await.unwrap();
    let other = countersign_model::AccessToken { installation: InstallationId(2), ..token(2) };
    tx.add_token(&other).await.unwrap();
    tx.add_token(&token(3).revoke(stamp(1)).unwrap()).await.unwrap();
    tx.save_retiring_pair(IntegrationId(1), Some(&retiring())).await.unwrap();
    assert_eq!(tx.delete_integration(IntegrationId(1), stamp(9)).await, Ok(1));
    commit(tx).await;

    let mut tx = world.change().await;
    assert!(tx.integration(IntegrationId(1)).await.unwrap().is_none());
    assert!(tx.installation(HOME, InstallationId(1)).await.unwrap().is_none());
    assert!(tx.installation_of(HOME, IntegrationId(1)).await.unwrap().is_none());
    assert!(tx.installed_integration(HOME, InstallationId(1)).await.unwrap().is_none());
    assert_eq!(tx.retiring_pair(IntegrationId(1)).await, Ok(None));
    let id = integration(1).application_id;
    assert!(tx.integration_of_application(&id).await.unwrap().is_none());
    assert_eq!(tx.delete_integration(IntegrationId(1), stamp(9)).await, Err(StoreFault::Gone));
    assert_eq!(tx.save_consumer_pair(&integration(1)).await, Err(StoreFault::Gone));
    for (number, revoked) in [(1, Some(9)), (2, None), (3, Some(1))] {
        let token = tx.token(HOME, TokenNumber(number)).await.unwrap().unwrap();
        let state = match token.state {
            TokenState::Revoked(revoked) => Some(revoked.at.seconds()),
            TokenState::Active | TokenState::Inactive => None,
        };
        assert_eq!(state, revoked, "token {number}");
    }
    assert_eq!(tx.token(HOME, TokenNumber(1)).await.unwrap().unwrap().version, Version(5));
    drop(tx);
    let facts = world.facts().await;
    let about = |what: &str| facts.iter().filter(|fact| fact.starts_with(what)).count();
    assert_eq!((about("Consumer"), about("Installation"), about("Token")), (1, 1, 3));
    use sea_orm::EntityTrait;
    let now = world.record.database().snapshot().await.unwrap();
    let row = crate::integrations::Entity::find_by_id(1).one(&now).await.unwrap().unwrap();
    assert_eq!(row.consumer_secret, [0; 64], "erased");
}

async fn a_list_is_filtered_and_read_part_by_part(world: World) {
    furnish(&world).await;
    let mut tx = world.change().await;
    tx.add_account(&account(2)).await.unwrap();
    for id in 2..=6 {
        let owner = if id == 5 { AccountNumber(2) } else { HOME };
        tx.add_integration(&Integration { owner, ..integration(id) }).await.unwrap();
        let state = match id {
            3 => InstallationState::Blocked,
            4 => InstallationState::WaitingForApproval,
            _ => InstallationState::Enabled,
        };
        let name =
            if id == 6 { "Ärzte 50%_Off \\".to_owned() } else { format!("Integration {id}") };
        tx.add_installation(&Installation { state, name, ..installation(id) }).await.unwrap();
    }
    commit(tx).await;
    let mut look = world.record.look().await.unwrap();
    let all = Slice { after: None, most: 50, order: Order::OldestFirst };
    let mut ids = async |filter: IntegrationFilter, slice: Slice| {
        let part = look.installed_integrations(HOME, &filter, slice).await.unwrap();
        (part.rows.iter().map(|row| row.installation.id.0).collect::<Vec<_>>(), part.more)
    };
    let shown = || IntegrationFilter { show_blocked: true, ..Default::default() };
    let named = |name: &str| IntegrationFilter { name: Some(name.to_owned()), ..shown() };
    let state = |state| IntegrationFilter { state: Some(state), ..Default::default() };
    assert_eq!(ids(IntegrationFilter::default(), all).await, (vec![1, 2, 4, 5, 6], false));
    assert_eq!(ids(shown(), all).await, (vec![1, 2, 3, 4, 5, 6], false));
    assert_eq!(ids(state(InstallationState::Blocked), all).await, (vec![3], false));
    assert_eq!(ids(state(InstallationState::WaitingForApproval), all).await, (vec![4], false));
    assert_eq!(ids(IntegrationFilter { owned: Some(false), ..shown() }, all).await.0, [5]);
    assert_eq!(ids(IntegrationFilter { owned: Some(true), ..shown() }, all).await.0.len(), 5);
    assert_eq!(ids(named("INTEGRATION 2"), all).await.0, [2]);
    for odd in ["%_o", "50%", "off \\", "Ärzte"] {
        assert_eq!(ids(named(odd), all).await.0, [6], "{odd}");
    }
    assert!(ids(named("%i%"), all).await.0.is_empty());

    let part = |after, order| Slice { after, most: 2, order };
    assert_eq!(ids(shown(), part(None, Order::OldestFirst)).await, (vec![1, 2], true));
    assert_eq!(ids(shown(), part(Some(2), Order::OldestFirst)).await, (vec![3, 4], true));
    assert_eq!(ids(shown(), part(Some(4), Order::OldestFirst)).await, (vec![5, 6], false));
    assert_eq!(ids(shown(), part(Some(3), Order::NewestFirst)).await, (vec![2, 1], false));

    let found = look.installed_integration(HOME, InstallationId(5)).await.unwrap().unwrap();
    assert_eq!((found.owner, found.owner_id), (AccountNumber(2), account(2).id));
    assert_eq!(format!("{:?}", found.installation), format!("{:?}", installation(5)));
    assert_eq!(found.authentication, integration(5).authentication);
    assert_eq!(found.application_id, Some(integration(5).application_id));
    assert_eq!(found.retiring_until, None);
}

async fn installations_are_listed_by_account(world: World) {
    furnish(&world).await;
    let mut tx = world.change().await;
    tx.add_account(&account(2)).await.unwrap();
    let there =
        Installation { account: AccountNumber(2), id: InstallationId(9), ..installation(1) };
    tx.add_installation(&there).await.unwrap();
    let slice = |after| Slice { after, most: 1, order: Order::OldestFirst };
    let first = tx.installed_in(IntegrationId(1), slice(None)).await.unwrap();
    let place = |number: u32, installation| InstalledIn {
        account: AccountNumber(number),
        account_id: account(number).id,
        account_name: account(number).name,
        installation: InstallationId(installation),
        state: InstallationState::Enabled,
    };
    assert_eq!((first.rows, first.more), (vec![place(1, 1)], true));
    let second = tx.installed_in(IntegrationId(1), slice(Some(1))).await.unwrap();
    assert_eq!((second.rows, second.more), (vec![place(2, 9)], false));
}
