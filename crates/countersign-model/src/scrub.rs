//! Secrets out of text that others wrote.

use zeroize::Zeroizing;

use crate::{ConsumerSecret, TokenSecret};

/// Digits of a secret.
const DIGITS: usize = 64;

/// The same text without any secret that we made, whosever it is: a client may have put one
/// anywhere, and its checksum tells it from an id or a hash.
pub fn without_secrets(text: &str) -> String {
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
    use super::*;
    use crate::{Chance, ConsumerKey, TokenId};

    /// Other bytes each time.
    struct Counting(std::sync::atomic::AtomicU8);

    impl Chance for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0.fetch_add(7, std::sync::atomic::Ordering::Relaxed));
        }
    }

    #[test]
    fn a_secret_is_taken_out_wherever_it_stands_and_an_id_stays() {
        let chance = Counting(1.into());
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
