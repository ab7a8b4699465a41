//! Routes over the wire: where a request goes, and what is asked of its sender.

use std::sync::Arc;

use countersign_gate::{PathPattern, Route, RoutePermission, Rules, Upstream as To};
use countersign_model::{Level, Permission, Timestamp};
use countersign_verify::{Assertions, Principal};
use http::Method;

use crate::upstream::Upstream;
use crate::wire::signed;
use crate::world::{Choices, HOST, World};

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

#[tokio::test]
async fn a_route_may_ask_for_a_permission() {
    let permission = Permission::ViewLoginAuditTrail;
    let needed = RoutePermission { name: permission.as_str().to_owned(), level: Level::Edit };
    let asks = Route { permission: Some(needed), ..route("/audit/", "main") };
    let world = world(vec![route("/", "main"), asks]).await;
    for (grants, status) in [
        (&[][..], 403),
        (&[(permission, Level::View)], 403),
        (&[(permission, Level::Edit)], 200),
        (&[(permission, Level::Full)], 200),
    ] {
        world.role_grants(grants);
        let answer = world.get("/audit/", "").await;
        assert_eq!(answer.status(), status, "{grants:?}");
        assert_eq!(answer.text().contains("INSUFFICIENT_PERMISSION"), status == 403);
        assert_eq!(world.get("/", "").await.status(), 200);
    }
    assert_eq!(world.attempts.codes().len(), 2);
    assert_eq!(world.attempts.named(), [true, true]);
}

struct Fixed(Option<&'static str>);

impl Assertions for Fixed {
    fn assertion(&self, principal: &Principal, audience: &str, _: Timestamp) -> Option<Arc<str>> {
        Some(format!("{}.{}.{audience}", self.0?, principal.entity.0).into())
    }
}

#[tokio::test]
async fn the_upstream_gets_an_assertion_for_its_audience_and_nobody_elses() {
    let audience = Route { audience: "orders".into(), ..route("/orders/", "main") };
    let open = Route { unauthenticated: true, ..route("/open/", "main") };
    let world = World::with(Choices {
        rules: Some(Box::new(rules(vec![route("/", "main"), audience, open]))),
        assertions: Some(Arc::new(Fixed(Some("signed")))),
        ..Choices::default()
    });
    let world = world.await;
    let forged = "countersign-assertion: forged\r\n";
    world.get("/orders/", forged).await;
    assert_eq!(world.upstream.last().one("countersign-assertion"), Some("signed.22.orders"));
    world.get("/", forged).await;
    assert_eq!(world.upstream.last().one("countersign-assertion"), Some("signed.22.main"));
    world.answer(bare("GET", "/open/", forged)).await;
    assert_eq!(world.upstream.last().one("countersign-assertion"), None);
}

#[tokio::test]
async fn without_an_assertion_nothing_is_forwarded() {
    let assertions: Option<Arc<dyn Assertions>> = Some(Arc::new(Fixed(None)));
    let world = World::with(Choices { assertions, ..Choices::default() }).await;
    assert_eq!(world.get("/", "").await.status(), 503);
    assert_eq!(world.upstream.count(), 0);
}
