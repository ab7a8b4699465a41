//! Base strings in which values of a form are hidden.
//!
//! Belongs here: which values, and what stands in their place. Does not: secrets (see `scrub`).

use super::super::recipe::{OfRequest, Source, Text};
use crate::{fingerprint, percent};

/// What was to be signed and what was, with form values hidden where that is asked for.
pub(in super::super) fn base_strings(
    expected: &OfRequest,
    signed: Option<&OfRequest>,
    hides_form_values: bool,
) -> (String, Option<String>) {
    if !hides_form_values {
        return (expected.base_string(), signed.map(Text::base_string));
    }
    let pairs = expected.pairs();
    let signed = signed.map(|signed| (signed, signed.pairs()));
    let others = signed.as_ref().map_or(&pairs, |(_, pairs)| pairs);
    (
        hidden(expected, &pairs, others),
        signed.as_ref().map(|(signed, others)| hidden(signed, others, &pairs)),
    )
}

/// A base string in which each value of a form is hidden but the first that `others` don't have.
fn hidden(request: &OfRequest, pairs: &[Pair], others: &[Pair]) -> String {
    let is_secret = |pair: &Pair| matches!(pair.0, Source::Form | Source::Body);
    let differs = |pair: &Pair| !others.iter().any(|it| (&it.1, &it.2) == (&pair.1, &pair.2));
    // A parameter that the others lack altogether was left out or added: its value is no clue.
    let is_clue = |pair: &Pair| differs(pair) && others.iter().any(|it| it.1 == pair.1);
    let clue = pairs.iter().position(|pair| is_secret(pair) && is_clue(pair));
    let shown: Vec<(&str, String)> = pairs
        .iter()
        .enumerate()
        .map(|(at, pair)| {
            let is_hidden = is_secret(pair) && Some(at) != clue;
            (pair.1.as_str(), if is_hidden { hide(&pair.2) } else { pair.2.clone() })
        })
        .collect();
    request.base_string_of(shown.iter().map(|(name, value)| (*name, value.as_str())))
}

/// Where a parameter came from, its encoded name and value.
type Pair = (Source, String, String);

/// A value by length and hash.
fn hide(encoded: &str) -> String {
    let decoded = percent::decode_form(encoded.replace('+', "%2B").as_bytes());
    // Of letters and digits, so that no way of encoding changes it.
    format!("HIDDEN{}BYTES{}", decoded.len(), fingerprint(&decoded))
}
