//! What runs out by itself: rest, age, and an account's policy.

use countersign_authority::{AccountEdit, Enforced, Of, UseCaseFault};
use countersign_model::{
    Breach, InvalidPolicy, Permission, TokenEdit, TokenNumber, TokenPolicy, TokenState,
};
use countersign_verify::Refusal;

use super::world::{Client, START, World};

const DAY: i64 = 24 * 60 * 60;
const LOG_IN: &[Permission] = &[Permission::LogInUsingAccessTokens];

/// A world with two tokens.
async fn two(seed: u64) -> (World, [(TokenNumber, Client); 2]) {
    let world = World::found(seed).await;
    let (orders, pair) = world.integration("Orders").await;
    let ann = world.person("ann", LOG_IN).await;
    let mut made = Vec::new();
    for _ in 0..2 {
        let token = world.token(&world.administrator(), orders, ann).await.unwrap();
        made.push((token.number, Client::new(&pair, &token)));
    }
    (world, made.try_into().ok().unwrap())
}

async fn enforced(world: &World) -> (u64, u64, u64) {
    let Enforced { warned, lapsed, revoked } = world.authority.enforce_policies().await.unwrap();
    (warned, lapsed, revoked)
}

async fn ask(world: &World, policy: TokenPolicy) {
    let edit = AccountEdit { policy: Some(policy), ..AccountEdit::default() };
    world.authority.edit_account(&world.administrator(), None, edit).await.unwrap();
}

#[tokio::test]
async fn a_token_runs_out_when_it_has_rested_for_its_days_and_is_woken() {
    let (world, [(rests, client), (other, _)]) = two(1).await;
    let by = world.administrator();
    let edit = TokenEdit { idle_days: Some(Some(10)), ..TokenEdit::default() };
    world.authority.edit_token(&by, rests, None, edit).await.unwrap();
    world.clock.advance_seconds(6 * DAY);
    world.used(rests).await;
    world.clock.advance_seconds(10 * DAY);
    assert_eq!(enforced(&world).await, (0, 0, 0));
    world.clock.advance_seconds(1);
    assert_eq!(enforced(&world).await, (0, 1, 0));
    assert_eq!(world.asks(&client), Err(Refusal::TokenExpired));
    let shown = world.authority.get_token(&by, rests).await.unwrap();
    assert_eq!(shown.lapsed.map(|lapsed| lapsed.why), Some(Breach::Idle));
    assert_eq!(world.authority.get_token(&by, other).await.unwrap().lapsed, None);
    assert_eq!(enforced(&world).await, (0, 0, 0), "once");

    let wake = TokenEdit { active: Some(true), ..TokenEdit::default() };
    world.authority.edit_token(&by, rests, None, wake).await.unwrap();
    assert_eq!(enforced(&world).await, (0, 0, 0), "its rest begins anew");
    assert!(world.asks(&client).is_ok());
}

#[tokio::test]
async fn a_policy_acts_on_older_tokens_from_date_to_date() {
    let (world, [(old, client), _]) = two(2).await;
    world.clock.advance_seconds(20 * DAY);
    let by = world.administrator();
    let policy = TokenPolicy {
        max_age_days: Some(10),
        warn_from: Some(START.plus_seconds(21 * DAY)),
        block_from: Some(START.plus_seconds(22 * DAY)),
        revoke_from: Some(START.plus_seconds(23 * DAY)),
        ..TokenPolicy::default()
    };
    let told = world.authority.consequences(&by, Of::Policy(policy)).await.unwrap();
    assert_eq!((told.tokens, told.active, told.first.len()), (2, 2, 2));
    ask(&world, policy).await;
    assert_eq!(enforced(&world).await, (0, 0, 0));
    assert_eq!(world.authority.get_token(&by, old).await.unwrap().breach, Some(Breach::Age));
    world.clock.advance_seconds(DAY);
    assert_eq!(enforced(&world).await, (2, 0, 0));
    assert_eq!(enforced(&world).await, (0, 0, 0), "told of once a day");
    assert!(world.asks(&client).is_ok());
    world.clock.advance_seconds(DAY);
    assert_eq!(enforced(&world).await, (0, 2, 0));
    assert_eq!(world.asks(&client), Err(Refusal::TokenExpired));
    // Who gets a new secret has a young token, and works again.
    let rotated = world.authority.rotate_token_secret(&by, old, None, 0).await.unwrap();
    let renewed = client.with_secret(&rotated.token_secret);
    assert!(world.asks(&renewed).is_ok());
    world.clock.advance_seconds(DAY);
    assert_eq!(enforced(&world).await, (0, 0, 1));
    assert!(world.asks(&renewed).is_ok());
    let other = world.authority.get_token(&by, TokenNumber(2)).await.unwrap();
    assert!(matches!(other.state, TokenState::Revoked(_)));
}

#[tokio::test]
async fn a_policy_about_rest_spares_what_is_used() {
    let (world, [(used, _), (rests, _)]) = two(3).await;
    let policy =
        TokenPolicy { max_idle_days: Some(5), block_from: Some(START), ..TokenPolicy::default() };
    ask(&world, policy).await;
    world.clock.advance_seconds(5 * DAY + 1);
    world.used(used).await;
    assert_eq!(enforced(&world).await, (0, 1, 0));
    let by = world.administrator();
    assert!(world.authority.get_token(&by, rests).await.unwrap().lapsed.is_some());
    assert!(world.authority.get_token(&by, used).await.unwrap().lapsed.is_none());
}

#[tokio::test]
async fn a_policy_that_does_not_go_together_is_refused() {
    let (world, _) = two(4).await;
    let policy = TokenPolicy { max_age_days: Some(5), ..TokenPolicy::default() };
    let edit = AccountEdit { policy: Some(policy), ..AccountEdit::default() };
    let refused = world.authority.edit_account(&world.administrator(), None, edit).await;
    assert_eq!(refused, Err(UseCaseFault::Policy(InvalidPolicy::Half)));
}

#[tokio::test]
async fn an_overlap_is_no_way_around_a_policy_about_age() {
    let (world, [(too_old, client), (young, _)]) = two(6).await;
    world.clock.advance_seconds(20 * DAY);
    let by = world.administrator();
    world.authority.rotate_token_secret(&by, young, None, 0).await.unwrap();
    let block_from = Some(START.plus_seconds(20 * DAY));
    ask(&world, TokenPolicy { max_age_days: Some(10), block_from, ..TokenPolicy::default() }).await;
    let rotated = world.authority.rotate_token_secret(&by, too_old, None, 3600).await.unwrap();
    assert_eq!(rotated.until, None);
    assert!(world.asks(&client).is_err());
    assert!(world.asks(&client.with_secret(&rotated.token_secret)).is_ok());

    world.clock.advance_seconds(10 * DAY - 60);
    let rotated = world.authority.rotate_token_secret(&by, young, None, 3600).await.unwrap();
    assert_eq!(rotated.until, Some(START.plus_seconds(30 * DAY)), "a minute is left");
}
