//! An account with an administrator, and an API over it.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use countersign_api::{Api, Arrival, BASE, Door};
use countersign_authority::{
    Authority, Founding, KeyEncryptionKey, Requester, StoreFault, Unattended, Vault,
};
use countersign_model::{
    AccountId, AccountNumber, Actor, Email, EntityId, InstallationId, RoleId, Timestamp,
    TokenNumber,
};
use countersign_store::Record;
use countersign_testkit::{FakeClock, SeededChance};
use countersign_trail::{LogInAttempt, LogIns, TokenClock, TokenClocks};
use countersign_verify::{Principal, TrailUnwritable};
use http::{HeaderMap, Request};
use http_body_util::Full;
use serde_json::Value;

/// Who owns the data folder.
pub(crate) const OPERATOR: Door = Door::Operator(1000);

pub(crate) struct World {
    pub(crate) api: Api,
    pub(crate) account: AccountNumber,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) told: Arc<Told>,
    /// The secret in the first administrator's password link.
    pub(crate) link: String,
    _dir: tempfile::TempDir,
}

/// An answer, taken apart.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status, the end of `type`, and `field`.
    pub(crate) fn problem(&self) -> (u16, String, String) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let json = self.json();
        assert_eq!(json["status"], self.status, "{json}");
        let sentence = json["detail"].as_str().unwrap();
        assert!(sentence.len() > 10, "{json}");
        let kind = json["type"].as_str().unwrap().strip_prefix("urn:countersign:problem:");
        let field = json["field"].as_str().unwrap_or_default();
        (self.status, kind.unwrap().to_owned(), field.to_owned())
    }
}

impl World {
    pub(crate) async fn found() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let record = Arc::new(Record::sqlite(dir.path()).await.unwrap());
        let chance = Arc::new(SeededChance::new(1));
        let kek = KeyEncryptionKey::generate(&*chance);
        let (vault, data_key) = Vault::create(&kek, &*chance).unwrap();
        let clock = Arc::new(FakeClock::at(Timestamp::from_seconds(1_800_000_000)));
        let unattended = Arc::new(Unattended);
        let vault = Arc::new(vault);
        let authority = Authority::new(record, vault, unattended, clock.clone(), chance.clone());
        let found = |id: &str, data_key| Founding {
            id: AccountId::parse(id).unwrap(),
            admin_email: Email::parse("admin@example.com").unwrap(),
            password: None,
            data_key,
        };
        let by = Actor::LocalUser(1000);
        let home = authority.found_account(by, found("1234567", Some(data_key))).await.unwrap();
        authority.found_account(by, found("7654321", None)).await.unwrap();
        let requester = Requester::schedule(AccountNumber::NONE);
        authority.ensure_assertion_key(&requester).await.unwrap();
        let told = Arc::new(Told::default());
        let api = Api::new(Arc::new(authority), Arc::new(NoClocks));
        let api = api.with_log_ins(told.clone(), clock.clone(), chance);
        let link = home.2.unwrap().secret.to_string();
        Self { api, account: home.0.number, clock, told, link, _dir: dir }
    }

    /// With integration 1, entity 2 in role 1000, token 1, and a permission of its own.
    pub(crate) async fn furnished() -> Self {
        let world = Self::found().await;
        for (method, path, body) in [
            ("POST", "permissions", r#"{"name":"orders"}"#),
            ("POST", "integrations", r#"{"name":"Orders import"}"#),
            ("POST", "entities", r#"{"name":"Ann","email":"ann@example.com"}"#),
            (
                "POST",
                "roles",
                r#"{"name":"Orders","permissions":{"log-in-using-access-tokens":"full"}}"#,
            ),
            ("PUT", "entities/2/roles/1000", ""),
            ("POST", "tokens", r#"{"integration":1,"entity":2,"role":1000}"#),
        ] {
            let answer = world.change(method, path, body).await;
            assert!(answer.status < 300, "{path}: {answer:?}");
        }
        world
    }

    /// The sandbox 1234567_SB1, which had token 1 of entity 2 until it was refreshed.
    pub(crate) async fn with_sandbox(&self) {
        let there = |path: &str| format!("{BASE}/accounts/1234567_SB1/{path}");
        assert_eq!(self.operator("POST", "environments", "{}").await.status, 201);
        let token = r#"{"integration":1,"entity":2,"role":1000}"#;
        let made = self.send(Some(OPERATOR), "POST", &there("tokens"), &[], token).await;
        assert_eq!(made.status, 201);
        let path = "environments/1234567_SB1/refresh";
        assert_eq!(self.change("POST", path, "").await.status, 200);
    }

    /// Lets the token sign requests to the API.
    pub(crate) async fn allow_api(&self) {
        let path = "integrations/1/api-access";
        assert_eq!(self.change("PUT", path, r#"{"on":true}"#).await.status, 200);
    }

    /// The operator asks, about the account.
    pub(crate) async fn operator(&self, method: &str, path: &str, body: &str) -> Answer {
        self.ask(Some(OPERATOR), method, path, &[], body).await
    }

    /// The operator changes what is there, whatever it is.
    pub(crate) async fn change(&self, method: &str, path: &str, body: &str) -> Answer {
        self.ask(Some(OPERATOR), method, path, &[("if-match", "*")], body).await
    }

    /// Somebody asks about the account.
    pub(crate) async fn ask(
        &self,
        door: Option<Door>,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let path = format!("{BASE}/accounts/1234567/{path}");
        self.send(door, method, path.trim_end_matches('/'), headers, body).await
    }

    /// Somebody asks. A body is JSON, unless a header says otherwise.
    pub(crate) async fn send(
        &self,
        door: Option<Door>,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !body.is_empty() && headers.iter().all(|(name, _)| *name != "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = Full::new(Bytes::copy_from_slice(body.as_bytes()));
        let (head, body) = self.api.answer(request.body(body).unwrap(), door).await.into_parts();
        assert_eq!(head.headers["cache-control"], "no-store");
        let text = String::from_utf8(body.to_vec()).unwrap();
        Answer { status: head.status.as_u16(), headers: head.headers, text }
    }

    /// A request that token 1 signed: of that entity, in that role.
    pub(crate) fn token(&self, account: &str, entity: u32, role: u32) -> Door {
        let principal = Principal {
            account: self.account,
            account_id: AccountId::parse(account).unwrap(),
            entity: EntityId(entity),
            role: RoleId(role),
            installation: InstallationId(1),
            token: TokenNumber(1),
        };
        Door::Token(principal, IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)))
    }
}

/// Somebody at a browser, over TLS.
pub(crate) fn browser() -> Door {
    arriving(true, "auth.example.com")
}

/// Somebody who asked that host.
pub(crate) fn arriving(is_https: bool, host: &str) -> Door {
    let is_loopback = host.starts_with("localhost");
    let client = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 9));
    Door::Browser(Arrival { client, is_https, is_loopback, host: host.into() })
}

/// What the login trail was told; nothing where it can't be written.
#[derive(Default)]
pub(crate) struct Told {
    attempts: Mutex<Vec<LogInAttempt>>,
    pub(crate) is_full: std::sync::atomic::AtomicBool,
    /// Whoever has this has it wait.
    pub(crate) held: tokio::sync::Mutex<()>,
    /// How often it was asked to be told.
    pub(crate) asked: std::sync::atomic::AtomicUsize,
}

impl Told {
    /// Why the newest failed, or not, and as whom.
    pub(crate) fn last(&self) -> (Option<u32>, Option<&'static str>) {
        let attempts = self.attempts.lock().unwrap();
        let last = attempts.last().unwrap();
        assert_eq!(last.caller.source, IpAddr::V4(Ipv4Addr::new(192, 0, 2, 9)));
        (last.entity.map(|entity| entity.0), last.why)
    }

    pub(crate) fn count(&self) -> usize {
        self.attempts.lock().unwrap().len()
    }
}

#[async_trait]
impl LogIns for Told {
    async fn told(&self, attempt: LogInAttempt) -> Result<(), TrailUnwritable> {
        self.asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        drop(self.held.lock().await);
        if self.is_full.load(std::sync::atomic::Ordering::SeqCst) {
            return Err(TrailUnwritable);
        }
        self.attempts.lock().unwrap().push(attempt);
        Ok(())
    }
}

struct NoClocks;

#[async_trait]
impl TokenClocks for NoClocks {
    async fn token_clock(
        &self,
        _: AccountNumber,
        _: TokenNumber,
    ) -> Result<Option<TokenClock>, StoreFault> {
        Ok(None)
    }
}
