//! Refreshes in the middle of everything else, and refreshes whose outcome was lost.

use std::sync::Arc;

use countersign_testkit::SeededChance;

use countersign_authority::Store;

use super::*;

/// A number below `n`, by chance.
fn below(chance: &SeededChance, n: usize) -> usize {
    let mut byte = [0];
    countersign_model::Chance::fill(chance, &mut byte);
    usize::from(byte[0]) % n
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_tokens_that_are_made_while_refreshes_run_those_work_that_no_refresh_followed() {
    for seed in 100..104 {
        let pair = Arc::new(Pair::new(seed).await);
        let made = Arc::new(std::sync::Mutex::new(Vec::new()));
        let mut tasks = tokio::task::JoinSet::new();
        for maker in 0..3 {
            let (pair, made) = (pair.clone(), made.clone());
            tasks.spawn(async move {
                for _ in 0..8 {
                    let (token, client) = pair.token_there().await;
                    made.lock().unwrap().push((token.number, client));
                    if maker == 0 {
                        tokio::task::yield_now().await;
                    }
                }
            });
        }
        let refresher = pair.clone();
        tasks.spawn(async move {
            for _ in 0..4 {
                refresher.refresh().await;
                tokio::task::yield_now().await;
            }
        });
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
        let made = made.lock().unwrap().clone();
        check(&pair, &made).await;
        pair.world.reload().await;
        check(&pair, &made).await;
    }
}

/// What works is what the record has, and the directory says the same.
async fn check(pair: &Pair, made: &[(countersign_model::TokenNumber, Client)]) {
    for (number, client) in made {
        let is_there = pair.world.authority.get_token(&pair.there(), *number).await.is_ok();
        assert_eq!(pair.asks_there(client).is_ok(), is_there, "token {number}");
    }
    let rows = pair.count("SELECT count(*) FROM access_token WHERE account = 2").await;
    let former = pair.count("SELECT count(*) FROM former_token WHERE account = 2").await;
    assert_eq!(rows + former, made.len() as i64);
}

#[tokio::test]
async fn in_any_order_of_refreshes_tokens_and_production_s_changes_no_old_secret_works() {
    for seed in 200..216 {
        let pair = Pair::new(seed).await;
        let chance = SeededChance::new(seed);
        let it = &pair.world;
        let (mut working, mut ended): (Vec<Client>, Vec<Client>) = (Vec::new(), Vec::new());
        let mut people = 0;
        for _ in 0..24 {
            match below(&chance, 5) {
                0 => {
                    pair.refresh().await;
                    ended.append(&mut working);
                }
                1 | 2 => working.push(pair.token_there().await.1),
                3 => {
                    people += 1;
                    it.person(&format!("p{people}"), LOG_IN).await;
                }
                _ => {
                    let (_, consumer) = it.integration("more").await;
                    assert_ne!(consumer, pair.consumer);
                }
            }
            assert!(working.iter().all(|client| pair.asks_there(client).is_ok()));
            assert!(ended.iter().all(|client| pair.asks_there(client).is_err()));
        }
        it.reload().await;
        assert!(working.iter().all(|client| pair.asks_there(client).is_ok()));
        assert!(ended.iter().all(|client| pair.asks_there(client).is_err()));
    }
}

#[tokio::test]
async fn a_refresh_whose_outcome_was_lost_is_made_again_and_reaches_the_directory() {
    let pair = Pair::new(300).await;
    let it = &pair.world;
    let (_, client) = pair.token_there().await;
    let (made, _) = pair.token_there().await;
    // As if the refresh had become durable and nobody had been told: the directory is as before.
    let known = it.record.look().await.unwrap().token(pair.sandbox, made.number).await;
    let fact = countersign_verify::TokenFact::from(&known.unwrap().unwrap());
    pair.refresh().await;
    it.directory.learn(countersign_verify::Fact::Token(fact));
    let stale = Client::new(&pair.consumer, &made);
    assert!(pair.asks_there(&stale).is_ok());
    pair.refresh().await;
    assert_eq!(pair.asks_there(&stale), Err(Refusal::TokenUnknown));
    assert_eq!(pair.asks_there(&client), Err(Refusal::TokenUnknown));
}
