//! Two mistakes at once: each sentence says what was signed and what came, whatever the other did.

use super::*;

/// A header with the signature of a recipe that is changed.
fn signed_with(request: Request<'_>, change: impl Fn(&mut Recipe<'_>)) -> String {
    let unsigned = header("none");
    let mut fields = Fields::default();
    let authorization = Authorization::parse(unsigned.as_bytes(), &mut fields).unwrap();
    let text = OfRequest::expected(&evidence(request, &unsigned), Some(&authorization));
    let mut recipe = Recipe::of(text, Some(PAIR));
    change(&mut recipe);
    let digest = recipe.digest_of(&recipe.base_string());
    header(&base64::Engine::encode(&base64::engine::general_purpose::STANDARD, digest))
}

fn check(request: Request<'_>, change: impl Fn(&mut Recipe<'_>), codes: &[Code], said: &str) {
    let header = signed_with(request, change);
    let explanation = explained_with(evidence(request, &header));
    assert_eq!(explanation.codes, codes, "{}", explanation.sentence);
    assert_eq!(explanation.sentence, said);
}

const LOCAL: Request<'static> =
    Request { scheme: Scheme::Http, authority: "127.0.0.1:8080", ..REQUEST };

#[test]
fn scheme_and_host_are_each_told_as_they_were_signed_and_came() {
    check(
        LOCAL,
        |it| {
            it.text.scheme = Scheme::Https;
            (it.text.host, it.text.port) = ("rest.netsuite.com".into(), "".into());
        },
        &[Code::WrongScheme, Code::WrongHost],
        "The client signed https and the request came over http. The client signed the host \
         rest.netsuite.com and the request came for 127.0.0.1:8080.",
    );
}

#[test]
fn scheme_and_port_are_each_told_as_they_were_signed_and_came() {
    check(
        LOCAL,
        |it| (it.text.scheme, it.text.port) = (Scheme::Https, "".into()),
        &[Code::WrongScheme],
        "The client signed https without a port and the request came over http on port 8080.",
    );
    check(
        Request { scheme: Scheme::Http, ..REQUEST },
        |it| (it.text.scheme, it.text.keeps_port) = (Scheme::Https, true),
        &[Code::WrongScheme, Code::PortSigned],
        "The client signed https and the request came over http. The client signed the port 443, \
         which is left out since it is the default of https.",
    );
}

#[test]
fn port_and_host_are_each_told_as_they_were_signed_and_came() {
    check(
        REQUEST,
        |it| (it.text.keeps_port, it.text.host) = (true, "rest.netsuite.com".into()),
        &[Code::PortSigned, Code::WrongHost],
        "The client signed the port 443, which is left out since it is the default of https. The \
         client signed the host rest.netsuite.com:443 and the request came for \
         123456.restlets.api.netsuite.com.",
    );
}

#[test]
fn method_and_path_are_each_told_as_they_were_signed_and_came() {
    check(
        Request { target: "/App/x?a=1", ..REQUEST },
        |it| (it.text.method, it.text.path) = ("GET".into(), "/app/x".into()),
        &[Code::WrongMethod, Code::WrongPath],
        "The client signed GET and sent POST. The client signed the path /app/x and called \
         /App/x.",
    );
}

#[test]
fn a_query_in_the_url_is_no_part_of_a_wrong_path() {
    for (came, signed) in [("/App/X", "/app/x"), ("/a/", "/a"), ("/a", "/a/")] {
        for only_there in [true, false] {
            let target = format!("{came}?b=1&B=%2f");
            let place = "in the URL part of the base string";
            let query = if only_there {
                format!("The client kept the query string {place}.")
            } else {
                format!("The client kept the query string {place}, beside its parameters.")
            };
            check(
                Request { target: &target, ..REQUEST },
                |it| {
                    (it.text.path, it.text.query_in_url) =
                        (signed.into(), Some("b=1&B=%2f".into()));
                    it.text
                        .parameters
                        .retain(|it| !only_there || it.source != recipe::Source::Query);
                },
                &[Code::QueryInUrl, Code::WrongPath],
                &format!("{query} The client signed the path {signed} and called {came}."),
            );
        }
    }
}

#[test]
fn a_path_without_its_slash_is_found_beside_a_query_that_is_not_signed() {
    check(
        Request { authority: "x.y", target: "/a/?b=1", ..REQUEST },
        |it| {
            it.text.path = "/a".into();
            it.text.parameters.retain(|it| it.source != recipe::Source::Query);
        },
        &[Code::QueryNotSigned, Code::WrongPath],
        "The client left the query string out of the base string. The client signed the path /a \
         and called /a/.",
    );
}

#[test]
fn a_method_in_lower_case_has_a_fix_of_its_own() {
    let header = signed_with(REQUEST, |it| it.text.method = "post".into());
    let explanation = explained_with(evidence(REQUEST, &header));
    assert_eq!(explanation.sentence, "The client signed the method in lower case.");
    assert_eq!(explanation.fix, "Sign the method in capitals, as POST, however it is sent.");
}

#[test]
fn who_calls_its_own_machine_may_have_signed_any_of_its_names() {
    let names = ["localhost", "127.0.0.1", "[::1]"];
    for (came, port) in names.iter().flat_map(|name| [(name, ""), (name, ":8080")]) {
        for signed in names.iter().filter(|name| *name != came) {
            let came = format!("{came}{port}");
            check(
                Request { scheme: Scheme::Http, authority: &came, ..REQUEST },
                |it| it.text.host = (*signed).into(),
                &[Code::WrongHost],
                &format!(
                    "The client signed the host {signed}{port} and the request came for {came}."
                ),
            );
        }
    }
}

#[test]
fn of_two_mistakes_that_make_the_same_signature_neither_is_claimed() {
    // The query comes as its joined texts are sorted, and all of it before oauth_.
    let request = Request { target: "/?id2=2&id=1", ..REQUEST };
    let either = "Either the client did not sort the parameters, or it sorted the joined texts \
                  name=value, so that id2= came before id=: each gives this signature.";
    for order in [recipe::Order::HeaderLast, recipe::Order::Joined] {
        check(request, |it| it.text.order = order, &[Code::ParametersUnsorted], either);
        check(
            request,
            |it| (it.text.order, it.text.method) = (order, "GET".into()),
            &[Code::WrongMethod, Code::ParametersUnsorted],
            &format!("The client signed GET and sent POST. {either}"),
        );
        check(
            request,
            |it| (it.text.order, it.key.first.after) = (order, "\n"),
            &[Code::ParametersUnsorted, Code::SecretWhitespace],
            &format!("{either} The client kept a line break after the consumer secret."),
        );
    }
    let header = signed_with(request, |it| it.text.order = recipe::Order::Joined);
    let explanation = explained_with(evidence(request, &header));
    for code in [Code::ParametersUnsorted, Code::PairsSortedJoined] {
        assert!(explanation.fix.contains(code.fix()), "{}", explanation.fix);
    }
}

#[test]
fn a_host_that_is_only_without_its_port_is_told_once() {
    let header = signed_with(LOCAL, |it| it.text.port = "".into());
    let evidence = Evidence { candidate_hosts: &["127.0.0.1"], ..evidence(LOCAL, &header) };
    let explanation = explained_with(evidence);
    assert_eq!(explanation.codes, [Code::PortSigned]);
    assert_eq!(explanation.sentence, "The client signed the host without its port 8080.");
}

#[test]
fn a_plus_that_was_taken_literally_is_not_said_to_be_encoded_twice() {
    let request = Request { target: "/?q=a+b", ..REQUEST };
    let header = signed_by(PAIR, &Request { target: "/?q=a%2Bb", ..request });
    let explanation = explained_with(evidence(request, &header));
    assert_eq!(explanation.codes, [Code::PlusForSpace]);
    let said = "The client took + in the query or form for a plus, which there is a blank.";
    assert_eq!(explanation.sentence, said);
}

#[test]
fn of_a_wrong_declared_method_it_is_not_said_to_be_computed() {
    let declared = |text: String| text.replace("HMAC-SHA256", "HMAC-SHA1");
    // The query is left out, and the header says HMAC-SHA1 of an HMAC-SHA256.
    let header = declared(signed_with(REQUEST, |it| {
        it.text.parameters.retain(|it| it.source != recipe::Source::Query);
        let method = it.text.parameters.iter_mut().find(|it| &*it.value == b"HMAC-SHA256");
        method.unwrap().value = b"HMAC-SHA1"[..].into();
    }));
    let explanation = explained_with(evidence(REQUEST, &header));
    assert_eq!(explanation.codes, [Code::SignatureMethodSha1, Code::QueryNotSigned]);
    let said = "The client declared HMAC-SHA1, and computed HMAC-SHA256. The client left the query \
                string out of the base string.";
    assert_eq!(explanation.sentence, said);
    assert!(explanation.fix.starts_with("Declare HMAC-SHA256"), "{}", explanation.fix);
}
