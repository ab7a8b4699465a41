//! The search for a recipe that makes the client's signature.
//!
//! Belongs here: order, composition and budget. Does not: what a mistake is (see `mistakes`).

use super::{Budget, Code, clues::Clues, recipe::Recipe};

/// A changed recipe and what was changed.
#[derive(Clone)]
pub(super) struct Attempt<'e> {
    pub(super) codes: Vec<Code>,
    pub(super) sentences: Vec<String>,
    pub(super) recipe: Recipe<'e>,
}

/// How a search ended.
pub(super) enum Outcome<'e> {
    /// This is what the client did.
    Reproduced(Attempt<'e>),
    /// The expected recipe makes the signature.
    Correct,
    /// Nothing that is known makes it.
    NotFound { tries: usize },
    /// The budget ended first.
    CutShort { tries: usize },
}

/// Applies mistakes to `expected`, each alone, then in pairs and so on up to `at_once`.
pub(super) fn search<'e>(
    expected: &Recipe<'e>,
    clues: &Clues,
    sent: &[u8],
    budget: &Budget<'_>,
    at_once: usize,
) -> Outcome<'e> {
    let start = Attempt { codes: vec![], sentences: vec![], recipe: expected.clone() };
    let mut search = Search { clues, sent, budget, tries: 0 };
    for mistakes in 0..=at_once {
        match search.with_more(start.clone(), mistakes) {
            Ok(None) => {}
            Ok(Some(found)) if found.codes.is_empty() => return Outcome::Correct,
            Ok(Some(found)) => return Outcome::Reproduced(found),
            Err(BudgetUsed) => return Outcome::CutShort { tries: search.tries },
        }
    }
    Outcome::NotFound { tries: search.tries }
}

struct Search<'s> {
    clues: &'s Clues,
    sent: &'s [u8],
    budget: &'s Budget<'s>,
    tries: usize,
}

struct BudgetUsed;

impl Search<'_> {
    /// The attempt with so many more mistakes that make the signature, if there are any.
    fn with_more<'e>(
        &mut self,
        attempt: Attempt<'e>,
        mistakes: usize,
    ) -> Result<Option<Attempt<'e>>, BudgetUsed> {
        if mistakes == 0 {
            return Ok(self.makes_signature(&attempt.recipe)?.then_some(attempt));
        }
        // Only those behind the last one, so that no pair is tried twice.
        let next = attempt.codes.last().map_or(0, |last| *last as usize + 1);
        for code in Code::all().skip(next) {
            for variant in code.variants(&attempt.recipe, self.clues) {
                let mut attempt = attempt.clone();
                attempt.codes.push(code);
                attempt.sentences.push(variant.sentence);
                attempt.recipe = variant.recipe;
                if let Some(found) = self.with_more(attempt, mistakes - 1)? {
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }

    fn makes_signature(&mut self, recipe: &Recipe<'_>) -> Result<bool, BudgetUsed> {
        if self.tries == self.budget.tries || !(self.budget.keep_going)() {
            return Err(BudgetUsed);
        }
        self.tries += 1;
        Ok(recipe.makes(self.sent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Authorization, Fields, Request, Scheme, diagnose::Evidence};

    /// Signed as https://123456.restlets.api.netsuite.com with method GET and without the query,
    /// by tests/differential/mistaken_signatures.py.
    const HEADER: &str = r#"OAuth realm="123456", oauth_consumer_key="ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4", oauth_token="2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc", oauth_nonce="fjaLirsIcCGVZWzBX0pg", oauth_timestamp="1508242306", oauth_signature_method="HMAC-SHA256", oauth_version="1.0", oauth_signature="fqh9g1AsuwBU7pzZyr1kBs2wQohLsnAS8p8z11C2s7Q%3D""#;

    #[test]
    fn two_mistakes_at_once_are_found_by_the_same_search() {
        let evidence = Evidence {
            request: Request {
                method: "POST",
                scheme: Scheme::Https,
                authority: "123456.restlets.api.netsuite.com",
                target: "/app/site/hosting/restlet.nl?script=6&deploy=1",
                form: None,
            },
            authorization: HEADER.as_bytes(),
            consumer_secret: b"d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5",
            token_secret: b"c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295",
            candidate_hosts: &[],
        };
        let mut fields = Fields::default();
        let authorization = Authorization::parse(HEADER.as_bytes(), &mut fields).unwrap();
        let recipe = Recipe::expected(&evidence, &authorization);
        let clues = Clues::new(&evidence, &authorization);
        let sent = authorization.signature().unwrap();
        let budget = Budget::of_tries(10_000);
        assert!(matches!(search(&recipe, &clues, sent, &budget, 1), Outcome::NotFound { .. }));
        let Outcome::Reproduced(found) = search(&recipe, &clues, sent, &budget, 2) else {
            panic!("not found");
        };
        assert_eq!(found.codes, [Code::QueryNotSigned, Code::WrongMethod]);
    }
}
