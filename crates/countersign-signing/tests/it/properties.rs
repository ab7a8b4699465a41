//! What holds for every request: it verifies as it was signed, order means nothing, and no text
//! makes the crate panic.

use countersign_signing::{
    Authorization, CanonicalRequest, Credentials, Pairs, Request, Scheme, Scratch, Secret,
    SignOptions, Signature, SigningKey, Step, TokenCredentials,
    diagnose::{Budget, Evidence, Pair, Secrets, diagnose},
    percent, sign,
};
use proptest::prelude::*;

/// 256 cases always, more in a long run.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: if crate::is_long() { 50_000 } else { 256 },
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

prop_compose! {
    fn credentials()(key in ".{1,20}", secret in ".{0,80}", token in ".{1,20}", other in ".{0,80}")
        -> Credentials {
        Credentials {
            consumer_key: key,
            consumer_secret: Secret::new(secret),
            token: Some(TokenCredentials { token, secret: Secret::new(other) }),
        }
    }
}

/// A query or form of components that are partly encoded, partly not, partly broken.
fn form() -> impl Strategy<Value = String> {
    let piece = "[a-z]{0,3}|%[0-9A-F]{2}|[+%=!*'();:@$,/?\\[\\]~-]|\u{fc}|\u{20ac}";
    let component = proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat());
    proptest::collection::vec(component, 0..8).prop_map(|components| components.join("&"))
}

fn has_no_oauth(form: &str) -> bool {
    form.split('&')
        .all(|component| !percent::decode_form(component.as_bytes()).starts_with(b"oauth_"))
}

fn base_string(request: &Request<'_>, header: &str) -> String {
    let mut scratch = Scratch::default();
    let authorization = Authorization::parse(header.as_bytes(), &mut scratch.fields).unwrap();
    let canonical = CanonicalRequest::new(request, &authorization, &mut scratch.pairs).unwrap();
    canonical.base_string().as_str().to_owned()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_signed_verifies_and_with_another_secret_it_does_not(
        credentials in credentials(),
        method in "[A-Z]{1,7}",
        authority in "[a-zA-Z0-9.-]{1,20}(:[0-9]{1,5})?",
        path in "(/[a-z%~;!\u{fc}]{0,5}){0,3}",
        query in form().prop_filter("refused", |it| has_no_oauth(it)),
        body in proptest::option::of(form().prop_filter("refused", |it| has_no_oauth(it))),
        realm in proptest::option::of("[A-Z0-9_]{1,10}"),
        nonce in ".{6,40}",
        timestamp in 1i64..4_000_000_000,
    ) {
        let target = format!("{path}?{query}");
        let form = body.as_deref().map(str::as_bytes);
        let request = Request {
            method: &method,
            scheme: Scheme::Https,
            authority: &authority,
            target: &target,
            form,
        };
        let plain = SignOptions::new(timestamp, &nonce);
        let options = SignOptions { realm: realm.as_deref(), ..plain };
        let signed = sign(&credentials, &request, &options).unwrap();

        let mut scratch = Scratch::default();
        let authorization =
            Authorization::parse(signed.header.as_bytes(), &mut scratch.fields).unwrap();
        let proof = authorization.proof(Step::Resource).unwrap();
        prop_assert_eq!(proof.consumer_key, credentials.consumer_key.as_bytes());
        prop_assert_eq!(proof.nonce.as_bytes(), nonce.as_bytes());
        prop_assert_eq!(proof.timestamp, timestamp);
        let canonical =
            CanonicalRequest::new(&request, &authorization, &mut scratch.pairs).unwrap();
        let sent = Signature::parse(proof.signature).unwrap();
        prop_assert!(canonical.sign(&credentials.signing_key()).matches(&sent));
        prop_assert!(!canonical.sign(&SigningKey::new(b"another", b"secret")).matches(&sent));
    }

    #[test]
    fn the_order_of_parameters_means_nothing(
        (components, shuffled) in form()
            .prop_filter("refused", |it| has_no_oauth(it))
            .prop_map(|it| it.split('&').map(str::to_owned).collect::<Vec<_>>())
            .prop_flat_map(|it| (Just(it.clone()), Just(it).prop_shuffle())),
        (header, other_header) in Just(vec![
            r#"realm="R""#, r#"oauth_token="t""#, r#"role="3""#, r#"role="21""#, r#"x="%C3""#,
        ]).prop_flat_map(|it| (Just(it.clone()), Just(it).prop_shuffle())),
    ) {
        let base = |components: &[String], header: &[&str]| {
            let target = format!("/?{}", components.join("&"));
            let request = Request {
                method: "GET", scheme: Scheme::Http, authority: "a", target: &target, form: None,
            };
            base_string(&request, &format!("OAuth {}", header.join(", ")))
        };
        prop_assert_eq!(base(&components, &header), base(&shuffled, &other_header));
    }

    #[test]
    fn percent_encoding_is_undone_by_decoding(bytes in any::<Vec<u8>>()) {
        let encoded = percent::encode(&bytes);
        prop_assert_eq!(percent::decode(encoded.as_bytes()), Ok(bytes.clone()));
        prop_assert_eq!(percent::decode_form(encoded.as_bytes()), bytes);
    }

    #[test]
    fn no_text_makes_it_panic(
        header in "(OAuth )?([a-z_%\",= ]|\\PC|oauth_[a-z]{1,5}=\"[^\"]{0,4}\",){0,30}",
        garbage in any::<Vec<u8>>(),
        method in "\\PC{0,5}", authority in "\\PC{0,20}", target in "\\PC{0,60}",
    ) {
        let request = Request {
            method: &method, scheme: Scheme::Http, authority: &authority, target: &target,
            form: Some(&garbage),
        };
        let mut scratch = Scratch::default();
        let mut pairs = Pairs::default();
        for text in [header.as_bytes(), &garbage] {
            if let Ok(authorization) = Authorization::parse(text, &mut scratch.fields) {
                let _ = authorization.proof(Step::Resource);
                if let Ok(canonical) = CanonicalRequest::new(&request, &authorization, &mut pairs) {
                    let base = canonical.base_string();
                    prop_assert!(base.as_str().is_ascii());
                    prop_assert_eq!(base.as_str().matches('&').count(), 2);
                }
            }
            let evidence = Evidence {
                request, authorization: Some(text), body: Some(text), hides_form_values: true,
                secrets: Secrets {
                    pair: Some(Pair { consumer_secret: b"c", token_secret: b"t" }),
                    ..Secrets::default()
                },
                candidate_hosts: &[&authority],
            };
            let explanation = diagnose(&evidence, None, Budget::of_tries(50));
            prop_assert!(!explanation.codes.is_empty() && !explanation.certain);
        }
    }
}
