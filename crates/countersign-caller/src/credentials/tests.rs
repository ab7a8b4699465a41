//! Files and environments, whole and broken; none of them leaks.

use super::*;

const WHOLE: &str = r#"{"account": "1234567_SB1",
    "consumer_key": "ck", "consumer_secret": "canary1",
    "token_id": "ti", "token_secret": "canary2 ", "base_url": "http://127.0.0.1:8080", "role": 3}"#;

fn assert_whole(signer: &Signer) {
    assert_eq!(signer.realm, "1234567_SB1");
    assert_eq!(signer.credentials.consumer_key, "ck");
    assert_eq!(signer.credentials.consumer_secret.reveal(), b"canary1");
    let token = signer.credentials.token.as_ref().unwrap();
    assert_eq!((token.token.as_str(), token.secret.reveal()), ("ti", &b"canary2"[..]));
    assert!(!format!("{signer:?}").contains("canary"));
}

#[test]
fn a_file_says_who_signs_and_where_urls_begin() {
    let signer = from_json(WHOLE.as_bytes()).unwrap();
    assert_whole(&signer);
    assert_eq!(signer.base_url.as_deref(), Some("http://127.0.0.1:8080"));
}

#[test]
fn a_broken_file_is_named_by_what_is_wrong_and_never_quoted() {
    for (text, expected) in [
        (WHOLE.replace("token_id", "token"), "it has no member `token_id`"),
        (WHOLE.replace("\"canary1\"", "\" \""), "its member `consumer_secret` is empty or no text"),
        (WHOLE.replace("\"canary1\"", "4711"), "its member `consumer_secret` is empty or no text"),
        ("\"canary\"".to_owned(), "it is not a JSON object"),
        ("canary".to_owned(), "it is not a JSON object"),
        (WHOLE.replace("role", "canary\u{1}"), "it is not a JSON object"),
    ] {
        assert_eq!(format!("{:#}", from_json(text.as_bytes()).unwrap_err()), expected);
    }
    let fault = from_file(Path::new("/nonexistent/credentials.json")).unwrap_err();
    let fault = format!("{fault:#}");
    assert!(fault.starts_with("the credentials in /nonexistent/credentials.json can't be read: "));
}

#[test]
fn an_environment_says_the_same_or_what_is_missing() {
    let set = |name: &str| {
        let value = match name {
            "COUNTERSIGN_ACCOUNT" => "1234567_SB1",
            "COUNTERSIGN_CONSUMER_KEY" => "ck",
            "COUNTERSIGN_CONSUMER_SECRET" => "canary1",
            "COUNTERSIGN_TOKEN_ID" => "ti",
            "COUNTERSIGN_TOKEN_SECRET" => "canary2\n",
            _ => return None,
        };
        Some(OsString::from(value))
    };
    assert_whole(&from_environment(set).unwrap());
    let without = |name: &str| set(name).filter(|_| !name.ends_with("SECRET"));
    let fault = from_environment(without).unwrap_err().to_string();
    assert!(
        fault.contains("set COUNTERSIGN_CONSUMER_SECRET and COUNTERSIGN_TOKEN_SECRET as well"),
        "{fault}"
    );
    let fault = from_environment(|_| None).unwrap_err().to_string();
    assert!(fault.contains("--credentials FILE") && fault.contains("COUNTERSIGN_TOKEN_ID"));
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_noticed() {
    use std::os::unix::fs::PermissionsExt;
    let file = tempfile::NamedTempFile::new().unwrap();
    for (mode, expected) in [(0o600, None), (0o640, Some(0o640)), (0o644, Some(0o644))] {
        fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(readable_by_others(file.path()), expected);
    }
}
