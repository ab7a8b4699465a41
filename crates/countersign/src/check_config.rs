//! `countersign check-config`: what a settings file comes to, without starting anything.

mod machine;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use countersign_settings::{Effective, Entry, Faults, Place, Shown};
use serde_json::{Value, json};

use crate::serve::doubtful;
use crate::settings;
use countersign_caller::{EXIT_ENVIRONMENT, terminal};

#[derive(Args)]
pub(crate) struct CheckConfigArgs {
    /// The settings file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// One JSON object instead of TOML and sentences
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &CheckConfigArgs) -> anyhow::Result<ExitCode> {
    match checked(settings::read(&args.config)?) {
        Ok(effective) => {
            if args.json {
                terminal::say(&format!("{:#}\n", effective_as_json(&effective)));
                return Ok(ExitCode::SUCCESS);
            }
            for warning in &effective.warnings {
                terminal::note(&terminal::plain(&format!("warning: {}", effective.line(warning))));
            }
            terminal::say(&effective.to_string());
            Ok(ExitCode::SUCCESS)
        }
        Err(faults) => {
            if args.json {
                terminal::say(&format!("{:#}\n", faults_as_json(&faults)));
            } else {
                terminal::note(&terminal::plain(&faults.to_string()));
            }
            Ok(ExitCode::from(EXIT_ENVIRONMENT))
        }
    }
}

/// The settings, if this machine has what they name.
fn checked(read: Result<Effective, Faults>) -> Result<Effective, Faults> {
    let mut effective = read?;
    let (wrong, warnings) = machine::check(&effective);
    effective.refuse(wrong)?;
    let doubtful = doubtful(&effective);
    doubtful.into_iter().chain(warnings).for_each(|(key, sentence)| effective.warn(key, sentence));
    Ok(effective)
}

fn effective_as_json(effective: &Effective) -> Value {
    let setting = |entry: &Entry| match entry {
        Entry::Heading(_) => None,
        Entry::Setting { path, value, origin, .. } => Some(json!({
            "key": path,
            "value": value_as_json(value),
            "origin": effective.origin_text(origin),
        })),
    };
    let settings: Vec<Value> = effective.entries().iter().filter_map(setting).collect();
    let warning = |it: &countersign_settings::Fault| json!({ "key": it.key, "text": it.sentence });
    let warnings: Vec<Value> = effective.warnings.iter().map(warning).collect();
    json!({ "file": effective.file(), "settings": settings, "warnings": warnings })
}

fn value_as_json(value: &Shown) -> Value {
    match value {
        Shown::Nothing => Value::Null,
        Shown::Text(text) => json!(text),
        Shown::Integer(number) => json!(number),
        Shown::Ratio(ratio) => json!(ratio),
        Shown::Boolean(flag) => json!(flag),
        Shown::List(values) => values.iter().map(value_as_json).collect(),
        Shown::File(path) | Shown::SecretFile(path) | Shown::Folder(path) => {
            json!(path.to_string_lossy())
        }
    }
}

fn faults_as_json(faults: &Faults) -> Value {
    let fault = |it: &countersign_settings::Fault| {
        let (line, variable) = match &it.place {
            Place::Line(line) => (Some(line), None),
            Place::Variable(name) => (None, Some(name)),
            Place::File => (None, None),
        };
        json!({ "line": line, "variable": variable, "key": it.key, "text": it.sentence })
    };
    let list: Vec<Value> = faults.list().iter().map(fault).collect();
    json!({ "file": faults.file(), "faults": list, "further": faults.further() })
}
