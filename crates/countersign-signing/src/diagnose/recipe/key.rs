//! The key of a recipe.
//!
//! Belongs here: two secrets and how they are joined. Does not: which of them is right.

use zeroize::Zeroizing;

use crate::{diagnose::Pair, percent};

/// The secrets, and how they are made into a key. Its text exists only while it is used.
#[derive(Clone, Copy)]
pub(in super::super) struct Key<'e> {
    pub(in super::super) first: Half<'e>,
    pub(in super::super) second: Half<'e>,
    /// What stands between them; RFC 5849 section 3.4.2 has `&`.
    pub(in super::super) joint: &'static str,
    /// Each half is percent-encoded.
    pub(in super::super) encoded: bool,
}

/// One of the two, with what stuck to it.
#[derive(Clone, Copy)]
pub(in super::super) struct Half<'e> {
    pub(in super::super) text: &'e [u8],
    pub(in super::super) before: &'static str,
    pub(in super::super) after: &'static str,
}

impl<'e> Half<'e> {
    /// A secret as it is.
    pub(in super::super) fn of(text: &'e [u8]) -> Half<'e> {
        Half { text, before: "", after: "" }
    }
}

impl<'e> Key<'e> {
    /// The key that is accepted.
    pub(in super::super) fn of(pair: Pair<'e>) -> Key<'e> {
        Key {
            first: Half::of(pair.consumer_secret),
            second: Half::of(pair.token_secret),
            joint: "&",
            encoded: true,
        }
    }

    /// Whether two keys are the same, by what can be hashed: where their secrets lie.
    pub(in super::super) fn id(&self) -> impl std::hash::Hash {
        let half = |half: &Half<'_>| {
            (half.text.as_ptr() as usize, half.text.len(), half.before, half.after)
        };
        (half(&self.first), half(&self.second), self.joint, self.encoded)
    }

    /// The key's text, overwritten when dropped.
    pub(super) fn text(&self) -> Zeroizing<Vec<u8>> {
        // Reserved for the worst case: a buffer that grows leaves its old copy behind.
        let room = 3 * (self.first.len() + self.second.len()) + 1;
        let mut text = Zeroizing::new(Vec::with_capacity(room));
        self.push(&mut text, &self.first);
        text.extend_from_slice(self.joint.as_bytes());
        self.push(&mut text, &self.second);
        text
    }

    fn push(&self, text: &mut Vec<u8>, half: &Half<'_>) {
        for part in [half.before.as_bytes(), half.text, half.after.as_bytes()] {
            if self.encoded {
                percent::push_encoded(text, part);
            } else {
                text.extend_from_slice(part);
            }
        }
    }
}

impl Half<'_> {
    fn len(&self) -> usize {
        self.before.len() + self.text.len() + self.after.len()
    }
}
