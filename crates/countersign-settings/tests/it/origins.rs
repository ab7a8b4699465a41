//! The effective configuration: values, their origin, and warnings.

use std::path::Path;

use countersign_settings::{Effective, Entry, Shown};

use crate::world::{LEAST, read_with};

fn warnings(from: &str, to: &str) -> Vec<String> {
    let read = read_with(&LEAST.replacen(from, to, 1), &[]);
    let effective = read.unwrap_or_else(|faults| panic!("{faults}"));
    effective.warnings.iter().map(|it| format!("{}: {}", it.key, it.sentence)).collect()
}

fn same(left: &Effective, right: &Effective) {
    assert_eq!(left.settings, right.settings);
    let warnings = |it: &Effective| it.warnings.iter().map(|it| it.key.clone()).collect::<Vec<_>>();
    assert_eq!(warnings(left), warnings(right));
}

#[test]
fn each_value_is_shown_with_its_origin_and_the_whole_reads_back_to_the_same() {
    let text = format!("{LEAST}[limits]\nidle = \"90 s\"\nrate_per_token = \"5/s burst 9\"\n");
    let effective = read_with(&text, &[("COUNTERSIGN_LOG_LEVEL", "debug")]).unwrap();
    let shown = effective.to_string();
    for line in [
        "public_url = \"https://auth.example.com\" # c.toml:1",
        "# domain is not set",
        "[[listener]]",
        "trusted_peers = [\"127.0.0.1/32\"] # c.toml:6",
        "head_bytes = \"64 KiB\" # default",
        "idle = \"90 s\" # c.toml:14",
        "rate_per_token = \"5/s burst 9\" # c.toml:15",
        "level = \"debug\" # COUNTERSIGN_LOG_LEVEL",
        "sample = 0.01 # default",
    ] {
        assert!(shown.lines().any(|it| it == line), "{line} in\n{shown}");
    }
    same(&read_with(&shown, &[]).unwrap(), &effective);
}

#[test]
fn sections_within_sections_read_back_to_the_same() {
    let tls = "[listener.tls]\ncertificate = \"/c.pem\"\nkey = \"/k \\\"1\\\".pem\"\n[[listener]]\n\
               address = \"[::1]:8443\"\nserves = \"control\"\n";
    let text = LEAST.replace("[[upstream]]", &format!("{tls}[[upstream]]"));
    let effective = read_with(&text, &[]).unwrap();
    assert_eq!(effective.settings.listener.len(), 2);
    let tls = effective.settings.listener[0].tls.as_ref().unwrap();
    assert_eq!(tls.key.to_str(), Some("/k \"1\".pem"));
    same(&read_with(&effective.to_string(), &[]).unwrap(), &effective);
    let path = |entry: &Entry| match entry {
        Entry::Setting { path, value: Shown::File(value), .. } if value == Path::new("/c.pem") => {
            Some(path.clone())
        }
        _ => None,
    };
    let entries = effective.entries();
    assert_eq!(entries.iter().find_map(path).as_deref(), Some("listener[1].tls.certificate"));
}

#[test]
fn what_is_probably_not_meant_is_a_warning() {
    let none: Vec<String> = Vec::new();
    assert_eq!(warnings("", ""), none);
    let peers = "trusted_peers = [\"127.0.0.1\"]";
    assert_eq!(
        warnings(peers, ""),
        ["public_url: is https, but no listener has tls or trusted_peers: requests that are \
             signed for https will be refused (wrong-scheme)"]
    );
    let local = "public_url = \"http://localhost:8080\"";
    let text = LEAST.replacen("public_url = \"https://auth.example.com\"", local, 1);
    let text = text.replacen(peers, "", 1).replacen("127.0.0.1:8080", "0.0.0.0:8080", 1);
    let warning = &read_with(&text, &[]).unwrap().warnings[0];
    assert_eq!(warning.key, "listener[1].address");
    assert!(warnings(peers, "trusted_peers = [\"0.0.0.0/0\"]")[0].contains("everybody is trusted"));
    assert!(warnings("127.0.0.1:9000", "10.0.0.9:9000")[0].contains("without TLS"));
    let unused = "[[upstream]]\nname = \"spare\"\nservers = [\"http://127.0.0.1:1\"]\n[[route]]";
    assert_eq!(warnings("[[route]]", unused), ["upstream[2].name: no route leads there"]);
    let shares = "[limits]\nconnections = 100\nconnections_per_source = 99\nupgraded = 7\n\
                  upgraded_per_token = 7\n[[upstream]]";
    assert_eq!(
        warnings("[[upstream]]", shares),
        ["limits.upgraded_per_token: is not less than upgraded: one may have all of them"]
    );
    assert_eq!(warnings(peers, &format!("{peers}\nserves = \"data\"")).len(), 1);
    assert_eq!(warnings(peers, &format!("{peers}\nserves = \"control\"")).len(), 1);
}
