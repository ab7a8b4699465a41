//! The file with the key-encryption key. It should not lie in the data folder, nor in its backup.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, bail};
use countersign_authority::KeyEncryptionKey;
use countersign_model::Chance;
use zeroize::Zeroizing;

use crate::folder::write_private;

/// A key file is one short line.
const MAX_BYTES: u64 = 4096;

/// Reads the key.
pub(crate) fn read(path: &Path) -> anyhow::Result<KeyEncryptionKey> {
    let size = fs::metadata(path)
        .with_context(|| format!("can't read the key file {}", path.display()))?
        .len();
    let text = if size > MAX_BYTES {
        None
    } else {
        let text = fs::read_to_string(path)
            .with_context(|| format!("can't read the key file {}", path.display()))?;
        Some(Zeroizing::new(text))
    };
    let key = text.as_deref().and_then(|text| KeyEncryptionKey::from_text(text));
    match key {
        Some(key) => Ok(key),
        None => bail!(
            "{} is not a key file of Countersign: name the file that `countersign init` made",
            path.display()
        ),
    }
}

/// Reads the key, or makes the file (0600) where there is none.
pub(crate) fn read_or_create(path: &Path, chance: &dyn Chance) -> anyhow::Result<KeyEncryptionKey> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = KeyEncryptionKey::generate(chance);
            write_private(path, key.to_text().as_bytes())?;
            Ok(key)
        }
        _ => read(path),
    }
}
