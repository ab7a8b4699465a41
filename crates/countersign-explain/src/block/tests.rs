use super::*;
use crate::report::{Came, FirstSeen, Kind};

const PLAIN: Style = Style { paint: Paint::Plain, language: None };

fn report(codes: &[&str]) -> Report {
    Report {
        reference: None,
        kind: Kind::Request,
        at: None,
        detail: None,
        codes: codes.iter().map(|it| (*it).to_owned()).collect(),
        certain: true,
        signature_is_right: false,
        sentence: "The client left the query string out of the base string.".to_owned(),
        fix: "Sign the parameters of the query too.".to_owned(),
        request: Came {
            method: "GET".to_owned(),
            url: "https://a.b/x".to_owned(),
            source: None,
            user_agent: None,
        },
        expected: Some("GET&https%3A%2F%2Fa.b%2Fx&a%3D1%26q%3Da%2520b".to_owned()),
        signed: Some("GET&https%3A%2F%2Fa.b%2Fx&a%3D1".to_owned()),
        first_difference: Some(31),
        clock_skew_seconds: None,
        nonce_first_seen: None,
    }
}

#[test]
fn a_block_says_what_came_what_is_wrong_and_where() {
    let expected = "
wrong    GET https://a.b/x
  why    query-not-signed
  what   The client left the query string out of the base string.
  change Sign the parameters of the query too.
  proof  certain: signed in this way, the client's signature comes out
  parts  - as the client signed them, + as is right:
      a=1
    + q=a%20b
";
    assert_eq!(report(&["query-not-signed"]).text(PLAIN), expected);
}

#[test]
fn all_that_a_server_knows_is_said() {
    let mut report = report(&["query-not-signed", "nonce-reused"]);
    report.reference = Some("ref_1".to_owned());
    report.at = Some("2026-01-01T00:00:00Z".to_owned());
    report.detail = Some("InvalidSignature".to_owned());
    report.request.source = Some("192.0.2.1".to_owned());
    report.request.user_agent = Some("python-requests/2".to_owned());
    report.clock_skew_seconds = Some(-90);
    let at = "2025-12-31T00:00:00Z".to_owned();
    report.nonce_first_seen = Some(FirstSeen { at, from: "192.0.2.2".to_owned() });
    let text = report.text(PLAIN);
    for line in [
        "\nrefused  GET https://a.b/x\n",
        "  why    query-not-signed + nonce-reused (InvalidSignature)\n",
        "  hint   Python (requests-oauthlib): Give the session the URL that is called",
        "  clock  The timestamp is 1 minute 30 seconds behind the server's time.\n",
        "  first  the nonce was first used at 2025-12-31T00:00:00Z, from 192.0.2.2\n",
        "  came   2026-01-01T00:00:00Z from 192.0.2.1 by python-requests/2\n",
        "    + q=a%20b\n  as     ref_1\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
}

fn flat(report: &Report) -> String {
    report.text(PLAIN).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn where_the_base_strings_are_equal_it_is_said_what_differs() {
    for (code, words) in [
        ("secrets-swapped", "The base strings are equal: the difference is in the key"),
        ("hex-digest", "the difference is in the key or the digest"),
        ("signature-not-encoded", "the difference is in how the"),
    ] {
        let mut report = report(&[code]);
        report.signed.clone_from(&report.expected);
        let text = flat(&report);
        assert!(text.contains(words) && !text.contains("parts"), "{code}: {text}");
    }
}

#[test]
fn of_a_right_signature_nothing_is_said_to_differ() {
    for (code, words) in [
        ("signature-method-sha1", "right: only the method that was declared with it is wrong"),
        ("signature-method-unsupported", "right: only the method that was declared with it"),
        ("clock-skew", "proof certain: the signature itself is right"),
        ("nonce-reused", "proof certain: the signature itself is right"),
    ] {
        let right = Report { signature_is_right: true, ..report(&[code]) };
        let text = flat(&Report { signed: right.expected.clone(), ..right });
        assert!(text.contains(words), "{code}: {text}");
        assert!(!text.contains("difference") && !text.contains("equal"), "{text}");
    }
}

#[test]
fn what_no_signature_shows_is_said_to_need_none() {
    for (code, words) in [
        ("token-revoked", "proof none needed: this is how the record stands"),
        ("parameter-missing", "proof none needed: the request itself shows it"),
    ] {
        let seen = Report { signed: None, certain: false, ..report(&[code]) };
        assert!(flat(&seen).contains(words), "{code}: {}", flat(&seen));
    }
}

#[test]
fn what_is_unexplained_is_shown_to_be_compared() {
    let unexplained = Report { signed: None, certain: false, ..report(&["unexplained"]) };
    let text = unexplained.text(PLAIN);
    let parts = "  parts  of the base string that is right, to compare yours with:\n      \
                 GET\n      https://a.b/x\n      a=1\n      q=a%20b\n";
    assert!(text.contains(parts), "{text}");
    assert!(text.contains("  proof  none: "), "{text}");
}

#[test]
fn very_many_parts_are_not_all_shown() {
    let many = (0..500).map(|n| format!("n{n}%3D")).collect::<Vec<_>>().join("%26");
    let expected = Some(format!("GET&u&{many}"));
    let unexplained = Report {
        signed: None,
        certain: false,
        expected: expected.clone(),
        ..report(&["unexplained"])
    };
    let differs = Report { expected, ..report(&["form-body-not-signed"]) };
    for report in [unexplained, differs] {
        let text = report.text(PLAIN);
        assert!(text.lines().count() < 75, "{text}");
        assert!(text.contains("lines more: the JSON form has all\n"), "{text}");
    }
}

#[test]
fn a_right_request_is_called_right() {
    let right = Report { signed: report(&[]).expected, ..report(&[]) };
    let text = right.text(PLAIN);
    assert!(text.starts_with("\nright    GET https://a.b/x\n  what   "), "{text}");
    assert!(!text.contains("why") && !text.contains("proof"), "{text}");
}

#[test]
fn colours_add_nothing_but_colour() {
    let report = report(&["query-not-signed"]);
    let coloured = report.text(Style { paint: Paint::Coloured, ..PLAIN });
    assert!(coloured.contains("\u{1b}[32m+ q=a%20b\u{1b}[0m\n"), "{coloured}");
    let plain = coloured.replace("\u{1b}[32m", "").replace("\u{1b}[0m", "");
    assert_eq!(plain, report.text(PLAIN));
}

#[test]
fn nothing_in_a_report_can_move_the_cursor() {
    let evil = "a\u{1b}[2J\n\u{202e}";
    let text = evil.to_owned();
    let report = Report {
        reference: Some(text.clone()),
        at: Some(text.clone()),
        detail: Some(text.clone()),
        codes: vec![text.clone()],
        sentence: text.clone(),
        fix: text.clone(),
        request: Came {
            method: text.clone(),
            url: text.clone(),
            source: Some(text.clone()),
            user_agent: Some(text.clone()),
        },
        expected: Some(text.clone()),
        signed: Some(format!("{text}x")),
        nonce_first_seen: Some(FirstSeen { at: text.clone(), from: text }),
        ..report(&[])
    };
    for shown in [report.text(PLAIN), report.json().unwrap()] {
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown}");
        assert!(!shown.lines().any(|line| line.starts_with('\u{202e}')));
    }
    let again: Report = serde_json::from_str(&report.json().unwrap()).unwrap();
    assert_eq!(again.sentence, evil);
}
