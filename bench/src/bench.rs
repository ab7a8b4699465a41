//! What a measurement is given, and where its rows go.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::report::Row;
use crate::{Counted, Counter};

pub(crate) struct Bench {
    scratch: PathBuf,
    counter: Option<Counter>,
    rows: Vec<Row>,
}

impl Bench {
    pub(crate) fn new(scratch: PathBuf, counter: Option<Counter>) -> Self {
        Self { scratch, counter, rows: Vec::new() }
    }

    /// A data folder, removed when dropped.
    pub(crate) fn folder(&self) -> Result<TempDir> {
        tempfile::tempdir_in(&self.scratch).context("can't make a folder to measure in")
    }

    /// Counts what `work` asks the allocator for, on this thread.
    pub(crate) fn count(&self, mut work: impl FnMut()) -> Result<Counted> {
        Ok((self.counter.context("this binary does not count allocations")?)(&mut work))
    }

    pub(crate) fn row(&mut self, name: &str, value: f64, unit: &str, detail: impl Into<String>) {
        self.rows.push(Row {
            name: name.to_owned(),
            value,
            unit: unit.to_owned(),
            detail: detail.into(),
        });
    }

    /// Leaves the rows for the process that asked for them.
    pub(crate) fn write(&self, result: &Path) -> Result<()> {
        fs::write(result, serde_json::to_vec(&self.rows)?).context("can't leave the rows")
    }
}
