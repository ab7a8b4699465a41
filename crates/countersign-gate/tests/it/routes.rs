//! Routes over the wire: where a request goes, and what is asked of its sender.

use countersign_gate::{PathPattern, Route, Rules, Upstream as To};
use http::Method;

use crate::upstream::Upstream;
use crate::world::{Choices, HOST, World, signed};

fn route(path: &str, upstream: &str) -> Route {
    Route { path: PathPattern::parse(path).unwrap(), ..Route::all(upstream) }
}

fn rules(routes: Vec<Route>) -> impl FnOnce(To) -> Rules {
    move |to| Rules::new(routes, vec![("main".to_owned(), to)]).unwrap()
}

async fn world(routes: Vec<Route>) -> World {
    World::with(Choices { rules: Some(Box::new(rules(routes))), ..Choices::default() }).await
}

fn bare(method: &str, target: &str, lines: &str) -> String {
    format!("{method} {target} HTTP/1.1\r\nhost: {HOST}\r\n{lines}\r\n")
}

#[tokio::test]
async fn each_upstream_gets_what_its_routes_cover() {
    let other = Upstream::start().await;
    let url = other.url();
    let rules = move |to| {
        let upstreams =
            vec![("main".to_owned(), to), ("other".to_owned(), To::parse(&url).unwrap())];
        Rules::new(vec![route("/", "main"), route("/v2/", "other")], upstreams).unwrap()
    };
    let world = World::with(Choices { rules: Some(Box::new(rules)), ..Choices::default() }).await;
    assert_eq!(world.get("/v1/x", "").await.status(), 200);
    assert_eq!(world.upstream.last().first_line(), "GET /v1/x HTTP/1.1");
    assert_eq!(world.get("/v2/x?y", "").await.status(), 200);
    assert_eq!(other.last().first_line(), "GET /v2/x?y HTTP/1.1");
    assert_eq!((world.upstream.count(), other.count()), (1, 1));
}

#[tokio::test]
async fn what_has_no_route_is_told_so_and_goes_nowhere() {
    let only_get = Route { methods: vec![Method::GET, Method::PUT], ..route("/v1/", "main") };
    let world = world(vec![only_get]).await;
    let answer = world.get("/v2/", "").await;
    assert_eq!(answer.status(), 404);
    assert!(answer.text().contains("NO_ROUTE"), "{}", answer.text());
    let answer = world.answer(format!("{}content-length: 0\r\n\r\n", signed("POST", "/v1/"))).await;
    assert_eq!(answer.status(), 405);
    assert_eq!(answer.one("allow"), Some("GET, PUT"));
    let answer = world.get("/v1/..%2fv2/", "").await;
    assert_eq!(answer.status(), 400);
    assert!(answer.text().contains("more than one way"), "{}", answer.text());
    assert_eq!(world.upstream.count(), 0);
}

#[tokio::test]
async fn an_open_route_asks_nothing_and_says_nothing_of_who_calls() {
    let open = Route { unauthenticated: true, ..route("/open/", "main") };
    let world = world(vec![route("/", "main"), open]).await;
    let lines = "countersign-entity: 1\r\nauthorization: Bearer x\r\nx-forwarded-for: 1.2.3.4\r\n";
    assert_eq!(world.answer(bare("GET", "/open/x", lines)).await.status(), 200);
    let request = world.upstream.last();
    assert_eq!(request.one("x-forwarded-for"), Some("127.0.0.1"));
    for name in ["countersign-entity", "countersign-token", "authorization"] {
        assert_eq!(request.one(name), None, "{name}");
    }
    assert_eq!(world.answer(bare("GET", "/x", "")).await.status(), 401);
    assert_eq!(world.answer(bare("GET", "/open/../x", "")).await.status(), 400);
    assert_eq!(world.upstream.count(), 1);
}

#[tokio::test]
async fn authorization_stays_where_its_route_says_so() {
    let keeps = Route { keep_authorization: true, ..route("/keeps/", "main") };
    let world = world(vec![route("/", "main"), keeps]).await;
    world.get("/keeps/", "").await;
    let kept = world.upstream.last();
    assert!(kept.one("authorization").is_some_and(|it| it.starts_with("OAuth realm=")));
    world.get("/", "").await;
    assert_eq!(world.upstream.last().one("authorization"), None);
}

#[tokio::test]
async fn other_rules_count_for_the_next_request() {
    let world = world(vec![route("/v1/", "main")]).await;
    assert_eq!(world.get("/v2/", "").await.status(), 404);
    let url = world.upstream.url();
    let rules =
        Rules::new(vec![route("/v2/", "u")], vec![("u".to_owned(), To::parse(&url).unwrap())]);
    world.gate.replace_rules(rules.unwrap());
    assert_eq!(world.get("/v2/", "").await.status(), 200);
    assert_eq!(world.get("/v1/", "").await.status(), 404);
}
