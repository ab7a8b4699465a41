//! A section while it is read.
//! Belongs here: finding a setting's value among variable, file and default, and noting faults with
//! their place. Does not: what a value means (`kinds`), which settings there are (`sections`).

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Branch, Node, Value};
use crate::effective::Origin;
use crate::environment::variable;
use crate::faults::{Fault, Place};
use crate::kinds::{Given, Setting, Wrong};
use crate::section::Section;
use crate::sections::Settings;
use crate::shown;
use crate::similar::nearest;

/// How the sentence about something that is not there begins.
pub(crate) const MISSING: &str = "is missing";

/// With so many faults it is another file: what was meant by its keys takes long to find.
const WORTH_A_GUESS: usize = 1_000;

/// What is found while all sections are read.
pub(crate) struct Found<'f> {
    pub(crate) environment: &'f BTreeMap<String, String>,
    pub(crate) faults: Vec<Fault>,
    /// What works, and is probably not meant.
    pub(crate) warnings: Vec<Fault>,
    pub(crate) origins: BTreeMap<String, Origin>,
    pub(crate) variables: BTreeSet<String>,
    /// Tables that may stand several times.
    pub(crate) lists: BTreeSet<&'static str>,
}

/// A section of the file that is being read, or one that the file doesn't have.
pub struct Part<'f, 's> {
    found: &'s mut Found<'f>,
    branch: Option<&'f Branch>,
    /// Empty for the top of the file.
    path: String,
    line: Option<usize>,
    /// Whether variables can set it. What stands several times has no name in the environment.
    in_environment: bool,
}

impl<'f, 's> Part<'f, 's> {
    pub(crate) fn top(found: &'s mut Found<'f>, branch: &'f Branch) -> Self {
        Self { found, branch: Some(branch), path: String::new(), line: None, in_environment: true }
    }

    /// A table below this one.
    pub(crate) fn table(&mut self, key: &str, node: Option<&'f Node>) -> Part<'f, '_> {
        let branch = node.and_then(|node| match &node.value {
            Value::Table(branch) => Some(branch),
            _ => None,
        });
        Part {
            path: self.path_of(key),
            line: node.map(|node| node.line),
            in_environment: self.in_environment,
            found: &mut *self.found,
            branch,
        }
    }

    /// One of several tables; `number` counts from 1.
    pub(crate) fn one_of_several(
        &mut self,
        key: &'static str,
        number: usize,
        node: &'f Node,
    ) -> Part<'f, '_> {
        let mut part = self.table(&format!("{key}[{number}]"), Some(node));
        part.in_environment = false;
        part
    }

    /// Says that the table of that name may stand several times.
    pub(crate) fn is_list(&mut self, key: &'static str) {
        self.found.lists.insert(key);
    }

    /// The value of a setting. Every place that sets it is checked, also where another counts.
    pub(crate) fn setting<S: Setting>(
        &mut self,
        key: &str,
        default: Option<&'static str>,
    ) -> Option<S::Value> {
        let variable = self.of_environment::<S>(key);
        let file = self.node(key).map(|node| {
            let value = S::read(Given::Node(node));
            let value = value.map_err(|wrongs| self.wrong(key, &Place::Line(node.line), wrongs));
            (value.ok(), Origin::Line(node.line))
        });
        let usual = || match default {
            Some(text) => S::read(Given::Plain(text)).ok(),
            None => S::unset(),
        };
        let usual = || usual().map(|value| (Some(value), Origin::Default));
        let Some((value, origin)) = variable.or(file).or_else(usual) else {
            let variable = or_variable(self.in_environment, &self.path_of(key));
            self.missing(key, &format!("write {key} = {}{variable}", S::EXAMPLE));
            return None;
        };
        self.found.origins.insert(self.path_of(key), origin);
        value
    }

    /// A variable that is set to nothing is not set: files for containers can't leave one out.
    fn of_environment<S: Setting>(&mut self, key: &str) -> Option<(Option<S::Value>, Origin)> {
        if !self.in_environment {
            return None;
        }
        let name = variable(&self.path_of(key));
        self.found.variables.insert(name.clone());
        let environment = self.found.environment;
        let text = environment.get(&name).filter(|text| !text.is_empty())?;
        let value = S::read(Given::Plain(text));
        let value = value.map_err(|wrongs| self.wrong(key, &Place::Variable(name.clone()), wrongs));
        Some((value.ok(), Origin::Variable(name)))
    }

    fn wrong(&mut self, key: &str, place: &Place, wrongs: Vec<Wrong>) {
        for Wrong { subject, line, sentence } in wrongs {
            let place = match (place, line) {
                (Place::Line(_), Some(line)) => Place::Line(line),
                _ => place.clone(),
            };
            self.push(place, key, format!("{subject} {sentence}"));
        }
    }

    /// Notes that something has to be written.
    pub(crate) fn missing(&mut self, key: &str, advice: &str) {
        let place = self.line.map_or(Place::File, Place::Line);
        self.push(place, key, format!("{MISSING}: {advice}"));
    }

    /// Notes what is wrong with a setting of this section, at its line.
    pub(crate) fn fault(&mut self, key: &str, sentence: impl Into<String>) {
        let place = self.place_of(key);
        self.push(place, key, sentence.into());
    }

    /// Notes what works and is probably not meant.
    pub(crate) fn warn(&mut self, key: &str, sentence: impl Into<String>) {
        let (place, key) = (self.place_of(key), self.path_of(key));
        self.found.warnings.push(Fault { place, key, sentence: sentence.into() });
    }

    fn push(&mut self, place: Place, key: &str, sentence: String) {
        let key = self.path_of(key);
        self.found.faults.push(Fault { place, key, sentence });
    }

    /// Where a setting, `name` or `list[2].name`, got its value, or the section stands.
    fn place_of(&self, key: &str) -> Place {
        match self.found.origins.get(&self.path_of(key)) {
            Some(Origin::Line(line)) => Place::Line(*line),
            Some(Origin::Variable(name)) => Place::Variable(name.clone()),
            Some(Origin::Default) | None => {
                let node = self.node(key);
                node.map(|node| node.line).or(self.line).map_or(Place::File, Place::Line)
            }
        }
    }

    pub(crate) fn node(&self, key: &str) -> Option<&'f Node> {
        self.branch?.get(key)
    }

    /// `limits.head_bytes` of `head_bytes`.
    pub(crate) fn path_of(&self, key: &str) -> String {
        match (self.path.is_empty(), key.is_empty()) {
            (true, _) => key.to_owned(),
            (false, true) => self.path.clone(),
            (false, false) => format!("{}.{key}", self.path),
        }
    }

    /// Notes each key that is none of `known`.
    pub(crate) fn refuse_unknown(&mut self, known: &[&str]) {
        let Some(branch) = self.branch else { return };
        for (key, node) in branch.iter().filter(|(key, _)| !known.contains(&key.as_str())) {
            let sentence = if self.found.faults.len() < WORTH_A_GUESS {
                self.unknown(key, known)
            } else {
                "is no setting".to_owned()
            };
            self.push(Place::Line(node.line), &shown::key(key), sentence);
        }
    }

    fn unknown(&self, key: &str, known: &[&str]) -> String {
        let file = format!("{key}_file");
        if known.contains(&file.as_str()) {
            return format!("stands in a file of its own: name that file in {file}");
        }
        if !self.path.is_empty() && Settings::KEYS.contains(&key) {
            return "stands at the top of the file, before the first [section]".to_owned();
        }
        match nearest(key, known.iter().copied()) {
            Some(name) => format!("is no setting: did you mean {name}?"),
            None => format!("is no setting: here are {}", known.join(", ")),
        }
    }
}

/// The other way to set it, where there is one.
fn or_variable(in_environment: bool, path: &str) -> String {
    if in_environment { format!(", or set {}", variable(path)) } else { String::new() }
}
