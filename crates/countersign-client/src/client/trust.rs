//! Whose certificates are trusted.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::ClientFault;

/// TLS by aws-lc-rs, named here so that a second provider in the program changes nothing.
pub(super) fn tls_settings(further: Option<&Path>) -> Result<ClientConfig, ClientFault> {
    let mut roots = common_roots();
    if let Some(path) = further {
        add_file(&mut roots, path)?;
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|fault| ClientFault::Tls(fault.to_string()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// The system's; where there are none, as in a bare container, the bundled ones.
fn common_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    // Systems carry certificates that nobody can parse any more: the others are good nevertheless.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
}

fn add_file(roots: &mut RootCertStore, path: &Path) -> Result<(), ClientFault> {
    let fault = |reason: String| ClientFault::Certificates { path: path.to_owned(), reason };
    let certificates = CertificateDer::pem_file_iter(path).map_err(|it| fault(it.to_string()))?;
    let before = roots.len();
    for certificate in certificates {
        let certificate = certificate.map_err(|it| fault(it.to_string()))?;
        roots.add(certificate).map_err(|it| fault(it.to_string()))?;
    }
    if roots.len() == before {
        return Err(fault("there is none in it".to_owned()));
    }
    Ok(())
}
