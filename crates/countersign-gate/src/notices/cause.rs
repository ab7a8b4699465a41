//! What log lines are written on: each cause once, with its code, what happens, and what to do.
//!
//! A code is that of the metric that counts the same, where there is one. `docs/operator/watch.md`
//! has all of them; a test holds it to this.

use countersign_verify::Refusal;
use countersign_verify::replay::NotRemembered;
use tracing::Level;

/// What is told of a cause.
pub(super) struct Words {
    pub(super) level: Level,
    pub(super) code: &'static str,
    /// What happens, without a full stop.
    pub(super) what: &'static str,
    pub(super) advice: &'static str,
}

macro_rules! causes {
    ($($name:ident($level:ident, $code:literal) { $what:literal, $advice:literal })+) => {
        /// Why something did not go well. `INFO` where most often a stranger is the cause, and
        /// nothing has to be done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Cause {
            $($name,)+
        }

        impl Cause {
            pub(super) const ALL: &'static [Self] = &[$(Self::$name),+];

            pub(super) const fn words(self) -> Words {
                match self {
                    $(Self::$name => Words {
                        level: Level::$level,
                        code: $code,
                        what: $what,
                        advice: $advice,
                    },)+
                }
            }
        }
    };
}

causes! {
    Connections(WARN, "connections") {
        "as many connections are open as may be, others wait",
        "raise limits.connections, or see who holds so many"
    }
    ConnectionsOfSource(WARN, "connections-of-source") {
        "an address has as many connections open as one may, further ones are refused",
        "raise limits.connections_per_source, or name it in trusted_peers if it is your proxy"
    }
    ProxyHeader(WARN, "proxy-header") {
        "a connection of a trusted peer does not begin with a PROXY header that can be read",
        "have it send version 2 of the PROXY protocol with its client's address, or set \
         proxy_protocol = false"
    }
    ProxyHeaderTime(WARN, "proxy-header-time") {
        "no PROXY header of a trusted peer came within limits.handshake",
        "have it send version 2 of the PROXY protocol, or set proxy_protocol = false"
    }
    TlsHandshake(INFO, "tls-handshake") {
        "a TLS handshake failed",
        "if it is your client, see whether it speaks TLS there, in a version that is allowed, and \
         trusts the certificate"
    }
    TlsHandshakeTime(INFO, "tls-handshake-time") {
        "a TLS handshake was not done within limits.handshake",
        "if it is your client, see what holds it up on the way"
    }
    Malformed(INFO, "malformed") {
        "bytes came that are no HTTP, or have no one reading, and their connection was ended",
        "if it is your client or proxy, see what it sends; else it is a scanner, and nothing is to \
         be done"
    }
    HeadRejected(INFO, "head-rejected") {
        "a head was refused that is not allowed, or can be read in more than one way",
        "if it is your client or proxy, have it send the head as the reason says"
    }
    ForwardedHeaders(WARN, "forwarded-headers") {
        "what a trusted peer says of its client can't be read or contradicts itself",
        "have it write X-Forwarded-For, X-Forwarded-Proto or Forwarded itself, and pass on none \
         that its client has sent"
    }
    HeadSize(WARN, "head-size") {
        "a head is larger than limits.head_bytes",
        "see what the client sends in it, cookies for example, or raise limits.head_bytes"
    }
    HeadTime(INFO, "head-time") {
        "a head that had begun did not come to its end within limits.head_read",
        "if it is your client, see what holds it up; if it is many, from few addresses, lower \
         limits.connections_per_source"
    }
    Idle(INFO, "idle") {
        "a body stopped coming for limits.idle",
        "if it is your client, see why it stops within a request, or raise limits.idle"
    }
    AnswerTime(INFO, "answer-time") {
        "a client took nothing of its answer for limits.idle, and was given up",
        "if it is your client, have it read its answers, or raise limits.idle"
    }
    FormSize(WARN, "form-size") {
        "a form is larger than limits.form_bytes",
        "have the client send less, or raise limits.form_bytes"
    }
    FormMemory(WARN, "form-memory") {
        "there is no room for another form, in all, or for this address or token",
        "raise limits.form_memory, or see who sends so many at a time"
    }
    FormTime(INFO, "form-time") {
        "a form did not come within limits.form_read",
        "if it is your client, see what holds it up, or raise limits.form_read"
    }
    RequestsOfSource(WARN, "requests-of-source") {
        "an address asks more often than it may",
        "raise limits.rate_per_source, name it in trusted_peers if it is your proxy, or see what \
         it asks for"
    }
    RequestsOfToken(WARN, "requests-of-token") {
        "a token asks more often than it may",
        "raise limits.rate_per_token, or have its client send less"
    }
    ConcurrencyOfIntegration(WARN, "concurrency-of-integration") {
        "an integration has as many requests at a time as it may",
        "raise limits.concurrency_per_integration, or the limit that its account gives it, or have \
         it send fewer at a time"
    }
    ConcurrencyOfAccount(WARN, "concurrency-of-account") {
        "all integrations of an account have as many requests at a time as they may together",
        "raise limits.concurrency_per_account, or give its integrations limits of their own"
    }
    WebSockets(WARN, "websockets") {
        "as many WebSockets are open as may be",
        "raise limits.upgraded"
    }
    WebSocketsOfToken(WARN, "websockets-of-token") {
        "a token, or without one an address, has as many WebSockets open as one may",
        "raise limits.upgraded_per_token, or see what it does with so many"
    }
    ReplayMemory(WARN, "replay-memory-full") {
        "the replay memory is full, requests are refused with 503",
        "see who sends so much, and limit it with limits.rate_per_token"
    }
    ReplayShare(WARN, "over-limit") {
        "a token has as much of the replay memory as one may, and is refused with 429",
        "have its client send less, and set limits.rate_per_token"
    }
    Secret(ERROR, "secret-unreadable") {
        "a secret in the record can't be opened, requests that need it are refused with 503",
        "see whether the key file is the one that the record was made with, or restore a backup"
    }
    Assertion(ERROR, "assertion-unsigned") {
        "no assertion could be signed, requests are refused with 503",
        "see whether there is a key: `countersign assertion-key list`"
    }
    Trail(ERROR, "trail") {
        "the login trail can't be written, so nothing is admitted (503)",
        "free space on the disk of the data folder, or make it writable"
    }
    UpstreamUnreachable(WARN, "upstream-unreachable") {
        "the upstream can't be connected to",
        "see whether it runs, and can be reached from here"
    }
    UpstreamSilent(WARN, "upstream-timed-out") {
        "the upstream gave no answer within its answer_timeout",
        "see whether it is overloaded, or raise answer_timeout"
    }
    UpstreamBroken(WARN, "upstream-broken") {
        "the upstream ended the connection before its answer, or answered with what can't be \
         passed on",
        "see its log: it may crash, restart, or close connections sooner than keep"
    }
    UpstreamCutOff(WARN, "upstream-cut-off") {
        "the upstream broke off within its answer, which its client does not take for whole",
        "see its log: it may crash, restart, or be stopped without waiting for what is in flight"
    }
    UpstreamStalled(WARN, "upstream-stalled") {
        "nothing more of the upstream's answer came for limits.idle, and it was broken off",
        "see whether it hangs, or raise limits.idle where answers pause for so long"
    }
}

impl Cause {
    /// What is told of a refusal, beside the trail; most often nothing.
    pub(crate) fn of(refusal: Refusal) -> Option<Self> {
        Some(match refusal {
            Refusal::SourceOverRate { .. } => Self::RequestsOfSource,
            Refusal::TokenOverRate { .. } => Self::RequestsOfToken,
            Refusal::IntegrationOverConcurrency => Self::ConcurrencyOfIntegration,
            Refusal::AccountOverConcurrency => Self::ConcurrencyOfAccount,
            Refusal::FormAnnouncedTooLarge | Refusal::FormTooLarge => Self::FormSize,
            Refusal::FormNoRoom => Self::FormMemory,
            Refusal::FormTooSlow => Self::FormTime,
            Refusal::FormMalformed => Self::Malformed,
            Refusal::SecretUnreadable => Self::Secret,
            Refusal::NotRemembered(NotRemembered::Full) => Self::ReplayMemory,
            Refusal::NotRemembered(NotRemembered::HolderOverShare) => Self::ReplayShare,
            _ => return None,
        })
    }
}
