//! TLS: certificates of an authority that nobody else trusts, and clients that tell which
//! certificate they saw.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    date_time_ymd,
};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::{Connection, PATIENCE};

/// Issues certificates.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate, as PEM.
    pub certificate: String,
    clients: Arc<ClientConfig>,
}

/// A certificate for `localhost` and `127.0.0.1`, with its key.
pub struct Issued {
    /// As PEM.
    pub certificate: String,
    /// As PEM.
    pub key: String,
    /// What a client sees.
    pub seen: CertificateDer<'static>,
}

impl Authority {
    /// A new one.
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name = named("Authority of the tests");
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(certificate.der().clone()).unwrap();
        let clients = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            certificate: certificate.pem(),
            issuer: Issuer::new(params, key),
            clients: Arc::new(clients),
        }
    }

    /// A certificate that is good for long.
    pub fn issue(&self) -> Issued {
        self.issue_until(4000)
    }

    /// A certificate whose time is over.
    pub fn issue_expired(&self) -> Issued {
        self.issue_until(2001)
    }

    /// A certificate for a machine that is not this one.
    pub fn issue_for(&self, name: &str) -> Issued {
        self.issue_named(&[name], 4000)
    }

    fn issue_until(&self, year: i32) -> Issued {
        self.issue_named(&["localhost", "127.0.0.1"], year)
    }

    fn issue_named(&self, names: &[&str], year: i32) -> Issued {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name = named("localhost");
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(year, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Issued {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
            seen: certificate.der().clone(),
        }
    }

    /// Connects over TLS, as a client that trusts this authority alone. Gives the certificate that
    /// the server showed.
    pub fn connect(
        &self,
        address: SocketAddr,
    ) -> io::Result<(Connection, CertificateDer<'static>)> {
        let mut socket = TcpStream::connect(address)?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        let name = ServerName::try_from("localhost").unwrap();
        let mut session =
            ClientConnection::new(Arc::clone(&self.clients), name).map_err(io::Error::other)?;
        while session.is_handshaking() {
            session.complete_io(&mut socket)?;
        }
        let shown = session.peer_certificates().and_then(<[_]>::first);
        let seen = shown.ok_or(ErrorKind::InvalidData)?.clone().into_owned();
        Ok((Connection::over(StreamOwned::new(session, socket)), seen))
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

impl Issued {
    /// Puts both into the places of files that are in use.
    pub fn put(&self, certificate: &Path, key: &Path) {
        for (path, text) in [(certificate, &self.certificate), (key, &self.key)] {
            let new = path.with_extension("new");
            fs::write(&new, text).unwrap();
            // As a key must be.
            fs::set_permissions(&new, Permissions::from_mode(0o600)).unwrap();
            fs::rename(&new, path).unwrap();
        }
    }
}

fn named(name: &str) -> DistinguishedName {
    let mut names = DistinguishedName::new();
    names.push(DnType::CommonName, name);
    names
}
