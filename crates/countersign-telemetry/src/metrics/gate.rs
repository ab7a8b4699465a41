//! What the gate counts.

mod labels;

use std::time::{Duration, Instant};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::declaration::{Declaration, Group, Kind, of};
use super::latency::Latency;
use super::table::Table;
pub use labels::{
    Limit, Plane, Reload, Route, StatusClass, TlsResult, UpstreamResult, UpstreamState,
};

const REQUESTS: Declaration = Declaration::new(
    Kind::Counter,
    "countersign_requests",
    "Requests that were answered, by kind of listener, kind of path and first digit of the status",
)
.labels(&[of::<Plane>(), of::<Route>(), of::<StatusClass>()])
.alarm(
    "`5xx` above 1 % of all for 5 minutes: read the log; `countersign_check` says whether this \
     program is the cause, `countersign_upstream_requests_total` whether the upstream is",
);
const REQUEST: Declaration = Declaration::new(
    Kind::Histogram,
    "countersign_request_duration",
    "From the head of a request to the head of its answer, upstream included",
)
.unit("seconds")
.labels(&[of::<Plane>()]);
const DECISION: Declaration = Declaration::new(
    Kind::Histogram,
    "countersign_decision_duration",
    "The verdict on a request, with the replay memory's write, without waiting for a form",
)
.unit("seconds")
.alarm(
    "99 % take longer than 5 ms for 10 minutes: the disk of the data folder is slow, or the \
     machine has too few cores",
);
const UPSTREAM: Declaration = Declaration::new(
    Kind::Histogram,
    "countersign_upstream_duration",
    "From forwarding a request to the head of the upstream's answer",
)
.unit("seconds");
const UPSTREAM_REQUESTS: Declaration = Declaration::new(
    Kind::Counter,
    "countersign_upstream_requests",
    "Requests that were to be forwarded, by what came of them, counted at the end of the answer",
)
.labels(&[of::<UpstreamResult>()])
.alarm(
    "all but `answered` and `abandoned` above 1 % for 5 minutes: look at the upstream, which the \
     log names",
);
const UPSTREAMS: Declaration =
    Declaration::new(Kind::Gauge, "countersign_upstreams", "Servers of upstreams, by state")
        .labels(&[of::<UpstreamState>()])
        .alarm("`healthy` is 0: nothing can be forwarded");
const CONNECTIONS: Declaration = Declaration::new(
    Kind::Gauge,
    "countersign_connections",
    "Connections of clients that are open, by kind of listener",
)
.labels(&[of::<Plane>()]);
const ACCEPTED: Declaration = Declaration::new(
    Kind::Counter,
    "countersign_connections_accepted",
    "Connections that were accepted, by kind of listener",
)
.labels(&[of::<Plane>()]);
const LIMITED: Declaration = Declaration::new(
    Kind::Counter,
    "countersign_limit_refusals",
    "Connections and requests that were refused or ended since a limit was reached, by limit; \
     `head-size` over HTTP/1.1 only: the library of HTTP/2 answers such a head without a word",
)
.labels(&[of::<Limit>()])
.alarm(
    "`connections`, `connections-of-source`, `form-memory`, `concurrency-of-integration` or \
     `concurrency-of-account` rise for 5 minutes: raise the limit, or find out who needs so much, \
     in the log or the login trail",
);
const FORMS: Declaration = Declaration::new(
    Kind::Gauge,
    "countersign_form_memory",
    "Memory that is taken for forms that are being read",
)
.unit("bytes");
const IN_FLIGHT: Declaration = Declaration::new(
    Kind::Gauge,
    "countersign_requests_in_flight",
    "Requests whose answer has not begun",
);
const ABANDONED: Declaration = Declaration::new(
    Kind::Counter,
    "countersign_requests_abandoned",
    "Requests whose client left before their answer began, by kind of listener; they are not in \
     `countersign_requests_total`",
)
.labels(&[of::<Plane>()])
.alarm(
    "above 1 % of all for 5 minutes: answers take longer than clients wait; \
     `countersign_upstream_duration_seconds` says whether the upstream is why",
);
const WEBSOCKETS: Declaration =
    Declaration::new(Kind::Gauge, "countersign_websockets", "WebSockets that are open");
const HANDSHAKES: Declaration =
    Declaration::new(Kind::Counter, "countersign_tls_handshakes", "TLS handshakes, by result")
        .labels(&[of::<TlsResult>()]);
const RELOADS: Declaration = Declaration::new(
    Kind::Counter,
    "countersign_reloads",
    "Reloads of certificates and settings, by result",
)
.labels(&[of::<Reload>()])
.alarm("`failed` rises: the old ones are in use, the log says what is wrong with the new ones");
const CERTIFICATE: Declaration = Declaration::new(
    Kind::Gauge,
    "countersign_tls_certificate_end",
    "When the first of the certificates in use ends, in seconds since 1970; 0 without TLS",
)
.unit("seconds")
.alarm("above 0 and less than 14 days from now: renew it");

pub(super) const GROUP: Group = Group {
    title: "Gate",
    families: &[
        REQUESTS,
        REQUEST,
        DECISION,
        UPSTREAM,
        UPSTREAM_REQUESTS,
        UPSTREAMS,
        CONNECTIONS,
        ACCEPTED,
        LIMITED,
        FORMS,
        IN_FLIGHT,
        ABANDONED,
        WEBSOCKETS,
        HANDSHAKES,
        RELOADS,
        CERTIFICATE,
    ],
};

/// The gate's handles. Clones share all of them; one that was never registered counts for nobody.
#[derive(Clone, Debug, Default)]
pub struct GateMetrics {
    requests: Table<((Plane, Route), StatusClass), Counter>,
    request: Table<Plane, Latency>,
    decision: Latency,
    upstream: Latency,
    upstream_requests: Table<UpstreamResult, Counter>,
    upstreams: Table<UpstreamState, Gauge>,
    connections: Table<Plane, Gauge>,
    accepted: Table<Plane, Counter>,
    limited: Table<Limit, Counter>,
    forms: Gauge,
    in_flight: Gauge,
    abandoned: Table<Plane, Counter>,
    websockets: Gauge,
    handshakes: Table<TlsResult, Counter>,
    reloads: Table<Reload, Counter>,
    certificate: Gauge,
}

impl GateMetrics {
    /// Has `registry` serve all of them.
    pub fn register(&self, registry: &mut Registry) {
        REQUESTS.register(registry, self.requests.clone());
        REQUEST.register(registry, self.request.clone());
        DECISION.register(registry, self.decision.clone());
        UPSTREAM.register(registry, self.upstream.clone());
        UPSTREAM_REQUESTS.register(registry, self.upstream_requests.clone());
        UPSTREAMS.register(registry, self.upstreams.clone());
        CONNECTIONS.register(registry, self.connections.clone());
        ACCEPTED.register(registry, self.accepted.clone());
        LIMITED.register(registry, self.limited.clone());
        FORMS.register(registry, self.forms.clone());
        IN_FLIGHT.register(registry, self.in_flight.clone());
        ABANDONED.register(registry, self.abandoned.clone());
        WEBSOCKETS.register(registry, self.websockets.clone());
        HANDSHAKES.register(registry, self.handshakes.clone());
        RELOADS.register(registry, self.reloads.clone());
        CERTIFICATE.register(registry, self.certificate.clone());
    }

    /// A request was answered with that status; `took` from its head to the head of the answer.
    pub fn answered(&self, plane: Plane, route: Route, status: u16, took: Duration) {
        self.requests.at(((plane, route), StatusClass::of(status))).inc();
        self.request.at(plane).observe(took);
    }

    /// A verdict was made, and remembered where it admits.
    pub fn decided(&self, took: Duration) {
        self.decision.observe(took);
    }

    /// A request is forwarded now. It is counted when what this gives is dropped, at the end of
    /// the answer.
    pub fn forwarding(&self) -> Forwarded {
        Forwarded {
            results: self.upstream_requests.clone(),
            latency: self.upstream.clone(),
            start: Instant::now(),
            result: UpstreamResult::Abandoned,
        }
    }

    /// How many servers of upstreams are in which state now.
    pub fn upstreams(&self, healthy: usize, unhealthy: usize) {
        self.upstreams.at(UpstreamState::Healthy).set(gauge(healthy));
        self.upstreams.at(UpstreamState::Unhealthy).set(gauge(unhealthy));
    }

    /// A connection was accepted; it counts as open until the answer is dropped.
    pub fn connected(&self, plane: Plane) -> Open {
        self.accepted.at(plane).inc();
        Open::in_one(self.connections.at(plane))
    }

    /// A connection or request was refused, or ended, since a limit was reached.
    pub fn limited(&self, limit: Limit) {
        self.limited.at(limit).inc();
    }

    /// So many bytes are taken for forms now.
    pub fn form_memory(&self, bytes: usize) {
        self.forms.set(gauge(bytes));
    }

    /// A request has come; it counts as in flight until what this gives is dropped, and as
    /// abandoned if that is before [`Begun::answered`].
    pub fn begun(&self, plane: Plane) -> Begun {
        let abandoned = Some(self.abandoned.at(plane).clone());
        Begun { _open: Open::in_one(&self.in_flight), abandoned }
    }

    /// So many WebSockets are open now.
    pub fn websockets(&self, count: usize) {
        self.websockets.set(gauge(count));
    }

    /// A TLS handshake ended.
    pub fn handshake(&self, result: TlsResult) {
        self.handshakes.at(result).inc();
    }

    /// Certificates or settings were read anew.
    pub fn reloaded(&self, result: Reload) {
        self.reloads.at(result).inc();
    }

    /// The first of the certificates in use ends then, in seconds since 1970.
    pub fn certificate_ends(&self, second: i64) {
        self.certificate.set(second);
    }
}

/// A request in flight, as it is counted.
#[derive(Debug)]
pub struct Begun {
    _open: Open,
    abandoned: Option<Counter>,
}

impl Begun {
    /// Its answer begins.
    pub fn answered(mut self) {
        self.abandoned = None;
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        if let Some(abandoned) = &self.abandoned {
            abandoned.inc();
        }
    }
}

/// A request at the upstream, as it is counted: as abandoned, unless an end is told.
#[derive(Debug)]
pub struct Forwarded {
    results: Table<UpstreamResult, Counter>,
    latency: Latency,
    start: Instant,
    result: UpstreamResult,
}

impl Forwarded {
    /// The head of the upstream's answer has come.
    pub fn has_begun(&self) {
        self.latency.observe(self.start.elapsed());
    }

    /// How it ended.
    pub fn ends(&mut self, result: UpstreamResult) {
        self.result = result;
    }
}

impl Drop for Forwarded {
    fn drop(&mut self) {
        self.results.at(self.result).inc();
    }
}

/// Something that is open, as it is counted.
#[derive(Debug)]
pub struct Open(Gauge);

impl Open {
    fn in_one(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// As a gauge has it.
pub(super) fn gauge(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
