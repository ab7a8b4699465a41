//! What the settings name on this machine: whether it is there, for whoever runs the command.
//! Belongs here: files and folders, and what stands in certificates.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use countersign_settings::{Effective, Entry, Shown};

use crate::folder::DataFolder;
use crate::serve::certified;

/// A setting, and what is said about it.
type Remark = (String, String);

/// What can't work, and what should not be.
pub(crate) fn check(effective: &Effective) -> (Vec<Remark>, Vec<Remark>) {
    let (mut wrong, mut warnings) = (Vec::new(), Vec::new());
    for entry in effective.entries() {
        let Entry::Setting { path: key, value, .. } = entry else { continue };
        let (fault, warning) = match &value {
            Shown::File(file) => (unreadable(file), None),
            Shown::SecretFile(file) => (unreadable(file), open_to_others(file)),
            Shown::Folder(folder) => (no_data_folder(folder), None),
            _ => (None, None),
        };
        wrong.extend(fault.map(|sentence| (key.clone(), sentence)));
        warnings.extend(warning.map(|sentence| (key, sentence)));
    }
    if wrong.is_empty() {
        wrong.extend(certificates(effective));
    }
    (wrong, warnings)
}

/// Certificates that can't be served.
fn certificates(effective: &Effective) -> impl Iterator<Item = Remark> {
    let listeners = effective.settings.listener.iter().enumerate();
    listeners.filter_map(|(at, listener)| {
        let served = certified(listener.tls.as_ref()?, listener.http2);
        let sentence = format!("{:#}", served.err()?);
        Some((format!("listener[{}].tls.certificate", at + 1), sentence))
    })
}

fn unreadable(file: &Path) -> Option<String> {
    let opened = File::open(file).and_then(|file| file.metadata());
    match opened {
        Ok(metadata) if metadata.is_file() => None,
        Ok(_) => Some(format!("{} is no file: name one", file.display())),
        Err(error) => Some(format!("{} can't be read: {error}", file.display())),
    }
}

fn open_to_others(file: &Path) -> Option<String> {
    let mode = fs::metadata(file).ok()?.permissions().mode();
    let is_open = mode & 0o077 != 0;
    is_open.then(|| format!("others can read {}: `chmod 600` it", file.display()))
}

fn no_data_folder(folder: &Path) -> Option<String> {
    let name = folder.display();
    (!DataFolder::exists(folder)).then(|| {
        if folder.exists() {
            format!("{name} is no data folder: name the one that `countersign init` made")
        } else {
            format!("{name} does not exist: make it with `countersign init`")
        }
    })
}
