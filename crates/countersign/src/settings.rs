//! The settings of a server, from the real file and the real environment.
//! Belongs here: reading both. Does not: what a setting may be (`countersign-settings`), what is
//! done with it (`serve`).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, anyhow};
use countersign_settings::{Effective, Faults, MAX_BYTES, PREFIX, Source};

/// What comes of a file: the settings, or all that is wrong with them.
pub(crate) fn read(path: &Path) -> anyhow::Result<Result<Effective, Faults>> {
    let mut text = Vec::new();
    // One byte more shows that it is too long.
    let most = MAX_BYTES as u64 + 1;
    let file = File::open(path).and_then(|file| file.take(most).read_to_end(&mut text));
    file.with_context(|| format!("can't read the settings in {}", path.display()))?;
    let variables = std::env::vars_os();
    let text_of = |value: std::ffi::OsString| value.to_string_lossy().into_owned();
    let variables = variables.map(|(name, value)| (text_of(name), text_of(value)));
    let environment: BTreeMap<String, String> =
        variables.filter(|(name, _)| name.starts_with(PREFIX)).collect();
    let file = path.display().to_string();
    Ok(countersign_settings::read(&Source { file: &file, text: &text, environment: &environment }))
}

/// All faults as the one thing that is wrong.
pub(crate) fn as_error(faults: &Faults) -> anyhow::Error {
    anyhow!("the settings can't be used:\n{faults}")
}
