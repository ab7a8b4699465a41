use super::*;
use crate::{Credentials, Secret, TimestampFault, TokenCredentials, limits};

const FIELDS: [(&str, &str); 6] = [
    ("account", "1234567_SB1"),
    ("consumerKey", "consumer-key"),
    ("token", "token-id"),
    ("nonce", "fjaLirsIcCGVZWzBX0pg"),
    ("timestamp", "1508242306"),
    ("signature algorithm=\"HMAC-SHA256\"", "tIcC5zyKUmycB5Ml/cNxOHDusw03Y5KPQiXVNUHHp4U="),
];

fn passport(fields: &[(&str, &str)]) -> String {
    let element = |(tag, text): &(&str, &str)| {
        format!("<{tag}>{text}</{}>", tag.split(' ').next().unwrap_or_default())
    };
    format!("<tokenPassport>{}</tokenPassport>", fields.iter().map(element).collect::<String>())
}

fn envelope(header: &str) -> String {
    format!("<Envelope><Header>{header}</Header><Body/></Envelope>")
}

/// A passport with one field changed.
fn with(name: &str, text: &str) -> String {
    let change = |(tag, there)| if tag == name { (tag, text) } else { (tag, there) };
    envelope(&passport(&FIELDS.map(change)))
}

/// A passport with this signature element.
fn with_signature(tag: &str) -> String {
    let mut fields = FIELDS;
    fields[5].0 = tag;
    envelope(&passport(&fields))
}

fn fault(text: &str) -> PassportFault {
    Passport::read(text.as_bytes()).unwrap_err()
}

#[test]
fn fields_are_read_in_any_order_and_prefix_and_with_white_space() {
    let mut fields = FIELDS.map(|(tag, text)| (format!("p:{tag}"), format!("\n {text}\t\r\n")));
    for _ in 0..fields.len() {
        fields.rotate_left(1);
        let fields = fields.each_ref().map(|(tag, text)| (tag.as_str(), text.as_str()));
        let text = envelope(&passport(&fields)).replace("tokenPassport", "q:tokenPassport");
        let read = Passport::read(text.as_bytes()).unwrap();
        assert_eq!(read.account(), "1234567_SB1");
        assert_eq!(read.consumer_key(), "consumer-key");
        assert_eq!(read.token(), "token-id");
        assert_eq!(read.nonce(), "fjaLirsIcCGVZWzBX0pg");
        assert_eq!(read.timestamp(), 1_508_242_306);
        assert_eq!(read.signature(), "tIcC5zyKUmycB5Ml/cNxOHDusw03Y5KPQiXVNUHHp4U=");
        assert_eq!(read.algorithm(), PassportAlgorithm::Hyphen);
    }
}

#[test]
fn every_field_is_compulsory_and_there_once() {
    use PassportField::{Account, Algorithm, ConsumerKey, Nonce, Signature, Timestamp, Token};
    let names = [Account, ConsumerKey, Token, Nonce, Timestamp, Signature];
    for (index, field) in names.into_iter().enumerate() {
        let mut without = FIELDS.to_vec();
        let removed = without.remove(index);
        assert_eq!(fault(&envelope(&passport(&without))), PassportFault::Missing(field));
        let twice = [&FIELDS[..], &[(field.as_str(), removed.1)]].concat();
        assert_eq!(fault(&envelope(&passport(&twice))), PassportFault::Repeated(field));
        assert_eq!(fault(&with(removed.0, " \n")), PassportFault::Empty(field));
        let long = "1".repeat(limits::PASSPORT_TEXT_BYTES + 1);
        assert_eq!(fault(&with(removed.0, &long)), PassportFault::TooLong(field));
        let parted = format!("{}<!-- -->{}", &long[1..], "&#49;");
        assert_eq!(fault(&with(removed.0, &parted)), PassportFault::TooLong(field));
    }
    assert_eq!(fault(&with_signature("signature")), PassportFault::Missing(Algorithm));
    let empty = with_signature("signature algorithm=''");
    assert_eq!(fault(&empty), PassportFault::Empty(Algorithm));
    let twice = with_signature("signature algorithm='HMAC-SHA256' p:algorithm='HMAC-SHA256'");
    assert_eq!(fault(&twice), PassportFault::Repeated(Algorithm));
    let namespace = with_signature("signature xmlns:algorithm='HMAC-SHA256'");
    assert_eq!(fault(&namespace), PassportFault::Missing(Algorithm));
}

#[test]
fn only_hmac_sha256_is_accepted_in_its_two_spellings() {
    let of = |name: &str| with_signature(&format!("signature algorithm=\"{name}\""));
    let read = Passport::read(of("HMAC_SHA256").as_bytes()).unwrap();
    assert_eq!(read.algorithm(), PassportAlgorithm::Underscore);
    for name in ["HMAC-SHA1", "HMAC_SHA1", "hmac-sha1", "HMAC-SHA-1"] {
        assert_eq!(fault(&of(name)), PassportFault::Algorithm { sha1: true }, "{name}");
    }
    for name in ["hmac-sha256", "HMACSHA256", "HMAC-SHA512", " HMAC-SHA256", "PLAINTEXT"] {
        assert_eq!(fault(&of(name)), PassportFault::Algorithm { sha1: false }, "{name}");
    }
}

#[test]
fn a_nonce_is_6_to_64_letters_and_digits() {
    let longest = "x".repeat(limits::PASSPORT_NONCE_LONGEST);
    for nonce in ["abc123", &longest] {
        assert_eq!(Passport::read(with("nonce", nonce).as_bytes()).unwrap().nonce(), nonce);
    }
    for (nonce, why) in [
        ("abc12", PassportNonceFault::TooShort),
        (&(longest + "x"), PassportNonceFault::TooLong),
        ("abc-123", PassportNonceFault::NotAlphanumeric),
        ("abc 123", PassportNonceFault::NotAlphanumeric),
        ("abc\u{fc}123", PassportNonceFault::NotAlphanumeric),
        ("abc&amp;123", PassportNonceFault::NotAlphanumeric),
    ] {
        assert_eq!(fault(&with("nonce", nonce)), PassportFault::Nonce(why), "{nonce}");
    }
}

#[test]
fn a_timestamp_is_a_positive_number_of_seconds() {
    for (text, seconds) in [("1", 1), ("0001508242306", 1_508_242_306)] {
        let read = Passport::read(with("timestamp", text).as_bytes()).unwrap();
        assert_eq!(read.timestamp(), seconds);
        assert!(read.base_string().ends_with(&format!("&{text}")), "signed as it was sent");
    }
    for (text, why) in [
        ("now", TimestampFault::NotANumber),
        ("+1508242306", TimestampFault::NotANumber),
        ("1508242306.5", TimestampFault::NotANumber),
        ("1 508 242 306", TimestampFault::NotANumber),
        ("-", TimestampFault::NotANumber),
        ("0", TimestampFault::NotPositive),
        ("-1508242306", TimestampFault::NotPositive),
        ("-99999999999999999999", TimestampFault::NotPositive),
        ("1508242306000", TimestampFault::Milliseconds),
        ("99999999999999999999", TimestampFault::Milliseconds),
    ] {
        assert_eq!(fault(&with("timestamp", text)), PassportFault::Timestamp(why), "{text}");
    }
}

#[test]
fn a_base_string_can_be_read_in_one_way_only() {
    for (name, field) in [
        ("account", PassportField::Account),
        ("consumerKey", PassportField::ConsumerKey),
        ("token", PassportField::Token),
    ] {
        for text in ["a&amp;b", "<![CDATA[a&b]]>", "a b", "a\nb", "a&#x85;b", "\u{fc}"] {
            assert_eq!(fault(&with(name, text)), PassportFault::Malformed(field), "{text}");
        }
    }
}

#[test]
fn the_one_passport_stands_directly_in_the_header() {
    let one = passport(&FIELDS);
    for header in [
        one.clone(),
        format!("<other a='1'><passport/>text &amp; more</other>{one}<preferences/>"),
        format!("\n<!-- -->{one}\r\n"),
    ] {
        assert!(Passport::read(envelope(&header).as_bytes()).is_ok(), "{header}");
    }
    for (text, expected) in [
        (envelope(""), PassportFault::NoPassport),
        (envelope("<passport/>"), PassportFault::NoPassport),
        (envelope("<TokenPassport/>"), PassportFault::NoPassport),
        (format!("<Envelope><Header/><Body>{one}</Body></Envelope>"), PassportFault::NoPassport),
        (envelope(&format!("<a>{one}</a>")), PassportFault::Misplaced),
        (envelope(&format!("<a><b>{one}</b></a>{one}")), PassportFault::Misplaced),
        (format!("<Envelope>{one}<Header/></Envelope>"), PassportFault::Misplaced),
        (one.clone(), PassportFault::Misplaced),
        (envelope(&one.replace("token-id", &one)), PassportFault::UnknownElement),
        (envelope(&one.replace("token-id", "<b/>")), PassportFault::UnknownElement),
        (envelope(&one.replace("<token>", "<role/><token>")), PassportFault::UnknownElement),
        (envelope(&one.replace("<token>", "text<token>")), EnvelopeFault::StrayText.into()),
        (envelope(&format!("text{one}")), EnvelopeFault::StrayText.into()),
        (format!("text{}", envelope(&one)), EnvelopeFault::StrayText.into()),
        (format!("<Letter><Header>{one}</Header></Letter>"), EnvelopeFault::NotAnEnvelope.into()),
        (format!("<Envelope><Body>{one}</Body></Envelope>"), EnvelopeFault::NoHeader.into()),
        (
            format!("<Envelope><a/><Header>{one}</Header></Envelope>"),
            EnvelopeFault::NoHeader.into(),
        ),
        ("<Envelope/>".to_owned(), EnvelopeFault::NoHeader.into()),
    ] {
        assert_eq!(fault(&text), expected, "{text}");
    }
}

#[test]
fn two_credentials_are_ambiguous_in_either_order() {
    let one = passport(&FIELDS);
    for credential in [
        SoapCredential::TokenPassport,
        SoapCredential::Passport,
        SoapCredential::SsoPassport,
        SoapCredential::ApplicationInfo,
    ] {
        let expected = PassportFault::Ambiguous(credential);
        let other = match credential {
            SoapCredential::TokenPassport => one.clone(),
            other => format!("<p:{other}><p:email>x</p:email></p:{other}>"),
        };
        assert_eq!(fault(&envelope(&format!("{one}{other}"))), expected);
        assert_eq!(fault(&envelope(&format!("{other}{one}"))), expected);
        assert!(expected.to_string().starts_with("ambiguous authentication: "));
    }
}

#[test]
fn a_second_header_and_a_passport_behind_the_header_are_refused() {
    let one = passport(&FIELDS);
    let before_the_body =
        |between: &str| format!("<Envelope><Header>{one}</Header>{between}<Body/></Envelope>");
    for between in ["<Header/>", " <!-- --> <h:Header>", "<a><b/></a>text<Header>"] {
        assert_eq!(fault(&before_the_body(between)), EnvelopeFault::SecondHeader.into());
    }
    let with_one = before_the_body(&format!("<Header>{one}</Header>"));
    assert_eq!(fault(&with_one), EnvelopeFault::SecondHeader.into());
    assert_eq!(fault(&before_the_body(&one)), PassportFault::Misplaced);
    assert_eq!(fault(&before_the_body(&format!("<a>{one}</a>"))), PassportFault::Misplaced);
    let elements = "<a/>".repeat(limits::SOAP_ELEMENTS) + "<Header/>";
    assert_eq!(fault(&before_the_body(&elements)), EnvelopeFault::TooManyElements.into());
    let instruction = before_the_body("<?a?><Header/>");
    assert_eq!(fault(&instruction), EnvelopeFault::ProcessingInstruction.into());
    assert!(Passport::read(before_the_body("<a><Header/></a> ").as_bytes()).is_ok());
}

#[test]
fn from_the_body_on_nothing_is_read() {
    let whole = envelope(&passport(&FIELDS));
    let (header, _) = whole.split_once("<Body").unwrap();
    for rest in ["", "<Body>", "\0\u{1}&x;<<<!DOCTYPE a>", "<Body/><Header><tokenPassport/>"] {
        assert!(Passport::read(format!("{header}{rest}").as_bytes()).is_ok(), "{rest}");
    }
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend(vec![0xff; 3 * limits::SOAP_HEADER_BYTES]);
    assert!(Passport::read(&bytes).is_ok());
}

#[test]
fn a_fault_says_what_is_wrong() {
    for (text, expected) in [
        (with("nonce", "x"), "nonce has fewer than 6 characters"),
        (with("timestamp", "x"), "timestamp is not a whole number of seconds"),
        (with("token", ""), "token in the tokenPassport is empty"),
        (with_signature("signature"), "algorithm is missing in the tokenPassport"),
        (
            with_signature("signature algorithm='HMAC_SHA1'"),
            "algorithm is HMAC-SHA1, and only HMAC-SHA256 is accepted",
        ),
        (envelope(""), "the SOAP header has no tokenPassport"),
        ("<html>".to_owned(), "the text is no SOAP envelope"),
    ] {
        assert_eq!(fault(&text).to_string(), expected);
    }
}

fn credentials() -> Credentials {
    Credentials {
        consumer_key: "consumer+key".to_owned(),
        consumer_secret: Secret::new("consumer secret"),
        token: Some(TokenCredentials {
            token: "token-id".to_owned(),
            secret: Secret::new("token secret"),
        }),
    }
}

#[test]
fn what_every_verifier_refuses_is_signed_and_told() {
    use PassportField::{Account, ConsumerKey, Token};
    let checked = |credentials: &Credentials, account, timestamp, nonce| {
        sign_passport(credentials, account, timestamp, nonce).check()
    };
    let usual = credentials();
    assert_eq!(checked(&usual, "123456", 1, "abcdef"), Ok(()));
    let nonce = Err(PassportFault::Nonce(PassportNonceFault::TooShort));
    assert_eq!(checked(&usual, "123456", 1, "a"), nonce);
    let timestamp = Err(PassportFault::Timestamp(TimestampFault::NotPositive));
    assert_eq!(checked(&usual, "123456", -1, "abcdef"), timestamp);
    assert_eq!(checked(&usual, "", 1, "abcdef"), Err(PassportFault::Empty(Account)));
    assert_eq!(checked(&usual, "1 ", 1, "abcdef"), Err(PassportFault::Malformed(Account)));
    let long = "x".repeat(limits::PASSPORT_TEXT_BYTES + 1);
    let long = Credentials { consumer_key: long, ..credentials() };
    assert_eq!(checked(&long, "1", 1, "abcdef"), Err(PassportFault::TooLong(ConsumerKey)));
    let without = Credentials { token: None, ..credentials() };
    assert_eq!(checked(&without, "1", 1, "abcdef"), Err(PassportFault::Empty(Token)));
}

#[test]
fn an_element_is_escaped() {
    let key = Credentials { consumer_key: "<a>&'\"".to_owned(), ..credentials() };
    let element = sign_passport(&key, "1", 1, "abcdef").element("urn:\"<&>");
    assert!(element.starts_with("<tokenPassport xmlns=\"urn:&quot;&lt;&amp;&gt;\"><account>1</"));
    assert!(element.contains("<consumerKey>&lt;a&gt;&amp;&apos;&quot;</consumerKey>"));
}

#[test]
fn neither_secret_nor_signature_is_printed() {
    let signed = sign_passport(&credentials(), "123456", 1_508_242_306, "fjaLirsIcCGVZWzBX0pg");
    let text = signed.signature.to_base64();
    for printed in [format!("{signed:?}"), format!("{:?}", signed.passport)] {
        assert!(printed.contains("consumer+key") && printed.contains("fjaLirsIcCGVZWzBX0pg"));
        assert!(!printed.contains(&text) && !printed.contains("secret"), "{printed}");
    }
}
