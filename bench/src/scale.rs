//! What a decision costs among a million tokens, over the same among a thousand.

use anyhow::Result;

use crate::bench::Bench;
use crate::rounds::{Samples, in_turns};
use crate::steady::{BATCH, RATE, Steady};

const MANY: u32 = 1_000_000;
const FEW: u32 = 1_000;
const ROUNDS: u32 = 31;
const REQUESTS: u32 = 50_000;
/// From token to token: prime to their number, so that no token comes twice in a round.
const STRIDE: u64 = 611_953;

pub(crate) fn run(bench: &mut Bench) -> Result<()> {
    let (mut many, mut few) = (Steady::in_memory(MANY)?, Steady::in_memory(FEW)?);
    let (mut among_many, mut among_few) = (Samples::default(), Samples::default());
    for round in 0..ROUNDS {
        let (mut of_many, mut of_few) = (0.0, 0.0);
        for turn in 0..REQUESTS / BATCH as u32 {
            let first = round * REQUESTS + turn * BATCH as u32;
            let distinct = (first..).take(BATCH).map(|n| {
                let place = u64::from(n) * STRIDE % u64::from(MANY);
                place as u32
            });
            let (large, small) = (many.sign(distinct)?, few.sign_any(BATCH)?);
            let (mut decided_large, mut decided_small) = (Ok(0.0), Ok(0.0));
            in_turns(
                turn as usize,
                || decided_large = many.decide(&large),
                || decided_small = few.decide(&small),
            );
            of_many += decided_large?;
            of_few += decided_small?;
            if (turn as usize + 1).is_multiple_of(RATE / BATCH) {
                many.next_second();
                few.next_second();
            }
        }
        among_many.push(of_many / f64::from(REQUESTS));
        among_few.push(of_few / f64::from(REQUESTS));
    }
    let detail = format!("{ROUNDS} rounds of {REQUESTS} requests of other tokens");
    bench.row("decision_1m_over_1k", among_many.median() / among_few.median(), "", detail);
    bench.row("among 1,000,000", among_many.median(), "ns", among_many.middle_half());
    bench.row("among 1,000", among_few.median(), "ns", among_few.middle_half());
    let first = &many.first_use;
    let detail = format!("{}; two secrets opened, a key made", first.middle_half());
    bench.row("first use of a token", first.median(), "ns", detail);
    Ok(())
}
