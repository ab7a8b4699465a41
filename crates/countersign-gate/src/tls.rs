//! TLS on a listener: versions, certificate, and taking another certificate while serving.
//!
//! Belongs here: what is negotiated and with which certificate. Does not: reading files.

mod certificate;

use std::io;
use std::sync::{Arc, RwLock};

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

pub use certificate::{Certificate, CertificateFault};

/// How TLS is spoken. Clones share the certificate.
#[derive(Clone)]
pub struct Tls {
    settings: TlsSettings,
    current: Arc<RwLock<Arc<ServerConfig>>>,
}

/// What is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlsSettings {
    /// The oldest version that is spoken.
    pub oldest: TlsVersion,
    /// Whether HTTP/2 is offered beside HTTP/1.1.
    pub http2: bool,
}

/// A version of TLS. Older ones are never spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsVersion {
    /// RFC 5246, with authenticated ciphers and forward secrecy only.
    Tls12,
    /// RFC 8446.
    Tls13,
}

/// A certificate that can't be offered.
#[derive(Debug, Error)]
pub enum TlsFault {
    /// It or its key can't be used.
    #[error(transparent)]
    Certificate(#[from] CertificateFault),
    /// The library refuses it.
    #[error("the certificate can't be used: {0}")]
    Refused(#[from] rustls::Error),
}

/// A version of HTTP that was agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    Http1,
    Http2,
}

const HTTP_1_1: &[u8] = b"http/1.1";
const HTTP_2: &[u8] = b"h2";

impl Tls {
    /// TLS with a certificate.
    ///
    /// # Errors
    /// [`TlsFault`] where the certificate can't be used.
    pub fn new(certificate: Certificate, settings: TlsSettings) -> Result<Self, TlsFault> {
        let config = Arc::new(config(certificate, settings)?);
        Ok(Self { settings, current: Arc::new(RwLock::new(config)) })
    }

    /// Takes another certificate for connections that begin after this returns. Those that are
    /// open go on with theirs.
    ///
    /// # Errors
    /// [`TlsFault`] where it can't be used; the one before stays.
    pub fn replace(&self, certificate: Certificate) -> Result<(), TlsFault> {
        let config = Arc::new(config(certificate, self.settings)?);
        let mut current = self.current.write().unwrap_or_else(|held| held.into_inner());
        *current = config;
        Ok(())
    }

    pub(crate) async fn accept<S>(&self, stream: S) -> io::Result<(TlsStream<S>, Version)>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let config = Arc::clone(&self.current.read().unwrap_or_else(|held| held.into_inner()));
        let stream = TlsAcceptor::from(config).accept(stream).await?;
        let version = match stream.get_ref().1.alpn_protocol() {
            Some(HTTP_2) => Version::Http2,
            _ => Version::Http1,
        };
        Ok((stream, version))
    }
}

fn config(certificate: Certificate, settings: TlsSettings) -> Result<ServerConfig, TlsFault> {
    let versions: &[_] = match settings.oldest {
        TlsVersion::Tls12 => &[&rustls::version::TLS13, &rustls::version::TLS12],
        TlsVersion::Tls13 => &[&rustls::version::TLS13],
    };
    let (chain, key) = certificate.into_parts();
    // Named, not the process's default: with another provider in the tree there would be none.
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    if settings.http2 {
        config.alpn_protocols.push(HTTP_2.to_vec());
    }
    config.alpn_protocols.push(HTTP_1_1.to_vec());
    // A request that is sent before the handshake is proven could be sent again by anybody.
    config.max_early_data_size = 0;
    Ok(config)
}
