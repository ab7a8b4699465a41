//! A request that another site may have caused is refused, with a cookie and where people log in.

use super::*;

const OWN: &str = "https://auth.example.com";

/// What the two headers can say, and whether it lets read and change.
const SAYINGS: [(Option<&str>, Option<&str>, bool, bool); 12] = [
    (Some("same-origin"), None, true, true),
    (Some("same-origin"), Some(OWN), true, true),
    (Some("same-origin"), Some("https://evil.example"), false, false),
    (Some("none"), None, true, false),
    (Some("none"), Some(OWN), true, false),
    (Some("same-site"), None, false, false),
    (Some("same-site"), Some(OWN), false, false),
    (Some("cross-site"), Some(OWN), false, false),
    (None, Some(OWN), true, true),
    (None, Some("http://auth.example.com"), false, false),
    (None, Some("null"), false, false),
    (None, None, true, false),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_counts_only_for_what_its_own_site_asks() {
    let world = World::furnished().await;
    let person = ann(&world).await;
    let cookie = format!("{COOKIE}={}", person.cookie);
    for (site, origin, reads, changes) in SAYINGS {
        let mut headers = vec![("cookie", cookie.as_str())];
        headers.extend(site.map(|site| ("sec-fetch-site", site)));
        headers.extend(origin.map(|origin| ("origin", origin)));
        for (method, path, body, may) in [
            ("GET", "session", "", reads),
            ("GET", "accounts/1234567", "", reads),
            ("PUT", "session/hidden-roles", r#"{"roles":[]}"#, changes),
            ("POST", "accounts/1234567/integrations", r#"{"name":"x"}"#, changes),
        ] {
            let path = format!("{BASE}/{path}");
            let answer = world.send(Some(browser()), method, &path, &headers, body).await;
            let refused = answer.status == 403 && answer.text.contains("problem:cross-site");
            assert_eq!(!refused, may, "{method} {path} {site:?} {origin:?}: {answer:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_in_and_links_are_for_our_own_site_too() {
    let world = World::furnished().await;
    ann(&world).await;
    let log_in = typed("bea@example.com", PASSWORD).to_string();
    let link = json!({ "link": "setup_x", "password": PASSWORD }).to_string();
    for (site, origin, _, changes) in SAYINGS {
        let mut headers = Vec::new();
        headers.extend(site.map(|site| ("sec-fetch-site", site)));
        headers.extend(origin.map(|origin| ("origin", origin)));
        for (method, path, body) in [
            ("POST", "session", log_in.as_str()),
            ("DELETE", "session", ""),
            ("POST", "password-link", link.as_str()),
        ] {
            let path = format!("{BASE}/{path}");
            let answer = world.send(Some(browser()), method, &path, &headers, body).await;
            let refused = answer.status == 403 && answer.text.contains("problem:cross-site");
            assert_eq!(!refused, changes, "{method} {path} {site:?} {origin:?}: {answer:?}");
        }
    }
    // The refusal says what to send.
    let path = format!("{BASE}/session");
    let answer = world.send(Some(browser()), "POST", &path, &[], &log_in).await;
    assert!(answer.text.contains("send Origin: https://auth.example.com"), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_no_body_of_ours_and_nothing_is_said_to_other_sites() {
    let world = World::furnished().await;
    ann(&world).await;
    let path = format!("{BASE}/session");
    let headers = [SAME, ("content-type", "text/plain")];
    let body = typed("bea@example.com", PASSWORD).to_string();
    let answer = world.send(Some(browser()), "POST", &path, &headers, &body).await;
    assert_eq!(answer.problem().1, "unsupported-media-type");
    let asks = [("origin", OWN), ("access-control-request-method", "POST")];
    let preflight = world.send(Some(browser()), "OPTIONS", &path, &asks, "").await;
    assert_eq!(preflight.status, 405);
    for answer in [answer, preflight] {
        let allows = answer.headers.keys().any(|name| name.as_str().starts_with("access-control"));
        assert!(!allows, "{answer:?}");
    }
}
