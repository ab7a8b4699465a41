//! `cargo xtask tidy`: the rules of this code base that no compiler checks.
//! Belongs here: what is checked and how it is told. Does not: a rule (one module for each kind).

mod decisions;
mod hosts;
mod links;
mod manifests;
mod rings;
mod rust;
mod sizes;
mod tree;
mod words;

use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::docs;
use crate::refusal::Refusal;
use crate::workspace::metadata;
use tree::Tree;

/// A rule that is broken, with what to do about it.
#[derive(Debug, PartialEq)]
pub(crate) struct Finding {
    rule: &'static str,
    path: String,
    line: usize,
    advice: String,
}

impl Finding {
    pub(crate) fn new(
        rule: &'static str,
        path: &str,
        line: usize,
        advice: impl Into<String>,
    ) -> Self {
        Self { rule, path: path.to_owned(), line, advice: advice.into() }
    }
}

/// A file that may break a rule. Each needs a reason that convinces a reviewer.
struct Exception {
    rule: &'static str,
    path: &'static str,
    reason: &'static str,
}

const EXCEPTIONS: &[Exception] = &[];

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    if !arguments.is_empty() {
        return Err(Refusal::new("tidy takes no options").into());
    }
    let facts = metadata(&[])?;
    let root = facts["workspace_root"].as_str().context("cargo names no workspace_root")?;
    let tree = Tree::read(root.as_ref())?;

    let mut findings = rings::check(&rings::members(&facts));
    findings.extend(manifests::check(&tree));
    findings.extend(rust::check(&tree));
    let (too_large, warnings) = sizes::check(&tree);
    findings.extend(too_large);
    findings.extend(words::check(&tree, &words::Forbidden::on_this_machine(root.as_ref())));
    findings.extend(links::check(&tree));
    findings.extend(decisions::check(&tree));
    findings.extend(docs::stale(&tree.root));
    let findings = excuse(findings, EXCEPTIONS);

    for warning in &warnings {
        println!("warning: {warning}");
    }
    for Finding { rule, path, line, advice } in &findings {
        println!("{path}:{line}: {advice} [{rule}]");
    }
    println!("tidy: {} files, {} findings", tree.files.len(), findings.len());
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Leaves out what is excused, and finds exceptions that excuse nothing or give no reason.
fn excuse(mut findings: Vec<Finding>, exceptions: &[Exception]) -> Vec<Finding> {
    let mut stale = Vec::new();
    for Exception { rule, path, reason } in exceptions {
        let before = findings.len();
        findings.retain(|finding| finding.rule != *rule || finding.path != *path);
        if findings.len() == before || reason.is_empty() {
            let advice = format!(
                "the exception for {path} ({rule}) is not needed or has no reason: remove it"
            );
            stale.push(Finding::new("exceptions", "xtask/src/tidy.rs", 1, advice));
        }
    }
    findings.append(&mut stale);
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_excuses_one_file_and_must_be_needed() {
        let found =
            || vec![Finding::new("width", "a.rs", 3, ""), Finding::new("width", "b.rs", 1, "")];
        let exception = |path| Exception { rule: "width", path, reason: "a vector" };

        let left = excuse(found(), &[exception("a.rs")]);
        assert_eq!(left, vec![Finding::new("width", "b.rs", 1, "")]);

        let left = excuse(found(), &[exception("c.rs")]);
        assert_eq!(left.last().map(|finding| finding.rule), Some("exceptions"));
    }
}
