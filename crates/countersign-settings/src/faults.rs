//! What is wrong with a configuration: all of it, each with its place.

use std::fmt::{self, Display};

use crate::shown;

/// The most faults that are kept: whoever feeds another file by mistake needs no more.
const MOST: usize = 100;

/// Everything that is wrong, in the order of the file; then the environment's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults {
    file: String,
    list: Vec<Fault>,
    further: usize,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// The setting, such as `limits.head_bytes`; empty where it is about the whole file.
    pub key: String,
    /// What is wrong with it, and what would be right.
    pub sentence: String,
}

/// Where a fault is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A line of the file, counted from 1.
    Line(usize),
    /// Something that the file lacks.
    File,
    /// An environment variable.
    Variable(String),
}

impl Faults {
    pub(crate) fn new(file: &str, mut list: Vec<Fault>) -> Self {
        list.sort();
        list.dedup();
        let further = list.len().saturating_sub(MOST);
        list.truncate(MOST);
        Self { file: file.to_owned(), list, further }
    }

    /// The name of the file.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The faults, at most 100.
    pub fn list(&self) -> &[Fault] {
        &self.list
    }

    /// How many there are beyond those of the list.
    pub fn further(&self) -> usize {
        self.further
    }
}

impl Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.list.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            match &fault.place {
                Place::Line(line) => write!(f, "{}:{line}: ", self.file)?,
                Place::File => write!(f, "{}: ", self.file)?,
                Place::Variable(name) => write!(f, "{}: ", shown::key(name))?,
            }
            // A variable names its setting.
            if !fault.key.is_empty() && !matches!(fault.place, Place::Variable(_)) {
                write!(f, "{}: ", fault.key)?;
            }
            f.write_str(&fault.sentence)?;
        }
        if self.further > 0 {
            write!(f, "\n{}: and {} further faults", self.file, self.further)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
