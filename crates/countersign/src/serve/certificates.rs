//! The files of a certificate: reading them, and noticing that they have changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context;
use countersign_gate::{Certificate, CertificateFault, Tls, TlsSettings};
use countersign_model::{Clock, Timestamp};

use crate::system::SystemClock;

/// Where a certificate and its key are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CertificateFiles {
    certificate: PathBuf,
    key: PathBuf,
}

/// How the two files looked when they were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp([Option<(SystemTime, u64)>; 2]);

/// More is no certificate.
const LONGEST: u64 = 1024 * 1024;

impl CertificateFiles {
    pub(crate) fn new(certificate: &Path, key: &Path) -> Self {
        Self { certificate: certificate.to_owned(), key: key.to_owned() }
    }

    /// TLS with what is in them now.
    pub(super) fn open(&self, settings: TlsSettings) -> anyhow::Result<Tls> {
        let certificate = self.read()?;
        let expired = certificate.check(SystemClock.now());
        let tls = Tls::new(certificate, settings).with_context(|| self.name())?;
        if let Err(fault) = expired {
            // Clients refuse it, but whoever must renew it has to get in.
            let certificate = self.name();
            tracing::error!(certificate, %fault, "clients will refuse the certificate: renew it");
        }
        Ok(tls)
    }

    /// Takes what is in them now. Where that can't be used, what was there before stays. Gives the
    /// last second of the new one.
    pub(super) fn replace(&self, tls: &Tls) -> anyhow::Result<Timestamp> {
        let certificate = self.read()?;
        let end = certificate.not_after();
        // One that clients refuse is no better than the one before.
        certificate.check(SystemClock.now()).with_context(|| self.name())?;
        tls.replace(certificate).with_context(|| self.name())?;
        Ok(end)
    }

    /// What is in them, if it can be read.
    pub(crate) fn read(&self) -> anyhow::Result<Certificate> {
        let (certificate, key) = (content(&self.certificate)?, content(&self.key)?);
        let read = Certificate::from_pem(&certificate, &key);
        let is_the_keys = matches!(read, Err(CertificateFault::NoKey));
        let named = if is_the_keys { &self.key } else { &self.certificate };
        read.with_context(|| named.display().to_string())
    }

    pub(super) fn name(&self) -> String {
        self.certificate.display().to_string()
    }

    pub(super) fn stamp(&self) -> Stamp {
        let look = |path: &PathBuf| {
            let metadata = fs::metadata(path).ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        };
        Stamp([look(&self.certificate), look(&self.key)])
    }
}

fn content(path: &Path) -> anyhow::Result<Vec<u8>> {
    let read = || {
        let length = fs::metadata(path)?.len();
        if length > LONGEST {
            return Err(std::io::Error::other("it is too large for a certificate or a key"));
        }
        fs::read(path)
    };
    read().with_context(|| format!("can't read {}", path.display()))
}
