//! What requests go over, and how they are signed for it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use countersign_gate::{Certificate, Listener, Tls, TlsSettings, TlsVersion};
use countersign_signing::{Request, Scheme, SignOptions, sign};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::client::Client;
use crate::world::{HOST, NOW, credentials};

/// A way of talking HTTP/1.1 to the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    Plain,
    Tls,
}

pub(crate) const HTTP2: &[u8] = b"h2";
pub(crate) const HTTP1: &[u8] = b"http/1.1";

pub(crate) const SETTINGS: TlsSettings = TlsSettings { oldest: TlsVersion::Tls12, http2: true };

/// A certificate for [`HOST`] that clients of these tests trust.
pub(crate) struct Issued(CertifiedKey<KeyPair>);

/// The one that every world with TLS begins with.
pub(crate) static ISSUED: LazyLock<Issued> = LazyLock::new(Issued::new);

impl Issued {
    pub(crate) fn new() -> Self {
        Self(generate_simple_self_signed([HOST.to_owned()]).unwrap())
    }

    pub(crate) fn chain(&self) -> String {
        self.0.cert.pem()
    }

    pub(crate) fn key(&self) -> String {
        self.0.signing_key.serialize_pem()
    }

    pub(crate) fn certificate(&self) -> Certificate {
        Certificate::from_pem(self.chain().as_bytes(), self.key().as_bytes()).unwrap()
    }

    pub(crate) fn der(&self) -> &CertificateDer<'static> {
        self.0.cert.der()
    }
}

/// How a client speaks TLS: in which versions of it and of HTTP, and whom it trusts.
pub(crate) struct Speaks<'s> {
    pub(crate) versions: &'s [&'static SupportedProtocolVersion],
    pub(crate) protocols: &'s [&'s [u8]],
    pub(crate) trusted: &'s Issued,
}

impl Speaks<'_> {
    pub(crate) fn http(protocols: &'static [&'static [u8]]) -> Self {
        Self { versions: rustls::ALL_VERSIONS, protocols, trusted: &ISSUED }
    }

    pub(crate) async fn over(&self, tcp: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.trusted.der().clone()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(self.versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = self.protocols.iter().map(|name| name.to_vec()).collect();
        let name = ServerName::try_from(HOST).unwrap();
        TlsConnector::from(Arc::new(config)).connect(name, tcp).await
    }
}

impl Wire {
    pub(crate) const ALL: [Self; 2] = [Self::Plain, Self::Tls];

    pub(crate) fn scheme(self) -> Scheme {
        match self {
            Self::Plain => Scheme::Http,
            Self::Tls => Scheme::Https,
        }
    }

    pub(crate) fn listener(self, socket: TcpListener) -> Listener {
        let tls = (self == Self::Tls).then(|| Tls::new(ISSUED.certificate(), SETTINGS).unwrap());
        Listener { tls, ..Listener::plain(socket) }
    }

    pub(crate) async fn client(self, tcp: TcpStream) -> Client {
        match self {
            Self::Plain => Client::over(tcp),
            Self::Tls => Client::over(Speaks::http(&[HTTP1]).over(tcp).await.unwrap()),
        }
    }

    pub(crate) fn signed(self, method: &str, target: &str) -> String {
        let authorization = self.authorization(method, HOST, target, None);
        format!("{method} {target} HTTP/1.1\r\nhost: {HOST}\r\nauthorization: {authorization}\r\n")
    }

    pub(crate) fn authorization(
        self,
        method: &str,
        host: &str,
        target: &str,
        form: Option<&str>,
    ) -> String {
        authorization_at(NOW, self, (method, host, target), form)
    }
}

/// Request line, `Host` and a fresh signature of a request over [`Wire::Plain`], each line with its
/// end.
pub(crate) fn signed(method: &str, target: &str) -> String {
    Wire::Plain.signed(method, target)
}

/// A whole `GET` over [`Wire::Plain`] that was signed at another second.
pub(crate) fn signed_at(target: &str, second: i64) -> String {
    let authorization = authorization_at(second, Wire::Plain, ("GET", HOST, target), None);
    format!("GET {target} HTTP/1.1\r\nhost: {HOST}\r\nauthorization: {authorization}\r\n\r\n")
}

/// A whole signed message over [`Wire::Plain`] with a form body.
pub(crate) fn signed_form(target: &str, form: &str) -> String {
    let authorization = authorization("POST", HOST, target, Some(form));
    let length = form.len();
    format!(
        "POST {target} HTTP/1.1\r\nhost: {HOST}\r\nauthorization: {authorization}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{form}"
    )
}

pub(crate) fn authorization(method: &str, host: &str, target: &str, form: Option<&str>) -> String {
    Wire::Plain.authorization(method, host, target, form)
}

fn authorization_at(
    second: i64,
    wire: Wire,
    (method, authority, target): (&str, &str, &str),
    form: Option<&str>,
) -> String {
    static NONCE: AtomicUsize = AtomicUsize::new(0);
    let nonce = format!("nonce-{}", NONCE.fetch_add(1, Ordering::SeqCst));
    let options = SignOptions { realm: Some("1234567"), ..SignOptions::new(second, &nonce) };
    let form = form.map(str::as_bytes);
    let request = Request { method, scheme: wire.scheme(), authority, target, form };
    sign(&credentials(), &request, &options).unwrap().header
}
