//! Statements 49 to 53 of the setup guide, with their negative halves.

use countersign_model::{Role, TokenState};

use super::*;
use crate::tokens::world::ADMINISTRATOR;

#[tokio::test]
async fn a_production_token_does_not_work_in_the_sandbox_nor_one_of_the_sandbox_in_production() {
    let pair = Pair::new(49).await;
    let it = &pair.world;
    let made = it.token(&it.administrator(), pair.integration, pair.ann).await.unwrap();
    let here = Client::new(&pair.consumer, &made);
    let (_, there) = pair.token_there().await;
    assert_eq!(pair.asks_there(&here), Err(Refusal::WrongEnvironment));
    assert_eq!(it.asks(&there), Err(Refusal::WrongEnvironment));
    assert!(it.asks(&here).is_ok());
    assert!(pair.asks_there(&there).is_ok());
}

#[tokio::test]
async fn a_refresh_copies_no_token_and_ends_those_that_the_sandbox_had() {
    let pair = Pair::new(50).await;
    let it = &pair.world;
    let made = it.token(&it.administrator(), pair.integration, pair.ann).await.unwrap();
    let here = Client::new(&pair.consumer, &made);
    let mut clients = Vec::new();
    for _ in 0..3 {
        let (_, client) = pair.token_there().await;
        assert!(pair.asks_there(&client).is_ok());
        clients.push(client);
    }
    assert_eq!(pair.refresh().await.copied.tokens, 3);

    let rows = "SELECT count(*) FROM access_token WHERE account = 2";
    assert_eq!(pair.count(rows).await, 0);
    for _ in 0..2 {
        let valid = clients.iter().filter(|client| pair.asks_there(client).is_ok());
        assert_eq!(valid.count(), 0);
        for client in &clients {
            assert_eq!(pair.asks_there(client), Err(Refusal::TokenUnknown));
        }
        assert_eq!(pair.asks_there(&here), Err(Refusal::WrongEnvironment));
        // As after a start.
        it.reload().await;
    }
}

#[tokio::test]
async fn after_a_refresh_new_tokens_are_made_in_the_sandbox_and_work() {
    let pair = Pair::new(51).await;
    let (old, _) = pair.token_there().await;
    pair.refresh().await;
    let (new, client) = pair.token_there().await;
    assert!(pair.asks_there(&client).is_ok());
    assert!(new.number > old.number, "a number is never given twice");
    pair.world.reload().await;
    assert!(pair.asks_there(&client).is_ok());
}

#[tokio::test]
async fn production_tokens_are_untouched_by_a_refresh() {
    let pair = Pair::new(52).await;
    let it = &pair.world;
    let by = it.administrator();
    let working = it.token(&by, pair.integration, pair.ann).await.unwrap();
    let ended = it.token(&by, pair.integration, pair.ann).await.unwrap();
    it.authority.revoke_token(&by, ended.number, None).await.unwrap();
    let before = it.authority.get_token(&by, working.number).await.unwrap();
    pair.token_there().await;
    pair.refresh().await;
    assert!(it.asks(&Client::new(&pair.consumer, &working)).is_ok());
    let refused = it.asks(&Client::new(&pair.consumer, &ended));
    assert!(matches!(refused, Err(Refusal::TokenRevoked { .. })));
    assert_eq!(it.authority.get_token(&by, working.number).await.unwrap(), before);
    let ended = it.authority.get_token(&by, ended.number).await.unwrap();
    assert!(matches!(ended.state, TokenState::Revoked(_)));
}

#[tokio::test]
async fn one_consumer_key_belongs_to_the_record_in_production_and_to_its_copy() {
    let pair = Pair::new(53).await;
    let it = &pair.world;
    let there = it.authority.get_integration(&pair.there(), pair.integration).await.unwrap();
    let here = it.authority.get_integration(&it.operator(), pair.integration).await.unwrap();
    let (there, here) = (there.integration, here.integration);
    assert_eq!(there.installation.integration, here.installation.integration);
    assert!(here.is_owned() && !there.is_owned());
    let (_, client) = pair.token_there().await;
    assert!(pair.asks_there(&client).is_ok());
    // It is changed where it is owned, and then in both.
    let reset = it.authority.reset_credentials(&pair.there(), pair.integration, None).await;
    assert_eq!(refused(reset), "not-its-owner");
    it.authority.reset_credentials(&it.operator(), pair.integration, None).await.unwrap();
    assert_eq!(pair.asks_there(&client), Err(Refusal::ConsumerKeyUnknown));
}

#[tokio::test]
async fn administrators_of_production_make_and_refresh_environments_and_nobody_else() {
    let pair = Pair::new(54).await;
    let it = &pair.world;
    let all = [Permission::CoreAdministration, Permission::AccessTokenManagement];
    let (bob, role) = it.person("bob", &all).await;
    let lesser = it.session(bob, role);
    let new = NewEnvironment::default();
    let made = it.authority.create_environment(&lesser, new.clone()).await;
    assert_eq!(refused(made), "administrator-only");
    let refreshed = it.authority.refresh_environment(&lesser, &sandbox_id(), None).await;
    assert_eq!(refused(refreshed), "administrator-only");
    // An Administrator of the sandbox acts in the sandbox.
    let there = pair.acts_there(ADMINISTRATOR, Role::ADMINISTRATOR);
    let made = it.authority.create_environment(&there, new).await;
    assert_eq!(refused(made), "not-production");
    let refreshed = it.authority.refresh_environment(&there, &sandbox_id(), None).await;
    assert_eq!(refused(refreshed), "no-such-account");
}
