//! One wrong signature per code. They come from `tests/differential/mistaken_signatures.py`, which
//! makes them with oauthlib or by hand; pasted, so that the test needs no interpreter.

use super::*;
use crate::{CanonicalRequest, Scheme, Scratch};

const CONSUMER_SECRET: &[u8] = b"d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5";
const TOKEN_SECRET: &[u8] = b"c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295";
const PAIR: Pair<'static> = Pair { consumer_secret: CONSUMER_SECRET, token_secret: TOKEN_SECRET };
const HOST: &str = "123456.restlets.api.netsuite.com";

const CORRECT: &str = "lBoCOZLmLweURzZmavf6zlTZQ48Bi4dtfyXCfdxK/Aw=";
const SHA1_COMPUTED: &str = "dTisXg2xE8bM+hIIpQOyraokB2I=";
const SHA1_DECLARED: &str = "DsD7OAsGdCtpTfeVauLCMm6WxcA=";
const NO_TOKEN_SECRET: &str = "yl3OUn0M7BM68yEU6HX1gzYqL960ZKWAWjc3yxtZbYg=";
const SWAPPED: &str = "o//A37xgmSSOphoxRO1gmrwl9rIhvose3hxuNpcZMdw=";
const NO_QUERY: &str = "3PG0SPlzgnzEkbty4kDqRje2pFdp4EmjI5x2PzvBsxg=";
const HTTP: &str = "/p2CjLdhOfQfxCFoUsonHuwU/wF9mMxYzkY/1KZwctc=";
const PLUS_AS_ENCODING: &str = "3YDU9m+jxpSZFCHWzlYy/tCAdAAD8FVPeURDrRVa4t0=";
const PLUS_TAKEN_LITERALLY: &str = "JvjEz6MeGS3C5eqW1fr3Wd5g/IobvB7iqp4JjEp6998=";
const RAW_QUERY_ENCODED: &str = "SjMWB1T1NZT3Ox+LRb2PSGrPhl3K9AALu4MWtcfSZM0=";
const QUERY_ENCODED_TWICE: &str = "/s2MrRbQFwRB8xc+MOqg0jzmO3Mny1sD2byxVVsZj7s=";
const GET: &str = "95teMVTmcZIbEGEVVwQR5SSnk/vePfvpCFBV5R5MWjQ=";
const REST_HOST: &str = "qGYLH3xVldD8gdzXt0H1R+vXRTked4jIw5pLpfEdcEo=";
const SUITETALK_HOST: &str = "tpvX4E0ZuBUFu0jdr/ZFBWMFPb3FLp65Uot3oUyR6Dg=";
const UPSTREAM_HOST: &str = "gsmfVR88/wCAY9whAn19keOapfakBvktgtRJuwf8tf8=";
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
         oauth_token=\"2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc\", \
         oauth_nonce=\"fjaLirsIcCGVZWzBX0pg\", oauth_timestamp=\"1508242306\", \
         oauth_signature_method=\"HMAC-SHA256\", oauth_version=\"1.0\", oauth_signature=\"{}\"",
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

/// The code found and, when it is in the base string, what the client has at the first difference.
fn found(request: Request<'_>, signature: &str) -> (&'static str, String) {
    let explanation = explained(request, signature);
    assert!(explanation.certain, "{}", explanation.sentence);
    assert_eq!(explanation.codes.len(), 1);
    let signed = explanation.signed.unwrap();
    let theirs = explanation.first_difference.map(|at| {
        assert_eq!(explanation.expected.as_str()[..at], signed.as_str()[..at]);
        signed.as_str()[at..].chars().take(12).collect()
    });
    (explanation.codes[0].as_str(), theirs.unwrap_or_default())
}

fn assert_no_secret(explanation: &Explanation) {
    let shown = format!("{explanation:?}");
    for secret in [CONSUMER_SECRET, TOKEN_SECRET] {
        assert!(!shown.contains(std::str::from_utf8(secret).unwrap()), "{shown}");
    }
}

#[test]
fn each_mistake_is_named_from_its_signature() {
    for (signature, code, theirs) in [
        (SHA1_COMPUTED, "signature-method-sha1", ""),
        (NO_TOKEN_SECRET, "token-secret-missing", ""),
        (SWAPPED, "secrets-swapped", ""),
        (NO_QUERY, "query-not-signed", "oauth_consum"),
        (HTTP, "wrong-scheme", "%3A%2F%2F123"),
        (PLUS_AS_ENCODING, "plus-for-space", "Bb%26r%3Dx%2"),
        (PLUS_TAKEN_LITERALLY, "plus-for-space", "Bb%26r%3Dx%2"),
        (RAW_QUERY_ENCODED, "double-encoded", "Bb%26r%3Dx%2"),
        (QUERY_ENCODED_TWICE, "double-encoded", "520b%26r%3Dx"),
        (GET, "wrong-method", "GET&https%3A"),
        (REST_HOST, "wrong-host", "rest.netsuit"),
        (SUITETALK_HOST, "wrong-host", "suitetalk.ap"),
        (UPSTREAM_HOST, "wrong-host", "0.0.0.7%3A94"),
    ] {
        let (found, place) = found(REQUEST, signature);
        assert_eq!(found, code, "{signature}");
        assert_eq!(place, theirs, "{code}");
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
fn a_proxy_that_ends_tls_on_another_port_is_a_wrong_scheme() {
    let authority = format!("{HOST}:8080");
    let behind = Request { scheme: Scheme::Http, authority: &authority, ..REQUEST };
    let explanation = explained(behind, CORRECT);
    assert_eq!(explanation.codes, [Code::WrongScheme]);
    let expected =
        format!("The client signed https://{HOST} and the request came as http://{HOST}:8080.");
    assert_eq!(explanation.sentence, expected);
}

#[test]
fn a_port_that_the_client_left_out_is_port_signed() {
    let authority = format!("{HOST}:8443");
    let explanation = explained(Request { authority: &authority, ..REQUEST }, CORRECT);
    assert_eq!(explanation.codes, [Code::PortSigned]);
    let expected = format!("The client signed the host {HOST} where {HOST}:8443 belongs.");
    assert_eq!(explanation.sentence, expected);
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
    let header = header(REST_HOST);
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
        let recipe = Recipe::expected(&evidence(request, &header), Some(&authorization));
        assert_eq!(recipe.base_string(), canonical.unwrap().base_string().as_str());
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
