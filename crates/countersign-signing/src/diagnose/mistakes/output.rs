//! Mistakes with the digest and the way it is written.

use super::{
    super::recipe::{Digest, Output, Text},
    Change, Clues, Recipe,
};

pub(super) fn not_encoded<'e, T: Text>(
    recipe: &Recipe<'e, T>,
    clues: &Clues<'e>,
) -> Vec<Change<'e, T>> {
    written(recipe, clues, Output::BlanksForPlus)
}

pub(super) fn hex<'e, T: Text>(recipe: &Recipe<'e, T>, clues: &Clues<'e>) -> Vec<Change<'e, T>> {
    written(recipe, clues, Output::Hex)
}

pub(super) fn base64url<'e, T: Text>(
    recipe: &Recipe<'e, T>,
    clues: &Clues<'e>,
) -> Vec<Change<'e, T>> {
    written(recipe, clues, Output::Base64Url)
}

/// Only where what was sent can be read that way: then it says so by its form, and nothing else
/// needs to be tried.
fn written<'e, T: Text>(
    recipe: &Recipe<'e, T>,
    clues: &Clues<'e>,
    output: Output,
) -> Vec<Change<'e, T>> {
    let digests = [Digest::Sha256, Digest::Sha1];
    if !digests.into_iter().any(|digest| clues.sent.digest(output, digest).is_some()) {
        return Vec::new();
    }
    vec![Change::of(recipe, |it| it.output = output)]
}

pub(super) fn sha1<'e, T: Text>(recipe: &Recipe<'e, T>, clues: &Clues<'e>) -> Vec<Change<'e, T>> {
    if !clues.sent.is(Digest::Sha1) {
        return Vec::new();
    }
    let change = Change::of(recipe, |it| it.digest = Digest::Sha1);
    if clues.declares_sha1 {
        let declared = "The client declared and computed HMAC-SHA1, which is no longer accepted.";
        return vec![change.saying(declared)];
    }
    vec![change]
}
