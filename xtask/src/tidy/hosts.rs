//! Package registries that the tools of this machine are told to use.
//! Belongs here: their host names. Nothing else is taken from the settings.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the project itself lives, and what `deny.toml` and the lock file must name.
const OURS: &[&str] = &["github.com"];

const SETTINGS_AT_HOME: &[&str] =
    &[".cargo/config", ".cargo/config.toml", ".config/pip/pip.conf", ".npmrc", ".pip/pip.conf"];

const SETTINGS_OF_ALL: &[&str] = &["/etc/npmrc", "/etc/pip.conf"];

/// Set in the environment rather than in a file.
const VARIABLES: &[&str] =
    &["NPM_CONFIG_REGISTRY", "PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL", "npm_config_registry"];

pub(crate) fn of_registries() -> Vec<String> {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let cargo = std::env::var_os("CARGO_HOME").map(|folder| Path::new(&folder).join("config.toml"));
    let at_home = SETTINGS_AT_HOME.iter().map(|path| home.join(path));
    let files = at_home.chain(SETTINGS_OF_ALL.iter().map(PathBuf::from)).chain(cargo);
    let settings = files.filter_map(|path| fs::read_to_string(path).ok());
    let variables = VARIABLES.iter().filter_map(|name| std::env::var(name).ok());
    let hosts: BTreeSet<String> =
        settings.chain(variables).flat_map(|text| hosts_in(&text)).collect();
    hosts.into_iter().collect()
}

fn hosts_in(text: &str) -> Vec<String> {
    let addresses = text.split("://").skip(1);
    addresses
        .filter_map(|address| {
            let end = address.find(|c: char| c.is_whitespace() || "/\"'#?".contains(c));
            let authority = &address[..end.unwrap_or(address.len())];
            let host = authority.rsplit('@').next()?;
            let host = host.split(':').next()?.to_ascii_lowercase();
            (host.contains('.') && !OURS.contains(&host.as_str())).then_some(host)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found_without_port_and_credentials() {
        let text = "[source.near]\nregistry = \"sparse+https://Mirror.Example:8443/index/\"\n\
                    index-url=https://name:word@pypi.example/simple\nregistry=http://npm.example";
        assert_eq!(hosts_in(text), ["mirror.example", "pypi.example", "npm.example"]);
    }

    #[test]
    fn neither_our_own_nor_this_machine_is_a_registry() {
        assert_eq!(hosts_in("index=https://github.com/x\nproxy=http://localhost"), [""; 0]);
    }
}
