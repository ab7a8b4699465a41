//! Reading a configuration as a whole.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{self, SyntaxFault};
use crate::effective::Effective;
use crate::environment;
use crate::faults::{Fault, Faults, Place};
use crate::field::read_one;
use crate::part::{Found, MISSING, Part};
use crate::shown;

/// The longest file that is read.
pub const MAX_BYTES: usize = 1024 * 1024;

/// What a configuration is read from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'s> {
    /// The name of the file, for what is said about it.
    pub file: &'s str,
    /// What stands in the file.
    pub text: &'s [u8],
    /// The environment. Variables that don't begin with [`environment::PREFIX`] don't matter.
    pub environment: &'s BTreeMap<String, String>,
}

/// Reads the file and the variables that go before it.
///
/// # Errors
/// All [`Faults`] at once.
pub fn read(source: &Source<'_>) -> Result<Effective, Faults> {
    let file = if source.file.chars().any(char::is_control) {
        shown::quoted(source.file)
    } else {
        source.file.to_owned()
    };
    let text = text(source.text).map_err(|fault| Faults::new(&file, vec![fault]))?;
    let (branch, syntax) = document::parse(text);
    let mut found = Found {
        environment: source.environment,
        faults: Vec::new(),
        warnings: Vec::new(),
        origins: BTreeMap::new(),
        variables: BTreeSet::new(),
        lists: BTreeSet::new(),
    };
    let settings = read_one(&mut Part::top(&mut found, &branch));
    let lists: Vec<&str> = found.lists.iter().copied().collect();
    let unknown = environment::unknown(source.environment, &found.variables, &lists);
    let faults = with_syntax(found.faults, syntax).into_iter().chain(unknown).collect::<Vec<_>>();
    match settings {
        Some(settings) if faults.is_empty() => {
            let (origins, mut warnings) = (found.origins, found.warnings);
            warnings.sort();
            Ok(Effective { settings, warnings, file, origins })
        }
        _ => Err(Faults::new(&file, faults)),
    }
}

fn text(bytes: &[u8]) -> Result<&str, Fault> {
    let fault =
        |place, sentence: &str| Fault { place, key: String::new(), sentence: sentence.to_owned() };
    if bytes.len() > MAX_BYTES {
        return Err(fault(Place::File, "has more than 1 MiB: is it the right file?"));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        fault(Place::Line(line), "is no text: a settings file is UTF-8")
    })
}

/// Where the file is no TOML, what follows may be lost or misread: then nothing is called missing,
/// and a line has one fault.
fn with_syntax(faults: Vec<Fault>, syntax: Vec<SyntaxFault>) -> Vec<Fault> {
    if syntax.is_empty() {
        return faults;
    }
    let lines: BTreeSet<usize> = syntax.iter().map(|fault| fault.line).collect();
    let holds = |fault: &Fault| match &fault.place {
        Place::Line(line) => !lines.contains(line) && !fault.sentence.starts_with(MISSING),
        Place::File => false,
        Place::Variable(_) => true,
    };
    let syntax = syntax.into_iter().map(|SyntaxFault { line, sentence }| Fault {
        place: Place::Line(line),
        key: String::new(),
        sentence,
    });
    faults.into_iter().filter(holds).chain(syntax).collect()
}
