//! A gate with all that is behind it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use countersign_gate::{
    Body, BoxFuture, Drained, Gate, GateParts, InProcess, Limits, Listener, Mode, OwnPaths,
    RefusalObserver, Rules, Upstream as To, UpstreamSettings,
};
use countersign_model::{
    AccountHosts, AccountId, AccountNumber, Binding, ConcurrencyLimit, ConsumerKey, ConsumerSecret,
    EntityId, InstallationId, InstallationState, IntegrationId, Level, Login, Permission, Role,
    RoleId, Sealed, SecretKind, Timestamp, TokenId, TokenNumber, TokenSecret, TokenState,
};
use countersign_signing::{Credentials, Secret, TokenCredentials};
use countersign_telemetry::metrics::{GateMetrics, Registry, encode};
use countersign_telemetry::trace::Coin;
use countersign_testkit::{FakeClock, SeededChance};
use countersign_verify::replay::{ReplayGuard, ReplayKey, Settings};
use countersign_verify::{
    AccountFact, Assertions, ConsumerFact, Directory, Explainer, Fact, InstallationFact, LoginFact,
    Principal, RoleFact, SecretOpener, TokenFact, Verifier,
};
use http::Response;
use http_body_util::BodyExt;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use zeroize::Zeroizing;

use crate::client::{Client, Message, PATIENCE};
use crate::sink::FakeSink;
use crate::upstream::Upstream;
use crate::wire::Wire;

pub(crate) const HOST: &str = "gate.test";
pub(crate) const NOW: i64 = 1_800_000_000;

/// What a test changes about the world.
pub(crate) struct Choices {
    pub(crate) mode: Mode,
    pub(crate) limits: Limits,
    pub(crate) upstream: Option<To>,
    pub(crate) settings: UpstreamSettings,
    pub(crate) rules: Option<Box<dyn FnOnce(To) -> Rules>>,
    /// How its clients talk to it; `listener` listens for that.
    pub(crate) wire: Wire,
    pub(crate) listener: Box<dyn FnOnce(TcpListener) -> Listener>,
    pub(crate) public_hosts: Vec<String>,
    /// Hosts in it name accounts.
    pub(crate) domain: Option<&'static str>,
    pub(crate) explainer: Option<Arc<dyn Explainer>>,
    pub(crate) observer: Option<Arc<dyn RefusalObserver>>,
    pub(crate) assertions: Option<Arc<dyn Assertions>>,
}

impl Default for Choices {
    fn default() -> Self {
        let limits = Limits { linger: Duration::from_millis(200), ..Limits::default() };
        Self {
            mode: Mode::Serve,
            limits,
            upstream: None,
            settings: UpstreamSettings::default(),
            rules: None,
            wire: Wire::Plain,
            listener: Box::new(Listener::plain),
            public_hosts: vec!["auth.example".to_owned()],
            domain: None,
            explainer: None,
            observer: None,
            assertions: None,
        }
    }
}

impl Choices {
    pub(crate) fn over(wire: Wire) -> Self {
        Self { wire, listener: Box::new(move |socket| wire.listener(socket)), ..Self::default() }
    }
}

pub(crate) struct World {
    pub(crate) wire: Wire,
    pub(crate) address: SocketAddr,
    pub(crate) upstream: Upstream,
    pub(crate) attempts: Arc<FakeSink>,
    verifier: Arc<Verifier>,
    pub(crate) gate: Gate,
    metrics: GateMetrics,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Drained>,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(Choices::default()).await
    }

    /// One for each way of talking HTTP/1.1 to it.
    pub(crate) async fn on_each_wire() -> [Self; 2] {
        [Self::start().await, Self::with(Choices::over(Wire::Tls)).await]
    }

    pub(crate) async fn with(choices: Choices) -> Self {
        let upstream = Upstream::start().await;
        let attempts = Arc::new(FakeSink::default());
        let to = choices
            .upstream
            .unwrap_or_else(|| To::new(&[upstream.url()], choices.settings).unwrap());
        let rules = choices.rules.unwrap_or_else(|| Box::new(Rules::one));
        let verifier = Arc::new(verifier(choices.domain));
        let metrics = GateMetrics::default();
        let gate = Gate::new(GateParts {
            verifier: Arc::clone(&verifier),
            attempts: attempts.clone(),
            explainer: choices.explainer,
            observer: choices.observer,
            clock: Arc::new(FakeClock::at(Timestamp::from_seconds(NOW))),
            chance: Arc::new(SeededChance::new(1)),
            assertions: choices.assertions,
            rules: rules(to),
            own: Arc::new(Own),
            public_hosts: choices.public_hosts,
            mode: choices.mode,
            limits: choices.limits,
            metrics: metrics.clone(),
            coin: Arc::new(Coin::never()),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let listener = (choices.listener)(listener);
        let wire = choices.wire;
        let served = tokio::spawn(gate.clone().serve(vec![listener], async move {
            let _ = stopped.await;
        }));
        Self { wire, address, upstream, attempts, verifier, gate, metrics, stop, served }
    }

    pub(crate) async fn client(&self) -> Client {
        self.wire.client(self.tcp().await).await
    }

    /// From another address of this machine.
    pub(crate) async fn client_from(&self, source: &str) -> Client {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(format!("{source}:0").parse().unwrap()).unwrap();
        self.wire.client(socket.connect(self.address).await.unwrap()).await
    }

    /// A connection on which nothing was said.
    pub(crate) async fn tcp(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Request line, `Host` and a fresh signature, each line with its end.
    pub(crate) fn signed(&self, method: &str, target: &str) -> String {
        self.wire.signed(method, target)
    }

    /// Changes the state of the one token.
    pub(crate) fn token_is(&self, state: TokenState) {
        self.verifier.directory().learn(Fact::Token(TokenFact { state, ..token() }));
    }

    /// Has the record limit the integration to so many requests at a time.
    pub(crate) fn limit_integration(&self, requests: u32) {
        let concurrency_limit = ConcurrencyLimit::new(requests).ok();
        let fact = InstallationFact { concurrency_limit, ..installation() };
        self.verifier.directory().learn(Fact::Installation(fact));
    }

    /// Changes what the role of the one token grants.
    pub(crate) fn role_grants(&self, permissions: &[(Permission, Level)]) {
        let role = Role {
            account: ACCOUNT,
            id: RoleId(33),
            name: "role".to_owned(),
            active: true,
            permissions: permissions.iter().copied().collect(),
            two_factor_required: false,
            web_services_only: false,
            version: countersign_model::Version::FIRST,
        };
        self.verifier.directory().learn(Fact::Role(RoleFact::from(&role)));
    }

    /// The answer to one message on a connection of its own.
    pub(crate) async fn answer(&self, message: impl AsRef<[u8]>) -> Message {
        let mut client = self.client().await;
        client.send(message).await;
        client.receive().await.unwrap()
    }

    /// The answer to a signed `GET` with these header lines added.
    pub(crate) async fn get(&self, target: &str, lines: &str) -> Message {
        self.answer(format!("{}{lines}\r\n", self.signed("GET", target))).await
    }

    /// Waits until a series of the metrics has this value. What is counted when something ends is
    /// not there at once.
    pub(crate) async fn metric_is(&self, series: &str, expected: &str) {
        let (mut registry, start) = (Registry::default(), Instant::now());
        self.metrics.register(&mut registry);
        loop {
            self.gate.measure();
            let mut text = String::new();
            encode(&mut text, &registry).unwrap();
            let value = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
            if value == Some(expected) {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "{series} is {value:?}: {text}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Tells the gate to stop, and gives back what awaits its end.
    pub(crate) fn stop(self) -> JoinHandle<Drained> {
        self.stop.send(()).unwrap();
        self.served
    }
}

fn consumer_key() -> ConsumerKey {
    ConsumerKey::from_bytes([1; 32])
}

fn token_id() -> TokenId {
    TokenId::from_bytes([2; 32])
}

pub(crate) fn credentials() -> Credentials {
    Credentials {
        consumer_key: consumer_key().to_string(),
        consumer_secret: Secret::new(ConsumerSecret::from_bytes([3; 32]).reveal().as_str()),
        token: Some(TokenCredentials {
            token: token_id().to_string(),
            secret: Secret::new(TokenSecret::from_bytes([4; 32]).reveal().as_str()),
        }),
    }
}

struct Opener;

impl SecretOpener for Opener {
    fn open(&self, _: &Sealed, binding: &Binding) -> Option<Zeroizing<[u8; 32]>> {
        Some(Zeroizing::new(match binding.kind {
            SecretKind::Consumer | SecretKind::PreviousConsumer | SecretKind::RetiringConsumer => {
                [3; 32]
            }
            SecretKind::Token | SecretKind::Assertion | SecretKind::SecondFactor => [4; 32],
        }))
    }
}

const ACCOUNT: AccountNumber = AccountNumber(1);
const SEALED: Sealed = Sealed { data_key: 1, nonce: [0; 12], ciphertext: [0; 32], tag: [0; 16] };

fn installation() -> InstallationFact {
    InstallationFact {
        account: ACCOUNT,
        integration: IntegrationId(7),
        id: InstallationId(44),
        state: InstallationState::Enabled,
        concurrency_limit: None,
    }
}

fn token() -> TokenFact {
    TokenFact {
        token_id: token_id(),
        secret: SEALED,
        secret_version: 1,
        retiring: None,
        account: ACCOUNT,
        number: TokenNumber(55),
        installation: InstallationId(44),
        entity: EntityId(22),
        role: RoleId(33),
        state: TokenState::Active,
        ends_at: None,
        addresses: None,
    }
}

fn verifier(domain: Option<&str>) -> Verifier {
    let directory = Directory::new(Arc::new(Opener), &[9; 32]);
    let directory = match domain {
        Some(domain) => directory.by_host(AccountHosts::new(domain, ["auth.example"])),
        None => directory,
    };
    for fact in [
        Fact::Account(AccountFact {
            number: ACCOUNT,
            id: AccountId::parse("1234567").unwrap(),
            token_based_authentication: true,
        }),
        Fact::Consumer(ConsumerFact {
            consumer_key: consumer_key(),
            integration: IntegrationId(7),
            secret: SEALED,
            secret_version: 1,
            token_based: true,
            retiring: None,
        }),
        Fact::Installation(installation()),
        Fact::Login(LoginFact {
            account: ACCOUNT,
            entity: EntityId(22),
            role: RoleId(33),
            login: Login::Allowed,
        }),
        Fact::Token(token()),
    ] {
        directory.learn(fact);
    }
    Verifier::new(directory, ReplayGuard::in_memory(Settings::default(), ReplayKey::new([5; 16])))
}

/// Answers own paths by saying which one it was.
struct Own;

impl OwnPaths for Own {
    fn handle(&self, request: http::Request<Body>, _: SocketAddr) -> BoxFuture<'_, Response<Body>> {
        Box::pin(async move {
            assert!(request.uri().path() != "/rest/panic", "asked to");
            let (head, body) = request.into_parts();
            let mut text = format!("own {}", head.uri.path());
            if head.uri.path() == "/rest/whole" {
                return Response::new(Body::from(format!("{:?}", body.collect().await.is_ok())));
            }
            if let Some(principal) = head.extensions.get::<Principal>() {
                let body = body.collect().await.unwrap().to_bytes();
                text += &format!(" for entity {}, {} bytes", principal.entity, body.len());
            }
            Response::new(Body::from(text))
        })
    }
}

/// Answers every request with `ok`.
pub(crate) struct Echo;

impl InProcess for Echo {
    fn handle(&self, _: http::Request<Body>) -> BoxFuture<'_, Response<Body>> {
        Box::pin(async { Response::new(Body::from("ok")) })
    }
}
