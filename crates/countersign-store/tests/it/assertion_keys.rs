//! Keys that sign assertions, from the first one to a rotation, over a real record.

use std::sync::Arc;

use countersign_assertions::SignedAssertions;
use countersign_authority::{
    Authority, Founding, KeyEncryptionKey, Projection, PublishedKey, Requester, Store, TakeOver,
    UseCaseFault, Vault,
};
use countersign_model::{
    AccountId, AccountNumber, Actor, AssertionKey, AssertionKeyState, Clock, Email, EntityId,
    InstallationId, RoleId, Timestamp, TokenNumber,
};
use countersign_store::Record;
use countersign_testkit::{FakeClock, SeededChance};
use countersign_verify::{Assertions, Directory, Fact, Principal};

use AssertionKeyState::{Current, Next, Retired};

const BY: Actor = Actor::LocalUser(1000);
const CALLER: Requester = Requester { account: AccountNumber::NONE, actor: BY, origin: None };

struct Verdicts(Directory);

impl Projection for Verdicts {
    fn learn(&self, fact: Fact) {
        self.0.learn(fact);
    }
}

impl AsRef<Directory> for Verdicts {
    fn as_ref(&self) -> &Directory {
        &self.0
    }
}

struct World {
    authority: Authority,
    assertions: SignedAssertions,
    clock: Arc<FakeClock>,
    record: Arc<Record>,
    vault: Arc<Vault>,
    dir: tempfile::TempDir,
}

impl World {
    /// A new record, with its first key.
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let record = Arc::new(Record::sqlite(dir.path()).await.unwrap());
        let chance = Arc::new(SeededChance::new(1));
        let (vault, data_key) =
            Vault::create(&KeyEncryptionKey::generate(&*chance), &*chance).unwrap();
        let vault = Arc::new(vault);
        let verdicts = Arc::new(Verdicts(Directory::new(vault.clone(), &[9; 32])));
        let clock = Arc::new(FakeClock::at(Timestamp::from_seconds(1_800_000_000)));
        let authority =
            Authority::new(record.clone(), vault.clone(), verdicts.clone(), clock.clone(), chance);
        let founding = Founding {
            id: AccountId::parse("1234567").unwrap(),
            admin_email: Email::parse("admin@example.com").unwrap(),
            password: None,
            data_key: Some(data_key),
        };
        authority.found_account(BY, founding).await.unwrap();
        authority.ensure_assertion_key(&CALLER).await.unwrap();
        let assertions = SignedAssertions::new("https://c.example", verdicts, vault.clone());
        Self { authority, assertions, clock, record, vault, dir }
    }

    async fn rotate(&self, take_over: TakeOver) -> Result<(), UseCaseFault> {
        self.authority.rotate_assertion_key(&CALLER, take_over).await
    }

    async fn keys(&self) -> Vec<PublishedKey> {
        self.authority.assertion_keys().await.unwrap()
    }

    async fn states(&self) -> Vec<(u32, AssertionKeyState)> {
        self.keys().await.iter().map(|key| (key.number.0, key.state)).collect()
    }

    /// The number of the key that an assertion made now is signed with, as its header says.
    async fn signer(&self) -> u32 {
        let assertion = assertion(&self.assertions, self.clock.now()).unwrap();
        let header = header_of(&assertion);
        let keys = self.keys().await;
        let signs = |key: &&PublishedKey| header.contains(&key.key_id);
        keys.iter().find(signs).unwrap().number.0
    }

    fn published(&self) -> usize {
        self.assertions.key_set(self.clock.now()).matches("\"kid\"").count()
    }

    /// The acts of the trail that concern keys, with who did them.
    async fn acts(&self) -> Vec<String> {
        use sqlx::Row;
        use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

        let file = SqliteConnectOptions::new().filename(self.dir.path().join("record.db"));
        let pool = SqlitePool::connect_with(file).await.unwrap();
        let query = "SELECT actor || ' ' || account || ' ' || json_extract(act, '$.act') \
                     FROM event WHERE act LIKE '%assertion-key%' ORDER BY number";
        let rows = sqlx::query(query).fetch_all(&pool).await.unwrap();
        pool.close().await;
        rows.iter().map(|row| row.get::<String, _>(0)).collect()
    }
}

fn assertion(assertions: &SignedAssertions, now: Timestamp) -> Option<Arc<str>> {
    let principal = Principal {
        account: AccountNumber(1),
        account_id: AccountId::parse("1234567").unwrap(),
        entity: EntityId(1),
        role: RoleId(3),
        installation: InstallationId(1),
        token: TokenNumber(1),
    };
    assertions.assertion(&principal, "orders", now)
}

/// The header of a token, as text.
fn header_of(token: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    let (header, _) = token.split_once('.').unwrap();
    String::from_utf8(URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap()
}

#[tokio::test]
async fn the_first_key_is_made_once_and_signs_at_once() {
    let world = World::new().await;
    assert_eq!(world.states().await, [(1, Current)]);
    assert_eq!(world.signer().await, 1);
    world.authority.ensure_assertion_key(&CALLER).await.unwrap();
    assert_eq!(world.states().await, [(1, Current)]);
    assert_eq!(world.acts().await, ["local:1000 0 assertion-key-made"]);
}

#[tokio::test]
async fn a_rotation_publishes_then_signs_then_withdraws() {
    let world = World::new().await;
    world.rotate(TakeOver::AfterOverlap).await.unwrap();
    assert_eq!(world.states().await, [(1, Current), (2, Next)]);
    assert_eq!((world.published(), world.signer().await), (2, 1));
    world.authority.remove_assertion_keys().await.unwrap();
    assert_eq!(world.published(), 2, "nothing is over");

    world.clock.advance_seconds(AssertionKey::OVERLAP_SECONDS - 1);
    assert_eq!(world.signer().await, 1);
    world.clock.advance_seconds(1);
    assert_eq!(world.signer().await, 2, "without anybody doing anything");
    assert_eq!(world.states().await, [(1, Retired), (2, Current)]);
    assert_eq!(world.published(), 2);

    world.clock.advance_seconds(AssertionKey::RETIRED_SECONDS - 1);
    assert_eq!(world.published(), 2);
    world.clock.advance_seconds(1);
    assert_eq!(world.published(), 1);
    world.authority.remove_assertion_keys().await.unwrap();
    world.authority.remove_assertion_keys().await.unwrap();
    assert_eq!(world.record.begin().await.unwrap().assertion_keys().await.unwrap().len(), 1);
    let made = "local:1000 0 assertion-key-made";
    let removed = "schedule 0 assertion-keys-removed";
    assert_eq!(world.acts().await, [made, made, removed]);
}

#[tokio::test]
async fn a_second_rotation_waits_for_the_first_unless_it_must_hurry() {
    let world = World::new().await;
    world.rotate(TakeOver::AfterOverlap).await.unwrap();
    let from = world.clock.now().plus_seconds(AssertionKey::OVERLAP_SECONDS);
    let refused = world.rotate(TakeOver::AfterOverlap).await;
    assert_eq!(refused, Err(UseCaseFault::RotationUnderWay(from)));

    world.clock.advance_seconds(60);
    world.rotate(TakeOver::AtOnce).await.unwrap();
    assert_eq!(world.signer().await, 2, "the one that waited");
    let old = &world.keys().await[0];
    let until = world.clock.now().plus_seconds(AssertionKey::RETIRED_SECONDS);
    assert_eq!((old.state, old.until), (Retired, Some(until)));

    world.rotate(TakeOver::AtOnce).await.unwrap();
    assert_eq!(world.states().await, [(1, Retired), (2, Retired), (3, Current)]);
    assert_eq!(world.signer().await, 3);
    let acts = world.acts().await;
    assert!(acts[2].ends_with("assertion-key-took-over"), "{acts:?}");
}

#[tokio::test]
async fn keys_that_nobody_may_trust_are_withdrawn_at_once() {
    let world = World::new().await;
    let before = assertion(&world.assertions, world.clock.now()).unwrap();
    world.rotate(TakeOver::AfterOverlap).await.unwrap();
    world.rotate(TakeOver::Alone).await.unwrap();
    assert_eq!(world.states().await, [(3, Current)]);
    assert_eq!((world.published(), world.signer().await), (1, 3));
    let after = assertion(&world.assertions, world.clock.now()).unwrap();
    assert_ne!(before, after, "what was made with the old key is not given out again");
}

#[tokio::test]
async fn a_server_that_starts_later_signs_with_the_same_keys() {
    let world = World::new().await;
    world.rotate(TakeOver::AfterOverlap).await.unwrap();
    world.clock.advance_seconds(AssertionKey::OVERLAP_SECONDS);
    let directory = Directory::new(world.vault.clone(), &[9; 32]);
    world.record.load(&|fact| directory.learn(fact)).await.unwrap();
    let later =
        SignedAssertions::new("https://c.example", Arc::new(directory), world.vault.clone());
    let now = world.clock.now();
    assert_eq!(later.key_set(now), world.assertions.key_set(now));
    assert_eq!(assertion(&later, now), assertion(&world.assertions, now), "Ed25519 has no chance");
}

#[tokio::test]
async fn the_private_key_is_in_no_file_in_clear() {
    let world = World::new().await;
    let key = world.record.begin().await.unwrap().assertion_keys().await.unwrap().remove(0);
    use countersign_verify::SecretOpener;
    let seed = world.vault.open(&key.private_key, &AssertionKey::binding(key.number)).unwrap();
    world.record.close().await.unwrap();
    for file in std::fs::read_dir(world.dir.path()).unwrap() {
        let content = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!content.windows(32).any(|window| window == seed.as_slice()));
    }
}
