//! The clocks of clients.

use countersign_model::{AccountNumber, TokenNumber};
use countersign_trail::{AttemptStore, ClockSkew, TokenClock, TokenClocks};

use super::fixtures::at;
use super::for_both;
use super::world::World;

for_both!(
    nothing_is_known_of_a_clock_that_was_never_saved,
    a_clock_is_found_as_it_was_saved_also_by_who_opens_the_trail_anew,
    a_clock_that_is_saved_again_replaces_the_earlier_one,
    more_clocks_than_a_statement_takes_are_saved_at_once,
    the_last_of_two_of_one_token_is_kept,
);

const HOME: AccountNumber = AccountNumber(1);

fn clock(token: u32, seconds: i64) -> TokenClock {
    TokenClock {
        account: HOME,
        token: TokenNumber(token),
        last: ClockSkew { seconds, at: at(60) },
        worst: ClockSkew { seconds: -2 * seconds, at: at(-60) },
    }
}

async fn found(world: &World, token: u32) -> Option<TokenClock> {
    world.trail.token_clock(HOME, TokenNumber(token)).await.unwrap()
}

async fn nothing_is_known_of_a_clock_that_was_never_saved(world: World) {
    world.trail.save_clocks(&[]).await.unwrap();
    assert_eq!(found(&world, 1).await, None);
    assert_eq!(world.trail.clocks().await.unwrap(), []);
}

async fn a_clock_is_found_as_it_was_saved_also_by_who_opens_the_trail_anew(world: World) {
    let elsewhere = TokenClock { account: AccountNumber(2), ..clock(1, 99) };
    let saved = [clock(1, 75), clock(2, i64::MIN / 4), elsewhere];
    world.trail.save_clocks(&saved).await.unwrap();
    assert_eq!(found(&world, 1).await, Some(clock(1, 75)));
    assert_eq!(found(&world, 3).await, None);
    let mut all = world.second_trail().await.unwrap().clocks().await.unwrap();
    all.sort_by_key(|clock| (clock.account, clock.token));
    assert_eq!(all, saved);
}

async fn a_clock_that_is_saved_again_replaces_the_earlier_one(world: World) {
    world.trail.save_clocks(&[clock(1, 75), clock(2, 80)]).await.unwrap();
    world.trail.save_clocks(&[clock(1, 90)]).await.unwrap();
    assert_eq!(found(&world, 1).await, Some(clock(1, 90)));
    assert_eq!(found(&world, 2).await, Some(clock(2, 80)));
}

async fn more_clocks_than_a_statement_takes_are_saved_at_once(world: World) {
    let clocks: Vec<_> = (0..2_345).map(|token| clock(token, 75)).collect();
    world.trail.save_clocks(&clocks).await.unwrap();
    assert_eq!(world.trail.clocks().await.unwrap().len(), 2_345);
    assert_eq!(found(&world, 2_344).await, Some(clock(2_344, 75)));
}

async fn the_last_of_two_of_one_token_is_kept(world: World) {
    world.trail.save_clocks(&[clock(1, 75), clock(1, 90)]).await.unwrap();
    assert_eq!(found(&world, 1).await, Some(clock(1, 90)));
}
