//! What is shown once, and what signs a request.

use serde_json::Value;

use super::{Check, check};
use crate::Credentials;
use crate::guide::acts::{list_changes_of, list_integrations, show_integration};
use crate::guide::walk::Walk;

pub(super) const CHECKS: &[Check] = &[
    check(15, "who makes a record is shown its consumer key and secret", |walk| {
        let application = walk.application();
        for credential in [&application.consumer_key, &application.consumer_secret] {
            assert!(is_credential(credential), "64 hexadecimal digits");
        }
    }),
    check(16, "no later look at the record shows the secret", |walk| {
        let application = walk.application();
        let shown = walk.admin().does(&show_integration(application.number)).to_string();
        assert!(shown.contains(&application.name), "{shown}");
        assert!(!shown.contains(&application.consumer_secret), "the secret was shown again");
    }),
    check(16, "nor does the list of records", |walk| {
        let application = walk.application();
        let listed = Value::from(walk.admin().lists(&list_integrations())).to_string();
        assert!(listed.contains(&application.name), "{listed}");
        assert!(!listed.contains(&application.consumer_secret), "the secret was shown again");
    }),
    check(16, "the trail has the record's making, and not the secret", |walk| {
        let application = walk.application();
        let changes = list_changes_of("integration", application.number);
        let changes = Value::from(walk.admin().lists(&changes)).to_string();
        assert!(changes.contains("integration-created"), "{changes}");
        assert!(!changes.contains(&application.consumer_secret), "the secret is in the trail");
    }),
    check(16, "no file of the data folder has it, in letters or in bytes", |walk| {
        let (application, _, token) = walk.some_token();
        for secret in [&application.consumer_secret, &token.credentials.token_secret] {
            assert_eq!(walk.stage.files_with(secret.as_bytes()), [""; 0]);
            assert_eq!(walk.stage.files_with(&bytes(secret)), [""; 0]);
        }
        // The search finds what is there.
        assert_ne!(walk.stage.files_with(application.name.as_bytes()), [""; 0]);
    }),
    check(17, "all four together sign a request that is admitted", |walk| {
        let (_, _, token) = walk.some_token();
        walk.heard(&token).admitted();
    }),
    check(17, "with another consumer key it is refused", |walk| {
        refused(walk, "consumer_key_unknown", "consumer-key-unknown", |it| &mut it.consumer_key);
    }),
    check(17, "with another consumer secret it is refused", |walk| {
        refused(walk, "InvalidSignature", "unexplained", |it| &mut it.consumer_secret);
    }),
    check(17, "with another token ID it is refused", |walk| {
        refused(walk, "token_rejected", "token-unknown", |it| &mut it.token_id);
    }),
    check(17, "with another token secret it is refused", |walk| {
        refused(walk, "InvalidSignature", "unexplained", |it| &mut it.token_secret);
    }),
];

/// Changes one digit of one of the four.
fn refused(walk: &Walk<'_>, detail: &str, code: &str, which: fn(&mut Credentials) -> &mut String) {
    let (_, _, token) = walk.some_token();
    let mut wrong = token.credentials.clone();
    let credential = which(&mut wrong);
    let first = if credential.starts_with('0') { "1" } else { "0" };
    credential.replace_range(..1, first);
    walk.heard_with(&wrong).refused(detail, code);
    walk.heard(&token).admitted();
}

fn is_credential(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// What a credential's digits stand for.
fn bytes(digits: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(digit).collect()
}
