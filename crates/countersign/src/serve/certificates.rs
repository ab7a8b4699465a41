//! The files of a certificate: reading them, and noticing that they have changed.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

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
pub(super) struct Stamp([Option<Look>; 2]);

/// Which file it is, and when it was last written, renamed, or given to another owner or to other
/// rights (`ctime`): the time of writing alone is old where a file is moved into place, and stays
/// where one that could not be read is opened to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    file: (u64, u64),
    changed: (i64, i64),
}

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
            Some(Look {
                file: (metadata.dev(), metadata.ino()),
                changed: (metadata.ctime(), metadata.ctime_nsec()),
            })
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::time::{Duration, SystemTime};

    use super::*;

    /// As deployed by tools that keep times, and by people who notice that the key is root's.
    #[test]
    fn files_that_are_moved_into_place_or_opened_to_the_server_have_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let written = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        for name in ["chain.pem", "key.pem", "next.pem"] {
            fs::write(path(name), "as long").unwrap();
            fs::File::options()
                .write(true)
                .open(path(name))
                .unwrap()
                .set_modified(written)
                .unwrap();
        }
        let files = CertificateFiles::new(&path("chain.pem"), &path("key.pem"));
        let first = files.stamp();
        assert_eq!(files.stamp(), first);

        fs::rename(path("next.pem"), path("chain.pem")).unwrap();
        let moved = files.stamp();
        assert_ne!(moved, first);

        // The clock of a file system may stand still for some milliseconds.
        std::thread::sleep(Duration::from_millis(50));
        fs::set_permissions(path("key.pem"), fs::Permissions::from_mode(0o640)).unwrap();
        assert_ne!(files.stamp(), moved);

        fs::remove_file(path("key.pem")).unwrap();
        assert_ne!(files.stamp(), moved);
    }
}
