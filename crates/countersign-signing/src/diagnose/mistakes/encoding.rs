//! Mistakes of percent-encoding.

use std::rc::Rc;

use super::{
    super::recipe::{Encoding, Letters, Parameter, Reach, Source},
    Change, Clues, Recipe,
};
use crate::percent;

pub(super) fn plus<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    let literally = |text: &[u8]| {
        let escaped = text.split(|byte| *byte == b'+').collect::<Vec<_>>();
        Rc::from(percent::decode_form(&escaped.join(&b"%2B"[..])))
    };
    let taken_literally = |parameter: &mut Parameter| {
        parameter.name = literally(&parameter.raw.0);
        parameter.value = literally(&parameter.raw.1);
    };
    vec![
        letters(recipe, Letters::BlankIsPlus, Reach::Inner),
        Change::of(recipe, |it| sent(it).for_each(taken_literally))
            .saying("The client took + in the query or form for a plus, which there is a blank."),
    ]
}

pub(super) fn twice<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    let encode = |parameter: &mut Parameter| {
        parameter.value = percent::encode(&parameter.value).as_bytes().into();
    };
    let not_decoded = |parameter: &mut Parameter| parameter.value = parameter.raw.1.clone();
    // The likeliest way: the query is taken as it stands in the URL.
    let as_it_stands = Change::of(recipe, |it| sent(it).for_each(not_decoded));
    let all = [
        Change::of(recipe, |it| sent(it).for_each(encode)),
        Change::of(recipe, |it| it.text.parameters.iter_mut().for_each(encode)),
    ];
    let has_escape = has_escape(recipe, |parameter| &parameter.raw.1);
    has_escape.then_some(as_it_stands).into_iter().chain(all).collect()
}

pub(super) fn names_twice<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    let encode = |parameter: &mut Parameter| {
        parameter.name = percent::encode(&parameter.name).as_bytes().into();
    };
    let not_decoded = |parameter: &mut Parameter| parameter.name = parameter.raw.0.clone();
    let as_it_stands = Change::of(recipe, |it| sent(it).for_each(not_decoded));
    let has_escape = has_escape(recipe, |parameter| &parameter.raw.0);
    let all = Change::of(recipe, |it| sent(it).for_each(encode));
    has_escape.then_some(as_it_stands).into_iter().chain([all]).collect()
}

/// Whether anything that was sent is escaped. Where nothing is, what was not decoded is not encoded
/// twice: at most a + was taken literally, see `plus`.
fn has_escape(recipe: &Recipe<'_>, raw: fn(&Parameter) -> &[u8]) -> bool {
    let sent = recipe.text.parameters.iter().filter(|it| it.source != Source::Header);
    sent.map(raw).any(|text| text.contains(&b'%'))
}

pub(super) fn never<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    vec![
        Change::of(recipe, |it| it.text.encoding.values = false),
        Change::of(recipe, |it| {
            it.text.encoding.values = false;
            it.text.encoding.names = false;
        }),
    ]
}

pub(super) fn lower_case<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    let reaches = [Reach::Both, Reach::Inner, Reach::Outer];
    reaches.into_iter().map(|reach| letters(recipe, Letters::LowerCase, reach)).collect()
}

pub(super) fn too_much<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    let said = "The client percent-encoded ~ as %7E, as Java's URLEncoder and old PHP do.";
    let tilde = |reach| letters(recipe, Letters::AlsoEncoded("~"), reach).saying(said);
    let marks = letters(recipe, Letters::AlsoEncoded("-_.~"), Reach::Both);
    vec![tilde(Reach::Both), tilde(Reach::Inner), marks]
}

/// What encoders leave as it is, and whose habit that is.
const LEFT_RAW: [(&str, &str); 4] = [
    ("!'()*", "!'()*, as JavaScript's encodeURIComponent does"),
    ("*", "*, as Java's URLEncoder does"),
    ("!*()", "!*(), as .NET's HttpUtility does"),
    (";,/?:@&=+$#!'()*", "all that encodeURI leaves, such as / : , @"),
];

pub(super) fn too_little<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    let change = |(raw, who), reach| {
        let said = format!("The client left characters unencoded in values: {who}.");
        letters(recipe, Letters::LeftRaw(raw), reach).saying(said)
    };
    let inner = LEFT_RAW.into_iter().map(|habit| change(habit, Reach::Inner));
    // With & and / raw in the joined parts there would be no telling them apart.
    let both = LEFT_RAW[..3].iter().map(|habit| change(*habit, Reach::Both));
    both.chain(inner).collect()
}

fn letters<'e>(recipe: &Recipe<'e>, letters: Letters, reach: Reach) -> Change<'e> {
    Change::of(recipe, |it| it.text.encoding = Encoding { letters, reach, ..it.text.encoding })
}

/// What did not come in the header: names and values in it are made by the library itself.
fn sent<'r>(recipe: &'r mut Recipe<'_>) -> impl Iterator<Item = &'r mut Parameter> {
    recipe.text.parameters.iter_mut().filter(|it| it.source != Source::Header)
}
