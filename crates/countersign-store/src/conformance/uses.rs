//! Uses of tokens: added to what stands, with the admissions that they are of.

use countersign_authority::{TokenUse, TokenUses, UseMark};

use countersign_model::{AccountNumber, TokenNumber};
use countersign_trail::{AttemptBatch, AttemptStore, Written};
use countersign_verify::Remembered;
use countersign_verify::replay::Fingerprint;

use super::fixtures::{HOME, at};
use super::for_both;
use super::world::World;

for_both!(
    uses_are_added_to_those_that_stand,
    the_last_use_is_the_latest_whatever_is_written_last,
    a_use_of_what_retires_is_kept_until_there_is_a_later_one,
    more_tokens_than_a_statement_takes_are_used_and_found_at_once,
    a_token_that_was_never_used_is_not_found,
    what_the_batches_of_the_last_seconds_hold_is_known,
    after_a_clock_was_set_back_what_is_ahead_is_forgotten,
);

fn mark(second: i64) -> UseMark {
    UseMark { at: at(second), source: [192, 0, 2, second as u8].into() }
}

fn used(token: u32, count: u64, second: i64) -> TokenUse {
    TokenUse {
        account: HOME,
        token: TokenNumber(token),
        count,
        last: mark(second),
        retiring_secret: None,
        retiring_pair: None,
    }
}

async fn write(world: &World, uses: Vec<TokenUse>) {
    world.trail.write(&AttemptBatch { uses, ..AttemptBatch::default() }).await.unwrap();
}

async fn found(world: &World, token: u32) -> TokenUse {
    let found = world.trail.token_uses(HOME, &[TokenNumber(token)]).await.unwrap();
    assert_eq!(found.len(), 1);
    found[0]
}

async fn uses_are_added_to_those_that_stand(world: World) {
    write(&world, vec![used(1, 2, 10), used(2, 1, 11)]).await;
    write(&world, vec![used(1, 5, 20)]).await;
    assert_eq!(found(&world, 1).await, used(1, 7, 20));
    assert_eq!(found(&world, 2).await, used(2, 1, 11));
}

async fn the_last_use_is_the_latest_whatever_is_written_last(world: World) {
    write(&world, vec![used(1, 1, 20)]).await;
    write(&world, vec![used(1, 1, 10)]).await;
    assert_eq!(found(&world, 1).await, used(1, 2, 20));
}

async fn a_use_of_what_retires_is_kept_until_there_is_a_later_one(world: World) {
    let with = |secret: Option<i64>, pair: Option<i64>, second| TokenUse {
        retiring_secret: secret.map(mark),
        retiring_pair: pair.map(mark),
        ..used(1, 1, second)
    };
    write(&world, vec![with(Some(10), None, 10)]).await;
    write(&world, vec![with(None, Some(20), 20)]).await;
    let both = TokenUse { count: 2, ..with(Some(10), Some(20), 20) };
    assert_eq!(found(&world, 1).await, both);
    write(&world, vec![with(Some(30), None, 30)]).await;
    assert_eq!(found(&world, 1).await.retiring_secret, Some(mark(30)));
}

async fn more_tokens_than_a_statement_takes_are_used_and_found_at_once(world: World) {
    write(&world, (0..2_345).map(|token| used(token, 1, 10)).collect()).await;
    let tokens: Vec<_> = (0..3_000).map(TokenNumber).collect();
    assert_eq!(world.trail.token_uses(HOME, &tokens).await.unwrap().len(), 2_345);
}

async fn a_token_that_was_never_used_is_not_found(world: World) {
    write(&world, vec![used(1, 1, 10)]).await;
    let of = |account, token| world.trail.token_uses(account, token);
    assert!(of(HOME, &[TokenNumber(2)]).await.unwrap().is_empty());
    assert!(of(AccountNumber(2), &[TokenNumber(1)]).await.unwrap().is_empty());
    assert!(of(HOME, &[]).await.unwrap().is_empty());
}

async fn remember(world: &World, uses: &[(u64, i64)]) {
    let remembered = uses.iter().map(|(bits, second)| Remembered {
        fingerprint: Fingerprint::from_bits(*bits),
        at: at(*second),
    });
    let batch = AttemptBatch { remembered: remembered.collect(), ..AttemptBatch::default() };
    world.trail.write(&batch).await.unwrap();
}

async fn holds(world: &World) -> (Option<i64>, Vec<u64>) {
    let Written { until, fingerprints } = world.trail.written().await.unwrap();
    let mut bits: Vec<_> = fingerprints.iter().map(|print| print.to_bits()).collect();
    bits.sort_unstable();
    (until.map(|until| until.seconds() - at(0).seconds()), bits)
}

async fn what_the_batches_of_the_last_seconds_hold_is_known(world: World) {
    assert_eq!(holds(&world).await, (None, vec![]));
    remember(&world, &[(1, 10), (u64::MAX, 9)]).await;
    write(&world, vec![used(1, 1, 10)]).await;
    remember(&world, &[(3, 20)]).await;
    assert_eq!(holds(&world).await, (Some(20), vec![1, 3, u64::MAX]));
    remember(&world, &[(4, 21)]).await;
    assert_eq!(holds(&world).await, (Some(21), vec![3, 4]));
}

async fn after_a_clock_was_set_back_what_is_ahead_is_forgotten(world: World) {
    remember(&world, &[(1, 100)]).await;
    remember(&world, &[(2, 40)]).await;
    assert_eq!(holds(&world).await, (Some(40), vec![2]));
}
