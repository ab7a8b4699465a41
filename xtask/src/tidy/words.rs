//! What must not be in any file: paths and hosts of one machine, marks of unfinished work.

use std::path::Path;

use super::tree::{File, Tree};
use super::{Finding, hosts};

/// Taken apart, or this file would be its own finding.
const UNFINISHED: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// Folders that many machines have: no sign of this one.
const SHARED_FOLDERS: &[&str] = &[
    "/", "/build", "/home", "/mnt", "/opt", "/src", "/srv", "/tmp", "/usr", "/usr/src", "/var",
    "/var/tmp",
];

pub(crate) struct Forbidden {
    paths: Vec<String>,
    hosts: Vec<String>,
}

impl Forbidden {
    pub(crate) fn on_this_machine(root: &Path) -> Self {
        let around = [Some(root), root.parent()].into_iter().flatten();
        let mut paths: Vec<String> = around
            .filter_map(Path::to_str)
            .filter(|folder| !SHARED_FOLDERS.contains(folder))
            .map(|folder| format!("{folder}/"))
            .collect();
        paths.push(["", "root", ""].join("/"));
        paths.dedup();
        Self { paths, hosts: hosts::of_registries() }
    }
}

pub(crate) fn check(tree: &Tree, forbidden: &Forbidden) -> Vec<Finding> {
    tree.files.iter().flat_map(|file| check_file(file, forbidden)).collect()
}

fn check_file(file: &File, forbidden: &Forbidden) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Checksums look like anything.
    let is_lock = file.path.ends_with(".lock") || file.path.ends_with("-lock.json");
    for (line, text) in file.lines() {
        let mut find = |advice| findings.push(Finding::new("words", &file.path, line, advice));
        for word in UNFINISHED.iter().filter(|word| !is_lock && contains_word(text, word)) {
            find(format!("`{word}`: finish it, or open an issue and delete the mark"));
        }
        for path in forbidden.paths.iter().filter(|path| contains_path(text, path)) {
            find(format!("`{path}` is a folder of one machine: write a path from the root"));
        }
        for host in forbidden.hosts.iter().filter(|host| text.contains(host.as_str())) {
            find(format!("`{host}` is this machine's package registry: name the package only"));
        }
    }
    findings
}

fn contains_word(text: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word).any(|(at, _)| {
        !is_part(text[..at].chars().next_back()) && !is_part(text[at + word.len()..].chars().next())
    })
}

/// As an absolute path: not the end of a longer one, and no part of an address.
fn contains_path(text: &str, path: &str) -> bool {
    let continues = |c: char| c.is_alphanumeric() || "._-/~}*".contains(c);
    text.match_indices(path).any(|(at, _)| !text[..at].ends_with(continues))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advice(line: &str) -> Vec<String> {
        let forbidden =
            Forbidden { paths: vec!["/build-7/".into()], hosts: vec!["registry.example".into()] };
        let findings = check(&Tree::of(&[("docs/a.md", line)]), &forbidden);
        findings.into_iter().map(|finding| finding.advice).collect()
    }

    #[test]
    fn marks_of_unfinished_work_are_found_as_words() {
        for word in UNFINISHED {
            assert_eq!(advice(&format!("// {word}: later")).len(), 1);
            assert_eq!(advice(&format!("MY_{word} mktemp pg.{word}{word}")), [""; 0]);
        }
    }

    #[test]
    fn folders_of_this_machine_are_found() {
        assert_eq!(advice("see /build-7/main/a.rs").len(), 1);
        assert_eq!(advice("see `/build-7/main`").len(), 1);
        assert_eq!(advice("see https://example.com/build-7/a and target/build-7/a"), [""; 0]);
    }

    #[test]
    fn a_registry_of_this_machine_is_found() {
        assert_eq!(advice("\"resolved\": \"https://registry.example/a.tgz\"").len(), 1);
    }

    #[test]
    fn a_folder_that_every_machine_has_is_no_sign_of_one() {
        let forbidden = Forbidden::on_this_machine(Path::new("/tmp/clone-1"));
        assert_eq!(forbidden.paths, ["/tmp/clone-1/".to_owned(), ["", "root", ""].join("/")]);
    }
}
