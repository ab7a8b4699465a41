use std::sync::atomic::{AtomicUsize, Ordering};

use countersign_model::{
    AccountId, AccountNumber, EntityId, InstallationId, IntegrationId, RetiringPair, RoleId,
    TokenNumber, TokenState,
};

use countersign_signing::{Authorization, CanonicalRequest, Request, Scheme, Scratch};

use super::*;

/// Opens everything to the secret's own ciphertext, and counts.
struct Open(AtomicUsize);

impl SecretOpener for Open {
    fn open(&self, sealed: &Sealed, _: &Binding) -> Option<Zeroizing<[u8; 32]>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        (sealed.data_key == 1).then_some(Zeroizing::new(sealed.ciphertext))
    }
}

fn sealed(byte: u8, data_key: u32) -> Sealed {
    Sealed { data_key, nonce: [0; 12], ciphertext: [byte; 32], tag: [0; 16] }
}

struct World {
    directory: Directory,
    opener: Arc<Open>,
    consumer_key: ConsumerKey,
    token_id: TokenId,
}

impl World {
    fn new() -> Self {
        let opener = Arc::new(Open(AtomicUsize::new(0)));
        let directory = Directory::new(opener.clone(), &[9; 32]);
        let world = Self {
            directory,
            opener,
            consumer_key: ConsumerKey::from_bytes([5; 32]),
            token_id: TokenId::from_bytes([6; 32]),
        };
        world.consumer(1, 1);
        world.token(TokenState::Active, 1);
        world
    }

    fn consumer(&self, byte: u8, version: u32) {
        self.directory.learn(Fact::Consumer(ConsumerFact {
            consumer_key: self.consumer_key,
            integration: IntegrationId(1),
            secret: sealed(byte, 1),
            secret_version: version,
            token_based: true,
            retiring: None,
        }));
    }

    fn token(&self, state: TokenState, data_key: u32) {
        self.directory.learn(Fact::Token(TokenFact {
            token_id: self.token_id,
            secret: sealed(2, data_key),
            secret_version: 1,
            retiring: None,
            account: AccountNumber(1),
            number: TokenNumber(1),
            installation: InstallationId(1),
            entity: EntityId(1),
            role: RoleId(1000),
            state,
            ends_at: None,
            addresses: None,
        }));
    }

    /// The signature of a fixed text under the token's key, or nothing.
    fn signs(&self) -> Option<String> {
        let reader = self.directory.reader();
        let consumer = reader.consumer(self.consumer_key.to_string().as_bytes()).unwrap();
        let (id, token) = reader.token(self.token_id.to_string().as_bytes()).unwrap();
        let key = &reader.keys(consumer, &id, token)?.key;
        let mut scratch = Scratch::default();
        let header = b"OAuth oauth_nonce=\"abcdef\"";
        let authorization = Authorization::parse(header, &mut scratch.fields).unwrap();
        let request = Request {
            method: "GET",
            scheme: Scheme::Https,
            authority: "example.com",
            target: "/",
            form: None,
        };
        let canonical =
            CanonicalRequest::new(&request, &authorization, &mut scratch.pairs).unwrap();
        Some(canonical.sign(key).to_base64())
    }
}

#[test]
fn a_key_is_made_once_and_then_used_again() {
    let world = World::new();
    let first = world.signs().unwrap();
    assert_eq!(world.signs(), Some(first));
    assert_eq!(world.opener.0.load(Ordering::SeqCst), 2, "one secret each, once");
}

#[test]
fn a_key_of_an_older_consumer_secret_is_never_used() {
    let world = World::new();
    let old = world.signs().unwrap();
    world.consumer(7, 2);
    let new = world.signs().unwrap();
    assert_ne!(old, new);
    let opened = world.opener.0.load(Ordering::SeqCst);
    assert_eq!(world.signs(), Some(new));
    assert_eq!(world.opener.0.load(Ordering::SeqCst), opened, "and the new one is kept");
}

#[test]
fn a_revocation_that_comes_while_a_key_is_made_anew_is_kept() {
    let world = World::new();
    world.signs().unwrap();
    world.consumer(7, 2);
    let revoked = TokenState::Revoked(countersign_model::Revoked {
        at: countersign_model::Timestamp::from_seconds(1),
    });
    world.token(revoked, 1);
    world.signs().unwrap();
    let reader = world.directory.reader();
    let (_, token) = reader.token(world.token_id.to_string().as_bytes()).unwrap();
    assert_eq!(token.state(), revoked);
}

#[test]
fn a_consumer_key_that_was_replaced_is_unknown_from_then_on() {
    let mut world = World::new();
    let old = world.consumer_key;
    world.consumer_key = ConsumerKey::from_bytes([8; 32]);
    world.consumer(7, 2);
    world.consumer(7, 2);
    let reader = world.directory.reader();
    assert!(reader.consumer(old.to_string().as_bytes()).is_none());
    assert!(world.signs().is_some());
}

#[test]
fn a_secret_that_does_not_open_gives_no_key() {
    let world = World::new();
    world.token(TokenState::Active, 2);
    assert_eq!(world.signs(), None);
}

#[test]
fn ids_that_share_their_first_half_are_told_apart() {
    let world = World::new();
    let mut foreign = *world.token_id.as_bytes();
    foreign[31] ^= 1;
    let foreign = TokenId::from_bytes(foreign).to_string();
    assert!(world.directory.reader().token(foreign.as_bytes()).is_none());
}

#[test]
fn a_request_without_a_realm_means_the_only_account_there_is() {
    let world = World::new();
    let account = |number, id: &str| {
        world.directory.learn(Fact::Account(AccountFact {
            number: AccountNumber(number),
            id: AccountId::parse(id).unwrap(),
            token_based_authentication: true,
        }));
    };
    let named = |realm: Option<&str>| match world
        .directory
        .reader()
        .asked("localhost", realm.map(str::as_bytes))
    {
        Asked::Account(number, _) => Some(number),
        _ => None,
    };
    assert_eq!(named(None), None);
    account(1, "1234567");
    assert_eq!(named(None), Some(AccountNumber(1)));
    assert_eq!(named(Some("7654321")), None);
    account(2, "1234567_SB1");
    assert_eq!(named(None), None, "now it could be either");
    assert_eq!(named(Some("1234567_SB1")), Some(AccountNumber(2)));
}

#[test]
fn the_keys_of_two_pairs_are_made_once_each_however_they_are_used_by_turns() {
    let mut world = World::new();
    let old = world.consumer_key;
    let first = world.signs().unwrap();
    world.consumer_key = ConsumerKey::from_bytes([8; 32]);
    let new = world.consumer_key;
    let secret = sealed(1, 1);
    let until = countersign_model::Timestamp::from_seconds(1);
    world.directory.learn(Fact::Consumer(ConsumerFact {
        consumer_key: new,
        integration: IntegrationId(1),
        secret: sealed(7, 1),
        secret_version: 2,
        token_based: true,
        retiring: Some(RetiringPair { consumer_key: old, secret, version: 1, until }),
    }));
    let mut by_turns = || {
        [old, new].map(|key| {
            world.consumer_key = key;
            world.signs().unwrap()
        })
    };
    let [with_old, with_new] = by_turns();
    assert_eq!(with_old, first);
    assert_ne!(with_new, first);
    let settled = by_turns();
    let opener = Arc::clone(&world.opener);
    let opened = opener.0.load(Ordering::SeqCst);
    let mut by_turns = || {
        [old, new].map(|key| {
            world.consumer_key = key;
            world.signs().unwrap()
        })
    };
    for _ in 0..10 {
        assert_eq!(by_turns(), settled);
    }
    assert_eq!(opener.0.load(Ordering::SeqCst), opened);
}

#[test]
fn a_token_that_is_gone_is_one_that_nobody_knows() {
    let world = World::new();
    let known = || {
        let reader = world.directory.reader();
        reader.token(world.token_id.to_string().as_bytes()).is_some()
    };
    assert!(known());
    let (account, token) = (AccountNumber(1), TokenNumber(1));
    world.directory.learn(Fact::TokenGone { account, token });
    assert!(!known());
    assert!(world.directory.reader().token_of(account, token).is_none());
    assert_eq!(world.directory.sizes().tokens, 0);
    world.directory.learn(Fact::TokenGone { account, token });
}

#[test]
fn of_roles_that_are_gone_or_taken_away_nothing_is_kept() {
    let world = World::new();
    let (account, entity, role) = (AccountNumber(1), EntityId(1), RoleId(1000));
    let login = |login| Fact::Login(LoginFact { account, entity, role, login });
    world.directory.learn(login(Login::RoleHidden));
    assert_eq!(world.directory.sizes().logins, 1);
    world.directory.learn(login(Login::RoleRemoved));
    assert_eq!(world.directory.sizes().logins, 0);

    let grants = Role {
        account,
        id: role,
        name: "r".into(),
        active: true,
        permissions: Default::default(),
        two_factor_required: false,
        web_services_only: false,
        version: countersign_model::Version::FIRST,
    };
    world.directory.learn(Fact::Role(RoleFact::from(&grants)));
    assert!(world.directory.role_permissions(account, role).is_some());
    world.directory.learn(Fact::RoleGone { account, role });
    assert!(world.directory.role_permissions(account, role).is_none());

    // What an account has defined is known by its Administrator.
    let mut administrator = Role { id: Role::ADMINISTRATOR, ..grants };
    assert!(!world.directory.is_permission("core-administration"));
    administrator.permissions.grant("orders.read", Level::Full).unwrap();
    world.directory.learn(Fact::Role(RoleFact::from(&administrator)));
    assert!(world.directory.is_permission("core-administration"));
    assert!(world.directory.is_permission("orders.read"));
    assert!(!world.directory.is_permission("orders"));
}
