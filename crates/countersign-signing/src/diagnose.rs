//! What a client did whose request is refused.
//!
//! Belongs here: finding the mistake that reproduces the client's signature, and saying it. Does
//! not: accepting it (exactly one base string is accepted, see `canonical`), who may read it, any
//! clock.
//!
//! A recipe is everything that determines a signature. A mistake is a change of a recipe, declared
//! once in `mistakes` with its code and its words. The search applies mistakes, alone and in
//! pairs, and compares what comes out with what the client sent: a match is a fact, not a guess.
//! What no signature shows is seen on the wire or told as a [`Fact`].

mod clues;
mod explanation;
mod fact;
mod mistakes;
mod recipe;
mod search;
mod topic;
mod wire;

pub use clues::account_hosts;
pub use explanation::Explanation;
pub use fact::{Fact, FirstUse};
pub use mistakes::Code;
pub use topic::{Language, Topic};

use std::fmt;

use clues::Clues;
use explanation::{Draft, base_strings};
use recipe::{OfPassport, OfRequest, Recipe, Text};
use search::Outcome;

use crate::{Authorization, Fields, Passport, Request, fingerprint};

/// Explains a refused request.
///
/// Takes what came on the wire, the secrets that it should have been signed with, and the cause if
/// the caller knows one. Names what the wire shows, and tries mistakes, likely and cheap ones
/// first, then pairs of them, until one reproduces the signature or the budget is used up. The
/// answer never holds a secret.
#[must_use]
pub fn diagnose(
    evidence: &Evidence<'_>,
    fact: Option<&Fact<'_>>,
    budget: Budget<'_>,
) -> Explanation {
    let mut fields = Fields::default();
    let parsed = Authorization::parse(evidence.authorization.unwrap_or_default(), &mut fields);
    let text = OfRequest::expected(evidence, parsed.as_ref().ok());
    let expected = Recipe::of(text, evidence.secrets.pair);
    let mut draft = Draft::new(&expected);
    if let Some(fact) = fact {
        draft.say(fact.code(), fact.sentence());
    }
    match parsed {
        Err(fault) if fact.is_none() => draft.fault(wire::of_header(fault)),
        Err(_) => {}
        Ok(authorization) => {
            if fact.is_none() {
                let fault = wire::of_parameters(&evidence.request, &authorization);
                fault.into_iter().for_each(|fault| draft.fault(fault));
            }
            if let Some(sent) = authorization.signature() {
                let clues = Clues::new(evidence, &authorization, sent);
                look_at_signature(&clues, &budget, &mut draft);
            }
        }
    }
    let hides = evidence.hides_form_values;
    draft.finish(&evidence.secrets, |expected, signed| base_strings(expected, signed, hides))
}

/// Explains a passport. See [`Passport::diagnose`].
pub(crate) fn diagnose_passport(
    passport: &Passport,
    secrets: Secrets<'_>,
    budget: Budget<'_>,
) -> Explanation {
    let expected = Recipe::of(OfPassport::expected(passport), secrets.pair);
    let mut draft = Draft::new(&expected);
    look_at_signature(&Clues::of_passport(passport, secrets), &budget, &mut draft);
    draft.finish(&secrets, |expected, signed| {
        (expected.base_string(), signed.map(Text::base_string))
    })
}

fn look_at_signature<'e, T: Text>(
    clues: &Clues<'e>,
    budget: &Budget<'_>,
    draft: &mut Draft<'_, 'e, T>,
) {
    let Some(pair) = clues.secrets.pair else {
        return clues.sent.oddity().into_iter().for_each(|note| draft.note(note));
    };
    let (tries, scope) = match search::search(draft.expected(), clues, budget) {
        Outcome::Reproduced(attempt) => return draft.reproduced(*attempt),
        Outcome::NotFound { tries } => (tries, "No known mistake"),
        Outcome::CutShort { tries } => (tries, "None of the mistakes tried in time"),
    };
    let named = |kind, secret: &[u8]| match secret {
        b"" => format!("no {kind} secret"),
        _ => format!("a {kind} secret of fingerprint {}", fingerprint(secret)),
    };
    draft.not_reproduced(format!(
        "{scope} reproduces the signature ({tries} ways of signing were tried); ours was computed \
         with {} and {} (a fingerprint is the first 8 hex digits of the SHA-256).",
        named("consumer", pair.consumer_secret),
        named("token", pair.token_secret),
    ));
    clues.sent.oddity().into_iter().for_each(|note| draft.note(note));
}

/// What is known about a refused request.
#[derive(Clone, Copy)]
pub struct Evidence<'e> {
    /// The request as it came.
    pub request: Request<'e>,
    /// Its body, where that is no form and is known: some clients sign it.
    pub body: Option<&'e [u8]>,
    /// Its `Authorization` header as it came.
    pub authorization: Option<&'e [u8]>,
    /// Secrets that it may have been signed with.
    pub secrets: Secrets<'e>,
    /// Hosts that the client may have signed for, with a port where it isn't the default: those of
    /// the account, of a proxy, of an upstream. Usual ones are tried without being named here.
    pub candidate_hosts: &'e [&'e str],
    /// Shows values of the form by length and hash only, except where the difference lies.
    pub hides_form_values: bool,
}

/// Secrets that a request may have been signed with.
#[derive(Clone, Copy, Default)]
pub struct Secrets<'e> {
    /// The right ones, where the ids in the header are known.
    pub pair: Option<Pair<'e>>,
    /// Those before the last reset or rotation, newest first.
    pub earlier: &'e [Pair<'e>],
    /// Token secrets of other tokens that the same user has for the same integration.
    pub other_tokens: &'e [&'e [u8]],
}

/// Two secrets that make a key (RFC 5849 section 3.4.2).
#[derive(Clone, Copy, Default)]
pub struct Pair<'e> {
    /// The secret of the consumer key.
    pub consumer_secret: &'e [u8],
    /// The secret of the token; empty when a request token is asked for.
    pub token_secret: &'e [u8],
}

impl fmt::Debug for Evidence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all = f.debug_struct("Evidence");
        all.field("request", &self.request).field("candidate_hosts", &self.candidate_hosts);
        all.finish_non_exhaustive()
    }
}

impl fmt::Debug for Secrets<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(..)")
    }
}

impl fmt::Debug for Pair<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pair(..)")
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

#[cfg(test)]
mod tests;
