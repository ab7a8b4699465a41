//! Mistakes with method and URL.

use super::{
    super::recipe::{OfRequest, Parameter, Source},
    Change, Clues, Recipe,
};
use crate::{Scheme, percent, request::split_authority};

pub(super) fn without_query<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    let all = Change::of(recipe, |it| it.text.parameters.retain(|it| it.source != Source::Query));
    let one = one_left_out(recipe, Source::Query, "query");
    std::iter::once(all).chain(one).collect()
}

/// Parameters of which each may have been added after signing, such as that of the next page.
const ADDED_LATER: usize = 16;

/// The recipe without one of the parameters that came in a place.
pub(super) fn one_left_out<'e>(
    recipe: &Recipe<'e>,
    source: Source,
    place: &str,
) -> Vec<Change<'e>> {
    let all = &recipe.text.parameters;
    // Repeated and empty ones have mistakes of their own.
    let may_be_added = |it: &Parameter| {
        let is_single = all.iter().filter(|other| other.name == it.name).count() == 1;
        it.source == source && is_single && !it.value.is_empty()
    };
    // The last one first: that is where something is added.
    let places: Vec<usize> = (0..all.len()).filter(|at| may_be_added(&all[*at])).collect();
    let change = |at: &usize| {
        let name = percent::encode(&recipe.text.parameters[*at].name);
        let said = format!("The client left {name} of the {place} out of the base string.");
        Change::of(recipe, |it| drop(it.text.parameters.remove(*at))).saying(said)
    };
    places.iter().rev().take(ADDED_LATER).map(change).collect()
}

pub(super) fn query_in_url<'e>(recipe: &Recipe<'e>, clues: &Clues<'e>) -> Vec<Change<'e>> {
    let Some(query) = clues.query.filter(|query| !query.is_empty()) else { return Vec::new() };
    let in_url = Change::of(recipe, |it| it.text.query_in_url = Some(query.into()));
    let only_there =
        Change::of(&in_url.recipe, |it| it.text.parameters.retain(|it| it.source != Source::Query));
    let twice = in_url.saying(
        "The client kept the query string in the URL part of the base string, beside its \
         parameters.",
    );
    vec![only_there, twice]
}

/// A proxy that ends TLS usually listens on another port, too.
pub(super) fn other_scheme<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    let other = match recipe.text.scheme {
        Scheme::Http => Scheme::Https,
        Scheme::Https => Scheme::Http,
    };
    let alone = Change::of(recipe, |it| it.text.scheme = other).comparing(|expected, signed| {
        let [signed, came] = [signed, expected].map(|it| it.scheme.as_str());
        format!("The client signed {signed} and the request came over {came}.")
    });
    let without_port = Change::of(&alone.recipe, |it| it.text.port = "".into());
    let without_port = without_port.comparing(|expected, signed| {
        let [signed, came] = [signed, expected].map(|it| it.scheme.as_str());
        let port = &expected.port;
        format!(
            "The client signed {signed} without a port and the request came over {came} on port \
             {port}."
        )
    });
    vec![alone, without_port]
}

pub(super) fn port<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    let kept = Change::of(recipe, |it| it.text.keeps_port = true).comparing(|_, signed| {
        let (port, scheme) = (signed.scheme.default_port(), signed.scheme.as_str());
        format!(
            "The client signed the port {port}, which is left out since it is the default of \
             {scheme}."
        )
    });
    let dropped = Change::of(recipe, |it| it.text.port = "".into()).comparing(|expected, _| {
        format!("The client signed the host without its port {}.", expected.port)
    });
    vec![kept, dropped]
}

pub(super) fn other_method<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    let methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];
    let others = methods.into_iter().filter(|method| **method != *recipe.text.method);
    let change = |method: &str| {
        Change::of(recipe, |it| it.text.method = method.into()).comparing(|expected, signed| {
            format!("The client signed {} and sent {}.", signed.method, expected.method)
        })
    };
    // Nothing but habit says that a method is written in capitals.
    let lower_case =
        Change::of(recipe, |it| it.text.method = it.text.method.to_ascii_lowercase().into())
            .saying("The client signed the method in lower case.")
            .fixed_by("Sign the method in capitals, as POST, however it is sent.");
    others.map(change).chain([lower_case]).collect()
}

pub(super) fn other_host<'e>(recipe: &Recipe<'e>, clues: &Clues<'e>) -> Vec<Change<'e>> {
    let change = |candidate: &String| {
        let change = Change::of(recipe, |it| {
            let (host, port) = split_authority(candidate);
            it.text.host = host.to_ascii_lowercase().into();
            it.text.port = port.into();
        });
        change.comparing(|expected, signed| {
            let [signed, came] = [signed, expected].map(OfRequest::authority);
            format!("The client signed the host {signed} and the request came for {came}.")
        })
    };
    // Without its port alone it is the same host: see `port`.
    let is_another = |it: &&String| **it != *recipe.text.host;
    clues.hosts.iter().filter(is_another).map(change).collect()
}

/// Leading segments that a proxy may have removed or added.
const SEGMENTS: usize = 3;

pub(super) fn other_path<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    let came = &*recipe.text.path;
    let mut candidates = vec![
        format!("{came}/"),
        came.trim_end_matches('/').to_owned(),
        came.to_ascii_lowercase(),
        String::from_utf8_lossy(&percent::decode_form(came.replace('+', "%2B").as_bytes())).into(),
        came.split('/').map(|it| percent::encode(it.as_bytes())).collect::<Vec<_>>().join("/"),
        came.replace("//", "/"),
    ];
    let slashes = came.match_indices('/').skip(1).take(SEGMENTS);
    candidates.extend(slashes.map(|(at, _)| came[at..].to_owned()));
    candidates.extend(came.rfind('/').map(|at| came[..at].to_owned()));
    let change = |candidate: String| {
        Change::of(recipe, |it| it.text.path = candidate.into()).comparing(|expected, signed| {
            format!("The client signed the path {} and called {}.", signed.path, expected.path)
        })
    };
    candidates.into_iter().map(change).collect()
}
