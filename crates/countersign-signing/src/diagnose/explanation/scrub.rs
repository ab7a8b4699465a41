//! Taking secrets out of what is said.
//!
//! Belongs here: the writings in which a secret is looked for. Does not: values of a form (see
//! `hidden`).

use super::super::Secrets;
use crate::percent;

/// Takes secrets out of text: a client may have put one anywhere.
pub(super) struct Scrub(Vec<zeroize::Zeroizing<String>>);

/// Shorter secrets are found in everything.
const SHORTEST_SECRET: usize = 8;

impl Scrub {
    pub(super) fn new(secrets: &Secrets<'_>) -> Scrub {
        let pairs = secrets.pair.iter().chain(secrets.earlier);
        let halves = pairs.flat_map(|pair| [pair.consumer_secret, pair.token_secret]);
        let all = halves.chain(secrets.other_tokens.iter().copied());
        let forms = all.filter(|secret| secret.len() >= SHORTEST_SECRET).flat_map(|secret| {
            let once = percent::encode(secret);
            let twice = percent::encode(once.as_bytes());
            [String::from_utf8_lossy(secret).into_owned(), once, twice]
        });
        let mut forms: Vec<_> = forms.map(zeroize::Zeroizing::new).collect();
        // One secret may begin with another.
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        Scrub(forms)
    }

    pub(super) fn clean(&self, text: String) -> String {
        self.0.iter().fold(text, |text, secret| text.replace(&**secret, "[a secret]"))
    }
}
