//! `[[upstream]]`.

use crate::kinds::{
    Count, FilePath, HOUR, MIN, MS, Name, OneOrMore, Optional, RequestPath, Scheme,
};
use crate::kinds::{ServerUrl, Time, choice};
use crate::part::Part;
use crate::section::{Rules, section};

use super::refuse_twice;

section! {
    /// The section may stand several times.
    pub struct Upstream {
        /// What routes call it.
        name: Name,
        /// Its servers, which answer alike. Requests are forwarded with the path that was signed,
        /// so a server has none.
        servers: OneOrMore<ServerUrl>,
        /// Asked of each server by `GET`, without identity; one that doesn't answer with 2xx or 3xx
        /// gets no requests until it does. Not set: servers are not asked.
        health_path: Optional<RequestPath>,
        /// How often it is asked.
        health_interval: Time<{ 100 * MS }, { HOUR }> = "5 s",
        /// How long the answer to that may take.
        health_timeout: Time<{ 10 * MS }, { 10 * MIN }> = "2 s",
        /// How long connecting may take, TLS included.
        connect_timeout: Time<{ 10 * MS }, { 10 * MIN }> = "5 s",
        /// How long a server may take for the head of its answer, while no body goes to it.
        answer_timeout: Time<{ 10 * MS }, { HOUR }> = "60 s",
        /// A file of authorities, as PEM, one of which must vouch for an `https` server. Not set:
        /// those that Mozilla trusts.
        ca_file: Optional<FilePath>,
        /// When a request goes to a second server: `safe`, if nothing of it was sent to the first.
        /// What was sent is never sent again.
        retries: Retries = "safe",
        /// How long an unused connection to a server is kept. Below the shortest common keep-alive
        /// of servers (5 seconds), so that a request seldom meets a connection that is being
        /// closed.
        keep: Time<{ 100 * MS }, { HOUR }> = "4 s",
        /// Unused connections to a server that are kept.
        kept: Count<0, 100_000> = "256",
    }
}

choice! {
    /// When a request goes to a second server.
    pub enum Retries {
        /// If nothing of it was sent to the first.
        Safe = "safe",
        /// Never.
        Never = "never",
    }
}

impl Rules for Upstream {
    fn check(&self, part: &mut Part<'_, '_>) {
        if self.health_timeout > self.health_interval {
            let sentence = "is longer than health_interval: questions would pile up";
            part.fault("health_timeout", sentence);
        }
        let is_https = |server: &crate::kinds::Url| server.scheme == Scheme::Https;
        if self.ca_file.is_some() && !self.servers.iter().any(is_https) {
            part.fault("ca_file", "is of no use: no server is reached over https");
        }
        for server in self.servers.iter().filter(|it| !is_https(it) && !it.is_loopback()) {
            let sentence = format!("{server} is reached without TLS: the network between sees all");
            part.warn("servers", sentence);
        }
    }

    fn check_all(all: &[(usize, &Self)], part: &mut Part<'_, '_>) {
        let names = all.iter().map(|(n, upstream)| (*n, upstream.name.as_str()));
        refuse_twice(part, "upstream", "name", names);
    }
}
