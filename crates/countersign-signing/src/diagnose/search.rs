//! The search for a recipe that makes the client's signature.
//!
//! Belongs here: order, composition and budget. Does not: what a mistake is (see `mistakes`).

use std::{collections::HashSet, hash::BuildHasher, hash::RandomState};

use subtle::ConstantTimeEq;

use super::{
    Budget, Code,
    clues::Clues,
    mistakes::{Change, Made, MakeChange},
    recipe::{OfRequest, Recipe, Text},
};

/// A changed recipe and what was changed.
#[derive(Clone)]
pub(super) struct Attempt<'e, T = OfRequest> {
    /// In the order in which they are looked for.
    pub(super) mistakes: Vec<Made<T>>,
    pub(super) recipe: Recipe<'e, T>,
}

/// How a search ended.
pub(super) enum Outcome<'e, T> {
    /// This is what the client did; it may be no mistake at all.
    Reproduced(Box<Attempt<'e, T>>),
    /// Nothing that is known makes the signature.
    NotFound { tries: usize },
    /// The budget ended first.
    CutShort { tries: usize },
}

/// Tries `expected`, then each mistake alone, then each two together: those first whose later one
/// is looked for earlier.
pub(super) fn search<'e, T: Text>(
    expected: &Recipe<'e, T>,
    clues: &Clues<'e>,
    budget: &Budget<'_>,
) -> Outcome<'e, T> {
    let mut search =
        Search { clues, budget, tries: 0, seen: HashSet::new(), state: RandomState::new() };
    match search.all(expected) {
        Ok(Some(found)) => Outcome::Reproduced(Box::new(found)),
        Ok(None) => Outcome::NotFound { tries: search.tries },
        Err(BudgetUsed) => Outcome::CutShort { tries: search.tries },
    }
}

/// What can be done to a text of this kind, in the order in which it is looked for.
fn mistakes<T: Text>() -> impl Iterator<Item = (Code, MakeChange<T>)> {
    Code::all().filter_map(|code| Some((code, T::change(code)?)))
}

struct Search<'s, 'e> {
    clues: &'s Clues<'e>,
    budget: &'s Budget<'s>,
    tries: usize,
    /// What was tried already, by hash: a change that changes nothing is no mistake.
    seen: HashSet<u64>,
    state: RandomState,
}

struct BudgetUsed;

/// What came of trying a recipe.
enum Tried {
    /// It makes the signature.
    Right,
    /// It doesn't.
    Wrong,
    /// The same was tried before.
    Known,
}

impl<'e> Search<'_, 'e> {
    fn all<T: Text>(
        &mut self,
        expected: &Recipe<'e, T>,
    ) -> Result<Option<Attempt<'e, T>>, BudgetUsed> {
        let start = Attempt { mistakes: vec![], recipe: expected.clone() };
        if let Tried::Right = self.attempt(&start.recipe)? {
            return Ok(Some(start));
        }
        let mut singles = Vec::new();
        for (code, changes) in mistakes::<T>() {
            for change in changes(expected, self.clues) {
                let single = start.clone().and(code, change);
                match self.attempt(&single.recipe)? {
                    Tried::Right => return Ok(Some(self.with_equals(expected, None, single))),
                    Tried::Wrong => singles.push(single),
                    Tried::Known => {}
                }
            }
        }
        self.pairs(expected, &singles)
    }

    fn pairs<T: Text>(
        &mut self,
        expected: &Recipe<'e, T>,
        singles: &[Attempt<'e, T>],
    ) -> Result<Option<Attempt<'e, T>>, BudgetUsed> {
        for (code, changes) in mistakes::<T>() {
            let is_earlier =
                |single: &&Attempt<'_, T>| single.mistakes.iter().all(|it| it.code < code);
            for single in singles.iter().take_while(is_earlier) {
                for change in changes(&single.recipe, self.clues) {
                    if let Tried::Right = self.attempt(&change.recipe)? {
                        let pair = single.clone().and(code, change);
                        return Ok(Some(self.with_equals(expected, Some(&single.recipe), pair)));
                    }
                }
            }
        }
        Ok(None)
    }

    fn attempt<T: Text>(&mut self, recipe: &Recipe<'e, T>) -> Result<Tried, BudgetUsed> {
        // Before any work: a thousand parameters make each recipe dear.
        if self.tries == self.budget.tries || !(self.budget.keep_going)() {
            return Err(BudgetUsed);
        }
        let base_string = recipe.base_string();
        if !self.seen.insert(self.id(recipe, &base_string)) {
            return Ok(Tried::Known);
        }
        let Some(sent) = self.clues.sent.digest(recipe.output, recipe.digest) else {
            return Ok(Tried::Wrong);
        };
        self.tries += 1;
        let is_right = bool::from(recipe.digest_of(&base_string).ct_eq(sent));
        Ok(if is_right { Tried::Right } else { Tried::Wrong })
    }
}

impl<'e> Search<'_, 'e> {
    fn id<T>(&self, recipe: &Recipe<'_, T>, base_string: &str) -> u64 {
        self.state.hash_one((base_string, recipe.key.id(), recipe.digest, recipe.output))
    }

    /// The same attempt, with the mistakes that make the same signature in place of one of its own.
    /// `between` is the recipe after the first of two.
    fn with_equals<T: Text>(
        &self,
        expected: &Recipe<'e, T>,
        between: Option<&Recipe<'e, T>>,
        mut found: Attempt<'e, T>,
    ) -> Attempt<'e, T> {
        let last = found.recipe.clone();
        let steps = match between {
            Some(between) => vec![(expected, between), (between, &last)],
            None => vec![(expected, &last)],
        };
        let codes: Vec<Code> = found.mistakes.iter().map(|made| made.code).collect();
        for (made, (before, after)) in found.mistakes.iter_mut().zip(steps) {
            let id = self.id(after, &after.base_string());
            for (code, changes) in mistakes::<T>().filter(|it| !codes.contains(&it.0)) {
                // No signature is computed, but time passes.
                if !(self.budget.keep_going)() {
                    return found;
                }
                let mut changes = changes(before, self.clues).into_iter();
                let is_equal =
                    |it: &Change<'_, T>| self.id(&it.recipe, &it.recipe.base_string()) == id;
                if let Some(change) = changes.find(is_equal) {
                    made.or(code, change.words);
                }
            }
        }
        found
    }
}

impl<'e, T: Text> Attempt<'e, T> {
    fn and(mut self, code: Code, change: Change<'e, T>) -> Attempt<'e, T> {
        self.mistakes.push(Made::new(code, change.words));
        self.recipe = change.recipe;
        self
    }
}
