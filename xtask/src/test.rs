//! `cargo xtask test`: brings up what the tests need, runs all of them, takes it down.
//!
//! What tests find in their environment:
//! COUNTERSIGN_POSTGRES  a server they may create databases on (the caller's own, when set already)
//! COUNTERSIGN_CLIENTS   folder with Python environments and `node_modules/`, see `setup::clients`
//! COUNTERSIGN_BIN       the program, as released
//! COUNTERSIGN_LONG      set with `--long`

mod options;
mod suite;

use std::process::{Command, ExitCode};

use anyhow::Result;
use options::Options;

use crate::fuzz;
use crate::postgres::Postgres;
use crate::setup::Programs;
use crate::steps::Steps;
use crate::supervisor::Supervisor;
use crate::workspace::Workspace;

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let options = Options::parse(arguments)?;
    let workspace = Workspace::find()?;
    let supervisor = Supervisor::listen()?;
    let mut steps = Steps::default();

    let programs = Programs::make(&workspace, &supervisor, &mut steps)?;
    let database = steps.require("start PostgreSQL", Database::find_or_start)?;
    let surroundings = Surroundings { database, programs, long: options.long };

    if options.long {
        fuzz::long(&workspace, &supervisor, &mut steps)?;
    }
    if options.selection.is_empty() {
        steps.attempt("documentation tests", || {
            let mut command = workspace.cargo(&["test", "--doc", "--workspace"]);
            supervisor.run(surroundings.enter(&mut command))
        })?;
    }
    // Last, so that its count of tests is what one reads at the end.
    steps.attempt("tests", || {
        let mut command = suite::command(&workspace, &options)?;
        supervisor.run(surroundings.enter(&mut command))
    })?;
    drop(surroundings);
    Ok(if steps.summary() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

enum Database {
    Callers,
    Started(Postgres),
}

impl Database {
    fn find_or_start() -> Result<Self> {
        match std::env::var_os("COUNTERSIGN_POSTGRES") {
            Some(_) => Ok(Self::Callers),
            None => Ok(Self::Started(Postgres::start()?)),
        }
    }
}

struct Surroundings {
    database: Database,
    programs: Programs,
    long: bool,
}

impl Surroundings {
    fn enter<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        if let Database::Started(postgres) = &self.database {
            command.env("COUNTERSIGN_POSTGRES", postgres.url());
        }
        if self.long {
            command.env("COUNTERSIGN_LONG", "1").env("PROPTEST_CASES", "50000");
        }
        self.programs.tell(command)
    }
}
