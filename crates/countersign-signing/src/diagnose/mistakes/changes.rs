//! What the mistakes do to a recipe.
//!
//! Belongs here: one function per mistake, which gives all the ways of making it, likeliest first.
//! Does not: names and words (see `mistakes`), except where they depend on the way.

use super::super::{
    clues::Clues,
    recipe::{Blank, Digest, Parameter, Recipe, Source},
};
use crate::{Scheme, percent, request::split_authority};

/// A recipe after a mistake.
pub(super) struct Change<'e> {
    pub(super) recipe: Recipe<'e>,
    /// What the client did, where more can be said than the mistake's meaning.
    pub(super) detail: Option<String>,
}

/// Mistakes that no signature shows: their evidence is a [`Fact`](super::super::Fact).
pub(super) fn none<'e>(_: &Recipe<'e>, _: &Clues) -> Vec<Change<'e>> {
    Vec::new()
}

pub(super) fn sha1<'e>(recipe: &Recipe<'e>, clues: &Clues) -> Vec<Change<'e>> {
    let declared = "The client declared and computed HMAC-SHA1, which is no longer accepted.";
    let detail = clues.declares_sha1.then(|| declared.to_owned());
    vec![Change { detail, ..changed(recipe, |it| it.digest = Digest::Sha1) }]
}

pub(super) fn without_token_secret<'e>(recipe: &Recipe<'e>, _: &Clues) -> Vec<Change<'e>> {
    if recipe.key.second.is_empty() {
        return Vec::new();
    }
    vec![changed(recipe, |it| it.key.second = b"")]
}

pub(super) fn swapped_secrets<'e>(recipe: &Recipe<'e>, _: &Clues) -> Vec<Change<'e>> {
    vec![changed(recipe, |it| std::mem::swap(&mut it.key.first, &mut it.key.second))]
}

pub(super) fn without_query<'e>(recipe: &Recipe<'e>, _: &Clues) -> Vec<Change<'e>> {
    if !recipe.parameters.iter().any(is_of_query) {
        return Vec::new();
    }
    vec![changed(recipe, |it| it.parameters.retain(|parameter| !is_of_query(parameter)))]
}

/// A proxy that ends TLS usually listens on another port, too.
pub(super) fn other_scheme<'e>(recipe: &Recipe<'e>, _: &Clues) -> Vec<Change<'e>> {
    let other = match recipe.scheme {
        Scheme::Http => Scheme::Https,
        Scheme::Https => Scheme::Http,
    };
    let mut changes = vec![changed(recipe, |it| it.scheme = other)];
    if !recipe.port.is_empty() {
        changes.push(changed(recipe, |it| {
            it.scheme = other;
            it.port.clear();
        }));
    }
    for change in &mut changes {
        let (signed, came) = (change.recipe.origin(), recipe.origin());
        change.detail = Some(format!("The client signed {signed} and the request came as {came}."));
    }
    changes
}

pub(super) fn plus_for_blank<'e>(recipe: &Recipe<'e>, _: &Clues) -> Vec<Change<'e>> {
    let taken_literally = |parameter: &mut Parameter| {
        if parameter.source != Source::Header && parameter.raw.contains(&b'+') {
            let escaped = parameter.raw.split(|byte| *byte == b'+').collect::<Vec<_>>();
            parameter.value = percent::decode_form(&escaped.join(&b"%2B"[..]));
        }
    };
    vec![
        changed(recipe, |it| it.blank = Blank::Plus),
        changed(recipe, |it| it.parameters.iter_mut().for_each(taken_literally)),
    ]
}

pub(super) fn encoded_again<'e>(recipe: &Recipe<'e>, _: &Clues) -> Vec<Change<'e>> {
    let in_header = |parameter: &Parameter| parameter.source == Source::Header;
    let encode = |parameter: &mut Parameter| {
        parameter.value = percent::encode(&parameter.value).into_bytes();
    };
    let not_decoded = |parameter: &mut Parameter| parameter.value.clone_from(&parameter.raw);
    vec![
        // The likeliest way: the query is taken as it stands in the URL.
        changed(recipe, |it| {
            it.parameters.iter_mut().filter(|it| !in_header(it)).for_each(not_decoded);
        }),
        changed(recipe, |it| {
            it.parameters.iter_mut().filter(|it| !in_header(it)).for_each(encode);
        }),
        changed(recipe, |it| it.parameters.iter_mut().for_each(encode)),
    ]
}

pub(super) fn other_method<'e>(recipe: &Recipe<'e>, _: &Clues) -> Vec<Change<'e>> {
    let methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];
    let others = methods.into_iter().filter(|method| *method != recipe.method);
    let change = |method: &str| Change {
        detail: Some(format!("The client signed {method} and sent {}.", recipe.method)),
        ..changed(recipe, |it| method.clone_into(&mut it.method))
    };
    others.map(change).collect()
}

pub(super) fn other_host<'e>(recipe: &Recipe<'e>, clues: &Clues) -> Vec<Change<'e>> {
    let came = recipe.authority();
    let candidates =
        std::iter::once(recipe.host.as_str()).chain(clues.hosts.iter().map(|it| &**it));
    let changes = candidates.map(|candidate| {
        let mut change = changed(recipe, |it| {
            let (host, port) = split_authority(candidate);
            it.host = host.to_ascii_lowercase();
            port.clone_into(&mut it.port);
        });
        let signed = change.recipe.authority();
        change.detail =
            Some(format!("The client signed the host {signed} and the request came for {came}."));
        change
    });
    changes.filter(|change| change.recipe.authority() != came).collect()
}

fn is_of_query(parameter: &Parameter) -> bool {
    parameter.source == Source::Query
}

fn changed<'e>(recipe: &Recipe<'e>, change: impl FnOnce(&mut Recipe<'e>)) -> Change<'e> {
    let mut recipe = recipe.clone();
    change(&mut recipe);
    Change { recipe, detail: None }
}
