//! `countersign integration|entity|role|token`: changes of the record, and what is known of it,
//! through the server that runs on the folder, or on the folder itself when none runs.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::Args;

use crate::control::{self, Act, Command, Field, Outcome};
use crate::folder::{DataFolder, Purpose};
use crate::{deployment, key_file, system, terminal};

mod commands;

pub(crate) use commands::{EntityCommand, IntegrationCommand, RoleCommand, TokenCommand};

/// Where the record is.
#[derive(Args)]
pub(crate) struct Place {
    /// The data folder
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// The account, such as 1234567
    #[arg(long, value_name = "ID")]
    account: String,
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
    let outcome = match control::ask(&place.data_dir, &command).await? {
        Some(outcome) => outcome,
        None => execute_on_folder(&place, command).await?,
    };
    match outcome {
        Outcome::Done(fields) => {
            show(&fields, place.json)?;
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

async fn execute_on_folder(place: &Place, command: Command) -> anyhow::Result<Outcome> {
    let purpose = DataFolder::purpose_of(&place.data_dir)?;
    let key_file = match (&place.key_file, purpose) {
        (Some(path), _) => path.clone(),
        (None, Purpose::Dev) => key_file::of_stand_in(&place.data_dir),
        (None, Purpose::Serve) => bail!(
            "no server runs on {}: start it, or give --key-file to change the folder itself",
            place.data_dir.display()
        ),
    };
    let folder = DataFolder::open(&place.data_dir, purpose)?;
    let authority = deployment::authority(&folder, &key_file::read(&key_file)?).await?;
    let clocks = deployment::KeptClocks::of(&folder);
    Ok(control::execute(&authority, &clocks, system::actor(), command).await)
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
