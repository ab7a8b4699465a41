//! What the settings name on this machine: whether it is there, for whoever runs the command.
//! Belongs here: files and folders, and what stands in them.

use std::fs::{self, File};
use std::path::Path;

use countersign_gate::CertificateFault;
use countersign_model::Clock;
use countersign_settings::{Effective, Entry, Settings, Shown};

use crate::folder::DataFolder;
use crate::system::SystemClock;
use crate::{key_file, serve, telemetry};

/// A setting, and what is said about it.
type Remark = (String, String);

/// What can't work, and what should not be.
pub(crate) fn check(effective: &Effective) -> (Vec<Remark>, Vec<Remark>) {
    let mut wrong = absent(effective);
    let is_there = |key: &str| !wrong.iter().any(|(absent, _)| absent == key);
    let found = contents(&effective.settings, is_there);
    wrong.extend(found);
    let (refused, mut warnings) = certificates(&effective.settings, &wrong);
    wrong.extend(refused);
    if wrong.is_empty() {
        wrong.extend(fault("route", serve::rules(&effective.settings)));
    }
    let open = serve::open_to_others(&effective.settings.key_file);
    warnings.extend(open.map(|sentence| ("key_file".to_owned(), sentence)));
    (wrong, warnings)
}

/// Files and folders that are not there.
fn absent(effective: &Effective) -> Vec<Remark> {
    let remark = |entry| {
        let Entry::Setting { path: key, value, .. } = entry else { return None };
        let sentence = match &value {
            Shown::File(file) | Shown::SecretFile(file) => unreadable(file),
            Shown::Folder(folder) => no_data_folder(folder),
            _ => None,
        };
        Some((key, sentence?))
    };
    effective.entries().into_iter().filter_map(remark).collect()
}

/// Files that are there, and not what they should be; and an address that no collector can have.
fn contents(settings: &Settings, is_there: impl Fn(&str) -> bool) -> Vec<Remark> {
    let Settings { key_file, tracing, upstream, .. } = settings;
    let mut wrong = Vec::new();
    if is_there("key_file") {
        wrong.extend(fault("key_file", key_file::parse(key_file)));
    }
    if let Some(url) = &tracing.endpoint {
        wrong.extend(fault("tracing.endpoint", telemetry::endpoint(&url.to_string())));
    }
    if let Some(file) = tracing.headers_file.as_ref().filter(|_| is_there("tracing.headers_file")) {
        wrong.extend(fault("tracing.headers_file", serve::headers(file)));
    }
    for (at, upstream) in upstream.iter().enumerate() {
        let key = format!("upstream[{}].ca_file", at + 1);
        if is_there(&key) {
            wrong.extend(fault(&key, serve::trust(upstream)));
        }
    }
    wrong
}

/// Certificates that can't be served, and those that clients refuse.
fn certificates(settings: &Settings, absent: &[Remark]) -> (Vec<Remark>, Vec<Remark>) {
    let (mut wrong, mut doubtful) = (Vec::new(), Vec::new());
    for (at, listener) in settings.listener.iter().enumerate() {
        let Some(tls) = &listener.tls else { continue };
        let (certificate, key) = (serve::certificate(at), format!("listener[{}].tls.key", at + 1));
        if absent.iter().any(|(absent, _)| *absent == certificate || *absent == key) {
            continue;
        }
        match serve::certified(tls, listener.http2) {
            Ok(served) => {
                let doubt = served.doubt(SystemClock.now());
                doubtful.extend(doubt.map(|sentence| (certificate, sentence)));
            }
            Err(error) => {
                let is_the_keys = error.downcast_ref() == Some(&CertificateFault::NoKey);
                let named = if is_the_keys { key } else { certificate };
                wrong.push((named, format!("{error:#}")));
            }
        }
    }
    (wrong, doubtful)
}

fn fault<T>(key: &str, read: anyhow::Result<T>) -> Option<Remark> {
    read.err().map(|error| (key.to_owned(), format!("{error:#}")))
}

fn unreadable(file: &Path) -> Option<String> {
    // Opening a pipe would wait for somebody who writes.
    let opened = fs::metadata(file).and_then(|metadata| {
        let is_file = metadata.is_file();
        if is_file { File::open(file).map(|_| true) } else { Ok(false) }
    });
    match opened {
        Ok(true) => None,
        Ok(false) => Some(format!("{} is no file: name one", file.display())),
        Err(error) => Some(format!("{} can't be read: {error}", file.display())),
    }
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
