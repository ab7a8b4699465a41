use countersign_signing::{
    CanonicalRequest, Scratch, Secret, SignOptions, TokenCredentials, percent, sign,
};

use super::*;
use crate::{Paint, Style, http_text};

const KEY: &str = "consumer-key-1";
const TOKEN: &str = "token-id-1";
const AT: i64 = 1_800_000_000;

fn credentials(key: &str, token: &str) -> Credentials {
    Credentials {
        consumer_key: key.to_owned(),
        consumer_secret: Secret::new("canary-consumer"),
        token: Some(TokenCredentials {
            token: token.to_owned(),
            secret: Secret::new("canary-token"),
        }),
    }
}

fn of_accounts() -> AccountHosts {
    AccountHosts::new("example.com", [])
}

/// What becomes of a copy, as its owner is told it.
fn explain(received: &Received) -> anyhow::Result<Report> {
    let credentials = credentials(KEY, TOKEN);
    let signer = Signer { realm: "1234567_SB1", credentials: &credentials };
    let hosts = Hosts { candidates: &[], of_accounts: &of_accounts() };
    super::explain(received, signer, hosts, Budget::of_tries(500_000))
}

/// A request for `target`, signed for `signed`.
fn request(target: &str, signed: &str, realm: Option<&str>, ids: (&str, &str)) -> Received {
    let request = http_text::read(
        format!("GET {signed} HTTP/1.1\nHost: a.b\n\n").as_bytes(),
        countersign_signing::Scheme::Https,
    );
    let request = request.unwrap();
    let options = SignOptions { realm, ..SignOptions::new(AT, "nonce-1") };
    let header = sign(&credentials(ids.0, ids.1), &request.request(), &options).unwrap().header;
    let headers = vec![("authorization".to_owned(), header.into_bytes())];
    Received { target: target.to_owned(), headers, ..request }
}

fn right() -> Received {
    request("/x?y=1", "/x?y=1", Some("1234567_SB1"), (KEY, TOKEN))
}

fn report(received: &Received) -> Report {
    let report = explain(received).unwrap();
    let shown = report.json().unwrap();
    assert!(!shown.contains("canary"), "{shown}");
    report
}

#[test]
fn a_right_request_has_no_codes() {
    let report = report(&right());
    assert!(report.certain && report.codes.is_empty(), "{report:?}");
    assert!(report.sentence.starts_with("The signature is right"), "{}", report.sentence);
    assert_eq!(report.request.url, "https://a.b/x");
}

#[test]
fn a_mistake_is_named_and_its_difference_shown() {
    let report = report(&request("/x?y=1", "/x", Some("1234567_SB1"), (KEY, TOKEN)));
    assert!(report.certain);
    assert_eq!(report.codes, ["query-not-signed"]);
}

#[test]
fn the_realm_is_compared_with_the_account() {
    for (realm, codes) in [
        (Some("1234567_SB1"), &[][..]),
        (None, &[]),
        (Some("1234567-sb1"), &["account-form"]),
        (Some("1234567_sb1"), &["account-form"]),
        (Some("1234567"), &["wrong-environment"]),
        (Some("1234567_SB2"), &["wrong-environment"]),
        (Some("7654321_SB1"), &["wrong-account"]),
        (Some("?"), &["wrong-account"]),
    ] {
        let report = report(&request("/x", "/x", realm, (KEY, TOKEN)));
        assert_eq!(report.codes, codes, "{realm:?}: {}", report.sentence);
        assert!(report.certain, "{realm:?}");
    }
    let other = report(&request("/x", "/x", Some("1234567"), (KEY, TOKEN)));
    let words = "The header names 1234567, and the credentials are of 1234567_SB1.";
    assert!(other.sentence.ends_with(words), "{}", other.sentence);
}

/// A request for `host`, signed for that.
fn request_to(host: &str, realm: Option<&str>) -> Received {
    let request = http_text::read(
        format!("GET /x HTTP/1.1\nHost: {host}\n\n").as_bytes(),
        countersign_signing::Scheme::Https,
    );
    let request = request.unwrap();
    let options = SignOptions { realm, ..SignOptions::new(AT, "nonce-1") };
    let header = sign(&credentials(KEY, TOKEN), &request.request(), &options).unwrap().header;
    let headers = vec![("authorization".to_owned(), header.into_bytes())];
    Received { headers, ..request }
}

#[test]
fn a_host_names_an_account_as_it_does_for_a_server() {
    const SANDBOX: Option<&str> = Some("1234567_SB1");
    let none: &[&str] = &[];
    for (host, realm, codes) in [
        ("1234567-sb1.restlets.api.example.com:8443", SANDBOX, none),
        ("1234567-sb1.example.com", None, none),
        ("system.example.com", SANDBOX, none),
        ("1234567-sb1.example.com", Some("1234567-sb1"), &["account-form"]),
        ("1234567.app.example.com", SANDBOX, &["host-of-other-account"]),
        ("1234567-sb1.example.com", Some("1234567"), &["host-of-other-account"]),
        ("1234567.app.example.com", None, &["wrong-environment"]),
        ("7654321.app.example.com", None, &["wrong-account"]),
        ("7654321.app.example.com", Some("7654321"), &["wrong-account"]),
    ] {
        let report = report(&request_to(host, realm));
        assert_eq!(report.codes, codes, "{host} {realm:?}: {}", report.sentence);
    }
    for (host, realm, words) in [
        (
            "1234567.app.example.com",
            SANDBOX,
            "The client called 1234567.app.example.com, which is no host of the account \
             1234567_SB1 in realm. The credentials are of 1234567_SB1.",
        ),
        (
            "1234567.app.example.com",
            None,
            "The host names 1234567.app.example.com, and the credentials are of 1234567_SB1.",
        ),
    ] {
        let sentence = report(&request_to(host, realm)).sentence;
        assert!(sentence.ends_with(words), "{sentence}");
    }
}

#[test]
fn ids_that_changed_places_are_seen() {
    let report = report(&request("/x", "/x", Some("1234567_SB1"), (TOKEN, KEY)));
    assert_eq!(report.codes, ["ids-swapped"]);
    assert!(report.certain);
}

#[test]
fn other_ids_are_told_whatever_the_signature_says() {
    let with_right_secrets = report(&request("/x", "/x", Some("1234567_SB1"), (KEY, "another")));
    assert_eq!(with_right_secrets.codes, ["unexplained"]);
    assert_eq!(
        with_right_secrets.sentence,
        "The header names the token ID another, where these credentials have token-id-1. The \
         signature is right for the secrets of these credentials, which belong to other ids."
    );
    let mut unknown = request("/x", "/x", Some("1234567_SB1"), ("other-key", "canary-token"));
    let header = String::from_utf8(unknown.headers[0].1.clone()).unwrap();
    let (start, _) = header.split_once("oauth_signature=\"").unwrap();
    let signature = percent::encode("A".repeat(43).as_bytes()) + "%3D";
    unknown.headers[0].1 = format!("{start}oauth_signature=\"{signature}\"").into_bytes();
    let unknown = report(&unknown);
    assert!(!unknown.certain);
    assert_eq!(
        unknown.sentence,
        "The header names the consumer key other-key, where these credentials have \
         consumer-key-1, and the token ID [a secret], where these credentials have token-id-1. \
         These credentials belong to other ids, so they can't tell whether the signature is right."
    );
}

#[test]
fn the_time_of_arrival_shows_a_wrong_clock() {
    for (seconds, codes) in
        [(0, &[][..]), (300, &[]), (-300, &[]), (301, &["clock-skew"]), (-3_601, &["clock-skew"])]
    {
        let report = report(&Received { at: Some(AT - seconds), ..right() });
        assert_eq!(report.codes, codes, "{seconds}");
        assert_eq!(report.clock_skew_seconds, Some(seconds));
    }
}

#[test]
fn what_the_wire_shows_comes_before_what_the_credentials_show() {
    let mut sha1 = request("/x", "/x", Some("7654321"), (KEY, TOKEN));
    let header = String::from_utf8(sha1.headers[0].1.clone()).unwrap();
    sha1.headers[0].1 = header.replace("HMAC-SHA256", "PLAINTEXT").into_bytes();
    assert_eq!(report(&sha1).codes[0], "signature-method-unsupported");
    // A fault of the header is said, whosever ids stand in it.
    let other = format!("OAuth oauth_consumer_key=\"other\", realm=\"{}\"", "1234567_SB1");
    let headers = vec![("authorization".to_owned(), other.into_bytes())];
    let missing = report(&Received { headers, ..right() });
    assert_eq!(missing.codes, ["parameter-missing"]);
    assert!(missing.sentence.contains("The header names the consumer key other,"), "{missing:?}");
    assert!(!missing.sentence.contains("token ID"), "{missing:?}");
    let mut two = right();
    two.headers.push(("Authorization".to_owned(), b"OAuth a=\"b\"".to_vec()));
    assert_eq!(report(&two).codes[0], "head-rejected");
}

/// Signed by HMAC-SHA256 with another name of it in what is signed.
fn declared(name: &str) -> Received {
    let mut received = right();
    let header = String::from_utf8(received.headers[0].1.clone()).unwrap();
    let header = header.replace("HMAC-SHA256", name);
    let mut scratch = Scratch::default();
    let authorization = Authorization::parse(header.as_bytes(), &mut scratch.fields).unwrap();
    let request = received.request();
    let canonical = CanonicalRequest::new(&request, &authorization, &mut scratch.pairs).unwrap();
    let signature = canonical.sign(&credentials(KEY, TOKEN).signing_key()).to_base64();
    let (start, _) = header.split_once("oauth_signature=\"").unwrap();
    let signature = percent::encode(signature.as_bytes());
    received.headers[0].1 = format!("{start}oauth_signature=\"{signature}\"").into_bytes();
    received
}

#[test]
fn where_only_the_declared_method_is_wrong_that_is_said_and_no_other_difference() {
    for (name, code) in
        [("HMAC-SHA1", "signature-method-sha1"), ("HMAC_SHA256", "signature-method-unsupported")]
    {
        let report = report(&declared(name));
        assert_eq!(report.codes, [code]);
        assert!(report.signature_is_right, "{report:?}");
        let text = report.text(Style { paint: Paint::Plain, language: None });
        assert!(text.contains("right: only the method that was declared"), "{text}");
        assert!(!text.contains("difference") && !text.contains("compute it"), "{text}");
    }
}

#[test]
fn a_copy_without_the_header_is_refused_with_what_to_do() {
    let with = |headers: &[(&str, &str)], target: &str| {
        let owned = |(name, value): &(&str, &str)| (name.to_string(), value.as_bytes().to_vec());
        let headers = headers.iter().map(owned).collect();
        let received = Received { headers, target: target.to_owned(), ..right() };
        explain(&received).unwrap_err().to_string()
    };
    for (headers, target, words) in [
        (&[][..], "/x", "copy it together with that header"),
        (&[], "/x?oauth_signature=a", "takes them in an `Authorization: OAuth` header only"),
        (&[("Authorization", "Bearer canary")], "/x", "is of the scheme Bearer, and"),
        (&[("Authorization", "canary")], "/x", "is without a scheme, and"),
        (&[("Authorization", "OAuth $(sign)")], "/x", "variable that was not filled in"),
    ] {
        let fault = with(headers, target);
        assert!(fault.contains(words) && !fault.contains("canary"), "{fault}");
    }
}

#[test]
fn a_header_without_a_realm_is_worth_a_note() {
    let without = request("/x", "/x", None, (KEY, TOKEN));
    let notes = notes(&without, &of_accounts()).unwrap();
    assert!(notes[0].contains("has no realm"), "{notes:?}");
    let by_host = Received { authority: "1234567-sb1.app.example.com".to_owned(), ..without };
    for named in [right(), by_host] {
        assert!(super::notes(&named, &of_accounts()).unwrap().is_empty(), "{named:?}");
    }
}
