//! What is read off the tokens of a Rust file, except sizes: names, headers, width, environment.

pub(crate) mod scan;

use super::Finding;
use super::tree::{File, Tree};
use scan::Scan;

const FORBIDDEN_NAMES: &[&str] =
    &["common", "helpers", "manager", "misc", "models", "types", "utils"];

const WIDTH: usize = 100;

/// Where the environment may be read: the program and its commands, and what never ships.
const READERS: &[&str] = &[
    "crates/countersign/",
    "crates/countersign-caller/",
    "crates/countersign-testkit/",
    "examples/",
    "fuzz/",
    "xtask/",
];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.rust_files().flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |rule, line, advice: String| {
        findings.push(Finding::new(rule, &file.path, line, advice));
    };
    for name in forbidden_names(&file.path) {
        let advice = format!("`{name}` says nothing: name the file after what it is about");
        find("names", 1, advice);
    }
    if !file.is_test() && !has_header(&file.text) {
        let advice = "begin with a `//!` header: what belongs here, and what does not";
        find("header", 1, advice.to_owned());
    }
    for (line, text) in file.lines().filter(|(_, text)| is_too_wide(text)) {
        let width = text.chars().count();
        find("width", line, format!("{width} columns: break the line at {WIDTH}"));
    }
    match &file.scan {
        None => {}
        Some(Ok(scan)) => findings.extend(check_tokens(file, scan)),
        Some(Err(error)) => {
            find("syntax", error.line, "this is no Rust: the file can't be read".to_owned());
        }
    }
    findings
}

fn check_tokens(file: &File, scan: &Scan) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |rule, line, advice: String| {
        findings.push(Finding::new(rule, &file.path, line, advice));
    };
    for (line, name) in &scan.modules {
        if FORBIDDEN_NAMES.contains(&name.as_str()) {
            find("names", *line, format!("`{name}` says nothing: name the module for its subject"));
        }
    }
    for line in &scan.unsafe_words {
        find("unsafe", *line, "no `unsafe` here: use a crate that wraps it".to_owned());
    }
    if !may_read_environment(file) {
        for line in scan.environment.iter().filter(|line| !scan.is_test_line(**line)) {
            let advice = "only the program reads the environment: take the value as an argument";
            find("environment", *line, advice.to_owned());
        }
    }
    findings
}

fn forbidden_names(path: &str) -> impl Iterator<Item = &str> {
    let parts = path.split('/').map(|part| part.strip_suffix(".rs").unwrap_or(part));
    parts.filter(|part| FORBIDDEN_NAMES.contains(part) || *part == "mod")
}

fn has_header(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.starts_with("#!["));
    lines.next().is_some_and(|line| line.starts_with("//!"))
}

/// A single long word, such as an address or a signature, can't be broken.
// A table in a doc comment can't be broken.
fn is_too_wide(line: &str) -> bool {
    if line.trim_start().starts_with("//! |") {
        return false;
    }
    let longest_word = line.split_whitespace().map(|word| word.chars().count()).max();
    line.chars().count() > WIDTH && longest_word < Some(WIDTH - 30)
}

fn may_read_environment(file: &File) -> bool {
    let is_reader = READERS.iter().any(|folder| file.path.starts_with(folder));
    is_reader || file.is_test() || file.path.ends_with("/build.rs")
}

#[cfg(test)]
mod tests;
