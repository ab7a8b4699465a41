//! `[audit]`, `[log]`, `[metrics]` and `[tracing]`: what can be seen of a deployment.

use crate::kinds::choice;
use crate::kinds::{Cidr, Count, Endpoint, List, LogFilter, Optional, Ratio, SecretFile, Text};
use crate::part::Part;
use crate::section::{Rules, section};

section! {
    /// It must not fill the disk, whoever knocks: what is oldest is forgotten first. Explanations
    /// of refusals are kept for 14 days.
    pub struct Audit {
        /// The newest rows of the login trail that are kept.
        rows: Count<1_000, 1_000_000_000> = "5000000",
        /// The newest counts, of refusals that name nobody, that are kept.
        counts: Count<1_000, 1_000_000_000> = "1000000",
    }
}

section! {
    /// Lines that nobody reads are lost, so that requests go on.
    pub struct Log {
        /// Which lines are written.
        level: LogFilter = "info",
        /// `text` for people, `json` for programs: an object on each line.
        format: LogFormat = "text",
    }
}

choice! {
    /// How log lines look.
    pub enum LogFormat {
        /// For people.
        Text = "text",
        /// For programs.
        Json = "json",
    }
}

section! {
    /// They hold no secret and no name, but tell how much is going on.
    pub struct Metrics {
        /// Who may read them, by the address of the connection. Empty: nobody.
        allow: List<Cidr> = "127.0.0.0/8, ::1/128",
    }
}

section! {
    /// A trace says how long each step of a request took. It holds no query, no form and no
    /// credential.
    pub struct Tracing {
        /// Where traces are sent, by OTLP over HTTP. Without a path it is `/v1/traces`.
        endpoint: Optional<Endpoint>,
        /// The part of requests that is traced.
        sample: Ratio = "0.01",
        /// A file with headers for the endpoint, `name: value` on each line: they are often a
        /// secret.
        headers_file: Optional<SecretFile>,
        /// What the traces call this server.
        service_name: Text = "countersign",
    }
}

impl Rules for Audit {}
impl Rules for Log {}
impl Rules for Metrics {}

impl Rules for Tracing {
    fn check(&self, part: &mut Part<'_, '_>) {
        if self.endpoint.is_none() && self.headers_file.is_some() {
            part.fault("headers_file", "is of no use without endpoint: set that, or leave it out");
        }
    }
}
