//! `[limits]`.

use crate::kinds::{Count, DAY, GIB, HOUR, KIB, MIB, MIN, MS, Optional, Rate, SEC, Size, Time};
use crate::part::Part;
use crate::section::{Rules, section};

section! {
    /// The defaults suit one machine with a few thousand clients.
    pub struct Limits {
        /// Connections at a time; further ones wait in the operating system's queue.
        connections: Count<16, 1_000_000> = "10000",
        /// Connections at a time from one client address; of IPv6 from one /64. Those of a trusted
        /// peer count only for the clients that it names in a PROXY header. Not set: an eighth of
        /// `connections`, and any number from this machine itself.
        connections_per_source: Optional<Count<1, 1_000_000>>,
        /// Bytes of a request's or upstream answer's head.
        head_bytes: Size<{ 8 * KIB }, { MIB }> = "64 KiB",
        /// How long a connection may take for its next head: bounds slow senders and idle
        /// keep-alive.
        head_read: Time<{ 100 * MS }, { 10 * MIN }> = "30 s",
        /// Bytes of a form body, which is held in memory to be verified.
        form_bytes: Size<{ KIB }, { GIB }> = "1 MiB",
        /// Bytes of all form bodies that are held at a time. One client address may hold an eighth
        /// of them, and one token a quarter; each may always hold one form.
        form_memory: Size<{ KIB }, { 64 * GIB }> = "64 MiB",
        /// How long a whole form body may take.
        form_read: Time<{ 100 * MS }, { HOUR }> = "30 s",
        /// How long a body, or a client that is written to, may give no sign of life.
        idle: Time<{ 100 * MS }, { HOUR }> = "60 s",
        /// How long a connection may take to be opened: PROXY header and TLS, each.
        handshake: Time<{ 100 * MS }, { 10 * MIN }> = "10 s",
        /// Requests that one HTTP/2 connection may have open at a time.
        streams: Count<1, 10_000> = "100",
        /// How long a closed connection is read on, so that its client sees the answer.
        linger: Time<0, { MIN }> = "2 s",
        /// Bytes that are read and thrown away meanwhile.
        linger_bytes: Size<0, { GIB }> = "1 MiB",
        /// How long a server that is told to stop still takes new connections, while its readiness
        /// says already that it stops: as long as a load balancer needs to notice. Then `drain`
        /// begins.
        grace: Time<0, { HOUR }> = "0 s",
        /// How long requests in flight may take when the server stops; then they are cut, as they
        /// are at a second SIGTERM or SIGINT.
        drain: Time<0, { HOUR }> = "30 s",
        /// Connections at a time that have become WebSockets. They count as connections, too.
        upgraded: Count<0, 1_000_000> = "1000",
        /// WebSockets at a time of one token; on routes without a signature, of one client address,
        /// but for trusted peers that don't say who their client is. Not set: an eighth of
        /// `upgraded`.
        upgraded_per_token: Optional<Count<1, 1_000_000>>,
        /// How long a WebSocket may be silent on both sides.
        upgraded_idle: Time<{ SEC }, { 7 * DAY }> = "10 min",
        /// Requests of one integration in flight at a time, in one account. Its record may say
        /// less, not more. Not set: no limit but the record's.
        concurrency_per_integration: Optional<Count<1, 1_000_000>>,
        /// Requests of one account in flight at a time. Not set: no limit.
        concurrency_per_account: Optional<Count<1, 1_000_000>>,
        /// Requests of one token. Not set: no limit.
        rate_per_token: Optional<Rate>,
        /// Requests from one client address; of IPv6 from one /64. Pages and own endpoints count,
        /// too; health, metrics and `/countersign/jwks.json` don't. Not set: no limit.
        rate_per_source: Optional<Rate>,
    }
}

impl Rules for Limits {
    fn check(&self, part: &mut Part<'_, '_>) {
        if self.form_memory < self.form_bytes {
            part.fault("form_memory", "is less than form_bytes: no form of that size would fit");
        }
        for (key, each, whole, all) in [
            (
                "connections_per_source",
                self.connections_per_source,
                "connections",
                self.connections,
            ),
            ("upgraded_per_token", self.upgraded_per_token, "upgraded", self.upgraded),
        ] {
            if each.is_some_and(|each| each >= all) {
                part.warn(key, format!("is not less than {whole}: one may have all of them"));
            }
        }
    }
}
