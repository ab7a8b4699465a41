use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_model::{
    AccountNumber, AssertionKey, AssertionKeyNumber, AssertionKeys, Level, Permission, Role,
    RoleId, TokenNumber,
};
use countersign_testkit::{SeededChance, World as Verdicts};
use countersign_verify::{Fact, RoleFact};
use serde_json::{Value, json};

use super::*;
use countersign_authority::{KeyEncryptionKey, Vault, key_id};

const NOW: Timestamp = Verdicts::NOW;

struct World {
    verdicts: Arc<Verdicts>,
    vault: Arc<Vault>,
    assertions: SignedAssertions,
    principal: Principal,
}

impl World {
    /// Key 1 signs.
    fn new() -> Self {
        let chance = SeededChance::new(1);
        let kek = KeyEncryptionKey::generate(&chance);
        let vault = Arc::new(Vault::create(&kek, &chance).unwrap().0);
        let verdicts = Arc::new(Verdicts::new());
        let issuer = "https://countersign.example/";
        let assertions = SignedAssertions::new(issuer, verdicts.clone(), vault.clone());
        let request = verdicts.request();
        let principal = verdicts.judge(&request, &verdicts.sign(&request, "nonce-1")).unwrap();
        let world = Self { verdicts, vault, assertions, principal };
        world.learn_keys(vec![world.key(1, NOW)]);
        world
    }

    fn key(&self, number: u32, signs_from: Timestamp) -> AssertionKey {
        let seed = [number as u8; 32];
        let number = AssertionKeyNumber(number);
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
        let binding = AssertionKey::binding(number);
        AssertionKey {
            number,
            public_key: pair.public_key().as_ref().try_into().unwrap(),
            private_key: self.vault.seal(&seed, &binding, 1, &SeededChance::new(2)).unwrap(),
            signs_from,
            until: None,
        }
    }

    fn learn_keys(&self, keys: Vec<AssertionKey>) {
        self.verdicts.directory.learn(Fact::AssertionKeys(AssertionKeys::new(keys)));
    }

    fn at(&self, now: Timestamp) -> Option<Arc<str>> {
        self.assertions.assertion(&self.principal, "orders", now)
    }

    /// Header and claims, after the signature was checked with what is published at `now`.
    fn read(&self, token: &str, now: Timestamp) -> Option<(Value, Value)> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let header: Value = serde_json::from_slice(&bytes(header)).unwrap();
        let published: Value = serde_json::from_str(&self.assertions.key_set(now)).unwrap();
        let keys = published["keys"].as_array()?;
        let key = keys.iter().find(|key| key["kid"] == header["kid"])?;
        let public_key = UnparsedPublicKey::new(&ED25519, bytes(key["x"].as_str()?));
        public_key.verify(signed.as_bytes(), &bytes(signature)).ok()?;
        Some((header, serde_json::from_slice(&bytes(claims)).unwrap()))
    }
}

fn after(seconds: i64) -> Timestamp {
    NOW.plus_seconds(seconds)
}

#[test]
fn an_assertion_says_who_acts_for_whom_and_for_how_long() {
    let world = World::new();
    let token = world.at(NOW).unwrap();
    let (header, claims) = world.read(&token, NOW).unwrap();
    let public_key = world.key(1, NOW).public_key;
    let expected = json!({
        "alg": "EdDSA",
        "typ": "countersign-assertion+jwt",
        "kid": key_id(&public_key),
    });
    assert_eq!(header, expected);
    let expected = json!({
        "iss": "https://countersign.example",
        "aud": "orders",
        "sub": "1234567:1",
        "iat": 1_800_000_000,
        "exp": 1_800_000_060,
        "account": "1234567",
        "entity": 1,
        "role": 1000,
        "integration": 1,
        "token": 1,
        "permissions": { "log-in-using-access-tokens": "full" },
    });
    assert_eq!(claims, expected);
    assert!(token.bytes().all(|byte| byte.is_ascii_graphic()));
}

#[test]
fn no_credential_of_the_wire_is_in_an_assertion() {
    let world = World::new();
    let (_, claims) = world.read(&world.at(NOW).unwrap(), NOW).unwrap();
    let text = claims.to_string();
    for id in [world.verdicts.token_id.to_string(), world.verdicts.consumer_key.to_string()] {
        assert!(!text.contains(&id[..16]), "{text}");
    }
}

#[test]
fn an_assertion_is_given_out_again_for_half_a_minute() {
    let world = World::new();
    let first = world.at(NOW).unwrap();
    assert!(Arc::ptr_eq(&first, &world.at(after(29)).unwrap()));
    let next = world.at(after(30)).unwrap();
    assert_ne!(first, next);
    let back = world.at(after(29)).unwrap();
    assert_ne!(back, next, "where the clock was set back, none is given out from the future");
}

#[test]
fn another_audience_or_another_token_gets_another_assertion() {
    let world = World::new();
    let first = world.at(NOW).unwrap();
    let other = world.assertions.assertion(&world.principal, "billing", NOW).unwrap();
    assert_eq!(world.read(&other, NOW).unwrap().1["aud"], "billing");
    let principal = Principal { token: TokenNumber(2), ..world.principal.clone() };
    let other = world.assertions.assertion(&principal, "orders", NOW).unwrap();
    assert_eq!(world.read(&other, NOW).unwrap().1["token"], 2);
    assert!(Arc::ptr_eq(&first, &world.at(NOW).unwrap()));
}

#[test]
fn what_a_role_loses_is_in_no_assertion_from_then_on() {
    let world = World::new();
    let before = world.at(NOW).unwrap();
    let role = Role {
        account: AccountNumber(1),
        id: RoleId(1000),
        name: "Importer".to_owned(),
        active: true,
        permissions: [(Permission::ViewLoginAuditTrail, Level::View)].into(),
        two_factor_required: false,
        web_services_only: false,
        version: countersign_model::Version::FIRST,
    };
    world.verdicts.directory.learn(Fact::Role(RoleFact::from(&role)));
    let now = world.at(NOW).unwrap();
    assert_ne!(before, now);
    let expected = json!({ "view-login-audit-trail": "view" });
    assert_eq!(world.read(&now, NOW).unwrap().1["permissions"], expected);
}

#[test]
fn a_new_key_is_published_before_it_signs_and_the_old_one_after() {
    let world = World::new();
    let first = world.key(1, NOW);
    let old = AssertionKey { until: Some(after(1200)), ..first };
    let new = world.key(2, after(600));
    world.learn_keys(vec![old, new.clone()]);
    let published = |now| world.assertions.key_set(now).matches("\"kid\"").count();
    let signer = |now| world.read(&world.at(now).unwrap(), now).unwrap().0["kid"].clone();

    assert_eq!(published(NOW), 2);
    assert_eq!(signer(after(599)), key_id(&first.public_key));
    assert_eq!(signer(after(600)), key_id(&new.public_key), "though one was made a second ago");
    assert_eq!(published(after(1199)), 2);
    assert_eq!(published(after(1200)), 1);
}

#[test]
fn a_key_that_does_not_open_neither_signs_nor_is_published() {
    let world = World::new();
    let none = r#"{"keys":[]}"#;
    // Moved from another row.
    let moved = AssertionKey { number: AssertionKeyNumber(9), ..world.key(1, NOW) };
    world.learn_keys(vec![moved]);
    assert_eq!((world.at(NOW), world.assertions.key_set(NOW).as_str()), (None, none));
    // Somebody's own public key, put in the place of ours.
    let replaced = AssertionKey { public_key: world.key(7, NOW).public_key, ..world.key(1, NOW) };
    world.learn_keys(vec![replaced]);
    assert_eq!((world.at(NOW), world.assertions.key_set(NOW).as_str()), (None, none));
    world.learn_keys(Vec::new());
    assert_eq!((world.at(NOW), world.assertions.key_set(NOW).as_str()), (None, none));
    world.learn_keys(vec![world.key(1, NOW)]);
    assert!(world.at(NOW).is_some());
}

#[test]
fn the_private_key_is_not_published() {
    let world = World::new();
    let published: Value = serde_json::from_str(&world.assertions.key_set(NOW)).unwrap();
    let key = published["keys"][0].as_object().unwrap();
    let mut members: Vec<_> = key.keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"]);
}

#[test]
fn what_is_kept_is_bounded_and_forgotten() {
    let cache = Cache::default();
    let world = World::new();
    let asked = |token, now| {
        let principal = Principal { token: TokenNumber(token), ..world.principal.clone() };
        let text: Arc<str> = "made".into();
        let asked = Asked {
            principal: &principal,
            audience: "orders",
            permissions: None,
            key: AssertionKeyNumber(1),
            now,
        };
        cache.keep(asked, text);
    };
    let tokens = Cache::MOST as u32 + 4000;
    (0..tokens).for_each(|token| asked(token, NOW));
    assert!(cache.len() <= Cache::MOST);
    // A few in each part of it, later.
    (0..500).for_each(|token| asked(token, after(30)));
    assert_eq!(cache.len(), 500);
}
