//! A configuration, and what comes of it.

use std::collections::BTreeMap;

use countersign_settings::{Effective, Faults, Source, read};

/// The least that is right; sections can follow.
pub(crate) const LEAST: &str = r#"public_url = "https://auth.example.com"
data_dir = "/var/lib/countersign"
key_file = "/etc/countersign/key"
[[listener]]
address = "127.0.0.1:8080"
trusted_peers = ["127.0.0.1"]
[[upstream]]
name = "orders"
servers = ["http://127.0.0.1:9000"]
[[route]]
path = "/"
upstream = "orders"
"#;

/// The line behind [`LEAST`].
pub(crate) const NEXT: usize = 13;

pub(crate) fn read_with(text: &str, environment: &[(&str, &str)]) -> Result<Effective, Faults> {
    let pairs = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let environment: BTreeMap<String, String> = pairs.collect();
    read(&Source { file: "c.toml", text: text.as_bytes(), environment: &environment })
}

/// What is said about a file.
pub(crate) fn said(text: &str) -> String {
    read_with(text, &[]).map_or_else(|faults| faults.to_string(), |_| "right".to_owned())
}

/// What is said about the least file with something behind it, without the name of the file.
pub(crate) fn said_behind(text: &str) -> String {
    said(&format!("{LEAST}{text}")).replace("c.toml:", "")
}

/// What is said about the least file in which something stands for something else.
pub(crate) fn said_for(from: &str, to: &str) -> String {
    assert!(LEAST.contains(from), "{from}");
    said(&LEAST.replacen(from, to, 1)).replace("c.toml:", "")
}
