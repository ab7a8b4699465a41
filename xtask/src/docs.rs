//! `cargo xtask docs`: documents that are made from declarations.
//! Belongs here: which documents, and whether they are up to date. Does not: what stands in them
//! (one module for each).

mod configuration;
mod metrics;
mod mistakes;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::refusal::Refusal;
use crate::tidy::Finding;
use crate::workspace::Workspace;

struct Document {
    path: &'static str,
    text: fn() -> String,
}

const DOCUMENTS: &[Document] = &[
    Document { path: "docs/integrator/mistakes.md", text: mistakes::text },
    Document { path: "docs/reference/metrics.md", text: metrics::text },
    Document { path: "docs/reference/configuration.md", text: configuration::text },
    Document { path: "docs/reference/openapi.json", text: countersign_api::document },
];

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    if !arguments.is_empty() {
        return Err(Refusal::new("docs takes no options").into());
    }
    let root = Workspace::find()?.root;
    for Document { path, text } in DOCUMENTS {
        let target = root.join(path);
        fs::create_dir_all(target.parent().context("a document lies in a folder")?)?;
        fs::write(&target, text()).with_context(|| format!("can't write {path}"))?;
        println!("{path}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Documents that are not what their declarations say.
pub(crate) fn stale(root: &Path) -> Vec<Finding> {
    let is_stale =
        |it: &&Document| fs::read_to_string(root.join(it.path)).ok() != Some((it.text)());
    let advice = "it is made from declarations, which say something else: run `cargo xtask docs`";
    let stale = DOCUMENTS.iter().filter(is_stale);
    stale.map(|it| Finding::new("docs", it.path, 1, advice)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_is_missing_or_changed_is_stale() {
        let root = tempfile::tempdir().unwrap();
        let all = DOCUMENTS.len();
        assert_eq!(stale(root.path()).len(), all);
        for Document { path, text } in DOCUMENTS {
            let target = root.path().join(path);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::write(target, text()).unwrap();
        }
        assert_eq!(stale(root.path()), []);
        fs::write(root.path().join(DOCUMENTS[0].path), "edited by hand").unwrap();
        assert_eq!(stale(root.path()).len(), 1);
    }
}
