//! The whole decision: judge, then remember.

use countersign_model::Timestamp;
use countersign_signing::{Request, Scratch, SignOptions};
use countersign_testkit::World;
use countersign_verify::replay::{NotRemembered, ReplayGuard, ReplayKey, Settings};
use countersign_verify::{Admission, Refusal, Refused, SignedAt, SignedRequest, Verifier};

fn verifier() -> (World, Verifier) {
    let world = World::new();
    let guard = ReplayGuard::in_memory(Settings::default(), ReplayKey::new([3; 16]));
    let directory = World::new().directory;
    (world, Verifier::new(directory, guard))
}

fn verify(
    verifier: &Verifier,
    request: &Request<'_>,
    header: &str,
    now: Timestamp,
) -> Result<Admission, Refused> {
    let signed = SignedRequest { request: *request, authorization: Some(header.as_bytes()) };
    verifier.verify(&signed, World::SOURCE, now, &mut Scratch::default())
}

#[test]
fn the_same_request_is_admitted_once() {
    let (world, verifier) = verifier();
    let request = world.request();
    let header = world.sign(&request, "nonce-1");
    let first = verify(&verifier, &request, &header, World::NOW).unwrap();
    let again = verify(&verifier, &request, &header, World::NOW).unwrap_err();
    let used = NotRemembered::Used(first.remembered.fingerprint);
    assert_eq!(again.refusal, Refusal::NotRemembered(used));
    assert!(again.named.token.is_some());
    // Its signature is right, but it may have been sent by whoever has seen the first one.
    assert_eq!(again.signed_at, Some(SignedAt::Claimed(World::NOW.seconds())));
}

#[test]
fn a_nonce_that_is_spelled_differently_is_the_same_nonce() {
    let (world, verifier) = verifier();
    let request = world.request();
    let header = world.sign(&request, "abcdef");
    let first = verify(&verifier, &request, &header, World::NOW).unwrap();
    let respelled = header.replace("\"abcdef\"", "\"%61bcdef\"");
    assert_ne!(header, respelled);
    let again = verify(&verifier, &request, &respelled, World::NOW).unwrap_err();
    let used = NotRemembered::Used(first.remembered.fingerprint);
    assert_eq!(again.refusal, Refusal::NotRemembered(used));
}

#[test]
fn forged_requests_burn_no_nonce_and_leave_no_trace_in_memory() {
    let (world, verifier) = verifier();
    let request = world.request();
    let header = world.sign(&request, "nonce-1");
    let elsewhere = Request { target: "/elsewhere", ..request };
    for _ in 0..100 {
        let refused = verify(&verifier, &elsewhere, &header, World::NOW).unwrap_err();
        assert_eq!(refused.refusal, Refusal::BadSignature);
    }
    assert_eq!(verifier.replay().held(), 0);
    assert!(verify(&verifier, &request, &header, World::NOW).is_ok());
}

#[test]
fn a_clock_that_steps_back_ten_minutes_does_not_reopen_the_window() {
    let (world, verifier) = verifier();
    let request = world.request();
    let header = world.sign(&request, "nonce-1");
    assert!(verify(&verifier, &request, &header, World::NOW).is_ok());

    let later = World::NOW.plus_seconds(600);
    let options =
        SignOptions { realm: Some(World::ACCOUNT), ..SignOptions::new(later.seconds(), "nonce-2") };
    let fresh = world.sign_with(&request, &options);
    assert!(verify(&verifier, &request, &fresh, later).is_ok());

    let stepped_back = verify(&verifier, &request, &header, World::NOW).unwrap_err();
    let Refusal::NotRemembered(NotRemembered::BelowFloor { floor }) = stepped_back.refusal else {
        panic!("{stepped_back:?}");
    };
    assert_eq!(floor, later.seconds() - 300);
}

#[test]
fn a_decision_allocates_nothing_once_its_scratch_is_warm() {
    let (world, verifier) = verifier();
    let request = world.request();
    let mut scratch = Scratch::default();
    let headers: Vec<_> = (0..1010).map(|i| world.sign(&request, &format!("nonce-{i}"))).collect();
    let mut decide = |header: &str| {
        let signed = SignedRequest { request, authorization: Some(header.as_bytes()) };
        assert!(verifier.verify(&signed, World::SOURCE, World::NOW, &mut scratch).is_ok());
    };
    // The replay guard's sets grow now and then: with this seed not in the last ten.
    let (warm, measured) = headers.split_at(1000);
    warm.iter().for_each(|header| decide(header));
    let counted = allocation_counter::measure(|| measured.iter().for_each(|h| decide(h)));
    assert_eq!(counted.count_total, 0);
}
