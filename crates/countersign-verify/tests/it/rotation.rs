//! Two consumer pairs beside each other, and an integration that is gone.

use std::net::{IpAddr, Ipv4Addr};

use countersign_model::{
    ConcurrencyLimit, ConsumerKey, ConsumerSecret, IntegrationId, Pair, RetiringPair, Timestamp,
    TokenSecret, TokenState,
};
use countersign_signing::{
    Credentials, Request, Scratch, Secret, SignOptions, TokenCredentials, sign,
};
use countersign_testkit::World;
use countersign_verify::{
    ConsumerFact, Fact, InstallationFact, Refusal, Refused, SignedRequest, Tolerance, judge,
};

const SOURCE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
const END: Timestamp = World::NOW.plus_seconds(100);
const NEW_SECRET: [u8; 32] = [4; 32];

/// The pair of the world retires beside another one.
fn rotated(world: &World) -> ConsumerFact {
    let old = world.consumer();
    let mut secret = old.secret;
    secret.ciphertext = NEW_SECRET;
    let retiring = RetiringPair {
        consumer_key: old.consumer_key,
        secret: old.secret,
        version: old.secret_version,
        until: END,
    };
    ConsumerFact {
        consumer_key: ConsumerKey::from_bytes([8; 32]),
        secret,
        secret_version: 2,
        retiring: Some(retiring),
        ..old
    }
}

fn credentials(world: &World, key: ConsumerKey, secret: [u8; 32]) -> Credentials {
    let token_secret = TokenSecret::from_bytes(world.token().secret.ciphertext).reveal();
    let secret = ConsumerSecret::from_bytes(secret).reveal();
    Credentials {
        consumer_key: key.to_string(),
        consumer_secret: Secret::new(secret.as_bytes()),
        token: Some(TokenCredentials {
            token: world.token_id.to_string(),
            secret: Secret::new(token_secret.as_bytes()),
        }),
    }
}

fn new_credentials(world: &World) -> Credentials {
    credentials(world, ConsumerKey::from_bytes([8; 32]), NEW_SECRET)
}

fn signed(credentials: &Credentials, request: &Request<'_>, now: Timestamp) -> String {
    let options =
        SignOptions { realm: Some(World::ACCOUNT), ..SignOptions::new(now.seconds(), "nonce-1") };
    sign(credentials, request, &options).unwrap().header
}

fn asked(world: &World, credentials: &Credentials, now: Timestamp) -> Result<Pair, Refused> {
    let request = world.request();
    let header = signed(credentials, &request, now);
    let signed = SignedRequest { request, authorization: Some(header.as_bytes()) };
    let mut scratch = Scratch::default();
    let judged = judge(&signed, SOURCE, &world.directory, now, Tolerance::DEFAULT, &mut scratch);
    judged.map(|it| it.retiring.which())
}

#[test]
fn both_pairs_work_until_the_old_ones_time_is_over_and_the_verdict_says_which() {
    let world = World::new();
    let new = new_credentials(&world);
    assert_eq!(asked(&world, &world.credentials, World::NOW), Ok(Pair::Current));
    world.directory.learn(Fact::Consumer(rotated(&world)));
    for _ in 0..2 {
        assert_eq!(asked(&world, &world.credentials, World::NOW), Ok(Pair::Retiring));
        assert_eq!(asked(&world, &new, World::NOW), Ok(Pair::Current));
    }
    let last = Timestamp::from_millis(END.millis() - 1);
    assert_eq!(asked(&world, &world.credentials, last), Ok(Pair::Retiring));
    let refused = asked(&world, &world.credentials, END).unwrap_err();
    assert_eq!(refused.refusal, Refusal::ConsumerKeyUnknown);
    assert_eq!(refused.named.integration, None, "as unknown as one that was reset");
    assert!(refused.named.token.is_some());
    assert_eq!(asked(&world, &new, END), Ok(Pair::Current));
}

#[test]
fn each_key_goes_with_its_own_secret_only() {
    let world = World::new();
    world.directory.learn(Fact::Consumer(rotated(&world)));
    let old_secret = world.consumer().secret.ciphertext;
    let with_old_key = credentials(&world, world.consumer_key, NEW_SECRET);
    let with_new_key = credentials(&world, ConsumerKey::from_bytes([8; 32]), old_secret);
    for (mixed, pair) in [(with_old_key, Pair::Retiring), (with_new_key, Pair::Current)] {
        let refused = asked(&world, &mixed, World::NOW).unwrap_err();
        assert_eq!(refused.refusal, Refusal::BadSignature);
        assert_eq!((refused.named.integration, refused.named.pair), (Some(IntegrationId(1)), pair));
    }
}

#[test]
fn the_end_of_a_rotation_and_a_reset_make_the_old_key_unknown_at_once() {
    for reset in [false, true] {
        let world = World::new();
        world.directory.learn(Fact::Consumer(rotated(&world)));
        assert!(asked(&world, &world.credentials, World::NOW).is_ok());
        let ended = ConsumerFact { retiring: None, ..rotated(&world) };
        let third = ConsumerKey::from_bytes([9; 32]);
        let was_reset = ConsumerFact { consumer_key: third, secret_version: 3, ..ended.clone() };
        world.directory.learn(Fact::Consumer(if reset { was_reset } else { ended }));
        let old = asked(&world, &world.credentials, World::NOW).unwrap_err();
        assert_eq!(old.refusal, Refusal::ConsumerKeyUnknown);
        let new = asked(&world, &new_credentials(&world), World::NOW);
        assert_eq!(new.is_err(), reset, "a reset kills both");
    }
}

#[test]
fn requests_with_either_pair_by_turns_allocate_nothing() {
    let world = World::new();
    world.directory.learn(Fact::Consumer(rotated(&world)));
    let request = world.request();
    let headers = [&world.credentials, &new_credentials(&world)];
    let headers = headers.map(|credentials| signed(credentials, &request, World::NOW));
    let mut scratch = Scratch::default();
    let mut by_turns = || {
        for header in &headers {
            let signed = SignedRequest { request, authorization: Some(header.as_bytes()) };
            let directory = &world.directory;
            let now = World::NOW;
            assert!(
                judge(&signed, SOURCE, directory, now, Tolerance::DEFAULT, &mut scratch).is_ok()
            );
        }
    };
    (0..10).for_each(|_| by_turns());
    let counted = allocation_counter::measure(|| (0..10).for_each(|_| by_turns()));
    assert_eq!(counted.count_total, 0);
}

#[test]
fn an_integration_that_is_gone_is_unknown_by_both_keys_for_good() {
    let world = World::new();
    let request = world.request();
    let principal = world.judge(&request, &world.sign(&request, "nonce-1")).unwrap();
    world.directory.learn(Fact::Consumer(rotated(&world)));
    world.directory.learn(Fact::IntegrationGone { integration: IntegrationId(1) });
    for credentials in [&world.credentials, &new_credentials(&world)] {
        let refused = asked(&world, credentials, World::NOW).unwrap_err();
        assert_eq!(refused.refusal, Refusal::ConsumerKeyUnknown);
    }
    assert_eq!(
        world.directory.stands(&principal, SOURCE, World::NOW),
        Err(Refusal::ConsumerKeyUnknown)
    );
    let sizes = world.directory.sizes();
    assert_eq!((sizes.integrations, sizes.installations, sizes.tokens), (0, 0, 1));

    // Whatever is told of it later: no key is known again, so its tokens open nothing.
    world.directory.learn(Fact::Consumer(rotated(&world)));
    world.directory.learn(Fact::Installation(world.installation()));
    let refused = asked(&world, &world.credentials, World::NOW).unwrap_err();
    assert_eq!(refused.refusal, Refusal::ConsumerKeyUnknown);
}

#[test]
fn what_another_integration_has_stays_when_one_goes() {
    let world = World::new();
    world.directory.learn(Fact::IntegrationGone { integration: IntegrationId(2) });
    assert_eq!(asked(&world, &world.credentials, World::NOW), Ok(Pair::Current));
    assert_eq!(world.token().state, TokenState::Active);
}

#[test]
fn the_verdict_brings_the_limit_of_the_integration_in_the_account() {
    let world = World::new();
    let limit = ConcurrencyLimit::new(3).ok();
    world.directory.learn(Fact::Installation(InstallationFact {
        concurrency_limit: limit,
        ..world.installation()
    }));
    let request = world.request();
    let header = world.sign(&request, "nonce-1");
    let signed = SignedRequest { request, authorization: Some(header.as_bytes()) };
    let mut scratch = Scratch::default();
    let proven =
        judge(&signed, SOURCE, &world.directory, World::NOW, Tolerance::DEFAULT, &mut scratch);
    assert!(proven.is_ok_and(|proven| proven.concurrency_limit == limit));
}
