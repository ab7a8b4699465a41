//! The reference: every setting as it was declared.

use crate::environment::variable;
use crate::field::heading;
use crate::kinds::{Given, Setting};
use crate::section::Section;
use crate::sections::Settings;
use crate::shown::Shown;

/// A section of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct SectionReference {
    /// As the file writes it; empty for the top of the file.
    pub heading: String,
    /// What it is about, in Markdown.
    pub about: String,
    /// Its settings.
    pub rows: Vec<SettingReference>,
}

/// A setting.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingReference {
    /// Its key.
    pub key: &'static str,
    /// What can be written.
    pub kind: String,
    /// What it is when nobody sets it.
    pub usual: Usual,
    /// The variable that sets it, unless it may stand several times.
    pub variable: Option<String>,
    /// What it does, in Markdown.
    pub meaning: String,
}

/// What a setting is when nobody sets it.
#[derive(Clone, Debug, PartialEq)]
pub enum Usual {
    /// It has to be set.
    Required,
    /// It is not set.
    Nothing,
    /// A value.
    Value(Shown),
}

/// All sections with their settings, in the order of their declaration.
pub fn reference() -> Vec<SectionReference> {
    let top =
        SectionReference { heading: String::new(), about: Settings::about(), rows: Vec::new() };
    let mut reference =
        Reference { sections: vec![top], open: 0, path: String::new(), in_environment: true };
    Settings::describe(&mut reference);
    reference.sections
}

/// The reference while it is written.
pub struct Reference {
    sections: Vec<SectionReference>,
    /// The section that rows are added to.
    open: usize,
    path: String,
    in_environment: bool,
}

impl Reference {
    pub(crate) fn setting<S: Setting>(
        &mut self,
        key: &'static str,
        default: Option<&'static str>,
        meaning: &str,
    ) {
        let usual = match default {
            Some(text) => S::read(Given::Plain(text)).ok(),
            None => S::unset(),
        };
        let usual = match usual.as_ref().map(S::show) {
            None => Usual::Required,
            Some(Shown::Nothing) => Usual::Nothing,
            Some(value) => Usual::Value(value),
        };
        let variable = self.in_environment.then(|| variable(&self.path_of(key)));
        let row =
            SettingReference { key, kind: S::kind(), usual, variable, meaning: meaning.to_owned() };
        self.sections[self.open].rows.push(row);
    }

    pub(crate) fn section<S: Section>(
        &mut self,
        key: &str,
        brackets: fn(&str) -> String,
        meaning: &str,
    ) {
        let path = self.path_of(key);
        let about = format!("{meaning}\n\n{}", S::about());
        let heading = brackets(&heading(&path));
        self.sections.push(SectionReference { heading, about, rows: Vec::new() });
        let in_environment = self.in_environment && !key.ends_with("[]");
        let above = (self.open, std::mem::replace(&mut self.path, path), self.in_environment);
        self.open = self.sections.len() - 1;
        self.in_environment = in_environment;
        S::describe(self);
        (self.open, self.path, self.in_environment) = above;
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}
