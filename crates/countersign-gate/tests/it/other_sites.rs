//! Pages of other sites that call a route.

use countersign_gate::{PathPattern, Route, Rules};
use http::Method;

use crate::world::{Choices, HOST, World};

const SITE: &str = "origin: https://app.example\r\n";

async fn world() -> World {
    let route = Route {
        path: PathPattern::parse("/v1/").unwrap(),
        methods: vec![Method::GET, Method::DELETE],
        cors_origins: vec!["https://app.example".to_owned()],
        ..Route::all("main")
    };
    // For this method of /v1/ no site is named, and for all others it is.
    let put = Route { cors_origins: Vec::new(), methods: vec![Method::PUT], ..route.clone() };
    let closed = Route { path: PathPattern::parse("/v2/").unwrap(), ..Route::all("main") };
    let rules = |to| Rules::new(vec![route, put, closed], vec![("main".to_owned(), to)]).unwrap();
    World::with(Choices { rules: Some(Box::new(rules)), ..Choices::default() }).await
}

fn question(path: &str, site: &str, method: &str) -> String {
    let headers = "authorization,content-type";
    format!(
        "OPTIONS {path} HTTP/1.1\r\nhost: {HOST}\r\n{site}\
         access-control-request-method: {method}\r\n\
         access-control-request-headers: {headers}\r\n\r\n"
    )
}

#[tokio::test]
async fn a_browsers_question_is_answered_for_the_sites_of_the_route() {
    let world = world().await;
    let answer = world.answer(question("/v1/x", SITE, "DELETE")).await;
    assert_eq!(answer.status(), 204);
    assert_eq!(answer.one("access-control-allow-origin"), Some("https://app.example"));
    assert_eq!(answer.one("access-control-allow-methods"), Some("DELETE"));
    let headers = answer.one("access-control-allow-headers");
    assert_eq!(headers, Some("authorization,content-type"));
    assert_eq!(answer.one("access-control-allow-credentials"), None);
    assert!(answer.one("vary").is_some_and(|vary| vary.contains("Origin")));
    assert_eq!(world.upstream.count(), 0);
}

#[tokio::test]
async fn others_get_no_answer_to_it() {
    let world = world().await;
    for (path, site, method) in [
        ("/v1/x", "origin: https://evil.example\r\n", "GET"),
        ("/v1/x", "origin: https://app.example.evil.example\r\n", "GET"),
        ("/v1/x", "origin: http://app.example\r\n", "GET"),
        ("/v1/x", "origin: null\r\n", "GET"),
        ("/v1/x", SITE, "POST"),
        ("/v1/x", SITE, "PUT"),
        ("/v2/x", SITE, "GET"),
        ("/v3/x", SITE, "GET"),
    ] {
        let answer = world.answer(question(path, site, method)).await;
        assert!(matches!(answer.status(), 401 | 404 | 405), "{path} {site} {method}");
        assert_eq!(answer.one("access-control-allow-origin"), None);
    }
    assert_eq!(world.upstream.count(), 0);
}

#[tokio::test]
async fn the_page_may_read_the_answer_also_where_it_is_a_refusal() {
    let world = world().await;
    let admitted = world.get("/v1/x", SITE).await;
    assert_eq!(admitted.one("access-control-allow-origin"), Some("https://app.example"));
    let refused = world.answer(format!("GET /v1/x HTTP/1.1\r\nhost: {HOST}\r\n{SITE}\r\n")).await;
    assert_eq!(refused.status(), 401);
    assert_eq!(refused.one("access-control-allow-origin"), Some("https://app.example"));
    world.upstream.reply(200, "access-control-allow-origin: *\r\n", "ok");
    let upstreams = world.get("/v1/x", SITE).await;
    assert_eq!(upstreams.one("access-control-allow-origin"), Some("*"), "the upstream has spoken");
    world.upstream.reply(200, "", "ok");
    assert_eq!(world.get("/v2/x", SITE).await.one("access-control-allow-origin"), None);
}
