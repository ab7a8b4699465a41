//! Which environment variable is which setting.

use std::collections::{BTreeMap, BTreeSet};

use crate::faults::{Fault, Place};
use crate::similar::nearest;

/// What the variables of settings begin with.
pub const PREFIX: &str = "COUNTERSIGN_";

/// Variables of other commands, which may be set for the whole session.
const ELSEWHERE: &[&str] = &[
    "COUNTERSIGN_ACCOUNT",
    "COUNTERSIGN_CONSUMER_KEY",
    "COUNTERSIGN_CONSUMER_SECRET",
    "COUNTERSIGN_TOKEN_ID",
    "COUNTERSIGN_TOKEN_SECRET",
];

/// The variable of a setting.
pub(crate) fn variable(path: &str) -> String {
    format!("{PREFIX}{}", path.replace('.', "_").to_ascii_uppercase())
}

/// Faults for variables that begin like settings and are none of the `known` ones.
pub(crate) fn unknown(
    environment: &BTreeMap<String, String>,
    known: &BTreeSet<String>,
    lists: &[&str],
) -> Vec<Fault> {
    let ours = environment.keys().filter(|name| name.starts_with(PREFIX) && !known.contains(*name));
    let unknown = ours.filter(|name| !ELSEWHERE.contains(&name.as_str()) && !is_link(name));
    let fault = |name: &String| {
        let place = Place::Variable(name.clone());
        Fault { place, key: String::new(), sentence: sentence(name, known, lists) }
    };
    unknown.map(fault).collect()
}

fn sentence(name: &str, known: &BTreeSet<String>, lists: &[&str]) -> String {
    if name == "COUNTERSIGN_LOG" {
        return "is for commands without a settings file: set COUNTERSIGN_LOG_LEVEL".to_owned();
    }
    let file = format!("{name}_FILE");
    if known.contains(&file) {
        return format!(
            "holds a secret in clear: write it into a file that only Countersign can read, and \
             name the file in {file}"
        );
    }
    for list in lists {
        if name.starts_with(&format!("{}_", variable(list))) {
            return format!("sets nothing: what stands in [[{list}]] stands in the file alone");
        }
    }
    // What all begin with makes none of them alike.
    let names = known.iter().filter_map(|name| name.strip_prefix(PREFIX));
    match nearest(name.trim_start_matches(PREFIX), names) {
        Some(name) => format!("is no setting: did you mean {PREFIX}{name}?"),
        None => "is no setting: unset it, or look its name up in the reference".to_owned(),
    }
}

/// Kubernetes gives every pod such variables for each service of its namespace: for one that is
/// called `countersign`, they begin as ours do.
fn is_link(name: &str) -> bool {
    let is_port = |text: &str| {
        let mut parts = text.split('_');
        let number = parts.next().is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()));
        let protocol = parts.next().is_some_and(|it| ["TCP", "UDP", "SCTP"].contains(&it));
        let rest = parts.next().is_none_or(|it| ["PROTO", "PORT", "ADDR"].contains(&it));
        number && protocol && rest && parts.next().is_none()
    };
    name.ends_with("_SERVICE_HOST")
        || name.ends_with("_SERVICE_PORT")
        || name.contains("_SERVICE_PORT_")
        || name.ends_with("_PORT")
        || name.split_once("_PORT_").is_some_and(|(_, rest)| is_port(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_that_kubernetes_makes_for_a_service_are_none_of_ours() {
        for name in [
            "COUNTERSIGN_SERVICE_HOST",
            "COUNTERSIGN_SERVICE_PORT",
            "COUNTERSIGN_SERVICE_PORT_HTTPS",
            "COUNTERSIGN_PORT",
            "COUNTERSIGN_PORT_443_TCP",
            "COUNTERSIGN_PORT_443_TCP_ADDR",
            "COUNTERSIGN_DB_PORT_5432_TCP_PROTO",
        ] {
            assert!(is_link(name), "{name}");
        }
        for name in ["COUNTERSIGN_PORT_X", "COUNTERSIGN_PORT_1_TCP_X", "COUNTERSIGN_HOST"] {
            assert!(!is_link(name), "{name}");
        }
        for section in crate::reference() {
            for variable in section.rows.iter().filter_map(|row| row.variable.as_deref()) {
                assert!(!is_link(variable), "{variable} would be ignored");
            }
        }
    }
}
