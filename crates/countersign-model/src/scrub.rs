//! Secrets out of text that others wrote.

use zeroize::Zeroizing;

use crate::{ConsumerSecret, TokenSecret};

/// Digits of a secret.
const DIGITS: usize = 64;

/// What stands before the underscore and the digits of secrets without a checksum: of links by
/// which a former token is taken up, of password links, of sessions.
const WORDS: [&str; 3] = ["pickup", "setup", "session"];

/// So many digits behind a word count as its secret. Fewer leave more than 64 bits unknown, and
/// upstreams have words like these before ids of their own.
const FEWEST: usize = 48;

/// The same text without any secret that we made, whosever it is: a client may have put one
/// anywhere, and its checksum, or the word before it, tells it from an id or a hash.
pub fn without_secrets(text: &str) -> String {
    without_checked(&without_named(text))
}

fn without_named(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut clean = String::with_capacity(text.len());
    let mut done = 0;
    for at in 0..bytes.len() {
        let Some(from) = behind_underscore(bytes, at) else { continue };
        let is_before = |word: &&str| {
            let start = at.checked_sub(word.len()).filter(|start| *start >= done);
            start.is_some_and(|start| bytes[start..at].eq_ignore_ascii_case(word.as_bytes()))
        };
        let Some(word) = WORDS.into_iter().find(is_before) else { continue };
        let digits = bytes[from..].iter().take(DIGITS).take_while(|it| it.is_ascii_hexdigit());
        let digits = digits.count();
        if digits >= FEWEST {
            clean.push_str(&text[done..at - word.len()]);
            clean.push_str("[a secret]");
            done = from + digits;
        }
    }
    clean.push_str(&text[done..]);
    clean
}

/// Where an underscore that begins at `at` ends, also as a URL may have it.
fn behind_underscore(bytes: &[u8], at: usize) -> Option<usize> {
    match &bytes[at..] {
        [b'_', ..] => Some(at + 1),
        [b'%', b'5', b'f' | b'F', ..] => Some(at + 3),
        _ => None,
    }
}

fn without_checked(text: &str) -> String {
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
    fn secrets_of_links_and_sessions_are_taken_out_and_shorter_ids_stay() {
        let digits = "0123456789abcdef".repeat(4);
        for word in ["pickup_", "setup_", "session_", "PickUp_", "session%5F", "setup%5f"] {
            let secret = format!("{word}{digits}");
            for (text, expected) in [
                (secret.clone(), "[a secret]".to_owned()),
                (format!("/é/{secret}/ü"), "/é/[a secret]/ü".to_owned()),
                (format!("{secret}{secret}"), "[a secret][a secret]".to_owned()),
                (format!("x{}", secret.to_ascii_uppercase()), "x[a secret]".to_owned()),
                (secret[..secret.len() - 16].to_owned(), "[a secret]".to_owned()),
                (secret[..secret.len() - 17].to_owned(), secret[..secret.len() - 17].to_owned()),
            ] {
                assert_eq!(without_secrets(&text), expected);
            }
        }
        for other in [format!("pick_{digits}"), format!("_{digits}"), "session_%5".to_owned()] {
            assert_eq!(without_secrets(&other), other);
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
