//! The clients of others that our signatures are compared with, what the upstreams of
//! `examples/` need, and what attacks the JSON API, in `target/clients`: Python environments
//! (`python/`, `python-netsuite/`, `python-upstream/`, `python-attack/`) and npm packages
//! (`node_modules/`). Installed again when their list in `tests/clients` changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::supervisor::{Supervisor, succeeds};
use crate::workspace::Workspace;

pub(crate) fn ensure(workspace: &Workspace, supervisor: &Supervisor) -> Result<PathBuf> {
    let lists = workspace.root.join("tests/clients");
    let clients = workspace.target.join("clients");
    fs::create_dir_all(&clients)?;
    for environment in ENVIRONMENTS {
        python(environment, &lists, &clients, supervisor)
            .with_context(|| format!("Python clients ({})", environment.list))?;
    }
    node(&lists, &clients, supervisor).context("npm clients")?;
    Ok(clients)
}

/// A Python environment: packages of one need not get on with those of another.
struct Environment {
    folder: &'static str,
    list: &'static str,
    /// What is looked for to see whether it works.
    module: &'static str,
}

const ENVIRONMENTS: &[Environment] = &[
    Environment { folder: "python", list: "requirements.txt", module: "requests_oauthlib" },
    Environment {
        folder: "python-netsuite",
        list: "requirements-netsuite.txt",
        module: "netsuite",
    },
    Environment { folder: "python-upstream", list: "requirements-upstream.txt", module: "jwt" },
    Environment {
        folder: "python-attack",
        list: "requirements-attack.txt",
        module: "schemathesis",
    },
];

fn python(
    Environment { folder, list, module }: &Environment,
    lists: &Path,
    clients: &Path,
    supervisor: &Supervisor,
) -> Result<()> {
    let environment = clients.join(folder);
    let interpreter = environment.join("bin/python");
    let stamp = Stamp::new(clients.join(format!("{folder}.stamp")), lists, &[list])?;
    // Also gone when the folder was moved, or the system's Python replaced.
    let import = format!("import {module}");
    let works = || succeeds(Command::new(&interpreter).args(["-c", &import]));
    if stamp.is_current() && works() {
        return Ok(());
    }
    println!("installing into {}", environment.display());
    supervisor
        .run_quietly(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    supervisor.run_quietly(
        Command::new(&interpreter)
            .args(["-m", "pip", "install", "--disable-pip-version-check"])
            .args(["--require-hashes", "--only-binary=:all:", "--requirement"])
            .arg(lists.join(list)),
    )?;
    stamp.write()
}

fn node(lists: &Path, clients: &Path, supervisor: &Supervisor) -> Result<()> {
    let files = ["package.json", "package-lock.json"];
    let stamp = Stamp::new(clients.join("node.stamp"), lists, &files)?;
    if stamp.is_current() && clients.join("node_modules").is_dir() {
        return Ok(());
    }
    println!("installing into {}", clients.join("node_modules").display());
    for file in files {
        fs::copy(lists.join(file), clients.join(file))?;
    }
    let options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    supervisor.run_quietly(Command::new("npm").args(options).current_dir(clients))?;
    stamp.write()
}

/// A copy of the lists that the last installation was made from.
struct Stamp {
    path: PathBuf,
    wanted: String,
}

impl Stamp {
    fn new(path: PathBuf, folder: &Path, lists: &[&str]) -> Result<Self> {
        let mut wanted = String::new();
        for list in lists {
            let list = folder.join(list);
            wanted += &fs::read_to_string(&list)
                .with_context(|| format!("{} can't be read", list.display()))?;
        }
        Ok(Self { path, wanted })
    }

    fn is_current(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|made_from| made_from == self.wanted)
    }

    fn write(&self) -> Result<()> {
        Ok(fs::write(&self.path, &self.wanted)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_list_asks_for_a_new_installation() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("list.txt");
        let stamp = || Stamp::new(folder.path().join("stamp"), folder.path(), &["list.txt"]);

        fs::write(&list, "oauthlib==1").unwrap();
        assert!(!stamp().unwrap().is_current());
        stamp().unwrap().write().unwrap();
        assert!(stamp().unwrap().is_current());

        fs::write(&list, "oauthlib==2").unwrap();
        assert!(!stamp().unwrap().is_current());
    }
}
