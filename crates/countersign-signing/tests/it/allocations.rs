//! The hot path allocates nothing once warm.

use allocation_counter::measure;
use countersign_signing::{
    Authorization, CanonicalRequest, Request, Scheme, Scratch, Signature, SigningKey, Step,
};

/// A usual header and a usual request, shared with the measurement of speed.
pub(crate) const HEADER: &[u8] = br#"OAuth realm="123456", oauth_consumer_key="ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4", oauth_token="2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc", oauth_nonce="fjaLirsIcCGVZWzBX0pg", oauth_timestamp="1508242306", oauth_signature_method="HMAC-SHA256", oauth_version="1.0", oauth_signature="%2BKK4SKNgz4ZiILGLwOMtfYlgcXSy1eis8ldE9X90azQ%3D""#;
pub(crate) const REQUEST: Request<'static> = Request {
    method: "POST",
    scheme: Scheme::Https,
    authority: "123456.restlets.api.netsuite.com",
    target: "/app/site/hosting/restlet.nl?script=6&deploy=1&customParam=someValue&testParam=someOtherValue",
    form: None,
};

pub(crate) fn key() -> SigningKey {
    SigningKey::new(
        b"d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5",
        b"c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295",
    )
}

fn verify(header: &[u8], request: &Request<'_>, scratch: &mut Scratch, key: &SigningKey) -> bool {
    let authorization = Authorization::parse(header, &mut scratch.fields).unwrap();
    let proof = authorization.proof(Step::Resource).unwrap();
    let canonical = CanonicalRequest::new(request, &authorization, &mut scratch.pairs).unwrap();
    Signature::parse(proof.signature).is_some_and(|sent| canonical.sign(key).matches(&sent))
}

#[test]
fn verifying_a_usual_request_allocates_nothing_even_the_first_time() {
    let (mut scratch, key) = (Scratch::default(), key());
    let counted = measure(|| assert!(verify(HEADER, &REQUEST, &mut scratch, &key)));
    assert_eq!(counted.count_total, 0);
}

#[test]
fn verifying_a_large_request_allocates_nothing_once_warm() {
    let query: Vec<String> = (0..150).map(|n| format!("name{n}=a%20b+{}", "x".repeat(n))).collect();
    let target = format!("/restlet.nl?{}", query.join("&"));
    let request = Request { target: &target, form: Some(b"a=1&b=%C3%BC&c=+"), ..REQUEST };
    let (mut scratch, key) = (Scratch::default(), key());
    verify(HEADER, &request, &mut scratch, &key);
    let counted = measure(|| assert!(!verify(HEADER, &request, &mut scratch, &key)));
    assert_eq!(counted.count_total, 0);
}

#[test]
fn refusing_a_header_allocates_nothing() {
    let mut scratch = Scratch::default();
    let counted = measure(|| {
        for header in [&b"Bearer abc"[..], b"OAuth a=1", b"OAuth oauth_token=\"%\"", b""] {
            assert!(Authorization::parse(header, &mut scratch.fields).is_err());
        }
    });
    assert_eq!(counted.count_total, 0);
}
