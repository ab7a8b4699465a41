use super::*;
use crate::Body;

struct Nobody;

impl crate::InProcess for Nobody {
    fn handle(&self, _: http::Request<Body>) -> crate::BoxFuture<'_, http::Response<Body>> {
        Box::pin(async { http::Response::new(Body::empty()) })
    }
}

fn route(host: &str, path: &str, methods: &[Method], audience: &str) -> Route {
    Route {
        host: Some(host.to_owned()).filter(|host| !host.is_empty()),
        path: PathPattern::parse(path).unwrap(),
        methods: methods.to_vec(),
        audience: audience.into(),
        ..Route::all("u")
    }
}

fn rules(routes: Vec<Route>) -> Result<Rules, InvalidRules> {
    Rules::new(routes, vec![("u".to_owned(), Upstream::in_process(Arc::new(Nobody)))])
}

fn routing(routes: Vec<Route>) -> Routing {
    Routing::start(rules(routes).map_err(|fault| fault.to_string()).unwrap(), &Limits::default())
}

fn find(routing: &Routing, method: &Method, host: &str, path: &str) -> String {
    match routing.find(Host::parse(host.as_bytes()).unwrap(), path, method) {
        Found::Route(route, _) => route.audience.to_string(),
        Found::OtherMethods(methods) => format!("only {methods:?}"),
        Found::Ambiguous => "ambiguous".to_owned(),
        Found::Nothing => "nothing".to_owned(),
    }
}

#[test]
fn the_most_specific_route_counts() {
    let routing = routing(vec![
        route("", "/", &[], "all"),
        route("", "/v1/", &[], "v1"),
        route("", "/v1/admin/", &[Method::GET], "admin"),
        route("", "/v1/admin", &[], "exact"),
        route("api.test", "/own/", &[], "host"),
        route("api.test", "/v1/", &[Method::POST], "post"),
        route("api.test", "/v1/", &[], "any"),
    ]);
    let get = |host, path| find(&routing, &Method::GET, host, path);
    assert_eq!(get("x.test", "/"), "all");
    assert_eq!(get("x.test", "/v1"), "all");
    assert_eq!(get("x.test", "/v1/a"), "v1");
    assert_eq!(get("x.test", "/v1/admin"), "exact");
    assert_eq!(get("x.test", "/v1/admin/a"), "admin");
    assert_eq!(find(&routing, &Method::HEAD, "x.test", "/v1/admin/a"), "admin");
    assert_eq!(find(&routing, &Method::POST, "x.test", "/v1/admin/a"), "only [GET]");
    for host in ["api.test", "API.test:8080", "api.test.", "api.test.:443"] {
        assert_eq!(get(host, "/v1/admin/a"), "any", "{host}");
        assert_eq!(find(&routing, &Method::POST, host, "/v1/admin/a"), "post");
        assert_eq!(get(host, "/own/x"), "host");
        assert_eq!(get(host, "/x"), "nothing", "it has routes of its own");
    }
}

#[test]
fn a_path_that_can_be_read_as_another_routes_is_refused() {
    let two = routing(vec![route("", "/", &[], "all"), route("", "/open/", &[], "open")]);
    for path in [
        "/open/../admin",
        "/open/..;/admin",
        "/open/%2e%2e/admin",
        "/open/..%2fadmin",
        "/open\\..\\admin",
        "//open/x",
        "/%6fpen/x",
        "/open/./x",
        "/open/%252e%252e/x",
    ] {
        assert_eq!(find(&two, &Method::GET, "h", path), "ambiguous", "{path}");
    }
    assert_eq!(find(&two, &Method::GET, "h", "/open/a%20b"), "open");
    let one = routing(vec![route("", "/", &[], "all"), route("other", "/x/", &[], "x")]);
    assert_eq!(find(&one, &Method::GET, "h", "/a%2fb//c/../d"), "all", "nothing to confuse");
    assert_eq!(find(&one, &Method::GET, "other", "/a//b"), "ambiguous");
    let below = routing(vec![route("", "/v1/", &[], "v1")]);
    assert_eq!(find(&below, &Method::GET, "h", "/v2/"), "nothing");
    assert_eq!(find(&below, &Method::GET, "h", "/v1/../v2/"), "ambiguous");
}

#[test]
fn rules_that_can_not_be_served_are_refused() {
    let fault = |routes| rules(routes).err();
    assert_eq!(fault(vec![]), Some(InvalidRules::None));
    let lost = Route { upstream: "v".to_owned(), ..Route::all("u") };
    assert_eq!(fault(vec![lost]), Some(InvalidRules::UnknownUpstream("v".to_owned())));
    let same = |methods: &[Method], other: &[Method]| {
        fault(vec![route("A", "/x", methods, ""), route("a", "/x", other, "")])
    };
    assert_eq!(same(&[], &[]), Some(InvalidRules::SameRoute("/x".to_owned())));
    assert!(same(&[Method::GET, Method::PUT], &[Method::PUT]).is_some());
    assert_eq!(same(&[Method::GET], &[Method::PUT]), None);
    assert_eq!(same(&[Method::GET], &[]), None);
}
