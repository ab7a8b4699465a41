//! Why another implementation differs, as predicates; `tests/differential/README.md` has the words.
//!
//! Belongs here: what *they* do otherwise. Does not: anything that excuses us.

use std::collections::HashSet;

use countersign_signing::percent;

use super::case::Case;

/// One way in which an implementation differs from RFC 5849.
pub(crate) struct Reason {
    pub(crate) name: &'static str,
    pub(crate) applies: fn(&Case) -> bool,
}

pub(crate) const OAUTHLIB: &[Reason] = &[
    Reason { name: "refuses characters", applies: has_character_outside_oauthlibs_list },
    Reason { name: "refuses a bad escape", applies: has_bad_escape },
    Reason { name: "replaces bytes that are not UTF-8", applies: has_bytes_that_are_not_utf8 },
];

pub(crate) const OAUTH_1_0A: &[Reason] = &[
    Reason { name: "takes + in the query for a plus", applies: has_plus_in_query },
    Reason { name: "does not decode names of the query", applies: has_escape_in_a_query_name },
    Reason { name: "cuts values at a second =", applies: has_equals_in_a_query_value },
    Reason { name: "cuts the query at a second ?", applies: has_question_mark_in_query },
    Reason { name: "signs empty components", applies: has_empty_component_in_query },
    Reason {
        name: "loses an empty value that is repeated",
        applies: has_repeated_name_after_empty,
    },
    Reason { name: "lets the query replace the form", applies: has_name_in_query_and_form },
    Reason { name: "refuses escapes that are not UTF-8", applies: has_undecodable_query_value },
    Reason { name: "replaces bytes of a form that are not UTF-8", applies: has_bad_utf8_in_form },
    Reason { name: "keeps default ports", applies: has_default_port },
    Reason { name: "keeps the host's case", applies: has_upper_case_host },
    Reason { name: "does not make an empty path a slash", applies: has_empty_path },
];

/// oauthlib.common.urldecode raises ValueError for all else.
fn has_character_outside_oauthlibs_list(case: &Case) -> bool {
    let is_listed = |it: char| it.is_ascii_alphanumeric() || "_.-=&;:%+~,*@!()/?'$".contains(it);
    case.query.iter().chain(&case.form).any(|text| !text.chars().all(is_listed))
}

/// Same place.
fn has_bad_escape(case: &Case) -> bool {
    case.query.iter().chain(&case.form).any(|text| percent::decode(text.as_bytes()).is_err())
}

/// urllib.parse.parse_qsl decodes with errors='replace'.
fn has_bytes_that_are_not_utf8(case: &Case) -> bool {
    case.components().any(|(name, value)| is_not_utf8(name) || is_not_utf8(value))
}

fn has_plus_in_query(case: &Case) -> bool {
    query(case).contains('+')
}

fn has_escape_in_a_query_name(case: &Case) -> bool {
    query_components(case).any(|(name, _)| name.contains('%'))
}

fn has_equals_in_a_query_value(case: &Case) -> bool {
    query_components(case).any(|(_, value)| value.contains('='))
}

fn has_question_mark_in_query(case: &Case) -> bool {
    query(case).contains('?')
}

/// An empty query is one empty component.
fn has_empty_component_in_query(case: &Case) -> bool {
    case.query.as_deref().is_some_and(|query| query.split('&').any(str::is_empty))
}

/// `if (data[name])` takes an empty value for no value.
fn has_repeated_name_after_empty(case: &Case) -> bool {
    let mut empty = HashSet::new();
    query_components(case).any(|(name, value)| {
        let is_repeated = empty.contains(name);
        if value.is_empty() {
            empty.insert(name);
        }
        is_repeated
    })
}

fn has_name_in_query_and_form(case: &Case) -> bool {
    let decoded = |name: &str| percent::decode_form(name.as_bytes());
    let form = case.form.as_deref().unwrap_or_default();
    let of_form: HashSet<Vec<u8>> = components(form).map(|(name, _)| decoded(name)).collect();
    query_components(case).any(|(name, _)| of_form.contains(name.as_bytes()))
}

/// decodeURIComponent throws URIError.
fn has_undecodable_query_value(case: &Case) -> bool {
    query_components(case)
        .any(|(_, value)| is_not_utf8(value) || percent::decode(value.as_bytes()).is_err())
}

/// Not the package but URLSearchParams, through which the script decodes the form for it.
fn has_bad_utf8_in_form(case: &Case) -> bool {
    let form = case.form.as_deref().unwrap_or_default();
    components(form).any(|(name, value)| is_not_utf8(name) || is_not_utf8(value))
}

fn has_default_port(case: &Case) -> bool {
    case.authority.ends_with(&format!(":{}", case.scheme.default_port()))
}

fn has_upper_case_host(case: &Case) -> bool {
    case.authority.bytes().any(|byte| byte.is_ascii_uppercase())
}

fn has_empty_path(case: &Case) -> bool {
    case.path.is_empty()
}

fn query(case: &Case) -> &str {
    case.query.as_deref().unwrap_or_default()
}

fn query_components(case: &Case) -> impl Iterator<Item = (&str, &str)> {
    components(query(case))
}

fn components(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let components = text.split('&').filter(|it| !it.is_empty());
    components.map(|it| it.split_once('=').unwrap_or((it, "")))
}

fn is_not_utf8(component: &str) -> bool {
    String::from_utf8(percent::decode_form(component.as_bytes())).is_err()
}
