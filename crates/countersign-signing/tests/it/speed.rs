//! How long the steps of verifying take. A report, not a gate: this machine isn't that one.

use std::{hint::black_box, time::Instant};

use countersign_signing::{Authorization, CanonicalRequest, Scratch, Step};

use crate::allocations::{HEADER, REQUEST, key};

#[test]
#[ignore = "prints times; run with --release --nocapture"]
fn measure_the_steps_of_verifying() {
    let (mut scratch, key) = (Scratch::default(), key());
    time("parse", || {
        let authorization = Authorization::parse(black_box(HEADER), &mut scratch.fields).unwrap();
        black_box(authorization.proof(Step::Resource).unwrap());
    });
    let authorization = Authorization::parse(HEADER, &mut scratch.fields).unwrap();
    time("canonical", || {
        let request = black_box(&REQUEST);
        black_box(CanonicalRequest::new(request, &authorization, &mut scratch.pairs).unwrap());
    });
    let canonical = CanonicalRequest::new(&REQUEST, &authorization, &mut scratch.pairs).unwrap();
    time("sign", || {
        black_box(canonical.sign(black_box(&key)));
    });
    println!("{} bytes of base string", canonical.base_string().as_str().len());
}

/// The best of ten rounds, since other work on the machine only ever adds to it.
fn time(step: &str, mut run: impl FnMut()) {
    const ROUNDS: u32 = 20_000;
    let best = (0..10).map(|_| {
        let start = Instant::now();
        (0..ROUNDS).for_each(|_| run());
        start.elapsed() / ROUNDS
    });
    println!("{step:10} {:?}", best.min().unwrap_or_default());
}
