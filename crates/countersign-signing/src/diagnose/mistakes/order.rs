//! Mistakes of order and repetition.

use std::rc::Rc;

use super::{
    super::recipe::{Order, Parameter},
    Change, Clues, Recipe,
};

pub(super) fn unsorted<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    let by_name = "The client sorted parameters by name only, and those of one name not by value.";
    let mut changes = vec![ordered(recipe, Order::NamesOnly).saying(by_name)];
    let ways = [Order::Arrival, Order::HeaderLast, Order::BySource, Order::BySourceHeaderLast];
    changes.extend(ways.into_iter().map(|order| ordered(recipe, order)));
    changes
}

pub(super) fn before_encoding<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    vec![ordered(recipe, Order::Decoded)]
}

pub(super) fn joined<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    vec![ordered(recipe, Order::Joined)]
}

pub(super) fn collapsed<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    if !has_repeated(recipe) {
        return Vec::new();
    }
    let keep = |newest: bool| {
        Change::of(recipe, |it| {
            let mut kept: Vec<Parameter> = Vec::new();
            for parameter in it.text.parameters.drain(..) {
                match kept.iter_mut().find(|other| other.name == parameter.name) {
                    Some(other) if newest => *other = parameter,
                    Some(_) => {}
                    None => kept.push(parameter),
                }
            }
            it.text.parameters = kept;
        })
    };
    let joined = Change::of(recipe, |it| {
        let mut kept: Vec<Parameter> = Vec::new();
        for parameter in it.text.parameters.drain(..) {
            if let Some(other) = kept.iter_mut().find(|other| other.name == parameter.name) {
                other.value = [&*other.value, b",", &parameter.value].concat().into();
            } else {
                kept.push(parameter);
            }
        }
        it.text.parameters = kept;
    })
    .saying("The client signed a repeated parameter once, its values joined by commas.");
    vec![
        keep(true).saying("The client signed a repeated parameter once, with its last value."),
        keep(false).saying("The client signed a repeated parameter once, with its first value."),
        joined,
    ]
}

pub(super) fn renamed<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    if !has_repeated(recipe) {
        return Vec::new();
    }
    let rename = |numbered: bool| {
        Change::of(recipe, |it| {
            let names: Vec<Rc<[u8]>> =
                it.text.parameters.iter().map(|it| it.name.clone()).collect();
            for (at, parameter) in it.text.parameters.iter_mut().enumerate() {
                let is_repeated = names.iter().filter(|name| **name == parameter.name).count() > 1;
                if is_repeated {
                    let before = names[..at].iter().filter(|name| **name == names[at]).count();
                    let index = if numbered { before.to_string() } else { String::new() };
                    parameter.name = [&*names[at], b"[", index.as_bytes(), b"]"].concat().into();
                }
            }
        })
    };
    let bare = "The client signed a repeated parameter under its name with [] after it.";
    vec![rename(true), rename(false).saying(bare)]
}

/// Oracle's sample `restletBaseString` (help page section_1534939551) splits at every `=`.
pub(super) fn cut<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    let change = Change::of(recipe, |it| {
        for parameter in &mut it.text.parameters {
            if let Some(at) = parameter.value.iter().position(|byte| *byte == b'=') {
                parameter.value = parameter.value[..at].into();
            }
        }
    });
    vec![change]
}

pub(super) fn without_empty<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    let is_full = |parameter: &Parameter| !parameter.value.is_empty();
    vec![Change::of(recipe, |it| it.text.parameters.retain(is_full))]
}

fn ordered<'e>(recipe: &Recipe<'e>, order: Order) -> Change<'e> {
    Change::of(recipe, |it| it.text.order = order)
}

fn has_repeated(recipe: &Recipe<'_>) -> bool {
    let mut names: Vec<&[u8]> = recipe.text.parameters.iter().map(|it| &*it.name).collect();
    names.sort_unstable();
    names.windows(2).any(|two| two[0] == two[1])
}
