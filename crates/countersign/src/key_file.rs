//! The file with the key-encryption key. It should not lie in the data folder, nor in its backup.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use countersign_authority::KeyEncryptionKey;
use countersign_model::Chance;
use zeroize::Zeroizing;

use crate::folder::{is_open_to_others, write_private};
use countersign_caller::terminal;

/// A key file is one short line.
const MAX_BYTES: u64 = 4096;

/// Reads the key, and warns where others can.
pub(crate) fn read(path: &Path) -> anyhow::Result<KeyEncryptionKey> {
    let key = parse(path)?;
    if is_open_to_others(path) {
        terminal::note(&format!(
            "countersign: warning: others can read the key file {}: `chmod 600` it",
            path.display()
        ));
    }
    Ok(key)
}

/// What is in the file.
pub(crate) fn parse(path: &Path) -> anyhow::Result<KeyEncryptionKey> {
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
    key.with_context(|| {
        format!(
            "{} is not a key file of Countersign: name the file that `countersign init` made",
            path.display()
        )
    })
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
