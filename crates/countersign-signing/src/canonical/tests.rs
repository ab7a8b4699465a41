//! Collecting, encoding, sorting: requirements 4 to 8 and 13.

use super::*;
use crate::{Scheme, limits};

const REQUEST: Request<'static> = Request {
    method: "GET",
    scheme: Scheme::Https,
    authority: "example.com",
    target: "/",
    form: None,
};

fn base(request: &Request<'_>, header: &str) -> Result<String, RequestFault> {
    let mut scratch = Scratch::default();
    let authorization = Authorization::parse(header.as_bytes(), &mut scratch.fields).unwrap();
    let canonical = CanonicalRequest::new(request, &authorization, &mut scratch.pairs)?;
    Ok(canonical.base_string().as_str().to_owned())
}

fn parameters(target: &str, header: &str) -> String {
    base(&Request { target, ..REQUEST }, header).map(|it| BaseString::new(it).parameters()).unwrap()
}

fn base_uri(scheme: Scheme, authority: &str, target: &str) -> String {
    let request = Request { scheme, authority, target, ..REQUEST };
    BaseString::new(base(&request, "OAuth").unwrap()).base_uri()
}

#[test]
fn parameters_are_sorted_by_encoded_name_then_value_and_all_are_kept() {
    for (query, expected) in [
        ("b=1&a=2", "a=2&b=1"),
        ("id=20&id=3&id=100", "id=100&id=20&id=3"),
        ("a=1&a=1", "a=1&a=1"),
        ("id2=x&id=y&id-2=z", "id=y&id-2=z&id2=x"),
        ("a=&a&=x&=", "=&=x&a=&a="),
        ("&&a=1&&", "a=1"),
        ("a=b=c&d", "a=b%3Dc&d="),
        ("x=a+b&x=a%20b&x=a%2Bb", "x=a%20b&x=a%20b&x=a%2Bb"),
        ("p=100%&q=%zz&r=%C3", "p=100%25&q=%25zz&r=%C3"),
        ("name[]=1;b=2", "name%5B%5D=1%3Bb%3D2"),
        // Decoded, the first byte of the umlaut would come last.
        ("z=1&%C3%BC=2&~=3&a=4", "%C3%BC=2&a=4&z=1&~=3"),
        (
            "longer-than-eight-b=1&longer-than-eight-a=2",
            "longer-than-eight-a=2&longer-than-eight-b=1",
        ),
        ("a%00=1&a=2", "a=2&a%00=1"),
    ] {
        assert_eq!(parameters(&format!("/p?{query}"), "OAuth"), expected, "{query}");
    }
}

#[test]
fn realm_and_signature_are_never_signed_and_unknown_header_parameters_always() {
    let header =
        r#"OAuth oauth_signature="sig", role="3", oauth_body_hash="n4n%3D", realm="R", x="""#;
    assert_eq!(parameters("/?a=1", header), "a=1&oauth_body_hash=n4n%3D&role=3&x=");
    let elsewhere = parameters("/?realm=1", r#"OAuth Realm="R""#);
    assert_eq!(elsewhere, "realm=1", "a realm of the query is an ordinary parameter");
}

#[test]
fn default_ports_are_dropped_hosts_lowered_and_paths_kept() {
    for (scheme, authority, target, expected) in [
        (Scheme::Https, "EXAMPLE.com:443", "/a", "https://example.com/a"),
        (Scheme::Http, "example.com:80", "/a", "http://example.com/a"),
        (Scheme::Http, "example.com:443", "/a", "http://example.com:443/a"),
        (Scheme::Https, "localhost:8080", "/a", "https://localhost:8080/a"),
        (Scheme::Https, "[2001:DB8::1]:443", "/a", "https://[2001:db8::1]/a"),
        (Scheme::Https, "example.com:", "/a", "https://example.com/a"),
        (Scheme::Https, "example.com", "", "https://example.com/"),
        (Scheme::Https, "example.com", "?a=1", "https://example.com/"),
        (
            Scheme::Https,
            "example.com",
            "/A/../b//c/./%2f%7E?x",
            "https://example.com/A/../b//c/./%2f%7E",
        ),
    ] {
        assert_eq!(base_uri(scheme, authority, target), expected);
    }
    let path = base(&Request { target: "/A%2fb", ..REQUEST }, "OAuth").unwrap();
    assert_eq!(path, "GET&https%3A%2F%2Fexample.com%2FA%252fb&");
}

#[test]
fn a_method_is_signed_in_upper_case() {
    for (method, expected) in [("get", "GET&"), ("Patch", "PATCH&"), ("x y", "X%20Y&")] {
        let base = base(&Request { method, ..REQUEST }, "OAuth").unwrap();
        assert!(base.starts_with(expected), "{base}");
    }
}

#[test]
fn a_form_is_signed_together_with_the_query() {
    let request = Request { target: "/?b=2", form: Some(b"a=1+x&c=\xff"), ..REQUEST };
    let base = BaseString::new(base(&request, "OAuth").unwrap());
    assert_eq!(base.parameters(), "a=1%20x&b=2&c=%FF");
}

#[test]
fn oauth_parameters_in_two_places_are_refused() {
    for request in [
        Request { target: "/?oauth_token=x", ..REQUEST },
        Request { target: "/?a=1&%6Fauth%5Ftoken=x", ..REQUEST },
        Request { target: "/?oauth_anything", ..REQUEST },
        Request { form: Some(b"oauth_signature=x"), ..REQUEST },
    ] {
        let refused = Err(RequestFault::OAuthParametersElsewhere);
        assert_eq!(base(&request, "OAuth"), refused, "{request:?}");
    }
    assert!(base(&Request { target: "/?oauth=1&OAuth_x=2", ..REQUEST }, "OAuth").is_ok());
}

#[test]
fn over_200_parameters_of_header_and_query_are_refused() {
    let header = r#"OAuth a="1", realm="R""#;
    let of_count = |count| format!("/?{}", vec!["a=1"; count].join("&"));
    let target = of_count(limits::PARAMETERS - 2);
    assert!(base(&Request { target: &target, ..REQUEST }, header).is_ok());
    let target = of_count(limits::PARAMETERS - 1);
    let fault = base(&Request { target: &target, ..REQUEST }, header);
    assert_eq!(fault, Err(RequestFault::TooManyParameters));
}

#[test]
fn over_1000_parameters_of_a_form_are_refused() {
    let of_count = |count| vec!["a=1"; count].join("&").into_bytes();
    let form = of_count(limits::FORM_PARAMETERS);
    assert!(base(&Request { form: Some(&form), ..REQUEST }, "OAuth").is_ok());
    let form = of_count(limits::FORM_PARAMETERS + 1);
    let fault = base(&Request { form: Some(&form), ..REQUEST }, "OAuth");
    assert_eq!(fault, Err(RequestFault::TooManyFormParameters));
}

#[test]
fn feeding_the_pieces_signs_what_the_built_base_string_says() {
    let mut scratch = Scratch::default();
    let key = SigningKey::new(b"consumer", b"token");
    let authorization = Authorization::parse(br#"OAuth a="1""#, &mut scratch.fields).unwrap();
    let request = Request { target: "/?b=2&a=0", ..REQUEST };
    let canonical = CanonicalRequest::new(&request, &authorization, &mut scratch.pairs).unwrap();
    assert!(canonical.sign(&key).matches(&key.sign(&canonical.base_string())));
}
