use super::*;

fn json(content_type: Option<&str>, path: &str, error: PublicError) -> Answer {
    let account = AccountId::parse("1234567_SB1").unwrap();
    let shape = Shape::of(path, content_type.map(str::as_bytes));
    Answer::refusal(error, shape, Some(&account))
}

#[test]
fn a_restlet_refusal_has_the_documented_code_in_the_format_of_the_request() {
    let restlet = "/app/site/hosting/restlet.nl";
    let of = |content_type| json(content_type, restlet, PublicError::InvalidLogin);
    let expected =
        r#"{"error" : {"code" : "INVALID_LOGIN_ATTEMPT", "message" : "Invalid login attempt."}}"#;
    assert_eq!(of(None).body, expected);
    assert_eq!(of(Some("application/pdf")).body, expected);
    assert_eq!(of(Some("Application/JSON; charset=x")).body, expected);
    assert_eq!(
        of(Some("text/xml; charset=utf-8")).body,
        "<error><code>INVALID_LOGIN_ATTEMPT</code><message>Invalid login attempt.</message></error>"
    );
    assert_eq!(
        of(Some("text/plain")).body,
        "error code: INVALID_LOGIN_ATTEMPT\nerror message: Invalid login attempt."
    );
}

#[test]
fn a_rest_refusal_is_a_problem_document_with_the_documented_media_type() {
    let answer = json(None, "/services/rest/record/v1/customer", PublicError::InvalidLogin);
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.content_type,
        "application/vnd.oracle.resource+json; type=error; charset=UTF-8"
    );
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["title"], "Unauthorized");
    assert_eq!(body["o:errorDetails"][0]["o:errorCode"], "INVALID_LOGIN");
}

#[test]
fn every_failed_login_names_token_rejected_and_a_realm_only_if_it_is_known() {
    let known = json(None, "/x", PublicError::InvalidLogin).authenticate;
    assert_eq!(
        known.as_deref(),
        Some(
            "OAuth realm=\"1234567_SB1\", error=\"token_rejected\", \
             error_description=\"Invalid login attempt.\""
        )
    );
    let unknown = Answer::refusal(PublicError::InvalidLogin, Shape::Rest, None).authenticate;
    assert!(unknown.is_some_and(|value| value.starts_with("OAuth error=\"token_rejected\"")));
}

#[test]
fn a_soap_fault_speaks_the_namespace_of_its_endpoint() {
    let answer = json(None, "/services/NetSuitePort_2019_2", PublicError::InvalidLogin);
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains("urn:faults_2019_2.platform.webservices.netsuite.com"));
    assert!(answer.body.contains("<faultstring>Invalid login attempt.</faultstring>"));
    let hostile = json(None, "/services/NetSuitePort_<x>_1", PublicError::InvalidLogin);
    assert!(!hostile.body.contains("<x>"));
}

#[test]
fn a_soap_error_that_is_no_failed_login_is_a_plain_fault_of_the_party_that_has_to_act() {
    for (error, party) in [
        (PublicError::BadHead("The method is not supported."), "Client"),
        (PublicError::InvalidRequest, "Client"),
        (PublicError::FormTooLarge, "Client"),
        (PublicError::TooManyRequests { seconds: 7 }, "Server"),
        (PublicError::Unavailable, "Server"),
    ] {
        let answer = json(None, "/services/NetSuitePort_2024_1", error);
        assert_eq!(answer.status, 500);
        assert!(answer.body.contains(&format!("<faultcode>soapenv:{party}</faultcode>")));
        for part_of_a_failed_login in ["invalidCredentialsFault", "USER_ERROR", "<detail>"] {
            assert!(!answer.body.contains(part_of_a_failed_login), "{error:?}: {}", answer.body);
        }
    }
}

#[test]
fn a_problem_document_names_its_status_and_where_that_is_defined() {
    for (status, link, title) in [
        (403, "rfc9110.html#section-15.5.4", "Forbidden"),
        (405, "rfc9110.html#section-15.5.6", "Method Not Allowed"),
        (408, "rfc9110.html#section-15.5.9", "Request Timeout"),
        (413, "rfc9110.html#section-15.5.14", "Content Too Large"),
        (429, "rfc6585.html#section-4", "Too Many Requests"),
        (500, "rfc9110.html#section-15.6.1", "Internal Server Error"),
    ] {
        let answer = Answer::error(status, "CODE", "Message.", Shape::Rest);
        let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(body["type"], format!("https://www.rfc-editor.org/rfc/{link}"));
        assert_eq!((&body["title"], &body["status"]), (&title.into(), &status.into()));
    }
}

#[test]
fn a_bad_head_is_told_what_is_wrong_with_it() {
    let answer = json(None, "/services/rest/x", PublicError::BadHead("The Host is missing."));
    assert_eq!(answer.status, 400);
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["o:errorDetails"][0]["detail"], "The Host is missing.");
    assert_eq!(body["o:errorDetails"][0]["o:errorCode"], "INVALID_REQUEST");
}

#[test]
fn what_can_be_tried_again_says_when() {
    for (error, seconds) in [
        (PublicError::TooManyRequests { seconds: 7 }, 7),
        (PublicError::TooManyAtATime, 1),
        (PublicError::Unavailable, 1),
    ] {
        assert_eq!(json(None, "/x", error).retry_after, Some(seconds));
    }
    assert_eq!(json(None, "/x", PublicError::InvalidLogin).retry_after, None);
}
