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
fn what_can_be_tried_again_says_when() {
    for error in [PublicError::TooManyRequests, PublicError::Unavailable] {
        assert!(json(None, "/x", error).retry_after.is_some());
    }
    assert_eq!(json(None, "/x", PublicError::InvalidLogin).retry_after, None);
}
