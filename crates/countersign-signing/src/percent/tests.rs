//! Requirement 3 and the two decoders.

use super::*;

const UNRESERVED: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

#[test]
fn each_of_the_256_bytes_is_itself_or_upper_case_hex() {
    for byte in 0..=255u8 {
        let expected = if UNRESERVED.contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        };
        assert_eq!(encode(&[byte]), expected);
        assert_eq!(decode(expected.as_bytes()), Ok(vec![byte]));
        assert_eq!(decode(expected.to_lowercase().as_bytes()).map(|it| it.len()), Ok(1));
    }
}

#[test]
fn text_is_encoded_as_its_utf8() {
    for (text, expected) in [
        ("J\u{fc}rgen", "J%C3%BCrgen"),
        ("\u{20ac}", "%E2%82%AC"),
        ("\u{65e5}\u{672c}", "%E6%97%A5%E6%9C%AC"),
        ("\u{1f600}", "%F0%9F%98%80"),
        // RFC 5849 section 3.6 has no list of its own; these are from section 3.4.1.3.1.
        ("=%3D", "%3D%253D"),
        ("r b", "r%20b"),
    ] {
        assert_eq!(encode(text.as_bytes()), expected);
    }
}

#[test]
fn encoding_twice_is_encoding_the_encoded() {
    for byte in 0..=255u8 {
        let mut twice = Vec::new();
        push_twice_encoded(&mut twice, &[b'a', byte, b'z']);
        assert_eq!(ascii(twice), encode(encode(&[b'a', byte, b'z']).as_bytes()));
    }
}

#[test]
fn a_query_component_in_one_pass_is_decoded_and_encoded_twice() {
    for component in ["", "a", "a+b", "a%20b", "%zz", "%", "%4", "%41", "\u{fc}", "a=b", "%2B%2b+"]
    {
        let mut once = Vec::new();
        push_form_twice_encoded(&mut once, component.as_bytes());
        let expected = encode(encode(&decode_form(component.as_bytes())).as_bytes());
        assert_eq!(ascii(once), expected, "{component}");
    }
}

#[test]
fn header_values_are_decoded_strictly() {
    for (encoded, expected) in [
        ("%61bc", Ok("abc")),
        ("a+b", Ok("a+b")),
        ("%2b", Ok("+")),
        ("", Ok("")),
        ("ab%", Err(2)),
        ("ab%4", Err(2)),
        ("%41%zz", Err(3)),
        ("%+1", Err(0)),
    ] {
        let expected = expected.map(|text| text.as_bytes().to_vec()).map_err(|at| Malformed { at });
        assert_eq!(decode(encoded.as_bytes()), expected, "{encoded}");
    }
}

#[test]
fn query_components_are_decoded_leniently() {
    for (encoded, expected) in
        [("a+b", "a b"), ("%2B", "+"), ("100%", "100%"), ("%zz%41", "%zzA"), ("%%41", "%A")]
    {
        assert_eq!(decode_form(encoded.as_bytes()), expected.as_bytes(), "{encoded}");
    }
}
