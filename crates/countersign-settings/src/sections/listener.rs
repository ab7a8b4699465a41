//! `[[listener]]`.

use crate::field::OptionalTable;
use crate::kinds::{Cidr, FilePath, Flag, List, SecretFile, SocketAddress, choice};
use crate::part::Part;
use crate::section::{Rules, section};

use super::refuse_twice;

section! {
    /// The section may stand several times.
    pub struct Listener {
        /// Where to listen.
        address: SocketAddress,
        /// What is answered there: `control` is `/countersign/` with pages and API, `data` is
        /// everything else.
        serves: Serves = "all",
        /// Peers that may say by `Forwarded` or `X-Forwarded-*` who their client is and whether it
        /// spoke TLS. From all others these headers prove nothing. A trusted proxy must overwrite
        /// or remove all of `Forwarded`, `X-Forwarded-For` and `X-Forwarded-Proto`: one that it
        /// passes on as it came is the client's own word. The host is that of `Host`, whoever
        /// sends it: a proxy must pass it on.
        trusted_peers: List<Cidr>,
        /// Every trusted peer begins each connection with a PROXY header, version 2. Then that
        /// counts, and what the headers of a request say doesn't. Needs `trusted_peers`.
        proxy_protocol: Flag = "false",
        /// Whether HTTP/2 is offered, which is only done over TLS.
        http2: Flag = "true",
        /// Makes the listener speak TLS. It belongs to the `[[listener]]` above it.
        tls: OptionalTable<Tls>,
    }
}

section! {
    /// The files are read again when they change.
    pub struct Tls {
        /// The certificate and those that lead from it to its authority, as PEM.
        certificate: FilePath,
        /// The private key of the certificate, as PEM.
        key: SecretFile,
        /// The oldest version of TLS that is spoken.
        min_version: TlsVersion = "1.2",
    }
}

choice! {
    /// What a listener answers.
    pub enum Serves {
        /// Both.
        All = "all",
        /// Requests to the upstreams, and endpoints of Token-Based Authentication.
        Data = "data",
        /// Pages and API.
        Control = "control",
    }
}

choice! {
    /// A version of TLS.
    pub enum TlsVersion {
        /// TLS 1.2.
        V1_2 = "1.2",
        /// TLS 1.3.
        V1_3 = "1.3",
    }
}

impl Rules for Tls {}

impl Rules for Listener {
    fn check(&self, part: &mut Part<'_, '_>) {
        if self.proxy_protocol && self.trusted_peers.is_empty() {
            let sentence = "needs trusted_peers: write the addresses that send the PROXY header";
            part.fault("proxy_protocol", sentence);
        }
        let is_remote = !self.address.ip().to_canonical().is_loopback();
        if self.tls.is_none() && is_remote && self.trusted_peers.is_empty() {
            let sentence = "other machines reach it without TLS: add [listener.tls], or name the \
                            proxy that ends TLS in trusted_peers";
            part.warn("address", sentence);
        }
        if self.trusted_peers.iter().any(|network| network.prefix_len() == 0) {
            part.warn(
                "trusted_peers",
                "everybody is trusted to say who they are: name the proxies",
            );
        }
    }

    fn check_all(all: &[(usize, &Self)], part: &mut Part<'_, '_>) {
        // Port 0 is another one each time.
        let fixed = all.iter().filter(|(_, listener)| listener.address.port() != 0);
        let addresses = fixed.map(|(n, listener)| (*n, listener.address));
        refuse_twice(part, "listener", "address", addresses);
    }
}
