//! What a client did whose passport has a wrong signature.
//!
//! Belongs here: mistakes that a passport makes possible, and their words. Does not: those with an
//! `Authorization` header (see `diagnose`), which share their codes where they are the same.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::Hmac;
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::Passport;
use crate::{
    diagnose::{Code, mac},
    key::key_text,
    percent,
};

/// What is looked for, in this order. The codes and their words are those of
/// [`diagnose`](crate::diagnose).
const LOOKED_FOR: [Code; 6] = [
    Code::PassportEncoded,
    Code::SignatureMethodSha1,
    Code::TokenSecretMissing,
    Code::SecretsSwapped,
    Code::AmpersandMissing,
    Code::AccountForm,
];

/// The mistake that explains a signature; none when it is right.
pub(super) fn find(
    passport: &Passport,
    consumer_secret: &[u8],
    token_secret: &[u8],
) -> Option<Code> {
    let evidence = Evidence { passport, consumer_secret, token_secret };
    if evidence.is_made(&evidence.key(), &passport.base_string()) {
        return None;
    }
    LOOKED_FOR.into_iter().find(|mistake| evidence.shows(*mistake))
}

struct Evidence<'e> {
    passport: &'e Passport,
    consumer_secret: &'e [u8],
    token_secret: &'e [u8],
}

impl Evidence<'_> {
    fn shows(&self, mistake: Code) -> bool {
        let (first, second) = (self.consumer_secret, self.token_secret);
        let base = self.passport.base_string();
        match mistake {
            Code::PassportEncoded => {
                self.is_made(&self.key(), &self.passport.encoded_base_string())
            }
            Code::SignatureMethodSha1 => {
                self.is_sent(&mac::<Hmac<Sha1>>(&self.key(), base.as_bytes()))
            }
            Code::TokenSecretMissing => {
                let with_ampersand = self.is_made(&key_text(first, b""), &base);
                with_ampersand || self.is_made(&joined(first, b""), &base)
            }
            Code::SecretsSwapped => self.is_made(&key_text(second, first), &base),
            Code::AmpersandMissing => self.is_made(&joined(first, second), &base),
            Code::AccountForm => {
                let of_account = |account| {
                    let passport = Passport { account, ..self.passport.clone() };
                    self.is_made(&self.key(), &passport.base_string())
                };
                forms(&self.passport.account).into_iter().any(of_account)
            }
            _ => false,
        }
    }

    fn key(&self) -> Zeroizing<Vec<u8>> {
        key_text(self.consumer_secret, self.token_secret)
    }

    fn is_made(&self, key: &[u8], base: &str) -> bool {
        self.is_sent(&mac::<Hmac<Sha256>>(key, base.as_bytes()))
    }

    fn is_sent(&self, digest: &[u8]) -> bool {
        let text = STANDARD.encode(digest);
        text.as_bytes().ct_eq(self.passport.signature.as_bytes()).into()
    }
}

/// Both cases, with the underscore of an account ID and with the hyphen of a host name.
fn forms(account: &str) -> [String; 4] {
    let (upper, lower) = (account.to_ascii_uppercase(), account.to_ascii_lowercase());
    [
        upper.replace('-', "_"),
        lower.replace('_', "-"),
        lower.replace('-', "_"),
        upper.replace('_', "-"),
    ]
}

/// Two secrets, each encoded, with nothing between them.
fn joined(first: &[u8], second: &[u8]) -> Zeroizing<Vec<u8>> {
    // Reserved for the worst case: a buffer that grows leaves its old copy behind.
    let mut text = Zeroizing::new(Vec::with_capacity(3 * (first.len() + second.len())));
    percent::push_encoded(&mut text, first);
    percent::push_encoded(&mut text, second);
    text
}
