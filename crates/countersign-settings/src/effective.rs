//! The configuration that counts, and where each value of it is from.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use crate::faults::{Fault, Faults, Place};
use crate::field::heading;
use crate::section::Section;
use crate::sections::Settings;
use crate::shown::Shown;

/// Settings without faults.
#[derive(Clone, Debug, PartialEq)]
pub struct Effective {
    /// The values.
    pub settings: Settings,
    /// What works and is probably not meant.
    pub warnings: Vec<Fault>,
    pub(crate) file: String,
    pub(crate) origins: BTreeMap<String, Origin>,
}

/// Where a value is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// A line of the file, counted from 1.
    Line(usize),
    /// An environment variable.
    Variable(String),
}

/// A line of the effective configuration.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A section begins.
    Heading(String),
    /// A setting.
    Setting {
        /// Its key in the section.
        key: &'static str,
        /// Its whole name, such as `listener[1].address`.
        path: String,
        /// Its value.
        value: Shown,
        /// Where the value is from.
        origin: Origin,
    },
}

impl Effective {
    /// Where the value of a setting is from: `limits.head_bytes`, `listener[1].address`.
    pub fn origin(&self, path: &str) -> Option<&Origin> {
        self.origins.get(path)
    }

    /// Faults of settings that can't be used here, each with its name; at the place that set it.
    ///
    /// # Errors
    /// [`Faults`], if there are any.
    pub fn refuse(&self, wrong: Vec<(String, String)>) -> Result<(), Faults> {
        let fault =
            |(key, sentence): (String, String)| Fault { place: self.place(&key), key, sentence };
        let faults: Vec<Fault> = wrong.into_iter().map(fault).collect();
        if faults.is_empty() { Ok(()) } else { Err(Faults::new(&self.file, faults)) }
    }

    /// Adds a warning about a setting, at the place that set it.
    pub fn warn(&mut self, key: String, sentence: String) {
        let place = self.place(&key);
        self.warnings.push(Fault { place, key, sentence });
        self.warnings.sort();
    }

    fn place(&self, key: &str) -> Place {
        match self.origin(key) {
            Some(Origin::Line(line)) => Place::Line(*line),
            Some(Origin::Variable(name)) => Place::Variable(name.clone()),
            Some(Origin::Default) | None => Place::File,
        }
    }

    /// A setting and what is said about it, as it is printed.
    pub fn line(&self, fault: &Fault) -> String {
        Faults::new(&self.file, vec![fault.clone()]).to_string()
    }

    /// The name of the file, as it was given.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// All settings, in the order of their declaration.
    pub fn entries(&self) -> Vec<Entry> {
        let mut listing =
            Listing { origins: &self.origins, path: String::new(), entries: Vec::new() };
        self.settings.list(&mut listing);
        listing.entries
    }

    /// An origin as it is printed: `default`, `FILE:12`, `COUNTERSIGN_LIMITS_IDLE`.
    pub fn origin_text(&self, origin: &Origin) -> String {
        match origin {
            Origin::Default => "default".to_owned(),
            Origin::Line(line) => format!("{}:{line}", self.file),
            Origin::Variable(name) => name.clone(),
        }
    }
}

/// As a file that reads back to the same settings, with the origin behind each value.
impl Display for Effective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in self.entries() {
            match entry {
                Entry::Heading(heading) => writeln!(f, "\n{heading}")?,
                Entry::Setting { key, value: Shown::Nothing, .. } => {
                    writeln!(f, "# {key} is not set")?;
                }
                Entry::Setting { key, value, origin, .. } => {
                    writeln!(f, "{key} = {value} # {}", self.origin_text(&origin))?;
                }
            }
        }
        Ok(())
    }
}

/// The settings while they are listed.
pub struct Listing<'e> {
    origins: &'e BTreeMap<String, Origin>,
    path: String,
    entries: Vec<Entry>,
}

impl Listing<'_> {
    pub(crate) fn setting(&mut self, key: &'static str, value: Shown) {
        let path = self.path_of(key);
        let origin = self.origins.get(&path).cloned().unwrap_or(Origin::Default);
        self.entries.push(Entry::Setting { key, path, value, origin });
    }

    pub(crate) fn table(
        &mut self,
        key: &str,
        brackets: fn(&str) -> String,
        list: impl FnOnce(&mut Self),
    ) {
        let path = self.path_of(key);
        self.entries.push(Entry::Heading(brackets(&heading(&path))));
        let above = std::mem::replace(&mut self.path, path);
        list(self);
        self.path = above;
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}
