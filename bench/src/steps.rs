//! Where the time of a decision goes.
//!
//! Each step is what a walk that ends after it takes more than one that ends before it, so that the
//! steps add up to the decision.

use std::hint::black_box;

use anyhow::{Context, Result};
use countersign_signing::{Authorization, CanonicalRequest, Scratch, Signature, SigningKey, Step};
use countersign_verify::SignedRequest;

use crate::bench::Bench;
use crate::fleet::Fleet;
use crate::rounds::{Samples, nanoseconds};
use crate::steady::{BATCH, RATE, Steady};

const TOKENS: u32 = 1_000;
const ROUNDS: usize = 51;

/// The walks, shortest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Until {
    Parsed,
    Canonical,
    Signed,
}

#[derive(Default)]
struct Walks {
    parsed: Samples,
    canonical: Samples,
    signed: Samples,
    judged: Samples,
    decided: Samples,
    known: Samples,
}

pub(crate) fn run(bench: &mut Bench) -> Result<()> {
    let mut steady = Steady::in_memory(TOKENS)?;
    let clients: Vec<Client> =
        (0..TOKENS).map(|place| Client::new(&steady.fleet, place)).collect::<Result<_>>()?;
    let mut walks = Walks::default();
    for _ in 0..ROUNDS {
        let mut sums = [0.0; 6];
        for _ in 0..RATE / BATCH {
            for (sum, took) in sums.iter_mut().zip(round(&mut steady, &clients)?) {
                *sum += took / RATE as f64;
            }
        }
        let [parsed, canonical, signed, judged, decided, known] = sums;
        walks.parsed.push(parsed);
        walks.canonical.push(canonical);
        walks.signed.push(signed);
        walks.judged.push(judged);
        walks.decided.push(decided);
        walks.known.push(known);
        steady.next_second();
    }
    tell(bench, &walks);
    Ok(())
}

/// Nanoseconds of each walk over the same requests.
fn round(steady: &mut Steady, clients: &[Client]) -> Result<[f64; 6]> {
    let places: Vec<u32> = (0..BATCH).map(|_| steady.fleet.any()).collect();
    let whose = || places.iter().map(|place| &clients[*place as usize]);
    let batch = steady.sign(places.iter().copied())?;
    let mut scratch = Scratch::default();
    let mut until = |end: Until| {
        nanoseconds(|| {
            for (request, client) in batch.requests().zip(whose()) {
                black_box(walk(&request, &client.key, &mut scratch, end));
            }
        })
    };
    // Not counted: whoever comes first finds nothing near the processor.
    until(Until::Signed);
    let walked = [Until::Parsed, Until::Canonical, Until::Signed].map(until);
    let judged = steady.judge(&batch)?;
    let decided = steady.decide(&batch)?;
    let directory = steady.verifier.directory();
    let known = nanoseconds(|| {
        for Client { consumer_key, token, .. } in whose() {
            black_box(directory.knows(consumer_key.as_bytes(), token.as_bytes()));
        }
    });
    let [parsed, canonical, signed] = walked;
    Ok([parsed, canonical, signed, judged, decided, known])
}

struct Client {
    consumer_key: String,
    token: String,
    key: SigningKey,
}

impl Client {
    fn new(fleet: &Fleet, place: u32) -> Result<Self> {
        let credentials = fleet.credentials(place);
        let key = credentials.signing_key();
        let token = credentials.token.context("a client without a token")?.token;
        Ok(Self { consumer_key: credentials.consumer_key, token, key })
    }
}

/// What `judge` does with the request's text, up to a point. Whether the signature was right.
fn walk(
    request: &SignedRequest<'_>,
    key: &SigningKey,
    scratch: &mut Scratch,
    until: Until,
) -> Option<bool> {
    let Scratch { fields, pairs } = scratch;
    let authorization = Authorization::parse(request.authorization?, fields).ok()?;
    let proof = authorization.proof(Step::Resource).ok()?;
    black_box(&proof);
    if until == Until::Parsed {
        return None;
    }
    let canonical = CanonicalRequest::new(&request.request, &authorization, pairs).ok()?;
    black_box(&canonical);
    if until == Until::Canonical {
        return None;
    }
    let expected = canonical.sign(key);
    Some(Signature::parse(proof.signature)?.matches(&expected))
}

fn tell(bench: &mut Bench, walks: &Walks) {
    let Walks { parsed, canonical, signed, judged, decided, known } = walks;
    let mut step = |name: &str, until: &Samples, from: f64, detail: &str| {
        bench.row(name, until.median() - from, "ns", detail);
    };
    step("steps", decided, 0.0, "the decision; the five below add up to it");
    step("parse", parsed, 0.0, "the header, and which of its parameters are required");
    step("canonical", canonical, parsed.median(), "collect, encode, sort");
    step("sign", signed, canonical.median(), "HMAC in pieces, base64, compare");
    step("lookups and rules", judged, signed.median(), "account, ids, installation, login, order");
    step("remember", decided, judged.median(), "fingerprint, budget, set; growth and dropping");
    step("two lookups alone", known, 0.0, "a consumer key and a token, from their text");
}
