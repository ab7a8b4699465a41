//! Which certificates upstream servers may have.

use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use thiserror::Error;

/// Root certificates.
#[derive(Clone, Debug)]
pub struct Trust(Arc<ClientConfig>);

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
        Self(Arc::new(client(roots)))
    }
}

impl Trust {
    /// These, and no others.
    ///
    /// # Errors
    /// [`InvalidTrust`] where a certificate can't be read, or there is none.
    pub fn from_pem(text: &[u8]) -> Result<Self, InvalidTrust> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(text) {
            let certificate = certificate.map_err(|_| InvalidTrust::Malformed)?;
            roots.add(certificate).map_err(|_| InvalidTrust::Malformed)?;
        }
        if roots.is_empty() {
            return Err(InvalidTrust::Empty);
        }
        Ok(Self(Arc::new(client(roots))))
    }

    pub(super) fn config(&self) -> ClientConfig {
        ClientConfig::clone(&self.0)
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
