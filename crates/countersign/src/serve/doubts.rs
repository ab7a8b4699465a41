//! Settings that are probably not meant so.

use std::path::Path;

use countersign_gate::Rules;
use countersign_model::AccountHosts;
use countersign_settings::{self as settings, Effective, Entry, Shown};
use countersign_verify::Directory;

use super::plan::account_hosts;
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

/// Settings that work, and are probably not meant so: who is told this may go on. Who reads the
/// key file tells of that one.
pub(crate) fn doubtful(effective: &Effective) -> Vec<Remark> {
    let hosts = account_hosts(&effective.settings);
    let routes = effective.settings.route.iter().enumerate();
    let open = |entry: Entry| match entry {
        Entry::Setting { path, value: Shown::SecretFile(file), .. } if path != "key_file" => {
            Some((path, open_to_others(&file)?))
        }
        _ => None,
    };
    let in_domain = |(place, route): (usize, &settings::Route)| {
        Some((format!("route[{}].host", place + 1), of_no_account(route, hosts.as_ref()?)?))
    };
    let of_routes = routes.filter_map(in_domain).chain(beside_sessions(&effective.settings));
    of_routes.chain(effective.entries().into_iter().filter_map(open)).collect()
}

/// What is said of each route whose pages a browser opens under the origin of the API, and so takes
/// for ours.
fn beside_sessions(settings: &settings::Settings) -> Vec<Remark> {
    if settings.listener.iter().all(|it| it.serves != settings::Serves::All) {
        return Vec::new();
    }
    let public = &settings.public_url.host;
    let is_there = |route: &settings::Route| route.host.as_ref().is_none_or(|it| it == public);
    let routes = settings.route.iter().enumerate();
    let open = routes.filter(|(_, route)| route.unauthenticated && is_there(route));
    let said = |place: usize| {
        let sentence = "is served where people log in: a script in its pages can act for whoever \
                        is logged in; take a listener with serves = \"control\" and a host name \
                        of its own for the control plane, and serves = \"data\" for this one";
        (format!("route[{}].unauthenticated", place + 1), sentence.to_owned())
    };
    open.map(|(place, _)| said(place)).collect()
}

/// What is said of a route for a host that is probably not meant as that of an account: all ids
/// of accounts have digits.
fn of_no_account(route: &settings::Route, hosts: &AccountHosts) -> Option<String> {
    let label = hosts.label(route.host.as_ref()?)?;
    let id = label.id();
    let is_one = id.as_ref().is_some_and(|id| id.as_str().bytes().any(|it| it.is_ascii_digit()));
    let whose = id.map_or_else(|| "no account".to_owned(), |id| format!("account {id}"));
    (!is_one && !route.unauthenticated).then(|| {
        format!(
            "lies in domain and is a host of {whose}: signed requests to it are refused unless \
             there is that account; take a host outside of domain"
        )
    })
}

/// Permissions that routes ask for and no account has defined: only administrators pass there.
pub(super) fn undefined_permissions(rules: &Rules, directory: &Directory) -> Vec<String> {
    let unknown = rules.permissions().filter(|needed| !directory.is_permission(&needed.name));
    let sentence = |name: &str| {
        format!(
            "a route asks for the permission {name}, which no account has defined: only \
             administrators pass there, until one is defined and a role grants it"
        )
    };
    unknown.map(|needed| sentence(&needed.name)).collect()
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
