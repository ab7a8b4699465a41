//! A recipe after a mistake, and why it is one.
//!
//! Belongs here: what is said of a change. Does not: any mistake.

use super::{Code, Recipe};

/// A recipe after a mistake.
pub(in super::super) struct Change<'e> {
    pub(in super::super) recipe: Recipe<'e>,
    pub(in super::super) words: Words,
}

/// What the client did and what to change, where more can be said than the mistake's own words.
#[derive(Clone, Default)]
pub(in super::super) struct Words {
    sentence: Sentence,
    fix: Option<&'static str>,
}

#[derive(Clone, Default)]
enum Sentence {
    /// The mistake's meaning.
    #[default]
    Meaning,
    Said(String),
    /// Made of what should have been signed and of what was, once both are known: a second mistake
    /// may change the same recipe.
    Compared(Compare),
}

/// What is said of the recipe that is accepted and the one that was used.
type Compare = fn(&Recipe<'_>, &Recipe<'_>) -> String;

impl<'e> Change<'e> {
    /// The recipe, changed.
    pub(super) fn of(recipe: &Recipe<'e>, change: impl FnOnce(&mut Recipe<'e>)) -> Change<'e> {
        let mut recipe = recipe.clone();
        change(&mut recipe);
        Change { recipe, words: Words::default() }
    }

    /// The same, with a sentence of its own.
    pub(super) fn saying(mut self, sentence: impl Into<String>) -> Change<'e> {
        self.words.sentence = Sentence::Said(sentence.into());
        self
    }

    /// The same, with a sentence about the difference.
    pub(super) fn comparing(mut self, sentence: Compare) -> Change<'e> {
        self.words.sentence = Sentence::Compared(sentence);
        self
    }

    /// The same, with words of its own for what to change.
    pub(super) fn fixed_by(mut self, fix: &'static str) -> Change<'e> {
        self.words.fix = Some(fix);
        self
    }
}

impl Words {
    /// What the client did whose mistake this is.
    pub(in super::super) fn sentence(
        &self,
        code: Code,
        expected: &Recipe<'_>,
        signed: &Recipe<'_>,
    ) -> String {
        match &self.sentence {
            Sentence::Meaning => code.meaning().to_owned(),
            Sentence::Said(sentence) => sentence.clone(),
            Sentence::Compared(compare) => compare(expected, signed),
        }
    }

    /// What to change, where that is not what the code usually says.
    pub(in super::super) fn fix(&self) -> Option<&'static str> {
        self.fix
    }
}
