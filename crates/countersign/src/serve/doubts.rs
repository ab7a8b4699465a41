//! Settings that can't be done, and those that are probably not meant so.

use std::path::Path;

use countersign_model::Permission;
use countersign_settings::{self as settings, Effective, Entry, Shown};

use crate::folder;
use crate::settings::as_error;

/// A setting, and what is said about it.
type Remark = (String, String);

/// The settings in a file, with all doubts about them.
pub(super) fn read(config: &Path) -> anyhow::Result<Effective> {
    let mut effective = crate::settings::read(config)?.map_err(|faults| as_error(&faults))?;
    doubtful(&effective).into_iter().for_each(|(key, sentence)| effective.warn(key, sentence));
    Ok(effective)
}

/// Settings that can be written and can't be done: refused rather than passed over.
pub(crate) fn not_yet(effective: &Effective) -> Vec<Remark> {
    let domain = effective.is_set("domain");
    let sentence = "accounts are not told by their host by this version: leave it out";
    domain.then(|| ("domain".to_owned(), sentence.to_owned())).into_iter().collect()
}

/// Refuses settings that can't be done.
pub(super) fn check_possible(effective: &Effective) -> anyhow::Result<()> {
    effective.refuse(not_yet(effective)).map_err(|faults| as_error(&faults))
}

/// Settings that work, and are probably not meant so: who is told this may go on. Who reads the
/// key file tells of that one.
pub(crate) fn doubtful(effective: &Effective) -> Vec<Remark> {
    let routes = effective.settings.route.iter().enumerate();
    let remark = |(place, route): (usize, &settings::Route)| {
        let unknown = Permission::parse(&route.permission.as_ref()?.name).err()?;
        let sentence = format!("no role can be given it, so only administrators pass: {unknown}");
        Some((format!("route[{}].permission", place + 1), sentence))
    };
    let open = |entry: Entry| match entry {
        Entry::Setting { path, value: Shown::SecretFile(file), .. } if path != "key_file" => {
            Some((path, open_to_others(&file)?))
        }
        _ => None,
    };
    routes.filter_map(remark).chain(effective.entries().into_iter().filter_map(open)).collect()
}

/// What is said of a secret that others can read.
pub(crate) fn open_to_others(file: &Path) -> Option<String> {
    let is_open = folder::is_open_to_others(file);
    is_open.then(|| format!("others can read {}: `chmod 600` it", file.display()))
}

/// The setting of the certificate of the listener that stands at this place.
pub(crate) fn certificate(place: usize) -> String {
    format!("listener[{}].tls.certificate", place + 1)
}

/// The warnings, each with its place.
pub(super) fn lines(effective: &Effective) -> Vec<String> {
    effective.warnings.iter().map(|it| effective.line(it)).collect()
}
