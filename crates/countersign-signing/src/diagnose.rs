//! What a client did whose signature is wrong.
//!
//! Belongs here: finding the mistake that reproduces the client's signature, and saying it. Does
//! not: accepting it (exactly one base string is accepted, see `canonical`), who may read it, any
//! clock.
//!
//! A recipe is everything that determines a signature. A mistake is a change of a recipe, declared
//! once in `mistakes` with its code and its words. The search applies mistakes and compares what
//! comes out with what the client sent: a match is a fact, not a guess.

mod clues;
mod fact;
mod mistakes;
mod recipe;
mod search;

pub use fact::{Fact, explain_fact};
pub use mistakes::Code;

use std::fmt;

use recipe::Recipe;
use search::{Attempt, Outcome};

use crate::{Authorization, BaseString, Fields, HeaderFault, Request, fingerprint};

/// Explains a refused signature.
///
/// Takes what came on the wire and the secrets that it should have been signed with, and tries
/// mistakes, cheapest first, until one reproduces the signature or the budget is used up. The
/// answer never holds a secret.
#[must_use]
pub fn diagnose(evidence: &Evidence<'_>, budget: Budget<'_>) -> Explanation {
    let mut fields = Fields::default();
    match Authorization::parse(evidence.authorization, &mut fields) {
        Ok(authorization) => explain(evidence, &authorization, &budget),
        Err(fault) => unreadable(evidence, fault),
    }
}

/// What is known about a refused request.
#[derive(Clone, Copy)]
pub struct Evidence<'e> {
    /// The request as it came.
    pub request: Request<'e>,
    /// Its `Authorization` header as it came.
    pub authorization: &'e [u8],
    /// The secret of the consumer key that the header names.
    pub consumer_secret: &'e [u8],
    /// The secret of the token that the header names; empty when a request token is asked for.
    pub token_secret: &'e [u8],
    /// Hosts that the client may have signed for, with a port where it isn't the default: those of
    /// the account, of a proxy, of an upstream. Usual ones are tried without being named here.
    pub candidate_hosts: &'e [&'e str],
}

impl fmt::Debug for Evidence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all = f.debug_struct("Evidence");
        all.field("request", &self.request).field("candidate_hosts", &self.candidate_hosts);
        all.finish_non_exhaustive()
    }
}

/// How long to search.
#[derive(Clone, Copy)]
pub struct Budget<'b> {
    /// Most signatures to compute.
    pub tries: usize,
    /// Asked before each of them; `false` ends the search. For a deadline, which needs a clock.
    pub keep_going: &'b dyn Fn() -> bool,
}

impl Budget<'static> {
    /// A number of tries, however long they take (a few microseconds each).
    #[must_use]
    pub fn of_tries(tries: usize) -> Budget<'static> {
        Budget { tries, keep_going: &|| true }
    }
}

impl fmt::Debug for Budget<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget").field("tries", &self.tries).finish_non_exhaustive()
    }
}

/// What the client did and what to change.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The mistakes, at least one code; several when only together they explain the signature.
    pub codes: Vec<Code>,
    /// The client's signature was reproduced.
    pub certain: bool,
    /// What the client did, one sentence.
    pub sentence: String,
    /// What to change, one sentence.
    pub fix: String,
    /// The base string that should have been signed (RFC 5849 section 3.4.1.1).
    pub expected: BaseString,
    /// The base string that the client signed, when it was reproduced.
    pub signed: Option<BaseString>,
    /// The first byte in which the two differ; `None` also when they don't.
    pub first_difference: Option<usize>,
}

/// How many mistakes at once are considered.
const MISTAKES_AT_ONCE: usize = 1;

fn explain(
    evidence: &Evidence<'_>,
    authorization: &Authorization<'_>,
    budget: &Budget<'_>,
) -> Explanation {
    let recipe = Recipe::expected(evidence, authorization);
    let Some(sent) = authorization.signature() else {
        let fix = "Sign the request, and send oauth_signature in the Authorization header.";
        return unexplained(&recipe, "The header has no oauth_signature.".to_owned(), fix);
    };
    let clues = clues::Clues::new(evidence, authorization);
    match search::search(&recipe, &clues, sent, budget, MISTAKES_AT_ONCE) {
        Outcome::Reproduced(attempt) => reproduced(&recipe, &attempt),
        Outcome::Correct => unexplained(
            &recipe,
            "The signature is right for these secrets: the refusal has another cause.".to_owned(),
            "Leave the signature as it is; look at clock, nonce, token and role.",
        ),
        Outcome::NotFound { tries } => not_found(&recipe, evidence, tries, "No known mistake"),
        Outcome::CutShort { tries } => {
            not_found(&recipe, evidence, tries, "None of the mistakes tried in time")
        }
    }
}

fn reproduced(expected: &Recipe<'_>, attempt: &Attempt<'_>) -> Explanation {
    let (expected, signed) = (expected.base_string(), attempt.recipe.base_string());
    let fixes: Vec<&str> = attempt.codes.iter().map(|code| code.fix()).collect();
    Explanation {
        codes: attempt.codes.clone(),
        certain: true,
        sentence: attempt.sentences.join(" "),
        fix: fixes.join(" "),
        first_difference: expected.first_difference(&signed),
        expected,
        signed: Some(signed),
    }
}

fn not_found(
    recipe: &Recipe<'_>,
    evidence: &Evidence<'_>,
    tries: usize,
    scope: &str,
) -> Explanation {
    let named = |kind, secret: &[u8]| match secret {
        b"" => format!("no {kind} secret"),
        _ => format!("a {kind} secret of fingerprint {}", fingerprint(secret)),
    };
    let sentence = format!(
        "{scope} reproduces the signature ({tries} ways of signing were tried); ours was computed \
         with {} and {} (a fingerprint is the first 8 hex digits of the SHA-256).",
        named("consumer", evidence.consumer_secret),
        named("token", evidence.token_secret),
    );
    unexplained(recipe, sentence, Code::Unexplained.fix())
}

fn unexplained(recipe: &Recipe<'_>, sentence: String, fix: &str) -> Explanation {
    Explanation {
        codes: vec![Code::Unexplained],
        certain: false,
        sentence,
        fix: fix.to_owned(),
        expected: recipe.base_string(),
        signed: None,
        first_difference: None,
    }
}

/// The base string that should be signed, and whether it was.
fn expected(evidence: &Evidence<'_>) -> (BaseString, bool) {
    let mut fields = Fields::default();
    let Ok(authorization) = Authorization::parse(evidence.authorization, &mut fields) else {
        return (Recipe::without_header(evidence).base_string(), false);
    };
    let recipe = Recipe::expected(evidence, &authorization);
    let is_signed = authorization.signature().is_some_and(|sent| recipe.makes(sent));
    (recipe.base_string(), is_signed)
}

fn unreadable(evidence: &Evidence<'_>, fault: HeaderFault) -> Explanation {
    let recipe = Recipe::without_header(evidence);
    let fix = "Send OAuth, then name=\"value\" pairs with commas between them, percent-encoded.";
    unexplained(&recipe, format!("The header can't be read: {fault}."), fix)
}

#[cfg(test)]
mod tests;
