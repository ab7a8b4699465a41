//! The file with the key-encryption key. It should not lie in the data folder, nor in its backup.

use std::env;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use countersign_authority::KeyEncryptionKey;
use countersign_model::Chance;
use zeroize::Zeroizing;

use crate::folder::write_private;
use crate::terminal;

/// A key file is one short line.
const MAX_BYTES: u64 = 4096;

/// Reads the key.
pub(crate) fn read(path: &Path) -> anyhow::Result<KeyEncryptionKey> {
    let metadata = fs::metadata(path)
        .with_context(|| format!("can't read the key file {}", path.display()))?;
    let text = if metadata.len() > MAX_BYTES {
        None
    } else {
        let text = fs::read_to_string(path)
            .with_context(|| format!("can't read the key file {}", path.display()))?;
        Some(Zeroizing::new(text))
    };
    let key = text.as_deref().and_then(|text| KeyEncryptionKey::from_text(text));
    let Some(key) = key else {
        bail!(
            "{} is not a key file of Countersign: name the file that `countersign init` made",
            path.display()
        );
    };
    if metadata.permissions().mode() & 0o077 != 0 && !is_credential(path) {
        terminal::note(&format!(
            "countersign: warning: others can read the key file {}: `chmod 600` it",
            path.display()
        ));
    }
    Ok(key)
}

/// Whether a service manager hands it to this service alone: it gives the right to read it by an
/// access list, which shows as a right of the group.
fn is_credential(path: &Path) -> bool {
    env::var_os("CREDENTIALS_DIRECTORY").is_some_and(|folder| path.starts_with(folder))
}

/// Whether a key file was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Found,
    Made,
}

/// Reads the key, or makes the file (0600) where there is none.
pub(crate) fn read_or_create(
    path: &Path,
    chance: &dyn Chance,
) -> anyhow::Result<(KeyEncryptionKey, Origin)> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = KeyEncryptionKey::generate(chance);
            write_private(path, key.to_text().as_bytes())?;
            Ok((key, Origin::Made))
        }
        _ => Ok((read(path)?, Origin::Found)),
    }
}

/// The key file of a stand-in, which keeps it beside what it opens.
pub(crate) fn of_stand_in(folder: &Path) -> PathBuf {
    folder.join("key")
}
