//! What is asked of a folder without changing it.

use std::path::Path;

use anyhow::{Context, bail};
use countersign_authority::{Explanations, Viewer};
use countersign_explain::Report;
use serde::{Deserialize, Serialize};

use super::{Outcome, ask};
use crate::folder::DataFolder;
use crate::{deployment, explain};

/// A question. On the wire it is told from a command by its only member.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    pub(crate) read: Read,
}

/// What is asked.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Read {
    /// What was wrong with the request that was refused under that reference.
    Explain { reference: String },
}

/// Answers for whoever owns the folder.
pub(super) async fn answer(explanations: &Explanations, question: Question) -> Outcome {
    let Read::Explain { reference } = question.read;
    match explanations.find(Viewer::Operator, &reference).await {
        Ok(found) => Outcome::Explained(found.map(|kept| Box::new(explain::report(kept)))),
        Err(fault) => Outcome::Failed(fault.to_string()),
    }
}

/// What is known about the refusal with that reference: by the server that runs on `folder`, else
/// by the folder itself. That needs no key: explanations hold no secret.
pub(crate) async fn explain(folder: &Path, reference: &str) -> anyhow::Result<Option<Report>> {
    let question = Question { read: Read::Explain { reference: reference.to_owned() } };
    let outcome = match ask(folder, &question).await? {
        Some(outcome) => outcome,
        None => answer_from(folder, question).await?,
    };
    match outcome {
        Outcome::Explained(report) => Ok(report.map(|report| *report)),
        Outcome::Refused(sentence) | Outcome::Failed(sentence) => bail!(sentence),
        Outcome::Done(_) => bail!("the server's answer can't be read: it runs another version"),
    }
}

async fn answer_from(folder: &Path, question: Question) -> anyhow::Result<Outcome> {
    let purpose = DataFolder::purpose_of(folder)?;
    let folder = DataFolder::open(folder, purpose)?;
    let explanations = deployment::explanations(&folder).await;
    let explanations = explanations.context("can't read what was refused")?;
    Ok(answer(&explanations, question).await)
}
