//! What an assertion costs a request: made, and given out again.

use std::hint::black_box;
use std::sync::Arc;

use anyhow::{Context, Result};
use countersign_assertions::SignedAssertions;
use countersign_model::AssertionKeys;
use countersign_testkit::World;
use countersign_verify::{Assertions, Fact, Principal, SecretOpener};

use crate::bench::Bench;
use crate::fleet::Fleet;
use crate::rounds::{Samples, nanoseconds};

const TOKENS: u32 = 1_000;
const ROUNDS: i64 = 51;

pub(crate) fn run(bench: &mut Bench) -> Result<()> {
    let fleet = Fleet::new(TOKENS)?;
    let directory = fleet.directory()?;
    directory.learn(Fact::AssertionKeys(AssertionKeys::new(vec![fleet.assertion_key()?])));
    let opener: Arc<dyn SecretOpener> = fleet.vault();
    let assertions = SignedAssertions::new("https://api.example.com", Arc::new(directory), opener);
    let principals: Vec<Principal> =
        (0..TOKENS).map(|place| fleet.principal(place)).collect::<Result<_>>()?;

    let (mut made, mut again) = (Samples::default(), Samples::default());
    for round in 0..ROUNDS {
        // Everything of the round before is too old.
        let now = World::NOW.plus_seconds(60 * round);
        let all = || {
            nanoseconds(|| {
                for principal in &principals {
                    black_box(assertions.assertion(principal, "orders", now));
                }
            }) / f64::from(TOKENS)
        };
        made.push(all() / 1000.0);
        again.push(all());
    }
    let known = assertions.assertion(&principals[0], "orders", World::NOW);
    let length = known.context("no assertion was made")?.len();
    let detail = format!("{length} bytes, Ed25519; {}", made.middle_half());
    bench.row("assertion_made_us", made.median(), "us", detail);
    let detail = format!("of {TOKENS} tokens; {}", again.middle_half());
    bench.row("assertion_cached_ns", again.median(), "ns", detail);
    Ok(())
}
