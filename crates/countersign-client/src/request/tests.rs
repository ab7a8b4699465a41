//! What is signed of a request.

use countersign_signing::Secret;

use super::*;

fn credentials() -> Credentials {
    Credentials { consumer_key: "key".into(), consumer_secret: Secret::new("secret"), token: None }
}

fn post(headers: &[(HeaderName, &'static str)], body: &'static str) -> SigningRequest {
    let address = Address::parse("http://localhost:8080/x?a=1").unwrap();
    let mut request = SigningRequest::new(Method::POST, address);
    for (name, value) in headers {
        request.headers.append(name, HeaderValue::from_static(value));
    }
    request.body = Bytes::from_static(body.as_bytes()).into();
    request
}

async fn base_string(mut request: SigningRequest) -> Result<String, ClientFault> {
    let options = SignOptions::new(1, "nonce-1");
    let signed = request.sign(&credentials(), &options).await?;
    Ok(format!("{} {}", signed.base_string.base_uri(), signed.base_string.parameters()))
}

#[tokio::test]
async fn a_form_is_signed_and_nothing_else_is() {
    let form = "application/x-www-form-urlencoded; charset=utf-8";
    let signed = base_string(post(&[(CONTENT_TYPE, form)], "b=2")).await.unwrap();
    assert!(signed.starts_with("http://localhost:8080/x a=1&b=2&oauth_"), "{signed}");
    for headers in [&[][..], &[(CONTENT_TYPE, "application/json")]] {
        let signed = base_string(post(headers, "b=2")).await.unwrap();
        assert!(signed.starts_with("http://localhost:8080/x a=1&oauth_"), "{signed}");
    }
}

#[tokio::test]
async fn a_form_in_a_file_is_signed_and_still_sent() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "b=2").unwrap();
    let mut request = post(&[(CONTENT_TYPE, "application/x-www-form-urlencoded")], "");
    request.body = RequestBody::open(file.path()).await.unwrap();
    let signed = request.sign(&credentials(), &SignOptions::new(1, "nonce-1")).await.unwrap();
    assert!(signed.base_string.parameters().starts_with("a=1&b=2&oauth_"));
    assert!(matches!(request.body, RequestBody::Bytes(bytes) if bytes == "b=2"));
}

#[tokio::test]
async fn a_host_header_is_signed_instead_of_the_authority() {
    let signed = base_string(post(&[(HOST, "1234567.example.com")], "")).await.unwrap();
    assert!(signed.starts_with("http://1234567.example.com/x "), "{signed}");
    let request = post(&[(HOST, "1234567.example.com")], "").into_message(Some("OAuth x"));
    assert_eq!(request.headers()[HOST], "1234567.example.com");
}

#[tokio::test]
async fn what_could_not_be_sent_as_signed_is_refused() {
    for (request, expected) in [
        (post(&[(AUTHORIZATION, "Basic x")], ""), "the header authorization is made by the client"),
        (post(&[(CONTENT_LENGTH, "1")], ""), "the header content-length is made by the client"),
        (post(&[(CONTENT_TYPE, "a/b"), (CONTENT_TYPE, "c/d")], ""), "content-type is there twice"),
        (SigningRequest { method: Method::CONNECT, ..post(&[], "") }, "CONNECT asks for a tunnel"),
    ] {
        let fault = base_string(request).await.unwrap_err().to_string();
        assert!(fault.contains(expected), "{fault}");
    }
}

#[tokio::test]
async fn what_every_server_refuses_is_refused_here() {
    for (options, expected) in [
        (SignOptions::new(1, "a"), "oauth_nonce has fewer than 6 characters"),
        (SignOptions::new(0, "nonce-1"), "oauth_timestamp is not greater than zero"),
    ] {
        let fault = post(&[], "").sign(&credentials(), &options).await.unwrap_err();
        assert!(matches!(fault, ClientFault::Sign(_)), "{fault}");
        assert_eq!(std::error::Error::source(&fault).unwrap().to_string(), expected);
    }
}

#[test]
fn an_empty_post_says_that_it_is_empty() {
    assert_eq!(post(&[], "").into_message(Some("OAuth x")).headers()[CONTENT_LENGTH], "0");
    assert!(!post(&[], "x").into_message(Some("OAuth x")).headers().contains_key(CONTENT_LENGTH));
    let message = post(&[], "x").into_message(Some("OAuth x"));
    assert!(message.headers()[AUTHORIZATION].is_sensitive());
}
