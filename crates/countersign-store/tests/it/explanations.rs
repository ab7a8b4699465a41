//! Refusals of a real record, explained: on what evidence, for whom, and never with a secret.

use std::net::Ipv4Addr;
use std::sync::Arc;

use countersign_authority::{
    Authority, Founding, KeyEncryptionKey, NewEntity, NewIntegration, NewRole, NewToken, Owner,
    Projection, Requester, Vault,
};

use countersign_model::{
    AccountHosts, AccountId, AccountNumber, Actor, AuthenticationSettings, Chance, Email, EntityId,
    EntityKind, InstallationId, Level, Permission, RoleId, Timestamp, TokenLimits, TokenNumber,
};
use countersign_signing::{
    Credentials, Request, Scheme, Scratch, Secret, SignOptions, TokenCredentials, sign,
};
use countersign_store::{Record, Trail};
use countersign_testkit::{FakeClock, SeededChance};
use countersign_trail::{ExplanationQueue, Explanations, KeptExplanation, Occasion, Viewer};
use countersign_verify::replay::Fingerprint;
use countersign_verify::{
    Caller, Directory, Explainer, Fact, FirstUse, FirstUses, Reference, RefusedAttempt,
    SignedRequest, Surface, Tolerance, judge,
};

const BY: Actor = Actor::LocalUser(1000);

fn by(account: AccountNumber) -> Requester {
    Requester { account, actor: BY, origin: None }
}
const NOW: i64 = 1_800_000_000;
const TARGET: &str = "/services/rest/record/v1/customer?q=a%20b&limit=10";

struct Learner(Arc<Directory>);

impl Projection for Learner {
    fn learn(&self, fact: Fact) {
        self.0.learn(fact);
    }
}

/// Where no nonce was seen before.
struct NoMemory;

impl FirstUses for NoMemory {
    fn first_use(&self, _: Fingerprint) -> Option<FirstUse> {
        None
    }
}

struct World {
    authority: Authority,
    directory: Arc<Directory>,
    explanations: Explanations,
    queue: ExplanationQueue,
    chance: SeededChance,
    /// Everything that must never be shown.
    secrets: Vec<String>,
    dir: tempfile::TempDir,
}

/// An account with a user who has a role, and an integration.
struct Tenant {
    id: String,
    account: AccountNumber,
    installation: InstallationId,
    entity: EntityId,
    role: RoleId,
    consumer: (String, String),
}

/// What a client signs with.
#[derive(Clone)]
struct Client {
    realm: String,
    consumer: (String, String),
    token: (String, String),
}

impl World {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let record = Arc::new(Record::sqlite(dir.path()).await.unwrap());
        let trail = Arc::new(Trail::sqlite(dir.path()).await.unwrap());
        let chance = SeededChance::new(58);
        let kek = KeyEncryptionKey::generate(&chance);
        let (vault, data_key) = Vault::create(&kek, &chance).unwrap();
        let vault = Arc::new(vault);
        let directory = Directory::new(vault.clone(), &[9; 32]);
        let directory = Arc::new(directory.by_host(AccountHosts::new("example.com", [])));
        let clock = Arc::new(FakeClock::at(Timestamp::from_seconds(NOW)));
        let authority = Authority::new(
            record.clone(),
            vault.clone(),
            Arc::new(Learner(directory.clone())),
            clock.clone(),
            Arc::new(SeededChance::new(59)),
        );
        let first = Founding { data_key: Some(data_key), ..founding("1000001") };
        authority.found_account(BY, first).await.unwrap();
        let explanations = Explanations::new(record, trail.clone(), trail, clock);
        let (queue, worker) =
            ExplanationQueue::new(&explanations, vault, Arc::new(NoMemory), Occasion::Dev);
        tokio::spawn(worker.run());
        Self { authority, directory, explanations, queue, chance, secrets: Vec::new(), dir }
    }

    async fn tenant(&mut self, id: &str) -> Tenant {
        if id != "1000001" {
            self.authority.found_account(BY, founding(id)).await.unwrap();
        }
        let authority = &self.authority;
        let account = authority.account(&AccountId::parse(id).unwrap()).await.unwrap().number;
        let authentication = AuthenticationSettings::default();
        let new = NewIntegration { authentication, ..NewIntegration::named("Orders") };
        let created = authority.create_integration(&by(account), new).await.unwrap();
        let (name, kind) = ("Ann".to_owned(), EntityKind::Vendor);
        let email = Email::parse("ann@example.com").unwrap();
        let entity = NewEntity { kind, name, email, password: None };
        let entity = authority.create_entity(&by(account), entity).await.unwrap();
        let permissions = [(Permission::LogInUsingAccessTokens, Level::Full)].into();
        let role = NewRole { name: "Orders".into(), permissions, ..NewRole::default() };
        let role = authority.create_role(&by(account), role).await.unwrap();
        authority.assign_role(&by(account), entity, role).await.unwrap();
        let secret = created.consumer_secret.reveal().to_string();
        self.secrets.push(secret.clone());
        let consumer = (created.consumer_key.to_string(), secret);
        let installation = created.installation;
        Tenant { id: id.to_owned(), account, installation, entity, role, consumer }
    }

    async fn client(&mut self, tenant: &Tenant) -> (TokenNumber, Client) {
        let Tenant { account, installation, entity, role, .. } = *tenant;
        let new =
            NewToken { installation, entity, role, name: None, limits: TokenLimits::default() };
        let token = self.authority.create_token(&by(account), new).await.unwrap();
        let secret = token.token_secret.reveal().to_string();
        self.secrets.push(secret.clone());
        let client = Client {
            realm: tenant.id.clone(),
            consumer: tenant.consumer.clone(),
            token: (token.token_id.to_string(), secret),
        };
        (token.number, client)
    }

    async fn reset(&mut self, tenant: &mut Tenant) {
        let Tenant { account, installation, .. } = *tenant;
        let new = self.authority.reset_credentials(&by(account), installation, None).await.unwrap();
        let secret = new.consumer_secret.reveal().to_string();
        self.secrets.push(secret.clone());
        tenant.consumer = (new.consumer_key.to_string(), secret);
    }

    /// Has what `client` signed for `signed` come as `sent`, be refused and explained.
    async fn refused(&self, client: &Client, signed: Request<'_>, sent: Request<'_>) -> String {
        let mut nonce = [0; 8];
        self.chance.fill(&mut nonce);
        let nonce = format!("{:016x}", u64::from_be_bytes(nonce));
        let mut options = SignOptions::new(NOW, &nonce);
        options.realm = Some(&client.realm);
        let header = sign(&client.credentials(), &signed, &options).unwrap().header;
        let request = SignedRequest { request: sent, authorization: Some(header.as_bytes()) };
        let (now, tolerance) = (Timestamp::from_seconds(NOW), Tolerance::DEFAULT);
        let mut scratch = Scratch::default();
        let source = Ipv4Addr::LOCALHOST.into();
        let verdict = judge(&request, source, &self.directory, now, tolerance, &mut scratch);
        let refused = verdict.err().unwrap();
        let caller = Caller {
            at: now,
            source: Ipv4Addr::LOCALHOST.into(),
            surface: Surface::Rest,
            method: sent.method.to_owned(),
            path: sent.path().to_owned(),
            user_agent: Some(format!("odd/{}", client.token.1)),
        };
        let reference = Reference::generate(&self.chance);
        let attempt = RefusedAttempt { reference, caller, refused };
        self.queue.take(&attempt, &request.into(), None).unwrap().await.unwrap();
        self.kept(&reference.to_string()).await;
        reference.to_string()
    }

    /// It is kept soon after it is told.
    async fn kept(&self, reference: &str) -> KeptExplanation {
        loop {
            let found = self.explanations.find(Viewer::Operator, reference).await.unwrap();
            match found {
                Some(kept) => return kept,
                None => tokio::time::sleep(std::time::Duration::from_millis(5)).await,
            }
        }
    }

    async fn codes(&self, client: &Client, signed: Request<'_>, sent: Request<'_>) -> Vec<String> {
        let reference = self.refused(client, signed, sent).await;
        self.kept(&reference).await.told.codes
    }
}

impl Client {
    fn credentials(&self) -> Credentials {
        Credentials {
            consumer_key: self.consumer.0.clone(),
            consumer_secret: Secret::new(self.consumer.1.as_bytes()),
            token: Some(TokenCredentials {
                token: self.token.0.clone(),
                secret: Secret::new(self.token.1.as_bytes()),
            }),
        }
    }
}

impl Tenant {
    fn viewer(&self, may_view_login_audit_trail: bool) -> Viewer {
        let Self { account, entity, .. } = *self;
        Viewer::Entity { account, entity, may_view_login_audit_trail }
    }
}

fn founding(id: &str) -> Founding {
    Founding {
        id: AccountId::parse(id).unwrap(),
        admin_email: Email::parse("admin@example.com").unwrap(),
        password: None,
        data_key: None,
    }
}

fn request(target: &str) -> Request<'_> {
    let (method, scheme, authority) = ("GET", Scheme::Http, "127.0.0.1:8080");
    Request { method, scheme, authority, target, form: None }
}

#[tokio::test]
async fn after_a_reset_the_old_secret_is_named_with_the_old_key_and_with_the_new_one() {
    let mut world = World::new().await;
    let mut tenant = world.tenant("1000001").await;
    let (number, old) = world.client(&tenant).await;
    world.reset(&mut tenant).await;
    let half =
        Client { consumer: (tenant.consumer.0.clone(), old.consumer.1.clone()), ..old.clone() };
    let request = request(TARGET);
    assert_eq!(world.codes(&half, request, request).await, ["previous-secret"]);
    let codes = world.codes(&old, request, request).await;
    assert_eq!(codes, ["consumer-key-unknown", "previous-secret"]);

    world.authority.revoke_token(&by(tenant.account), number, None).await.unwrap();
    assert_eq!(world.codes(&half, request, request).await, ["token-revoked"]);
}

#[tokio::test]
async fn the_secret_of_another_token_of_the_same_user_is_named_and_no_strangers() {
    let mut world = World::new().await;
    let tenant = world.tenant("1000001").await;
    let stranger = world.tenant("1000002").await;
    let (_, one) = world.client(&tenant).await;
    let (_, two) = world.client(&tenant).await;
    let (_, foreign) = world.client(&stranger).await;
    let with = |secret: &str| Client { token: (one.token.0.clone(), secret.into()), ..one.clone() };
    let request = request(TARGET);
    let codes = world.codes(&with(&two.token.1), request, request).await;
    assert_eq!(codes, ["other-token-secret"]);
    let codes = world.codes(&with(&foreign.token.1), request, request).await;
    assert_eq!(codes, ["unexplained"]);
}

#[tokio::test]
async fn a_token_of_another_environment_is_said_to_be_of_its_account() {
    let mut world = World::new().await;
    let tenant = world.tenant("1000001").await;
    let new = countersign_authority::NewEnvironment::default();
    world.authority.create_environment(&by(tenant.account), new).await.unwrap();
    let (_, client) = world.client(&tenant).await;
    let there = Client { realm: "1000001_SB1".into(), ..client.clone() };
    let request = request(TARGET);
    let kept = world.kept(&world.refused(&there, request, request).await).await;
    assert_eq!(kept.owner, Owner::Entity { account: tenant.account, entity: tenant.entity });
    assert_eq!(kept.told.codes, ["wrong-environment"]);
    let of = "They are of the account 1000001.";
    assert!(kept.told.sentence.ends_with(of), "{}", kept.told.sentence);
}

#[tokio::test]
async fn a_host_of_another_account_is_named_beside_the_realm_to_whose_token_it_is() {
    let mut world = World::new().await;
    let tenant = world.tenant("1000001").await;
    world.tenant("1000002").await;
    let (_, client) = world.client(&tenant).await;
    for host in ["1000002.app.example.com", "1000003.app.example.com"] {
        let request = Request { authority: host, ..request(TARGET) };
        let kept = world.kept(&world.refused(&client, request, request).await).await;
        assert_eq!(kept.owner, Owner::Entity { account: tenant.account, entity: tenant.entity });
        assert_eq!(kept.told.codes, ["host-of-other-account"]);
        assert_eq!(kept.told.detail, "token_rejected");
        assert!(kept.told.signature_is_right);
        // Whether or not there is that account.
        let words =
            format!("The client called {host}, which is no host of the account 1000001 in realm.");
        assert_eq!(kept.told.sentence, words);
    }
}

/// Requests of every kind, some with secrets where none belong.
async fn refuse_much(world: &World, tenant: &Tenant, client: &Client) -> Vec<String> {
    let plain = request(TARGET);
    let swapped = Client {
        consumer: (client.consumer.0.clone(), client.token.1.clone()),
        token: (client.token.0.clone(), client.consumer.1.clone()),
        ..client.clone()
    };
    let unknown = Client { token: ("0".repeat(64), client.token.1.clone()), ..client.clone() };
    let wrong = Client { realm: "9999999".into(), ..client.clone() };
    let form = format!("a=1&token_secret={}", client.token.1);
    let with_form = Request { method: "POST", form: Some(form.as_bytes()), ..plain };
    let target = format!("/{}?secret={}", client.token.1, client.consumer.1);
    let telling = request(&target);
    let mut references = Vec::new();
    for (client, signed, sent) in [
        (client, request("/other"), plain),
        (&swapped, plain, plain),
        (&unknown, plain, plain),
        (&wrong, plain, plain),
        (client, Request { form: None, ..with_form }, with_form),
        (client, plain, telling),
    ] {
        references.push(world.refused(client, signed, sent).await);
    }
    for reference in &references {
        let owner = world.kept(reference).await.owner;
        assert_eq!(owner.account(), Some(tenant.account), "{reference}");
    }
    references
}

/// Requirement 58: nothing of a secret, nothing of another tenant, nothing for who guesses.
#[tokio::test]
async fn ten_thousand_guesses_and_anothers_references_find_nothing_and_no_explanation_has_a_secret()
{
    let mut world = World::new().await;
    let mut one = world.tenant("1000001").await;
    let two = world.tenant("1000002").await;
    let (_, first) = world.client(&one).await;
    let (_, second) = world.client(&two).await;
    world.reset(&mut one).await;
    let renewed = Client { consumer: one.consumer.clone(), ..first };
    let of_one = refuse_much(&world, &one, &renewed).await;
    let of_two = refuse_much(&world, &two, &second).await;

    // A stranger's key beside a token of one's own tells nothing of the stranger.
    let mixed = Client { consumer: renewed.consumer.clone(), ..second.clone() };
    let plain = request(TARGET);
    let kept = world.kept(&world.refused(&mixed, plain, plain).await).await;
    assert_eq!(kept.owner, Owner::Entity { account: two.account, entity: two.entity });
    let fingerprint = countersign_signing::fingerprint(renewed.consumer.1.as_bytes());
    assert!(!format!("{kept:?}").contains(&fingerprint));

    let find = async |viewer, reference: &str| {
        format!("{:?}", world.explanations.find(viewer, reference).await.unwrap())
    };
    for reference in &of_one {
        let seen = find(one.viewer(true), reference).await;
        assert_ne!(seen, "None");
        assert!(!seen.contains(&two.id), "{seen}");
        for stranger in [two.viewer(true), two.viewer(false)] {
            assert_eq!(find(stranger, reference).await, "None");
        }
        for secret in &world.secrets {
            let cases = [secret.clone(), secret.to_ascii_uppercase()];
            assert!(!cases.iter().any(|secret| seen.contains(secret)), "{seen}");
        }
    }
    for reference in &of_two {
        assert_eq!(find(one.viewer(true), reference).await, "None");
        assert_ne!(find(two.viewer(true), reference).await, "None");
    }
    for _ in 0..10_000 {
        let guess = Reference::generate(&world.chance).to_string();
        for viewer in [one.viewer(true), Viewer::Operator] {
            assert_eq!(find(viewer, &guess).await, "None");
        }
    }
    for file in ["attempts.db", "attempts.db-wal"] {
        let bytes = std::fs::read(world.dir.path().join(file)).unwrap();
        for secret in &world.secrets {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "a secret in {file}");
        }
    }
}
