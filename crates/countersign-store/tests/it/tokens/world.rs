//! An account over a real record and a real directory, whose tokens sign real requests.

use std::net::IpAddr;
use std::sync::Arc;

use countersign_authority::{
    Authority, CreatedToken, Founding, KeyEncryptionKey, NewEntity, NewIntegration, NewOwnToken,
    NewRole, NewToken, Projection, Requester, Store, TokenUse, UseCaseFault, UseMark, Vault,
};

use countersign_model::{
    AccountId, AccountNumber, Actor, AuthenticationSettings, Clock, Email, EntityId, EntityKind,
    InstallationId, Level, Permission, Role, RoleId, Timestamp, TokenLimits, TokenNumber,
    TokenSecret,
};
use countersign_signing::{
    Credentials, Request, Scheme, Scratch, Secret, SignOptions, TokenCredentials, sign,
};
use countersign_store::{Record, Trail};
use countersign_testkit::{FakeClock, SeededChance};
use countersign_trail::{AttemptBatch, AttemptStore};
use countersign_verify::{Directory, Fact, Refusal, Retiring, SignedRequest, Tolerance, judge};

pub(crate) const ADMINISTRATOR: EntityId = EntityId(1);
pub(crate) const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
pub(crate) const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

struct Learns(Arc<Directory>);

impl Projection for Learns {
    fn learn(&self, fact: Fact) {
        self.0.learn(fact);
    }
}

pub(crate) struct World {
    pub(crate) authority: Authority,
    pub(crate) directory: Arc<Directory>,
    pub(crate) record: Arc<Record>,
    pub(crate) trail: Arc<Trail>,
    pub(crate) clock: Arc<FakeClock>,

    pub(crate) account: AccountNumber,
    pub(crate) dir: tempfile::TempDir,
}

/// Consumer key and secret, and a token.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) consumer: (String, String),
    pub(crate) token: (String, String),
}

impl World {
    pub(crate) async fn found(seed: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let record = Arc::new(Record::sqlite(dir.path()).await.unwrap());
        let trail = Arc::new(Trail::sqlite(dir.path()).await.unwrap());
        let chance = Arc::new(SeededChance::new(seed));
        let kek = KeyEncryptionKey::generate(&*chance);
        let (vault, data_key) = Vault::create(&kek, &*chance).unwrap();
        let vault = Arc::new(vault);
        let directory = Arc::new(Directory::new(vault.clone(), &[9; 32]));
        let clock = Arc::new(FakeClock::at(START));
        let projection = Arc::new(Learns(directory.clone()));
        let authority =
            Authority::new(record.clone(), vault.clone(), projection, clock.clone(), chance)
                .with_uses(trail.clone());
        let founding = Founding {
            id: AccountId::parse("1234567").unwrap(),
            admin_email: Email::parse("admin@example.com").unwrap(),
            password: None,
            data_key: Some(data_key),
        };
        let (account, ..) = authority.found_account(Actor::LocalUser(7), founding).await.unwrap();
        let account = account.number;
        Self { authority, directory, record, trail, clock, account, dir }
    }

    /// Whoever owns the folder.
    pub(crate) fn operator(&self) -> Requester {
        Requester::operator(self.account, 7)
    }

    /// Somebody in a role.
    pub(crate) fn session(&self, entity: EntityId, role: RoleId) -> Requester {
        Requester::operator_as(self.account, 7, entity, role)
    }

    pub(crate) fn administrator(&self) -> Requester {
        self.session(ADMINISTRATOR, Role::ADMINISTRATOR)
    }

    pub(crate) async fn integration(&self, name: &str) -> (InstallationId, (String, String)) {
        let authentication = AuthenticationSettings::default();
        let new = NewIntegration { authentication, ..NewIntegration::named(name) };
        let made = self.authority.create_integration(&self.operator(), new).await.unwrap();
        let pair = (made.consumer_key.to_string(), made.consumer_secret.reveal().to_string());
        (made.installation, pair)
    }

    pub(crate) async fn entity(&self, name: &str, kind: EntityKind) -> EntityId {
        let email = Email::parse(&format!("{name}@example.com")).unwrap();
        let new = NewEntity { kind, name: name.to_owned(), email, password: None };
        self.authority.create_entity(&self.operator(), new).await.unwrap()
    }

    pub(crate) async fn role(&self, name: &str, permissions: &[Permission]) -> RoleId {
        let permissions = permissions.iter().map(|it| (*it, Level::Full)).collect();
        let new = NewRole {
            name: name.to_owned(),
            permissions,
            two_factor_required: false,
            web_services_only: false,
        };
        self.authority.create_role(&self.operator(), new).await.unwrap()
    }

    pub(crate) async fn assign(&self, entity: EntityId, role: RoleId) {
        self.authority.assign_role(&self.operator(), entity, role).await.unwrap();
    }

    /// An entity with a role of its own that has these permissions.
    pub(crate) async fn person(&self, name: &str, has: &[Permission]) -> (EntityId, RoleId) {
        let entity = self.entity(name, EntityKind::Employee).await;
        let role = self.role(&format!("{name}'s role"), has).await;
        self.assign(entity, role).await;
        (entity, role)
    }

    pub(crate) async fn token(
        &self,
        by: &Requester,
        installation: InstallationId,
        (entity, role): (EntityId, RoleId),
    ) -> Result<CreatedToken, UseCaseFault> {
        let limits = TokenLimits::default();
        let new = NewToken { installation, entity, role, name: None, limits };
        self.authority.create_token(by, new).await
    }

    pub(crate) async fn own_token(
        &self,
        by: &Requester,
        installation: InstallationId,
    ) -> Result<CreatedToken, UseCaseFault> {
        let new = NewOwnToken { installation, name: None, limits: TokenLimits::default() };
        self.authority.create_own_token(by, new).await
    }

    /// The verdict on a good request of this client, made now, from there.
    pub(crate) fn asks_from(&self, client: &Client, source: IpAddr) -> Result<Retiring, Refusal> {
        self.asks_in("1234567", client, source)
    }

    /// The verdict on the same request, made in that account.
    pub(crate) fn asks_in(
        &self,
        realm: &str,
        client: &Client,
        source: IpAddr,
    ) -> Result<Retiring, Refusal> {
        let request = Request {
            method: "GET",
            scheme: Scheme::Https,
            authority: "api.example.com",
            target: "/services/rest/record/v1/customer",
            form: None,
        };
        let credentials = Credentials {
            consumer_key: client.consumer.0.clone(),
            consumer_secret: Secret::new(client.consumer.1.as_bytes()),
            token: Some(TokenCredentials {
                token: client.token.0.clone(),
                secret: Secret::new(client.token.1.as_bytes()),
            }),
        };
        let now = self.clock.now();
        let mut options = SignOptions::new(now.seconds(), "nonce-123");
        options.realm = Some(realm);
        let header = sign(&credentials, &request, &options).unwrap().header;
        let signed = SignedRequest { request, authorization: Some(header.as_bytes()) };
        let (tolerance, mut scratch) = (Tolerance::DEFAULT, Scratch::default());
        judge(&signed, source, &self.directory, now, tolerance, &mut scratch)
            .map(|proven| proven.retiring)
            .map_err(|refused| refused.refusal)
    }

    pub(crate) fn asks(&self, client: &Client) -> Result<Retiring, Refusal> {
        self.asks_from(client, HERE)
    }

    /// A use of the token, as the trail writes it.
    pub(crate) async fn used(&self, token: TokenNumber) {
        self.used_with(token, Retiring::default()).await;
    }

    /// A use with what retires, as the trail writes it.
    pub(crate) async fn used_with(&self, token: TokenNumber, retiring: Retiring) {
        let last = UseMark { at: self.clock.now(), source: HERE };
        let account = self.account;
        let retiring_secret = retiring.secret.then_some(last);
        let retiring_pair = retiring.pair.then_some(last);
        let used = TokenUse { account, token, count: 1, last, retiring_secret, retiring_pair };
        let batch = AttemptBatch { uses: vec![used], ..AttemptBatch::default() };
        self.trail.write(&batch).await.unwrap();
    }

    pub(crate) async fn version(&self, token: TokenNumber) -> countersign_model::Version {
        self.record.look().await.unwrap().token(self.account, token).await.unwrap().unwrap().version
    }
}

impl Client {
    pub(crate) fn new(consumer: &(String, String), token: &CreatedToken) -> Self {
        let secret = token.token_secret.reveal().to_string();
        Self { consumer: consumer.clone(), token: (token.token_id.to_string(), secret) }
    }

    pub(crate) fn with_secret(&self, secret: &TokenSecret) -> Self {
        let token = (self.token.0.clone(), secret.reveal().to_string());
        Self { token, ..self.clone() }
    }
}

impl World {
    /// As after a start: the directory learns all of the record again.
    pub(crate) async fn reload(&self) {
        self.record.load(&|fact| self.directory.learn(fact)).await.unwrap();
    }
}
