//! `countersign ... --as ENTITY --role ROLE --json`, on the folder that the server runs on.

use std::path::PathBuf;

use serde_json::Value;

use super::{Door, Person, Refused};
use crate::guide::acts::Act;
use crate::{Finished, run};

/// The command line.
pub(crate) struct CommandLine {
    /// The data folder of the server.
    pub(crate) data: PathBuf,
}

impl Door for CommandLine {
    fn name(&self) -> &'static str {
        "CLI"
    }

    fn ask(&self, person: &Person, act: &Act) -> Result<Value, Refused> {
        let (entity, role) = (person.entity.to_string(), person.role.to_string());
        self.command(&person.account, &["--as", &entity, "--role", &role], act)
    }
}

impl CommandLine {
    /// Asks as the owner of the folder, whom no role binds.
    pub(crate) fn by_operator(&self, account: &str, act: &Act) -> Value {
        let done = self.command(account, &[], act);
        done.unwrap_or_else(|refused| panic!("{:?} {refused}", act.words))
    }

    fn command(&self, account: &str, who: &[&str], act: &Act) -> Result<Value, Refused> {
        let data = self.data.to_str().expect("a temporary folder has a plain name");
        let place = ["--json", "--account", account, "--data-dir", data];
        let words: Vec<&str> = act.words.iter().map(String::as_str).collect();
        let finished = run(&[&words, who, &place].concat());
        match finished.code {
            Some(0) => Ok(shown(&finished)),
            Some(1 | 2) => Err(refused(&finished)),
            _ => panic!("{words:?}: {finished:#?}"),
        }
    }
}

fn shown(finished: &Finished) -> Value {
    if finished.stdout.trim().is_empty() {
        return Value::Null;
    }
    serde_json::from_str(&finished.stdout).unwrap_or_else(|_| panic!("no JSON: {finished:#?}"))
}

/// What it says on standard error, which is JSON where the command was understood.
fn refused(finished: &Finished) -> Refused {
    let problem: Value = serde_json::from_str(&finished.stderr).unwrap_or_default();
    Refused::of(&problem, &finished.stderr)
}
