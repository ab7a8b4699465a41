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
    fn sentence(&self, code: Code, expected: &Recipe<'_>, signed: &Recipe<'_>) -> String {
        match &self.sentence {
            Sentence::Meaning => code.meaning().to_owned(),
            Sentence::Said(sentence) => sentence.clone(),
            Sentence::Compared(compare) => compare(expected, signed),
        }
    }
}

/// A mistake that was made, or one of several that make the same signature.
#[derive(Clone)]
pub(in super::super) struct Made {
    /// The first that was found.
    pub(in super::super) code: Code,
    words: Words,
    others: Vec<(Code, Words)>,
}

impl Made {
    pub(in super::super) fn new(code: Code, words: Words) -> Made {
        Made { code, words, others: Vec::new() }
    }

    /// Another mistake that has the same effect.
    pub(in super::super) fn or(&mut self, code: Code, words: Words) {
        self.others.push((code, words));
    }

    /// What the client did. No more is claimed than the signature shows.
    pub(in super::super) fn sentence(&self, expected: &Recipe<'_>, signed: &Recipe<'_>) -> String {
        let of = |(code, words): (Code, &Words)| words.sentence(code, expected, signed);
        let sentence = of((self.code, &self.words));
        if self.others.is_empty() {
            return sentence;
        }
        let deed = |sentence: &str| {
            let deed = sentence.strip_suffix('.').unwrap_or(sentence);
            deed.strip_prefix("The client ").unwrap_or(deed).to_owned()
        };
        let others = self.others.iter().map(|(code, words)| deed(&of((*code, words))));
        let others: String = others.map(|other| format!(", or it {other}")).collect();
        format!("Either the client {}{others}: each gives this signature.", deed(&sentence))
    }

    /// What to change.
    pub(in super::super) fn fix(&self) -> String {
        let all = std::iter::once((self.code, &self.words));
        let all = all.chain(self.others.iter().map(|(code, words)| (*code, words)));
        let mut fixes: Vec<&str> =
            all.map(|(code, words)| words.fix.unwrap_or(code.fix())).collect();
        fixes.dedup();
        fixes.join(" ")
    }
}
