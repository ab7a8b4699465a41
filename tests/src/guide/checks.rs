//! What is asserted for each statement: short sentences, most with a negative half of its own.
//!
//! Belongs here: the list. Does not: how something is asked for (`walk`, `acts`).

mod authentication;
mod credentials;
mod environments;
mod life;
mod others;
mod own;
mod permissions;
mod rules;

use super::walk::Walk;

/// An assertion, made once through each door.
pub(super) struct Check {
    /// The statement it belongs to.
    pub(super) statement: u8,
    /// What is asserted.
    pub(super) sentence: &'static str,
    /// Asserts it.
    pub(super) run: fn(&Walk<'_>),
}

const fn check(statement: u8, sentence: &'static str, run: fn(&Walk<'_>)) -> Check {
    Check { statement, sentence, run }
}

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static Check> {
    let parts: [&'static [Check]; 8] = [
        permissions::CHECKS,
        authentication::CHECKS,
        credentials::CHECKS,
        others::CHECKS,
        own::CHECKS,
        life::CHECKS,
        rules::CHECKS,
        environments::CHECKS,
    ];
    parts.into_iter().flatten()
}
