//! Secrets in clear, for as long as one search takes, and out of every text.

use countersign_model::{ConsumerSecret, Revealed, TokenSecret};
use countersign_signing::diagnose::{Pair, Secrets};
use countersign_verify::SecretOpener;
use zeroize::Zeroizing;

use crate::{Evidence, SealedSecret, Vault};

/// The secrets that a request may have been signed with. Wiped when it is dropped.
#[derive(Default)]
pub(super) struct Opened {
    pair: Option<(Revealed, Revealed)>,
    previous: Option<Revealed>,
    other_tokens: Vec<Revealed>,
}

impl Opened {
    /// What of `evidence` the vault opens.
    pub(super) fn new(evidence: Evidence, vault: &Vault) -> Self {
        let consumer = |(sealed, binding): SealedSecret| {
            Some(ConsumerSecret::from_bytes(*vault.open(&sealed, &binding)?).reveal())
        };
        let token = |(sealed, binding): SealedSecret| {
            Some(TokenSecret::from_bytes(*vault.open(&sealed, &binding)?).reveal())
        };
        Self {
            pair: evidence.pair.and_then(|pair| consumer(pair.consumer).zip(token(pair.token))),
            previous: evidence.previous.and_then(consumer),
            other_tokens: evidence.other_tokens.into_iter().filter_map(token).collect(),
        }
    }

    /// Lends them to a search.
    pub(super) fn lend<T>(&self, search: impl FnOnce(Secrets<'_>) -> T) -> T {
        let pair = self.pair.as_ref().map(|(consumer, token)| Pair {
            consumer_secret: consumer.as_bytes(),
            token_secret: token.as_bytes(),
        });
        // A reset leaves the tokens as they are.
        let earlier = self.previous.as_ref().zip(pair);
        let earlier = earlier.map(|(consumer, pair)| Pair {
            consumer_secret: consumer.as_bytes(),
            token_secret: pair.token_secret,
        });
        let others: Vec<&[u8]> = self.other_tokens.iter().map(|it| it.as_bytes()).collect();
        search(Secrets { pair, earlier: earlier.as_slice(), other_tokens: &others })
    }
}

/// Digits of a secret.
const DIGITS: usize = 64;

/// The same text without any secret that we made, whosever it is: a client may have put one
/// anywhere, and its checksum tells it from an id or a hash.
pub(super) fn without_secrets(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut clean = String::with_capacity(text.len());
    let mut done = 0;
    let mut digits = 0;
    for (at, byte) in bytes.iter().enumerate() {
        digits = if byte.is_ascii_hexdigit() { digits + 1 } else { 0 };
        let start = (at + 1).saturating_sub(DIGITS);
        if digits >= DIGITS && start >= done && is_secret(&bytes[start..=at]) {
            clean.push_str(&text[done..start]);
            clean.push_str("[a secret]");
            done = at + 1;
        }
    }
    clean.push_str(&text[done..]);
    clean
}

fn is_secret(digits: &[u8]) -> bool {
    let digits = Zeroizing::new(digits.to_ascii_lowercase());
    TokenSecret::from_wire(&digits).is_some_and(|it| it.is_ours())
        || ConsumerSecret::from_wire(&digits).is_some_and(|it| it.is_ours())
}

#[cfg(test)]
mod tests {
    use countersign_model::{ConsumerKey, TokenId};
    use countersign_testkit::SeededChance;

    use super::*;

    #[test]
    fn a_secret_is_taken_out_wherever_it_stands_and_an_id_stays() {
        let chance = SeededChance::new(1);
        let consumer = ConsumerSecret::generate(&chance).reveal().to_string();
        let token = TokenSecret::generate(&chance).reveal().to_string();
        let (key, id) = (ConsumerKey::generate(&chance), TokenId::generate(&chance));
        for (text, expected) in [
            (token.clone(), "[a secret]".to_owned()),
            (format!("é{consumer}{token}ü"), "é[a secret][a secret]ü".to_owned()),
            (format!("a%3D{token}%26"), "a%3D[a secret]%26".to_owned()),
            (token.to_ascii_uppercase(), "[a secret]".to_owned()),
            (format!("{key}{id}"), format!("{key}{id}")),
            (format!("{key}{token}0"), format!("{key}[a secret]0")),
            ("0".repeat(200), "0".repeat(200)),
            (String::new(), String::new()),
        ] {
            assert_eq!(without_secrets(&text), expected);
        }
    }
}
