//! The files of a certificate: reading them, and how they look.

mod in_use;

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::small_file;
use anyhow::Context;
use countersign_gate::{Certificate, CertificateFault};

pub(super) use in_use::Ending;
pub(crate) use in_use::InUse;

/// Where a certificate and its key are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CertificateFiles {
    certificate: PathBuf,
    key: PathBuf,
}

/// How the two files looked when they were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp([Option<Look>; 2]);

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

    /// What is in them, if it can be read.
    fn read(&self) -> anyhow::Result<Certificate> {
        let (certificate, key) = (content(&self.certificate)?, content(&self.key)?);
        let read = Certificate::from_pem(&certificate, &key);
        let is_the_keys = matches!(read, Err(CertificateFault::NoKey));
        let named = if is_the_keys { &self.key } else { &self.certificate };
        read.with_context(|| named.display().to_string())
    }

    fn name(&self) -> String {
        self.certificate.display().to_string()
    }

    fn stamp(&self) -> Stamp {
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
    small_file::read(path, LONGEST).with_context(|| format!("can't read {}", path.display()))
}

#[cfg(test)]
mod tests;
