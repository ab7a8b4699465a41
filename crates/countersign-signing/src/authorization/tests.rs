//! The header's grammar and the proof's checks: requirements 5, 9, 12, 13.

use super::*;
use crate::limits;

const GOOD: &str = concat!(
    r#"OAuth realm="123456", oauth_consumer_key="ck", oauth_token="tk", "#,
    r#"oauth_nonce="abcdef", oauth_timestamp="1508242306", "#,
    r#"oauth_signature_method="HMAC-SHA256", oauth_version="1.0", oauth_signature="c2ln""#,
);

fn parsed(header: &str) -> Result<Vec<(String, String)>, HeaderFault> {
    let mut fields = Fields::default();
    let authorization = Authorization::parse(header.as_bytes(), &mut fields)?;
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    Ok(authorization.parameters().map(|(name, value)| (text(name), text(value))).collect())
}

fn proven(header: &str, step: Step) -> Result<i64, ProofFault> {
    let mut fields = Fields::default();
    let authorization = Authorization::parse(header.as_bytes(), &mut fields).unwrap();
    authorization.proof(step).map(|proof| proof.timestamp)
}

fn syntax(at: usize, why: SyntaxFault) -> HeaderFault {
    HeaderFault::Syntax { at, why }
}

#[test]
fn a_header_is_read_in_order_of_arrival() {
    for (header, expected) in [
        (r#"OAuth a="1",b="2""#, &[("a", "1"), ("b", "2")][..]),
        ("oauth\ta=\"1\" \t, b=\"2\" ", &[("a", "1"), ("b", "2")]),
        (r#"OAUTH ,, a="1",, ,b="2",,"#, &[("a", "1"), ("b", "2")]),
        (r#"OAuth oauth_token="t",realm="R""#, &[("oauth_token", "t"), ("realm", "R")]),
        (r#"OAuth role="", role="3""#, &[("role", ""), ("role", "3")]),
        (r#"OAuth a = "1""#, &[("a", "1")]),
        (r#"OAuth filter[x]="%C3%BC%2B+""#, &[("filter[x]", "\u{fc}++")]),
        (r#"OAuth %61="%61""#, &[("a", "a")]),
        (r#"OAuth oauth_signature="a b""#, &[("oauth_signature", "a b")]),
        (r#"OAuth a="b,c=d""#, &[("a", "b,c=d")]),
        ("OAuth", &[]),
        ("OAuth  ", &[]),
    ] {
        let expected = expected.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        assert_eq!(parsed(header), Ok(expected.collect()), "{header}");
    }
}

#[test]
fn a_header_that_cannot_be_read_says_what_and_where() {
    for (header, expected) in [
        ("", HeaderFault::NotOAuth),
        ("Bearer abc", HeaderFault::NotOAuth),
        ("OAuth2 a=\"1\"", HeaderFault::NotOAuth),
        ("OAuth a=1", syntax(8, SyntaxFault::NoOpeningQuote)),
        ("OAuth a", syntax(7, SyntaxFault::NoEquals)),
        ("OAuth a b=\"1\"", syntax(8, SyntaxFault::NoEquals)),
        ("OAuth =\"1\"", syntax(6, SyntaxFault::NoName)),
        ("OAuth a=\"1", syntax(10, SyntaxFault::NoClosingQuote)),
        ("OAuth a=\"1 ", syntax(11, SyntaxFault::NoClosingQuote)),
        ("OAuth a=\"1\" b=\"2\"", syntax(12, SyntaxFault::NoComma)),
        ("OAuth a=\"1\x002\"", syntax(10, SyntaxFault::ControlByte)),
        ("OAuth a=\"%4\"", HeaderFault::Malformed(ParameterName::Other)),
        ("OAuth oauth_nonce=\"%zz\"", HeaderFault::Malformed(ParameterName::Nonce)),
        ("OAuth %zz=\"1\"", HeaderFault::Malformed(ParameterName::Other)),
    ] {
        assert_eq!(parsed(header), Err(expected), "{header}");
    }
}

#[test]
fn repeated_oauth_parameters_are_refused() {
    for (header, name) in [
        (r#"OAuth oauth_token="a", oauth_token="a""#, ParameterName::Token),
        (r#"OAuth oauth_nonce="a", oauth_%6Eonce="b""#, ParameterName::Nonce),
        (r#"OAuth realm="1", Realm="2""#, ParameterName::Realm),
        (r#"OAuth oauth_body_hash="1", oauth_body_hash="2""#, ParameterName::Other),
    ] {
        assert_eq!(parsed(header), Err(HeaderFault::Repeated(name)), "{header}");
    }
    assert!(parsed(r#"OAuth oauth_body_hash="1", oauth_body_hask="2""#).is_ok());
}

#[test]
fn empty_oauth_parameters_are_refused_and_other_empty_ones_kept() {
    for (header, name) in [
        (r#"OAuth oauth_token="""#, ParameterName::Token),
        (r#"OAuth realm="""#, ParameterName::Realm),
        (r#"OAuth oauth_body_hash="""#, ParameterName::Other),
    ] {
        assert_eq!(parsed(header), Err(HeaderFault::Empty(name)), "{header}");
    }
    assert!(parsed(r#"OAuth role="""#).is_ok());
}

#[test]
fn a_header_over_8_kib_is_refused() {
    let of_length = |length: usize| {
        let frame = r#"OAuth a="""#.len();
        format!(r#"OAuth a="{}""#, "x".repeat(length - frame))
    };
    assert!(parsed(&of_length(limits::HEADER_BYTES)).is_ok());
    assert_eq!(parsed(&of_length(limits::HEADER_BYTES + 1)), Err(HeaderFault::TooLong));
}

#[test]
fn a_header_of_over_200_parameters_is_refused() {
    let of_count = |count| format!("OAuth {}", vec![r#"a="1""#; count].join(","));
    assert!(parsed(&of_count(limits::PARAMETERS)).is_ok());
    let fault = parsed(&of_count(limits::PARAMETERS + 1));
    assert_eq!(fault, Err(HeaderFault::TooManyParameters));
}

#[test]
fn memory_that_held_another_header_holds_nothing_of_it() {
    let mut fields = Fields::default();
    assert!(Authorization::parse(GOOD.as_bytes(), &mut fields).unwrap().token().is_some());
    let second = Authorization::parse(br#"OAuth a="1""#, &mut fields).unwrap();
    assert_eq!(second.token(), None);
    assert_eq!(second.parameters().count(), 1);
}

#[test]
fn every_value_is_found_under_its_name() {
    let mut fields = Fields::default();
    let header =
        GOOD.replace("oauth_version", r#"oauth_callback="oob",oauth_verifier="v",oauth_version"#);
    let authorization = Authorization::parse(header.as_bytes(), &mut fields).unwrap();
    assert_eq!(authorization.realm(), Some(&b"123456"[..]));
    assert_eq!(authorization.consumer_key(), Some(&b"ck"[..]));
    assert_eq!(authorization.token(), Some(&b"tk"[..]));
    assert_eq!(authorization.nonce(), Some(&b"abcdef"[..]));
    assert_eq!(authorization.timestamp(), Some(&b"1508242306"[..]));
    assert_eq!(authorization.signature_method(), Some(&b"HMAC-SHA256"[..]));
    assert_eq!(authorization.version(), Some(&b"1.0"[..]));
    assert_eq!(authorization.signature(), Some(&b"c2ln"[..]));
    assert_eq!(authorization.callback(), Some(&b"oob"[..]));
    assert_eq!(authorization.verifier(), Some(&b"v"[..]));
}

#[test]
fn each_required_parameter_is_required() {
    assert_eq!(proven(GOOD, Step::Resource), Ok(1_508_242_306));
    for name in [
        ParameterName::ConsumerKey,
        ParameterName::Token,
        ParameterName::Nonce,
        ParameterName::Timestamp,
        ParameterName::SignatureMethod,
        ParameterName::Signature,
    ] {
        let without = GOOD.replace(&format!("{name}="), "x=");
        assert_eq!(proven(&without, Step::Resource), Err(ProofFault::Missing(name)));
    }
    let without_token = GOOD.replace("oauth_token=", "x=");
    assert!(proven(&without_token, Step::RequestToken).is_ok());
    assert!(proven(&GOOD.replace("oauth_version=", "x="), Step::Resource).is_ok());
    assert!(proven(&GOOD.replace("realm=", "x="), Step::Resource).is_ok());
}

#[test]
fn only_hmac_sha256_is_accepted_and_sha1_is_named() {
    for (method, sha1) in [
        ("HMAC-SHA1", true),
        ("hmac-sha1", true),
        ("HMAC_SHA1", true),
        ("HMAC_SHA256", false),
        ("hmac-sha256", false),
        ("PLAINTEXT", false),
        ("RSA-SHA256", false),
    ] {
        let header = GOOD.replace("HMAC-SHA256", method);
        assert_eq!(proven(&header, Step::Resource), Err(ProofFault::Method { sha1 }), "{method}");
    }
}

#[test]
fn a_version_is_absent_or_1_0() {
    for version in ["1.1", "1", "1.0a", "2.0"] {
        let header = GOOD.replace("1.0", version);
        assert_eq!(proven(&header, Step::Resource), Err(ProofFault::Version), "{version}");
    }
}

#[test]
fn a_timestamp_is_a_positive_number_of_seconds() {
    for (text, expected) in [
        ("1", Ok(1)),
        ("01508242306", Ok(1_508_242_306)),
        ("999999999999", Ok(999_999_999_999)),
        ("0", Err(TimestampFault::NotPositive)),
        ("-5", Err(TimestampFault::NotPositive)),
        ("1508242306000", Err(TimestampFault::Milliseconds)),
        ("99999999999999999999999", Err(TimestampFault::Milliseconds)),
        ("1508242306.5", Err(TimestampFault::NotANumber)),
        ("+1508242306", Err(TimestampFault::NotANumber)),
        ("-", Err(TimestampFault::NotANumber)),
        (" 1", Err(TimestampFault::NotANumber)),
        ("0x10", Err(TimestampFault::NotANumber)),
        ("\u{661}", Err(TimestampFault::NotANumber)),
    ] {
        let header = GOOD.replace("1508242306", text);
        let expected = expected.map_err(ProofFault::Timestamp);
        assert_eq!(proven(&header, Step::Resource), expected, "{text}");
    }
}

#[test]
fn faults_are_reported_in_the_order_required_method_version_timestamp() {
    let all_wrong = GOOD.replace("1508242306", "x").replace("1.0", "2.0").replace("SHA256", "MD5");
    let no_nonce = all_wrong.replace("oauth_nonce=", "x=");
    let missing = Err(ProofFault::Missing(ParameterName::Nonce));
    assert_eq!(proven(&no_nonce, Step::Resource), missing);
    assert_eq!(proven(&all_wrong, Step::Resource), Err(ProofFault::Method { sha1: false }));
    let good_method = all_wrong.replace("HMAC-MD5", "HMAC-SHA256");
    assert_eq!(proven(&good_method, Step::Resource), Err(ProofFault::Version));
}

#[test]
fn a_nonce_has_6_to_128_characters_after_decoding() {
    let check = |length: usize| {
        let mut fields = Fields::default();
        let header = GOOD.replace("abcdef", &"n".repeat(length));
        let authorization = Authorization::parse(header.as_bytes(), &mut fields).unwrap();
        authorization.proof(Step::Resource).unwrap().nonce.is_acceptable()
    };
    assert_eq!(check(5), Err(NonceFault::TooShort));
    assert_eq!(check(6), Ok(()));
    assert_eq!(check(128), Ok(()));
    assert_eq!(check(129), Err(NonceFault::TooLong));
    let mut fields = Fields::default();
    let header = GOOD.replace("abcdef", "%61bcde");
    let authorization = Authorization::parse(header.as_bytes(), &mut fields).unwrap();
    let nonce = authorization.proof(Step::Resource).unwrap().nonce;
    assert_eq!(nonce.as_bytes(), b"abcde");
    assert_eq!(nonce.is_acceptable(), Err(NonceFault::TooShort));
}

#[test]
fn faults_are_sentences() {
    for (fault, sentence) in [
        (
            syntax(8, SyntaxFault::NoOpeningQuote).to_string(),
            "a value is not in double quotes at byte 8 of the Authorization header",
        ),
        (
            HeaderFault::Repeated(ParameterName::Nonce).to_string(),
            "oauth_nonce stands more than once in the Authorization header",
        ),
        (ProofFault::Missing(ParameterName::Token).to_string(), "oauth_token is missing"),
        (NonceFault::TooShort.to_string(), "oauth_nonce has fewer than 6 characters"),
    ] {
        assert_eq!(fault, sentence);
    }
}
