//! Mistakes with the secrets.

use super::{
    super::{
        Pair,
        recipe::{Half, Key, Text},
    },
    Change, Clues, Recipe,
};

pub(super) fn without_token_secret<'e, T: Text>(
    recipe: &Recipe<'e, T>,
    _: &Clues<'e>,
) -> Vec<Change<'e, T>> {
    vec![Change::of(recipe, |it| it.key.second = Half::of(b""))]
}

pub(super) fn without_consumer_secret<'e, T: Text>(
    recipe: &Recipe<'e, T>,
    _: &Clues<'e>,
) -> Vec<Change<'e, T>> {
    vec![Change::of(recipe, |it| it.key.first = Half::of(b""))]
}

pub(super) fn swapped<'e, T: Text>(recipe: &Recipe<'e, T>, _: &Clues<'e>) -> Vec<Change<'e, T>> {
    vec![Change::of(recipe, |it| std::mem::swap(&mut it.key.first, &mut it.key.second))]
}

pub(super) fn without_ampersand<'e, T: Text>(
    recipe: &Recipe<'e, T>,
    _: &Clues<'e>,
) -> Vec<Change<'e, T>> {
    vec![Change::of(recipe, |it| it.key.joint = "")]
}

pub(super) fn not_encoded<'e, T: Text>(
    recipe: &Recipe<'e, T>,
    _: &Clues<'e>,
) -> Vec<Change<'e, T>> {
    vec![Change::of(recipe, |it| it.key.encoded = false)]
}

pub(super) fn ids<'e, T: Text>(recipe: &Recipe<'e, T>, clues: &Clues<'e>) -> Vec<Change<'e, T>> {
    let [Some(consumer_key), Some(token)] = clues.ids else { return Vec::new() };
    let first = Change::of(recipe, |it| it.key.first = Half::of(consumer_key))
        .saying("The client used the consumer key where the consumer secret belongs.");
    let second = Change::of(recipe, |it| it.key.second = Half::of(token))
        .saying("The client used the token ID where the token secret belongs.");
    let both = Change::of(&second.recipe, |it| it.key.first = Half::of(consumer_key))
        .saying("The client used consumer key and token ID where their secrets belong.");
    vec![second, first, both]
}

/// What editors, shells and copying leave at the ends of a secret.
const WHITESPACE: [(&str, &str); 5] = [("", "\n"), ("", "\r\n"), ("", " "), (" ", ""), ("", "\r")];

pub(super) fn whitespace<'e, T: Text>(recipe: &Recipe<'e, T>, _: &Clues<'e>) -> Vec<Change<'e, T>> {
    let with = |half: Half<'e>, (before, after)| Half { before, after, ..half };
    let change = |around: (&'static str, &'static str), first: bool, second: bool| {
        let secrets = match (first, second) {
            (true, true) => "both secrets",
            (true, false) => "the consumer secret",
            _ => "the token secret",
        };
        let what = if around.1.contains(['\n', '\r']) { "a line break" } else { "a blank" };
        let place = if around.0.is_empty() { "after" } else { "before" };
        Change::of(recipe, |it| {
            if first {
                it.key.first = with(it.key.first, around);
            }
            if second {
                it.key.second = with(it.key.second, around);
            }
        })
        .saying(format!("The client kept {what} {place} {secrets}."))
    };
    let places = [(false, true), (true, true), (true, false)];
    let changes = WHITESPACE.into_iter();
    changes.flat_map(|around| places.map(|(first, second)| change(around, first, second))).collect()
}

pub(super) fn previous<'e, T: Text>(
    recipe: &Recipe<'e, T>,
    clues: &Clues<'e>,
) -> Vec<Change<'e, T>> {
    let Some(now) = clues.secrets.pair else { return Vec::new() };
    let change = |pair: &Pair<'e>| {
        let is_same =
            [pair.consumer_secret == now.consumer_secret, pair.token_secret == now.token_secret];
        let secrets = match is_same {
            [false, true] => "the consumer secret that was",
            [true, false] => "the token secret that was",
            _ => "the secrets that were",
        };
        let said = format!("The client signed with {secrets} valid before the last reset.");
        Change::of(recipe, |it| it.key = Key::of(*pair)).saying(said)
    };
    clues.secrets.earlier.iter().map(change).collect()
}

pub(super) fn of_other_token<'e, T: Text>(
    recipe: &Recipe<'e, T>,
    clues: &Clues<'e>,
) -> Vec<Change<'e, T>> {
    let change = |secret: &&'e [u8]| Change::of(recipe, |it| it.key.second = Half::of(secret));
    clues.secrets.other_tokens.iter().map(change).collect()
}
