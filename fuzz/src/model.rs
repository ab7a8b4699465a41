//! Targets of `countersign-model`.

use countersign_model::CallbackUrl;

/// The first line is stored, the second asked for: stored or refused, matched or not. What
/// matches leads to a host that the stored one names.
pub fn callback(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (stored, asked) = text.split_once('\n').unwrap_or((&text, &text));
    let Ok(pattern) = CallbackUrl::parse(stored) else {
        assert!(!CallbackUrl::from_store(stored.to_owned()).matches(asked));
        return;
    };
    assert_eq!(pattern.as_str(), stored);
    assert_eq!(pattern.matches(stored), !stored.contains('*'), "{stored}");
    if !pattern.matches(asked) {
        return;
    }
    assert!(CallbackUrl::parse(asked).is_ok_and(|asked| asked.matches(asked.as_str())));
    let [stored, asked] = [stored, asked].map(host);
    match stored.strip_prefix('*') {
        Some(parent) => {
            let label = asked.strip_suffix(parent).unwrap_or_default();
            let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            assert!(!label.is_empty() && label.bytes().all(good), "{stored} and {asked}");
        }
        None => assert_eq!(stored, asked),
    }
}

/// What stands between `//` and the next slash, question mark or colon.
fn host(url: &str) -> &str {
    let (_, rest) = url.split_once("//").unwrap_or_default();
    rest.split(['/', '?', ':']).next().unwrap_or_default()
}
