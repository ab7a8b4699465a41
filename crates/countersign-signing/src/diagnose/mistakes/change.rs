//! A recipe after a mistake, and why it is one.
//!
//! Belongs here: what is said of a change. Does not: any mistake.

use super::{
    super::recipe::{OfRequest, Text},
    Code, Recipe,
};

/// A recipe after a mistake.
pub(in super::super) struct Change<'e, T = OfRequest> {
    pub(in super::super) recipe: Recipe<'e, T>,
    pub(in super::super) words: Words<T>,
}

/// What the client did and what to change, where more can be said than the mistake's own words.
#[derive(Clone)]
pub(in super::super) struct Words<T> {
    sentence: Sentence<T>,
    fix: Option<&'static str>,
}

#[derive(Clone)]
enum Sentence<T> {
    /// The mistake's meaning.
    Meaning,
    Said(String),
    /// Made of what should have been signed and of what was, once both are known: a second mistake
    /// may change the same recipe.
    Compared(Compare<T>),
}

/// What is said of the text that is to be signed and the one that was.
type Compare<T> = fn(&T, &T) -> String;

impl<'e, T: Text> Change<'e, T> {
    /// The recipe, changed.
    pub(super) fn of(
        recipe: &Recipe<'e, T>,
        change: impl FnOnce(&mut Recipe<'e, T>),
    ) -> Change<'e, T> {
        let mut recipe = recipe.clone();
        change(&mut recipe);
        Change { recipe, words: Words { sentence: Sentence::Meaning, fix: None } }
    }

    /// The same, with a sentence of its own.
    pub(super) fn saying(mut self, sentence: impl Into<String>) -> Change<'e, T> {
        self.words.sentence = Sentence::Said(sentence.into());
        self
    }

    /// The same, with a sentence about the difference.
    pub(super) fn comparing(mut self, sentence: Compare<T>) -> Change<'e, T> {
        self.words.sentence = Sentence::Compared(sentence);
        self
    }

    /// The same, with words of its own for what to change.
    pub(super) fn fixed_by(mut self, fix: &'static str) -> Change<'e, T> {
        self.words.fix = Some(fix);
        self
    }
}

impl<T> Words<T> {
    /// What the client did whose mistake this is.
    fn sentence(&self, code: Code, expected: &T, signed: &T) -> String {
        match &self.sentence {
            Sentence::Meaning => code.meaning().to_owned(),
            Sentence::Said(sentence) => sentence.clone(),
            Sentence::Compared(compare) => compare(expected, signed),
        }
    }
}

/// A mistake that was made, or one of several that make the same signature.
#[derive(Clone)]
pub(in super::super) struct Made<T> {
    /// The first that was found.
    pub(in super::super) code: Code,
    words: Words<T>,
    others: Vec<(Code, Words<T>)>,
}

impl<T> Made<T> {
    pub(in super::super) fn new(code: Code, words: Words<T>) -> Made<T> {
        Made { code, words, others: Vec::new() }
    }

    /// Another mistake that has the same effect.
    pub(in super::super) fn or(&mut self, code: Code, words: Words<T>) {
        self.others.push((code, words));
    }

    /// What the client did. No more is claimed than the signature shows.
    pub(in super::super) fn sentence(&self, expected: &T, signed: &T) -> String {
        let of = |(code, words): (Code, &Words<T>)| words.sentence(code, expected, signed);
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
