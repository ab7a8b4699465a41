//! The pages as a browser sees them, over links that live in memory.

use std::sync::Mutex;

use async_trait::async_trait;
use countersign_authority::{Password, PasswordFault, StoreFault, UseCaseFault};
use countersign_model::Email;
use http::StatusCode;
use http::header::CACHE_CONTROL;

use super::*;

const LINK: &str = "setup_0123";
const FORM: &str = "application/x-www-form-urlencoded";
const GOOD: &str = "link=setup_0123&password=correct+horse+battery&repeat=correct+horse+battery";

/// One link, good once.
struct OneLink {
    email: &'static str,
    spent: Mutex<bool>,
    fault: Option<UseCaseFault>,
}

#[async_trait]
impl SetUpLinks for OneLink {
    async fn look(&self, link: &str) -> Result<Email, UseCaseFault> {
        if link != LINK || *self.spent.lock().unwrap() {
            return Err(UseCaseFault::LinkSpent);
        }
        Ok(Email::parse(self.email).unwrap())
    }

    async fn set(&self, link: &str, _: Password) -> Result<(), UseCaseFault> {
        self.look(link).await?;
        *self.spent.lock().unwrap() = self.fault.is_none();
        self.fault.clone().map_or(Ok(()), Err)
    }
}

fn pages(email: &'static str, fault: Option<UseCaseFault>) -> Pages {
    Pages::over(Arc::new(OneLink { email, spent: Mutex::new(false), fault }))
}

async fn get(pages: &Pages, target: &str) -> Response<Bytes> {
    let request = Request::get(target).header("host", "localhost");
    pages.handle(request.body(Bytes::new()).unwrap()).await
}

async fn post(pages: &Pages, body: &str, headers: &[(&str, &str)]) -> Response<Bytes> {
    let request = Request::post("/countersign/setup").header("host", "localhost");
    let request =
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    pages.handle(request.body(Bytes::copy_from_slice(body.as_bytes())).unwrap()).await
}

fn html(response: &Response<Bytes>) -> &str {
    str::from_utf8(response.body()).unwrap()
}

#[tokio::test]
async fn a_link_is_looked_at_as_often_as_one_likes_and_used_once() {
    let pages = pages("anna@example.com", None);
    for _ in 0..3 {
        let shown = get(&pages, "/countersign/setup?link=setup_0123").await;
        assert_eq!(shown.status(), StatusCode::OK);
        assert!(html(&shown).contains(r#"value="anna@example.com""#), "{}", html(&shown));
        assert!(html(&shown).contains(r#"name="link" value="setup_0123""#));
    }
    let done = post(&pages, GOOD, &[("content-type", FORM)]).await;
    assert_eq!(done.status(), StatusCode::OK);
    assert!(html(&done).contains("Your password is set") && !html(&done).contains("horse"));
    assert_eq!(post(&pages, GOOD, &[("content-type", FORM)]).await.status(), StatusCode::GONE);
    let gone = get(&pages, "/countersign/setup?link=setup_0123").await;
    assert_eq!(gone.status(), StatusCode::GONE);
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_the_password_does_not_come_back() {
    let pages = pages("anna@example.com", None);
    let too_long = format!("link={LINK}&password={0}&repeat={0}", "canary".repeat(50));
    for (body, expected) in [
        (
            "link=setup_0123&password=canary&repeat=canary",
            "password-wrong\" role=\"alert\">Too short",
        ),
        (&too_long, "password-wrong\" role=\"alert\">Too long"),
        (
            "link=setup_0123&password=canary+canary&repeat=canary+canarz",
            "repeat-wrong\" role=\"alert\">The two were not the same",
        ),
    ] {
        let response = post(&pages, body, &[("content-type", FORM)]).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(html(&response).contains(expected), "{}", html(&response));
        assert!(!html(&response).contains("canary"), "{}", html(&response));
        assert!(html(&response).contains("aria-invalid=\"true\""));
    }
}

#[tokio::test]
async fn what_is_shown_is_escaped() {
    let pages = pages("\"><script>x</script>@example.com", None);
    let shown = get(&pages, "/countersign/setup?link=setup_0123").await;
    assert!(!html(&shown).contains("<script"), "{}", html(&shown));
}

#[tokio::test]
async fn every_answer_has_the_headers_that_protect_it() {
    let pages = pages("anna@example.com", None);
    let style = pages.stylesheet.path().to_owned();
    for (target, status) in [
        ("/countersign/setup?link=setup_0123", StatusCode::OK),
        ("/countersign/setup?link=setup_other", StatusCode::GONE),
        ("/countersign/setup", StatusCode::BAD_REQUEST),
        ("/countersign/setup?link=a&link=b", StatusCode::BAD_REQUEST),
        ("/countersign/setup/", StatusCode::NOT_FOUND),
        ("/countersign/assets/0.css", StatusCode::NOT_FOUND),
        (style.as_str(), StatusCode::OK),
    ] {
        let response = get(&pages, target).await;
        assert_eq!(response.status(), status, "{target}");
        let headers = response.headers();
        assert_eq!(
            headers["content-security-policy"],
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; \
             base-uri 'none'"
        );
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "same-origin");
        let immutable = headers[CACHE_CONTROL] == "public, max-age=31536000, immutable";
        assert_eq!(immutable, target == style, "{target}");
        assert!(immutable || headers[CACHE_CONTROL] == "no-store");
    }
}

#[tokio::test]
async fn a_form_that_no_page_of_ours_sent_changes_nothing() {
    let pages = pages("anna@example.com", None);
    let large = format!("{GOOD}&x={}", "x".repeat(20_000));
    for (body, headers, status) in [
        (GOOD, &[][..], StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (GOOD, &[("content-type", "text/plain")], StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (&large, &[("content-type", FORM)], StatusCode::PAYLOAD_TOO_LARGE),
        ("link=setup_0123&password=x", &[("content-type", FORM)], StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(post(&pages, body, headers).await.status(), status, "{headers:?}");
    }
    assert_eq!(post(&pages, GOOD, &[("content-type", FORM)]).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn other_methods_are_told_which_are_answered_and_head_has_no_body() {
    let pages = pages("anna@example.com", None);
    let request = Request::delete("/countersign/setup").body(Bytes::new()).unwrap();
    let response = pages.handle(request).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers()["allow"], "GET, HEAD, POST");
    let target = "/countersign/setup?link=setup_0123";
    let request = Request::head(target).body(Bytes::new()).unwrap();
    let head = pages.handle(request).await;
    let full = get(&pages, target).await;
    assert!(head.body().is_empty());
    assert_eq!(head.headers()["content-length"], full.body().len().to_string());
}

#[tokio::test]
async fn what_the_server_can_not_do_is_not_the_users_fault() {
    for fault in
        [UseCaseFault::Password(PasswordFault::Hashing), UseCaseFault::Store(StoreFault::DiskFull)]
    {
        let pages = pages("anna@example.com", Some(fault));
        let response = post(&pages, GOOD, &[("content-type", FORM)]).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!html(&response).contains("canary"), "{}", html(&response));
    }
}
