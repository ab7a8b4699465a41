//! What is said beside the code. Signatures with each mistake: `tests/it/mistakes.rs`.

mod pairs;

use super::*;
use crate::{CanonicalRequest, Scheme, Scratch};

const CONSUMER_SECRET: &[u8] = b"d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5";
const TOKEN_SECRET: &[u8] = b"c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295";
const PAIR: Pair<'static> = Pair { consumer_secret: CONSUMER_SECRET, token_secret: TOKEN_SECRET };
const HOST: &str = "123456.restlets.api.netsuite.com";

const CORRECT: &str = "lBoCOZLmLweURzZmavf6zlTZQ48Bi4dtfyXCfdxK/Aw=";
const SHA1_DECLARED: &str = "DsD7OAsGdCtpTfeVauLCMm6WxcA=";
const ANOTHER_TOKEN_SECRET: &str = "ZVyayi9yh8oOem9Qa3bTy0BnbkcXxBsoGoLVUleZJdQ=";

const REQUEST: Request<'static> = Request {
    method: "POST",
    scheme: Scheme::Https,
    authority: HOST,
    target: "/app/site/hosting/restlet.nl?script=6&deploy=1&q=a+b&r=x%2Fy%2Bz",
    form: None,
};

fn header(signature: &str) -> String {
    format!(
        "OAuth realm=\"123456\", \
         oauth_consumer_key=\"ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4\", \
         oauth_nonce=\"fjaLirsIcCGVZWzBX0pg\", oauth_signature_method=\"HMAC-SHA256\", \
         oauth_timestamp=\"1508242306\", \
         oauth_token=\"2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc\", \
         oauth_version=\"1.0\", oauth_signature=\"{}\"",
        crate::percent::encode(signature.as_bytes())
    )
}

fn evidence<'e>(request: Request<'e>, header: &'e str) -> Evidence<'e> {
    Evidence {
        request,
        body: None,
        authorization: Some(header.as_bytes()),
        secrets: Secrets { pair: Some(PAIR), ..Secrets::default() },
        candidate_hosts: &["10.0.0.7:9443"],
        hides_form_values: false,
    }
}

fn explained(request: Request<'_>, signature: &str) -> Explanation {
    let header = header(signature);
    let explanation = diagnose(&evidence(request, &header), None, Budget::of_tries(1000));
    assert_no_secret(&explanation);
    explanation
}

fn assert_no_secret(explanation: &Explanation) {
    let shown = format!("{explanation:?}");
    for secret in [CONSUMER_SECRET, TOKEN_SECRET] {
        assert!(!shown.contains(std::str::from_utf8(secret).unwrap()), "{shown}");
    }
}

#[test]
fn sha1_that_is_declared_is_said_to_be() {
    let header = header(SHA1_DECLARED).replace("HMAC-SHA256", "HMAC-SHA1");
    let explanation = diagnose(&evidence(REQUEST, &header), None, Budget::of_tries(1000));
    assert_eq!(explanation.codes, [Code::SignatureMethodSha1]);
    assert!(explanation.sentence.starts_with("The client declared and computed HMAC-SHA1"));
}

#[test]
fn where_only_the_declared_method_is_wrong_the_signature_is_said_to_be_right() {
    for (declared, code, said) in [
        (
            "HMAC-SHA1",
            Code::SignatureMethodSha1,
            "declared HMAC-SHA1, and computed HMAC-SHA256: the signature itself is right",
        ),
        (
            "HMAC_SHA256",
            Code::SignatureMethodUnsupported,
            "declared what is not exactly HMAC-SHA256, and computed it: the signature",
        ),
    ] {
        let header = declaring(declared);
        let explanation = explained_with(evidence(REQUEST, &header));
        assert_eq!(explanation.codes, [code]);
        assert!(explanation.certain && explanation.signature_is_right);
        assert_eq!(explanation.signed.as_ref(), Some(&explanation.expected));
        assert!(explanation.sentence.contains(said), "{}", explanation.sentence);
        assert!(explanation.fix.starts_with("Declare HMAC-SHA256"), "{}", explanation.fix);
        assert!(!explanation.fix.contains("Compute"), "{}", explanation.fix);
    }
    let computed = header(SHA1_DECLARED).replace("HMAC-SHA256", "HMAC-SHA1");
    let explanation = explained_with(evidence(REQUEST, &computed));
    assert!(explanation.certain && !explanation.signature_is_right);
    assert_eq!(explanation.signed.as_ref(), Some(&explanation.expected));
}

/// A header with the right HMAC-SHA256 under another name.
fn declaring(method: &str) -> String {
    let unsigned = header("none").replace("HMAC-SHA256", method);
    let mut fields = Fields::default();
    let authorization = Authorization::parse(unsigned.as_bytes(), &mut fields);
    let authorization = authorization.ok();
    let text = OfRequest::expected(&evidence(REQUEST, &unsigned), authorization.as_ref());
    let recipe = Recipe::of(text, Some(PAIR));
    let digest = recipe.digest_of(&recipe.base_string());
    let signature = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, digest);
    header(&signature).replace("HMAC-SHA256", method)
}

#[test]
fn a_proxy_that_ends_tls_on_another_port_is_a_wrong_scheme() {
    let authority = format!("{HOST}:8080");
    let behind = Request { scheme: Scheme::Http, authority: &authority, ..REQUEST };
    let explanation = explained(behind, CORRECT);
    assert_eq!(explanation.codes, [Code::WrongScheme]);
    let expected =
        "The client signed https without a port and the request came over http on port 8080.";
    assert_eq!(explanation.sentence, expected);
}

#[test]
fn a_port_that_the_client_left_out_is_port_signed() {
    let authority = format!("{HOST}:8443");
    let explanation = explained(Request { authority: &authority, ..REQUEST }, CORRECT);
    assert_eq!(explanation.codes, [Code::PortSigned]);
    assert_eq!(explanation.sentence, "The client signed the host without its port 8443.");
}

#[test]
fn a_wrong_secret_stays_unexplained_and_is_shown_by_fingerprint() {
    let explanation = explained(REQUEST, ANOTHER_TOKEN_SECRET);
    assert_eq!(explanation.codes, [Code::Unexplained]);
    assert!(!explanation.certain && explanation.signed.is_none());
    // printf %s $SECRET | sha256sum | head -c 8
    for secret in [CONSUMER_SECRET, TOKEN_SECRET] {
        assert!(explanation.sentence.contains(&fingerprint(secret)), "{}", explanation.sentence);
    }
}

#[test]
fn a_right_signature_is_not_called_a_mistake() {
    let explanation = explained(REQUEST, CORRECT);
    assert_eq!(explanation.codes, [Code::Unexplained]);
    assert!(explanation.sentence.starts_with("The signature is right"));
}

#[test]
fn a_budget_ends_the_search() {
    let header = header(ANOTHER_TOKEN_SECRET);
    let evidence = evidence(REQUEST, &header);
    for budget in
        [Budget::of_tries(0), Budget::of_tries(5), Budget { tries: 1000, keep_going: &|| false }]
    {
        let explanation = diagnose(&evidence, None, budget);
        assert_eq!(explanation.codes, [Code::Unexplained]);
        assert!(explanation.sentence.contains("tried in time"), "{}", explanation.sentence);
    }
}

#[test]
fn a_header_that_cannot_be_read_is_explained_by_its_fault() {
    let explanation = diagnose(&evidence(REQUEST, "OAuth a=1"), None, Budget::of_tries(10));
    assert_eq!(explanation.codes, [Code::HeaderSyntax]);
    assert!(explanation.sentence.contains("not in double quotes at byte 8"));
    assert!(explanation.expected.as_str().starts_with("POST&https"));
}

#[test]
fn facts_are_certain_when_the_signature_is_right() {
    let facts = [
        Fact::ClockSkew { seconds: 3600 },
        Fact::NonceReused { first: None },
        Fact::TokenRevoked { seconds_ago: 5, by: Some("Larry") },
    ];
    for fact in facts {
        for (signature, certain) in [(CORRECT, true), (ANOTHER_TOKEN_SECRET, false)] {
            let header = header(signature);
            let explanation =
                diagnose(&evidence(REQUEST, &header), Some(&fact), Budget::of_tries(30));
            assert_eq!(explanation.codes, [fact.code()]);
            assert_eq!(explanation.certain, certain);
            assert_eq!(explanation.fix, fact.code().fix());
        }
    }
}

#[test]
fn the_expected_base_string_is_the_verifiers() {
    let header = header(CORRECT);
    let mut scratch = Scratch::default();
    let authorization = Authorization::parse(header.as_bytes(), &mut scratch.fields).unwrap();
    for (authority, target, form) in [
        (HOST, REQUEST.target, None),
        ("EXAMPLE.com:443", "?a=%zz&&=&b", Some(&b"x=%C3%BC+y&\xff=1"[..])),
        ("[::1]:8080", "", Some(b"")),
    ] {
        let request = Request { method: "post", authority, target, form, ..REQUEST };
        let canonical = CanonicalRequest::new(&request, &authorization, &mut scratch.pairs);
        let text = OfRequest::expected(&evidence(request, &header), Some(&authorization));
        assert_eq!(text.base_string(), canonical.unwrap().base_string().as_str());
    }
}

#[test]
fn every_code_has_a_name_and_words() {
    let names: Vec<&str> = Code::all().map(Code::as_str).collect();
    let mut distinct = names.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), names.len());
    for code in Code::all() {
        assert!(code.as_str().bytes().all(|it| it == b'-' || it.is_ascii_alphanumeric()));
        for words in [code.meaning(), code.fix()] {
            assert!(words.ends_with('.') && words.is_ascii(), "{words}");
        }
    }
}

/// Evidence of a request that is given as its header's signature and target.
fn explained_with(evidence: Evidence<'_>) -> Explanation {
    diagnose(&evidence, None, Budget::of_tries(20_000))
}

fn signed_by(pair: Pair<'_>, request: &Request<'_>) -> String {
    let credentials = crate::Credentials {
        consumer_key: "consumer-key".to_owned(),
        consumer_secret: crate::Secret::new(pair.consumer_secret),
        token: Some(crate::TokenCredentials {
            token: "token-id".to_owned(),
            secret: crate::Secret::new(pair.token_secret),
        }),
    };
    crate::sign(&credentials, request, &crate::SignOptions::new(1, "abcdef")).unwrap().header
}

#[test]
fn form_values_are_hidden_but_where_the_difference_lies() {
    let form: &[u8] = b"card=4111111111111111&name=J%C3%BCrgen+M&pin=1234";
    let literal: &[u8] = b"card=4111111111111111&name=J%C3%BCrgen%2BM&pin=1234";
    let request = Request { form: Some(form), target: "/", ..REQUEST };
    let header = signed_by(PAIR, &Request { form: Some(literal), ..request });
    let evidence = evidence(request, &header);
    let explanation = explained_with(Evidence { hides_form_values: true, ..evidence });
    assert_eq!(explanation.codes, [Code::PlusForSpace]);
    let expected = explanation.expected.parameters();
    // printf %s 4111111111111111 | sha256sum | head -c 8
    let hidden = "card=HIDDEN16BYTES9bbef194&name=J%C3%BCrgen%20M&";
    assert!(expected.starts_with(hidden), "{expected}");
    let shown = format!("{explanation:?}");
    assert!(!shown.contains("4111") && !shown.contains("1234&"), "{shown}");
    assert!(explanation.signed.unwrap().parameters().contains("J%C3%BCrgen%2BM"));
    let open = explained_with(Evidence { hides_form_values: false, ..evidence });
    assert!(open.expected.parameters().contains("card=4111111111111111"));
}

#[test]
fn a_secret_that_the_client_sent_somewhere_is_taken_out() {
    let secret = std::str::from_utf8(CONSUMER_SECRET).unwrap();
    let target = format!("/path-{secret}?secret={secret}");
    let header = signed_by(PAIR, &Request { target: &target, method: "GET", ..REQUEST });
    let request = Request { target: &target, ..REQUEST };
    let explanation = explained_with(evidence(request, &header));
    assert_eq!(explanation.codes, [Code::WrongMethod]);
    assert_no_secret(&explanation);
    assert!(explanation.expected.as_str().contains("secret%3D[a secret]"));
}

#[test]
fn nothing_of_a_request_moves_a_cursor_or_ends_a_line() {
    let request = Request { target: "/a%0A%1B[2J%E2%80%AE?x", ..REQUEST };
    let header = signed_by(PAIR, &Request { target: "/a\n\u{1b}[2J\u{202e}?x", ..request });
    let explanation = explained_with(evidence(request, &header));
    assert_eq!(explanation.codes, [Code::WrongPath]);
    let said = r"The client signed the path /a\u{a}\u{1b}[2J\u{202e} and called";
    assert!(explanation.sentence.starts_with(said), "{}", explanation.sentence);
}

#[test]
fn secrets_that_need_encoding_and_are_not_encoded_are_named() {
    let pair = Pair { consumer_secret: b"a+b/c", token_secret: b"d&e=f" };
    let request = Request { target: "/", ..REQUEST };
    let header = "OAuth oauth_consumer_key=\"k\", oauth_token=\"t\", oauth_nonce=\"abcdef\", \
                  oauth_timestamp=\"1508242306\", oauth_signature_method=\"HMAC-SHA256\", \
                  oauth_version=\"1.0\", \
                  oauth_signature=\"NOT_ENCODED\"";
    // Python's hmac, with the key "a+b/c&d&e=f".
    let header = header.replace("NOT_ENCODED", "T99C6fpoxNY8OprfvY5M2bahR9XsBE%2FFKVPqErODf1Y%3D");
    let secrets = Secrets { pair: Some(pair), ..Secrets::default() };
    let explanation = explained_with(Evidence { secrets, ..evidence(request, &header) });
    assert_eq!(explanation.codes, [Code::SecretNotEncoded], "{}", explanation.sentence);
}

#[test]
fn without_secrets_nothing_is_claimed_about_the_signature() {
    let header = header(CORRECT);
    let secrets = Secrets::default();
    let explanation = explained_with(Evidence { secrets, ..evidence(REQUEST, &header) });
    assert_eq!(explanation.codes, [Code::Unexplained]);
    assert!(!explanation.certain && explanation.signed.is_none());
    assert!(explanation.sentence.contains("secrets of these ids are not known"));
}

#[test]
fn a_first_step_needs_no_token() {
    let header = "OAuth oauth_consumer_key=\"k\", oauth_nonce=\"abcdef\", oauth_callback=\"oob\", \
                  oauth_timestamp=\"1508242306\", oauth_signature_method=\"HMAC-SHA256\"";
    let explanation = explained_with(evidence(REQUEST, header));
    assert_eq!(explanation.codes, [Code::ParameterMissing]);
    assert!(
        explanation.sentence.contains("oauth_signature is missing"),
        "{}",
        explanation.sentence
    );
}

/// What Oracle's help prints under one set of example keys.
fn printed(signature: &str) -> Explanation {
    let target = "/app/site/hosting/restlet.nl?script=6&deploy=1&customParam=someValue\
                  &testParam=someOtherValue";
    let header = header(signature);
    explained_with(evidence(Request { target, ..REQUEST }, &header))
}

#[test]
fn the_misprinted_signature_of_oracles_restlet_example_has_lost_its_plus() {
    // Help page section_1534941088.
    let explanation = printed("KK4SKNgz4ZiILGLwOMtfYlgcXSy1eis8ldE9X90azQ=");
    assert_eq!(explanation.codes, [Code::SignatureNotEncoded]);
    assert!(explanation.certain);
}

#[test]
fn the_stale_signature_of_oracles_header_example_fits_the_generic_host() {
    // Help page section_1534941295.
    let explanation = printed("7mpNx1RdQn4VLSyeEwCK7jFBjGQ0blzwDSMU9Kg5Rmg=");
    assert_eq!(explanation.codes, [Code::WrongHost]);
    let said = "The client signed the host rest.netsuite.com and the request came for 123456.";
    assert!(explanation.certain && explanation.sentence.starts_with(said));
}

#[test]
fn oracles_header_without_url_and_secrets_stays_unexplained_but_for_its_length() {
    // Help page section_4635758034.
    let header = header("8PI9lIYxUmUONjxEFJUSMD9oOmc=");
    let secrets = Secrets::default();
    let explanation = explained_with(Evidence { secrets, ..evidence(REQUEST, &header) });
    assert_eq!(explanation.codes, [Code::Unexplained]);
    assert!(!explanation.certain);
    assert!(explanation.sentence.contains("20 bytes long, as an HMAC-SHA1 is"));
}

#[test]
fn a_form_value_beside_something_that_was_left_out_stays_hidden() {
    let form: &[u8] = b"b=topsecretvalue&z=2";
    let request = Request { form: Some(form), target: "/app/x?a=1", ..REQUEST };
    let header = signed_by(PAIR, &Request { target: "/app/x", ..request });
    let evidence = evidence(request, &header);
    let explanation = explained_with(Evidence { hides_form_values: true, ..evidence });
    assert_eq!(explanation.codes, [Code::QueryNotSigned]);
    assert!(!format!("{explanation:?}").contains("topsecret"), "{explanation:?}");
}
