//! Parameters of the header that don't belong into the base string.

use super::{
    super::recipe::{Parameter, Source},
    Change, Clues, Recipe,
};

pub(super) fn realm<'e>(recipe: &Recipe<'e>, clues: &Clues<'e>) -> Vec<Change<'e>> {
    let Some(realm) = clues.realm else { return Vec::new() };
    vec![with(recipe, b"realm", realm)]
}

pub(super) fn signature<'e>(recipe: &Recipe<'e>, _: &Clues<'e>) -> Vec<Change<'e>> {
    vec![with(recipe, b"oauth_signature", b"")]
}

fn with<'e>(recipe: &Recipe<'e>, name: &[u8], value: &[u8]) -> Change<'e> {
    let parameter = Parameter::new(Source::Header, name, value);
    Change::of(recipe, |it| it.text.parameters.insert(0, parameter))
}
