//! A certificate chain with its private key, as PEM.

use countersign_model::Timestamp;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use thiserror::Error;
use x509_cert::certificate::Version;
use x509_cert::der::Decode;

/// A chain and its key, and until when it is good.
pub struct Certificate {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    not_before: Timestamp,
    not_after: Timestamp,
}

/// Texts that are no certificate with its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CertificateFault {
    /// No `CERTIFICATE` block.
    #[error("the certificate file has no certificate in PEM form (-----BEGIN CERTIFICATE-----)")]
    NoCertificate,
    /// A `CERTIFICATE` block that is none.
    #[error("the certificate file has a block that is no X.509 certificate")]
    Malformed,
    /// Of X.509 version 1 or 2, which have no names that clients look at.
    #[error(
        "the certificate is of an X.509 version that clients refuse: issue one of version 3, with \
         its host as subjectAltName"
    )]
    OldVersion,
    /// No private key block.
    #[error("the key file has no private key in PEM form that is not encrypted")]
    NoKey,
    /// Its time is over.
    #[error("the certificate has expired")]
    Expired,
    /// Its time has not come.
    #[error("the certificate is not valid yet: is the clock of this machine right?")]
    NotYetValid,
}

impl Certificate {
    /// Reads a chain, that of the server first, and its key.
    ///
    /// # Errors
    /// [`CertificateFault`] says which text is wrong. Whether the two belong together is seen when
    /// they are used.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, CertificateFault> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<_, _>>()
            .map_err(|_| CertificateFault::Malformed)?;
        let server = chain.first().ok_or(CertificateFault::NoCertificate)?;
        let parsed =
            x509_cert::Certificate::from_der(server).map_err(|_| CertificateFault::Malformed)?;
        let certificate = parsed.tbs_certificate();
        if certificate.version() != Version::V3 {
            return Err(CertificateFault::OldVersion);
        }
        let validity = *certificate.validity();
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| CertificateFault::NoKey)?;
        let second = |time: x509_cert::time::Time| {
            let seconds = time.to_unix_duration().as_secs();
            Timestamp::from_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
        };
        let (not_before, not_after) = (second(validity.not_before), second(validity.not_after));
        Ok(Self { chain, key, not_before, not_after })
    }

    /// Whether clients will take it now.
    ///
    /// # Errors
    /// [`CertificateFault::Expired`] or [`CertificateFault::NotYetValid`].
    pub fn check(&self, now: Timestamp) -> Result<(), CertificateFault> {
        if now > self.not_after {
            Err(CertificateFault::Expired)
        } else if now < self.not_before {
            Err(CertificateFault::NotYetValid)
        } else {
            Ok(())
        }
    }

    /// The last second in which it is good.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    pub(super) fn into_parts(self) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        (self.chain, self.key)
    }
}
