//! `countersign integration|entity|role|token|assertion-key`: changes of the record, and what is
//! known of it, through the server that runs on the folder, or on the folder itself when none runs.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::Args;
use countersign_authority::Authority;

use crate::control::{self, Act, Command, DeploymentAct, DeploymentCommand, Field, Outcome};
use crate::folder::{DataFolder, Purpose};
use crate::{deployment, key_file, system, terminal};

mod assertion_key;
mod commands;

pub(crate) use assertion_key::AssertionKeyCommand;
pub(crate) use commands::{EntityCommand, IntegrationCommand, RoleCommand, TokenCommand};

/// Where the record is.
#[derive(Args)]
pub(crate) struct Place {
    #[command(flatten)]
    folder: Folder,
    /// The account, such as 1234567
    #[arg(long, value_name = "ID")]
    account: String,
}

/// The folder of a record, and how to show what comes of a command.
#[derive(Args)]
pub(crate) struct Folder {
    /// The data folder
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// The key file of the folder: needed only when no server runs on it
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A change, and where to make it.
pub(crate) struct Change {
    place: Place,
    act: Act,
}

/// Makes the change and prints what came of it.
pub(crate) async fn run(change: Change) -> anyhow::Result<ExitCode> {
    let Change { place, act } = change;
    let command = Command { account: place.account.clone(), act };
    let outcome = match control::ask(&place.folder.data_dir, &command).await? {
        Some(outcome) => outcome,
        None => {
            let (folder, authority) = place.folder.open().await?;
            let clocks = deployment::KeptClocks::of(&folder);
            control::execute(&authority, &clocks, system::actor(), command).await
        }
    };
    finish(outcome, place.folder.json)
}

/// Does what concerns no account, and prints what came of it.
pub(crate) async fn run_for_deployment(
    place: Folder,
    act: DeploymentAct,
) -> anyhow::Result<ExitCode> {
    let command = DeploymentCommand { deployment: act };
    let outcome = match control::ask(&place.data_dir, &command).await? {
        Some(outcome) => outcome,
        None => {
            let (_locked, authority) = place.open().await?;
            control::execute_for_deployment(&authority, system::actor(), command).await
        }
    };
    finish(outcome, place.json)
}

fn finish(outcome: Outcome, json: bool) -> anyhow::Result<ExitCode> {
    match outcome {
        Outcome::Done(fields) => {
            show(&fields, json)?;
            Ok(ExitCode::SUCCESS)
        }
        Outcome::Refused(sentence) => {
            terminal::note(&format!("countersign: {sentence}"));
            Ok(ExitCode::FAILURE)
        }
        Outcome::Failed(sentence) => bail!(sentence),
        Outcome::Explained(_) => {
            bail!("the server's answer can't be read: it runs another version")
        }
    }
}

impl Folder {
    /// Opens it to work on it, since no server does.
    async fn open(&self) -> anyhow::Result<(DataFolder, Authority)> {
        let purpose = DataFolder::purpose_of(&self.data_dir)?;
        let key_file = match (&self.key_file, purpose) {
            (Some(path), _) => path.clone(),
            (None, Purpose::Dev) => key_file::of_stand_in(&self.data_dir),
            (None, Purpose::Serve) => bail!(
                "no server runs on {}: start it, or give --key-file to change the folder itself",
                self.data_dir.display()
            ),
        };
        let folder = DataFolder::open(&self.data_dir, purpose)?;
        let authority = deployment::authority(&folder, &key_file::read(&key_file)?).await?;
        Ok((folder, authority))
    }
}

fn show(fields: &[Field], json: bool) -> anyhow::Result<()> {
    let text = if json {
        let object: serde_json::Map<String, serde_json::Value> =
            fields.iter().map(|field| (field.name.clone(), json_value(&field.value))).collect();
        serde_json::to_string_pretty(&object)? + "\n"
    } else {
        let width = fields.iter().map(|field| field.name.len()).max().unwrap_or_default();
        fields.iter().map(|f| format!("{:width$}  {}\n", f.name, f.value)).collect()
    };
    terminal::say(&text);
    Ok(())
}

/// Numbers are numbers in JSON; credentials are too long to look like one.
fn json_value(text: &str) -> serde_json::Value {
    match text.parse::<i64>() {
        Ok(number) if number.to_string() == text => number.into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_written_as_a_number_is_one_in_json() {
        assert_eq!(json_value("7"), 7);
        assert_eq!(json_value("-75"), -75);
        for text in ["007", "+7", "", "7 ", &"1".repeat(64)] {
            assert_eq!(json_value(text), text, "{text}");
        }
    }
}
