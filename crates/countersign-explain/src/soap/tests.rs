use countersign_model::AccountHosts;
use countersign_signing::{Credentials, Scheme, Secret, TokenCredentials, sign_passport};

use super::*;
use crate::{Hosts, Paint, Style, http_text, offline};

const ACCOUNT: &str = "1234567_SB1";
const AT: i64 = 1_800_000_000;
const NAMESPACE: &str = "urn:messages_2020_2.platform.webservices.netsuite.com";

fn credentials(consumer_secret: &str, token_secret: &str) -> Credentials {
    Credentials {
        consumer_key: "consumer-key-1".to_owned(),
        consumer_secret: Secret::new(consumer_secret),
        token: Some(TokenCredentials {
            token: "token-id-1".to_owned(),
            secret: Secret::new(token_secret),
        }),
    }
}

fn right() -> Credentials {
    credentials("canary-consumer", "canary-token")
}

/// A passport for that account, as an element.
fn passport(credentials: &Credentials, account: &str) -> String {
    sign_passport(credentials, account, AT, "fjaLirsIcCGVZWzBX0pg").element(NAMESPACE)
}

/// The request that carries it.
fn request(passport: &str) -> Received {
    let text = format!(
        "POST /services/NetSuitePort_2020_2?c=1 HTTP/1.1\nHost: a.b\nSOAPAction: get\n\
         Content-Type: text/xml; charset=utf-8\n\n\
         <soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Header>\
         {passport}</soap:Header><soap:Body><get/></soap:Body></soap:Envelope>\n"
    );
    http_text::read(text.as_bytes(), Scheme::Https).unwrap()
}

fn explain(received: &Received) -> anyhow::Result<Report> {
    let signer = Signer { realm: ACCOUNT, credentials: &right() };
    let of_accounts = &AccountHosts::new("netsuite.com", []);
    let hosts = Hosts { candidates: &[], of_accounts };
    offline::explain(received, signer, hosts, Budget::of_tries(500_000))
}

fn explained(received: &Received) -> Report {
    let report = explain(received).unwrap();
    let shown = format!("{}{}", report.json().unwrap(), text(&report));
    assert!(!shown.contains("canary"), "{shown}");
    report
}

fn text(report: &Report) -> String {
    report.text(Style { paint: Paint::Plain, language: None })
}

const BASE: &str = "1234567_SB1&consumer-key-1&token-id-1&fjaLirsIcCGVZWzBX0pg&1800000000";

#[test]
fn a_right_passport_is_right_and_its_base_string_shown() {
    let report = explained(&request(&passport(&right(), ACCOUNT)));
    assert_eq!(report.codes, [""; 0], "{report:?}");
    assert!(report.signature_is_right);
    assert_eq!(report.expected.as_deref(), Some(BASE));
    let text = text(&report);
    let url = "https://a.b/services/NetSuitePort_2020_2";
    assert!(text.starts_with(&format!("\nright    POST {url}\n  what   The signature")), "{text}");
    assert!(text.ends_with(&format!("\n  base   {BASE}\n")), "{text}");
    assert!(report.json().unwrap().contains("\"kind\": \"token-passport\""));
}

#[test]
fn a_wrong_passport_is_named_by_its_mistake() {
    let without_token =
        explained(&request(&passport(&credentials("canary-consumer", ""), ACCOUNT)));
    assert_eq!(without_token.codes, ["token-secret-missing"]);
    assert!(without_token.certain && !without_token.signature_is_right);
    assert!(text(&without_token).contains(&format!("\n  base   {BASE}\n")));

    // Signed for the account in the form of a host, and sent as it is.
    let host_form = passport(&right(), "1234567-sb1").replace("1234567-sb1", ACCOUNT);
    let host_form = explained(&request(&host_form));
    assert_eq!(host_form.codes, ["account-form"]);
    let marked = "    - 1234567-sb1\n    + 1234567_SB1\n             ^\n      consumer-key-1\n";
    assert!(text(&host_form).contains(marked), "{}", text(&host_form));

    let unknown = explained(&request(&passport(&credentials("another", "secret"), ACCOUNT)));
    assert_eq!((&*unknown.codes, unknown.certain), (&["unexplained".to_owned()][..], false));
}

#[test]
fn what_the_credentials_and_the_time_show_comes_first() {
    let late = Received { at: Some(AT + 3_600), ..request(&passport(&right(), ACCOUNT)) };
    let late = explained(&late);
    assert_eq!(late.codes, ["clock-skew"]);
    assert!(late.sentence.starts_with("The timestamp is 1 hour behind"), "{}", late.sentence);
    assert_eq!((late.signature_is_right, late.clock_skew_seconds), (true, Some(-3_600)));

    let production = explained(&request(&passport(&right(), "1234567")));
    assert_eq!(production.codes, ["wrong-environment"]);
    let words = "The passport names 1234567, and the credentials are of 1234567_SB1.";
    assert!(production.sentence.ends_with(words), "{}", production.sentence);

    let swapped = credentials("canary-token", "canary-consumer");
    let both = explained(&request(&passport(&swapped, "1234567-sb1")));
    assert_eq!(both.codes, ["account-form", "secrets-swapped"]);

    let other = passport(&right(), ACCOUNT).replace("token-id-1", "token-id-2");
    let other = explained(&request(&other));
    assert!(other.sentence.starts_with("The passport names the token ID token-id-2"), "{other:?}");
}

#[test]
fn a_passport_that_can_not_be_read_is_told_of_in_its_own_words() {
    let good = passport(&right(), ACCOUNT);
    for (wrong, code, sentence, fix) in [
        (
            good.replace("<nonce>fjaLirsIcCGVZWzBX0pg</nonce>", ""),
            "parameter-missing",
            "nonce is missing in the tokenPassport.",
            "Send account, consumerKey,",
        ),
        (
            good.replace("HMAC-SHA256", "HMAC-SHA1"),
            "signature-method-sha1",
            "algorithm is HMAC-SHA1, and only HMAC-SHA256 is accepted.",
            "Write algorithm=\"HMAC-SHA256\"",
        ),
        (
            good.replace("1800000000", "1800000000000"),
            "timestamp-milliseconds",
            "",
            "Divide by 1000",
        ),
        (
            format!("<other>{good}</other>"),
            "header-syntax",
            "A tokenPassport does not stand directly in the SOAP header.",
            "Send an envelope",
        ),
        (good.replace("</token>", "</tok>"), "header-syntax", "", "Send an envelope"),
    ] {
        let report = explained(&request(&wrong));
        assert_eq!((&*report.codes, report.certain), (&[code.to_owned()][..], false));
        assert!(report.sentence.starts_with(sentence), "{}", report.sentence);
        assert!(report.fix.starts_with(fix), "{}", report.fix);
        assert!(text(&report).contains("none needed: the request itself shows it"));
    }
    let fault = explain(&request("<other/>")).unwrap_err().to_string();
    assert!(fault.contains("has no tokenPassport in its header"), "{fault}");
}

#[test]
fn a_header_counts_where_there_is_one() {
    let mut received = request(&passport(&right(), ACCOUNT));
    received.headers.push(("Authorization".to_owned(), b"OAuth realm=\"1\"".to_vec()));
    assert!(envelope(&received).is_none());
    assert!(!is_envelope(b"{\"a\": \"<Envelope>\"}") && !is_envelope(b"<a/>"));
}
