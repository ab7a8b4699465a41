//! Requirement 10: comparing signatures tells nothing by its time. After "Dude, is my code constant
//! time?" (Reparaz, Balasch, Verbauwhede 2017).

use std::{hint::black_box, time::Instant};

use base64::{Engine, engine::general_purpose::STANDARD};
use countersign_signing::{Authorization, CanonicalRequest, Scratch, Signature};

use crate::allocations::{HEADER, REQUEST, key};

/// Of the paper: above this, times differ for certain.
const THRESHOLD: f64 = 4.5;

#[test]
#[ignore = "timed; 10^6 samples with cargo xtask test --long"]
fn comparing_takes_the_same_time_wherever_the_first_difference_is() {
    let samples = if crate::is_long() { 1_000_000 } else { 100_000 };
    // A leak is there in every run; a busy machine is not.
    let mut runs = (0..3).map(|_| t_statistic(samples));
    assert!(runs.any(|t| t.abs() < THRESHOLD), "times differ in three runs");
}

fn t_statistic(count: usize) -> f64 {
    let ours = signature();
    let mut first = [0; 32];
    let mut last = [0; 32];
    (first[0], last[31]) = (1, 1);
    let others = [first, last].map(|difference| altered(&ours, &difference));
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut samples = [Vec::with_capacity(count), Vec::with_capacity(count)];
    for _ in 0..count {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let class = usize::from(random & 1 == 1);
        let (ours, other) = (black_box(&ours), black_box(&others[class]));
        let start = Instant::now();
        for _ in 0..8 {
            black_box(ours.matches(other));
        }
        samples[class].push(start.elapsed().as_nanos() as f64);
    }
    // Interrupts are no property of the code: the slowest tenth of all is left out.
    let mut all: Vec<f64> = samples.iter().flatten().copied().collect();
    all.sort_by(f64::total_cmp);
    let limit = all[all.len() / 10 * 9];
    let [first, last] = samples.map(|class| moments(class.into_iter().filter(|it| *it <= limit)));
    (first.mean - last.mean) / (first.variance_of_mean + last.variance_of_mean).sqrt().max(1e-9)
}

struct Moments {
    mean: f64,
    variance_of_mean: f64,
}

fn moments(samples: impl Iterator<Item = f64>) -> Moments {
    let samples: Vec<f64> = samples.collect();
    let count = samples.len() as f64;
    let mean = samples.iter().sum::<f64>() / count;
    let squares: f64 = samples.iter().map(|sample| (sample - mean).powi(2)).sum();
    Moments { mean, variance_of_mean: squares / (count - 1.0) / count }
}

fn signature() -> Signature {
    let mut scratch = Scratch::default();
    let authorization = Authorization::parse(HEADER, &mut scratch.fields).unwrap();
    let canonical = CanonicalRequest::new(&REQUEST, &authorization, &mut scratch.pairs);
    canonical.unwrap().sign(&key())
}

/// The signature with some bits turned, through its text: there is no other way from outside.
fn altered(signature: &Signature, difference: &[u8; 32]) -> Signature {
    let mut bytes = STANDARD.decode(signature.to_base64()).unwrap();
    bytes.iter_mut().zip(difference).for_each(|(byte, turned)| *byte ^= turned);
    Signature::parse(STANDARD.encode(bytes).as_bytes()).unwrap()
}
