//! What a client did whose passport has a wrong signature.
//!
//! Belongs here: mistakes that a passport makes possible, and their words. Does not: those with an
//! `Authorization` header (see `diagnose`), which share their codes where they are the same.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac, digest::KeyInit};
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::Passport;
use crate::{key::key_text, percent};

/// A mistake that reproduces a client's signature: a fact, not a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PassportMistake {
    /// Values were percent-encoded in the base string, as Oracle's sample in PHP does it
    /// (page section_1534941088).
    Encoded,
    /// HMAC-SHA1 was computed.
    SignatureMethodSha1,
    /// The key has no token secret.
    TokenSecretMissing,
    /// The key begins with the token secret.
    SecretsSwapped,
    /// The key has no `&` between the secrets.
    AmpersandMissing,
    /// Another form of the account was signed than the one that was sent.
    AccountForm,
}

impl PassportMistake {
    /// Every mistake, in the order in which they are looked for.
    pub const ALL: [PassportMistake; 6] = [
        PassportMistake::Encoded,
        PassportMistake::SignatureMethodSha1,
        PassportMistake::TokenSecretMissing,
        PassportMistake::SecretsSwapped,
        PassportMistake::AmpersandMissing,
        PassportMistake::AccountForm,
    ];

    /// A stable name for logs and documents.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            PassportMistake::Encoded => "passport-encoded",
            PassportMistake::SignatureMethodSha1 => "signature-method-sha1",
            PassportMistake::TokenSecretMissing => "token-secret-missing",
            PassportMistake::SecretsSwapped => "secrets-swapped",
            PassportMistake::AmpersandMissing => "ampersand-missing",
            PassportMistake::AccountForm => "account-form",
        }
    }

    /// What the client did, one sentence.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            PassportMistake::Encoded => {
                "The client percent-encoded the values in the passport's base string."
            }
            PassportMistake::SignatureMethodSha1 => {
                "The client computed HMAC-SHA1 where HMAC-SHA256 is required."
            }
            PassportMistake::TokenSecretMissing => {
                "The client left the token secret out of the key."
            }
            PassportMistake::SecretsSwapped => {
                "The client put the token secret before the consumer secret."
            }
            PassportMistake::AmpersandMissing => {
                "The client joined the two secrets without the & between them."
            }
            PassportMistake::AccountForm => {
                "The client signed the account ID in another form than it sent."
            }
        }
    }

    /// What to change, one sentence.
    #[must_use]
    pub fn fix(self) -> &'static str {
        match self {
            PassportMistake::Encoded => {
                "Join account, consumer key, token, nonce and timestamp with & as they are."
            }
            PassportMistake::SignatureMethodSha1 => {
                "Compute HMAC-SHA256, and declare it in the attribute algorithm."
            }
            PassportMistake::TokenSecretMissing | PassportMistake::AmpersandMissing => {
                "Use as key the consumer secret, then &, then the token secret."
            }
            PassportMistake::SecretsSwapped => {
                "Use as key the consumer secret first, then &, then the token secret."
            }
            PassportMistake::AccountForm => {
                "Send and sign the account ID in upper case with an underscore, as in 1234567_SB1."
            }
        }
    }
}

/// The mistake that explains a signature; none when it is right.
pub(super) fn find(
    passport: &Passport,
    consumer_secret: &[u8],
    token_secret: &[u8],
) -> Option<PassportMistake> {
    let evidence = Evidence { passport, consumer_secret, token_secret };
    if evidence.is_made(&evidence.key(), &passport.base_string()) {
        return None;
    }
    PassportMistake::ALL.into_iter().find(|mistake| evidence.shows(*mistake))
}

struct Evidence<'e> {
    passport: &'e Passport,
    consumer_secret: &'e [u8],
    token_secret: &'e [u8],
}

impl Evidence<'_> {
    fn shows(&self, mistake: PassportMistake) -> bool {
        let (first, second) = (self.consumer_secret, self.token_secret);
        let base = self.passport.base_string();
        match mistake {
            PassportMistake::Encoded => {
                self.is_made(&self.key(), &self.passport.encoded_base_string())
            }
            PassportMistake::SignatureMethodSha1 => {
                self.is_sent(&mac::<Hmac<Sha1>>(&self.key(), &base))
            }
            PassportMistake::TokenSecretMissing => {
                let with_ampersand = self.is_made(&key_text(first, b""), &base);
                with_ampersand || self.is_made(&joined(first, b""), &base)
            }
            PassportMistake::SecretsSwapped => self.is_made(&key_text(second, first), &base),
            PassportMistake::AmpersandMissing => self.is_made(&joined(first, second), &base),
            PassportMistake::AccountForm => {
                let of_account = |account| {
                    let passport = Passport { account, ..self.passport.clone() };
                    self.is_made(&self.key(), &passport.base_string())
                };
                forms(&self.passport.account).into_iter().any(of_account)
            }
        }
    }

    fn key(&self) -> Zeroizing<Vec<u8>> {
        key_text(self.consumer_secret, self.token_secret)
    }

    fn is_made(&self, key: &[u8], base: &str) -> bool {
        self.is_sent(&mac::<Hmac<Sha256>>(key, base))
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

/// HMAC takes keys of any length (RFC 2104 section 2): there is no other way for it to fail.
fn mac<M: Mac + KeyInit>(key: &[u8], text: &str) -> Vec<u8> {
    let keyed = <M as KeyInit>::new_from_slice(key);
    keyed.map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec()).unwrap_or_default()
}
