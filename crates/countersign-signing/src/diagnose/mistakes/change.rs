//! A recipe after a mistake, and why it is one.

use super::Recipe;

/// A recipe after a mistake.
pub(in super::super) struct Change<'e> {
    pub(in super::super) recipe: Recipe<'e>,
    /// What the client did, where more can be said than the mistake's meaning.
    pub(in super::super) detail: Option<String>,
}

impl<'e> Change<'e> {
    /// The recipe, changed.
    pub(super) fn of(recipe: &Recipe<'e>, change: impl FnOnce(&mut Recipe<'e>)) -> Change<'e> {
        let mut recipe = recipe.clone();
        change(&mut recipe);
        Change { recipe, detail: None }
    }

    /// The same, with a sentence of its own.
    pub(super) fn saying(self, detail: impl Into<String>) -> Change<'e> {
        Change { detail: Some(detail.into()), ..self }
    }
}
