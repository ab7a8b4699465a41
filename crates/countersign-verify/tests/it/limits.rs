//! What bounds a token beyond its state: its end, the addresses that it may be used from, and a
//! secret that retires beside its successor.

use std::net::IpAddr;

use countersign_model::{
    Addresses, ConsumerSecret, RetiringSecret, Sealed, Timestamp, TokenSecret, TokenState,
};
use countersign_signing::{Credentials, Scratch, Secret, TokenCredentials};
use countersign_testkit::{SeededChance, World};
use countersign_verify::{
    ConsumerFact, Fact, Refusal, Retiring, SignedAt, SignedRequest, TokenFact, Tolerance, judge,
};

/// The verdict on a good request from `source`: what of it retires, or the refusal.
fn verdict(world: &World, source: &str) -> Result<Retiring, (Refusal, Option<SignedAt>)> {
    let request = world.request();
    let header = world.sign(&request, "nonce-1");
    let signed = SignedRequest { request, authorization: Some(header.as_bytes()) };
    let source: IpAddr = source.parse().unwrap();
    let (tolerance, mut scratch) = (Tolerance::DEFAULT, Scratch::default());
    judge(&signed, source, &world.directory, World::NOW, tolerance, &mut scratch)
        .map(|proven| proven.retiring)
        .map_err(|refused| (refused.refusal, refused.signed_at))
}

fn refusal(world: &World, source: &str) -> Option<Refusal> {
    verdict(world, source).err().map(|(refusal, _)| refusal)
}

const HERE: &str = "192.0.2.1";

#[test]
fn a_token_works_until_its_end_and_not_from_then_on() {
    let world = World::new();
    let principal =
        world.judge(&world.request(), &world.sign(&world.request(), "n-12345")).unwrap();
    for (end, expected) in [
        (Some(World::NOW.plus_seconds(1)), None),
        (Some(World::NOW), Some(Refusal::TokenExpired)),
        (Some(Timestamp::from_seconds(0)), Some(Refusal::TokenExpired)),
        (None, None),
    ] {
        world.directory.learn(Fact::Token(TokenFact { ends_at: end, ..world.token() }));
        assert_eq!(refusal(&world, HERE), expected, "{end:?}");
        let stands = world.directory.stands(&principal, World::SOURCE, World::NOW);
        assert_eq!(stands.err(), expected, "{end:?}");
    }
    assert_eq!(Refusal::TokenExpired.code().as_str(), "token-expired");
    assert_eq!(Refusal::TokenExpired.detail().as_str(), "token-expired");
}

#[test]
fn a_token_that_is_off_is_called_so_whether_or_not_its_time_is_over() {
    let world = World::new();
    let (state, ends_at) = (TokenState::Inactive, Some(Timestamp::from_seconds(0)));
    world.directory.learn(Fact::Token(TokenFact { state, ends_at, ..world.token() }));
    assert_eq!(refusal(&world, HERE), Some(Refusal::TokenInactive));
}

#[test]
fn a_token_may_be_used_from_its_addresses_alone() {
    let world = World::new();
    let addresses = Addresses::parse("192.0.2.0/24, 2001:db8::/32").ok();
    world.directory.learn(Fact::Token(TokenFact { addresses, ..world.token() }));
    for good in [HERE, "192.0.2.255", "::ffff:192.0.2.7", "2001:db8::1"] {
        assert_eq!(refusal(&world, good), None, "{good}");
    }
    for bad in ["192.0.3.1", "2001:db9::1", "127.0.0.1"] {
        // Who signed it has the secret: its owner wants to know.
        let proven = Some(SignedAt::Proven(World::NOW.seconds()));
        assert_eq!(verdict(&world, bad), Err((Refusal::AddressNotAllowed, proven)), "{bad}");
    }
    let principal =
        world.judge(&world.request(), &world.sign(&world.request(), "n-12345")).unwrap();
    let stands =
        |source: &str| world.directory.stands(&principal, source.parse().unwrap(), World::NOW);
    assert_eq!(stands(HERE), Ok(()));
    assert_eq!(stands("198.51.100.1"), Err(Refusal::AddressNotAllowed));
    assert_eq!(Refusal::AddressNotAllowed.code().as_str(), "address-not-allowed");
}

/// The token's secret as it is in this world, and another one.
fn secrets(world: &World) -> (Sealed, Sealed) {
    let before = world.token().secret;
    let other = TokenSecret::generate(&SeededChance::new(99));
    (before, Sealed { ciphertext: *other.expose_bytes(), ..before })
}

fn learn_retiring(world: &World, until: Timestamp) {
    let (before, after) = secrets(world);
    let retiring = Some(RetiringSecret { secret: before, version: 1, until });
    let fact = TokenFact { secret: after, secret_version: 2, retiring, ..world.token() };
    world.directory.learn(Fact::Token(fact));
}

#[test]
fn a_retiring_secret_signs_until_its_time_and_says_so() {
    let world = World::new();
    assert_eq!(verdict(&world, HERE), Ok(Retiring::default()));
    learn_retiring(&world, World::NOW.plus_seconds(1));
    assert_eq!(verdict(&world, HERE), Ok(Retiring { secret: true, pair: false }));
    learn_retiring(&world, World::NOW);
    assert_eq!(refusal(&world, HERE), Some(Refusal::BadSignature));
}

#[test]
fn the_new_secret_signs_beside_the_old_one_and_is_not_told_of() {
    let mut world = World::new();
    learn_retiring(&world, World::NOW.plus_seconds(60));
    let (_, after) = secrets(&world);
    let secret = TokenSecret::from_bytes(after.ciphertext);
    let token = TokenCredentials {
        token: world.token_id.to_string(),
        secret: Secret::new(secret.reveal().as_bytes()),
    };
    let consumer = ConsumerSecret::from_bytes(world.consumer().secret.ciphertext);
    world.credentials = Credentials {
        consumer_key: world.consumer_key.to_string(),
        consumer_secret: Secret::new(consumer.reveal().as_bytes()),
        token: Some(token),
    };
    assert_eq!(verdict(&world, HERE), Ok(Retiring::default()));
}

#[test]
fn a_retiring_secret_goes_with_a_consumer_secret_that_was_reset_meanwhile() {
    let mut world = World::new();
    learn_retiring(&world, World::NOW.plus_seconds(60));
    assert!(verdict(&world, HERE).is_ok(), "and the keys are made");
    let reset = ConsumerSecret::generate(&SeededChance::new(98));
    let secret = Sealed { ciphertext: *reset.expose_bytes(), ..world.consumer().secret };
    let fact = ConsumerFact { secret, secret_version: 2, ..world.consumer() };
    world.directory.learn(Fact::Consumer(fact));
    assert_eq!(refusal(&world, HERE), Some(Refusal::BadSignature));
    world.credentials.consumer_secret = Secret::new(reset.reveal().as_bytes());
    assert_eq!(verdict(&world, HERE), Ok(Retiring { secret: true, pair: false }));
}
