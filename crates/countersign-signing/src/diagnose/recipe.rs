//! Everything that determines a signature.
//!
//! Belongs here: what is signed and with what, so that each part can be changed, and putting it
//! together again. Does not: which changes are mistakes (see `mistakes`).

mod encoding;
mod key;
mod of_passport;
mod of_request;
mod order;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;

pub(super) use encoding::{Encoding, Letters, Reach};
pub(super) use key::{Half, Key};
pub(super) use of_passport::{Encoded, OfPassport};
pub(super) use of_request::{OfRequest, Parameter, Source, parameters};
pub(super) use order::Order;

use super::{Code, Pair, mistakes::MakeChange};

/// One way of making a signature. Cheap to clone: a search makes thousands.
#[derive(Clone)]
pub(super) struct Recipe<'e, T = OfRequest> {
    pub(super) text: T,
    pub(super) key: Key<'e>,
    pub(super) digest: Digest,
    pub(super) output: Output,
}

/// What is signed, taken apart.
pub(super) trait Text: Clone {
    /// The text.
    fn base_string(&self) -> String;

    /// How a mistake is made with a text of this kind; `None` where it can't be.
    fn change(code: Code) -> Option<MakeChange<Self>>;
}

/// The hash function under the HMAC.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Digest {
    Sha256,
    Sha1,
}

/// How the digest is written in the header.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Output {
    /// RFC 5849 section 3.4.2.
    Base64,
    Hex,
    Base64Url,
    /// In base64, with each `+` as a blank.
    BlanksForPlus,
}

impl<'e, T: Text> Recipe<'e, T> {
    /// The way that is accepted.
    pub(super) fn of(text: T, pair: Option<Pair<'e>>) -> Recipe<'e, T> {
        let key = Key::of(pair.unwrap_or_default());
        Recipe { text, key, digest: Digest::Sha256, output: Output::Base64 }
    }

    /// What is signed.
    pub(super) fn base_string(&self) -> String {
        self.text.base_string()
    }

    /// The digest of a text that was made by [`base_string`](Recipe::base_string).
    pub(super) fn digest_of(&self, base_string: &str) -> Vec<u8> {
        let key = self.key.text();
        match self.digest {
            Digest::Sha256 => mac::<Hmac<Sha256>>(&key, base_string.as_bytes()),
            Digest::Sha1 => mac::<Hmac<Sha1>>(&key, base_string.as_bytes()),
        }
    }
}

/// HMAC takes keys of any length (RFC 2104 section 2): there is no other way for it to fail.
fn mac<M: Mac + KeyInit>(key: &[u8], text: &[u8]) -> Vec<u8> {
    let keyed = <M as KeyInit>::new_from_slice(key);
    keyed.map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec()).unwrap_or_default()
}
