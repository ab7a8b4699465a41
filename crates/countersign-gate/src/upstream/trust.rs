//! Which certificates upstream servers may have.

use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use thiserror::Error;

/// Root certificates. Two that trust the same are equal.
#[derive(Clone, Debug)]
pub struct Trust {
    config: Arc<ClientConfig>,
    /// Those that were named; none: those that Mozilla's browsers trust.
    named: Vec<CertificateDer<'static>>,
}

/// Texts that hold no root certificates.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidTrust {
    /// Not PEM, or a damaged block.
    #[error("the file has a block that is no certificate in PEM form")]
    Malformed,
    /// Nothing in it.
    #[error("the file has no certificate in PEM form (-----BEGIN CERTIFICATE-----)")]
    Empty,
}

/// Those that Mozilla's browsers trust.
impl Default for Trust {
    fn default() -> Self {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        Self { config: Arc::new(client(roots)), named: Vec::new() }
    }
}

impl PartialEq for Trust {
    fn eq(&self, other: &Self) -> bool {
        self.named == other.named
    }
}

impl Trust {
    /// These, and no others.
    ///
    /// # Errors
    /// [`InvalidTrust`] where a certificate can't be read, or there is none.
    pub fn from_pem(text: &[u8]) -> Result<Self, InvalidTrust> {
        let (mut roots, mut named) = (RootCertStore::empty(), Vec::new());
        for certificate in CertificateDer::pem_slice_iter(text) {
            let certificate = certificate.map_err(|_| InvalidTrust::Malformed)?;
            roots.add(certificate.clone()).map_err(|_| InvalidTrust::Malformed)?;
            named.push(certificate);
        }
        if roots.is_empty() {
            return Err(InvalidTrust::Empty);
        }
        Ok(Self { config: Arc::new(client(roots)), named })
    }

    pub(super) fn config(&self) -> ClientConfig {
        ClientConfig::clone(&self.config)
    }
}

fn client(roots: RootCertStore) -> ClientConfig {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider);
    // It fails only for versions that the provider does not have, and these are its own.
    let versions = builder.with_safe_default_protocol_versions();
    #[expect(clippy::expect_used, reason = "the provider has all versions")]
    let builder = versions.expect("the provider's own versions");
    builder.with_root_certificates(roots).with_no_client_auth()
}
