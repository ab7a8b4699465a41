use http::Request;

use super::*;

fn check(request: http::request::Builder) -> Result<String, HeadFault> {
    let (parts, ()) = request.body(()).unwrap().into_parts();
    Head::read(&parts).map(|head| format!("{} {}", head.host.authority(), head.target))
}

fn get(target: &str) -> http::request::Builder {
    Request::builder().uri(target).header("host", "a.example:80")
}

#[test]
fn a_target_is_kept_as_it_came() {
    for target in ["/", "/a%2fb//c/../d?x=%zz&&y", "//other/a", "/ü?€", "/{}'()*!|^\\", "/?"] {
        assert_eq!(check(get(target)), Ok(format!("a.example:80 {target}")));
    }
}

#[test]
fn a_target_that_is_no_path_is_refused() {
    for target in ["*", "a.example:80", "http://a.example:80?x=1"] {
        assert_eq!(check(get(target)), Err(HeadFault::Target), "{target}");
    }
}

#[test]
fn an_absolute_target_must_name_the_host() {
    let ok = |target: &str| Ok(format!("a.example:80 {target}"));
    assert_eq!(check(get("http://a.example:80/x?y")), ok("/x?y"));
    assert_eq!(check(get("HTTP://A.Example:80/x")), ok("/x"));
    assert_eq!(check(get("http://a.example:80")), ok("/"));
    for target in [
        "http://b.example/x",
        "http://a.example/x",
        "http://u@a.example:80/x",
        "ftp://a.example:80/x",
    ] {
        assert_eq!(check(get(target)), Err(HeadFault::OtherAuthority), "{target}");
    }
}

#[test]
fn methods_are_in_upper_case_and_neither_connect_nor_trace() {
    for method in ["CONNECT", "TRACE", "get", "Post"] {
        let request = get("/").method(method);
        assert_eq!(check(request), Err(HeadFault::Method), "{method}");
    }
    for method in ["GET", "PATCH", "M-SEARCH", "X_1"] {
        assert!(check(get("/").method(method)).is_ok(), "{method}");
    }
}

#[test]
fn what_the_verdict_depends_on_stands_once() {
    let none = Request::builder().uri("/");
    assert_eq!(check(none), Err(HeadFault::HostMissing));
    for (name, fault) in [
        ("host", HeadFault::HostRepeated),
        ("authorization", HeadFault::AuthorizationRepeated),
        ("content-type", HeadFault::ContentTypeRepeated),
        ("content-length", HeadFault::ContentLengthRepeated),
        ("transfer-encoding", HeadFault::TransferEncoding),
    ] {
        let mut request = get("/").header(name, "chunked");
        if name != "host" {
            request = request.header(name, "chunked");
        }
        assert_eq!(check(request), Err(fault), "{name}");
    }
    let odd = get("/").header("transfer-encoding", "gzip, chunked");
    assert_eq!(check(odd), Err(HeadFault::TransferEncoding));
}

#[test]
fn a_form_by_half_is_refused() {
    for (content_type, expected) in [
        ("application/x-www-form-urlencoded", Ok(())),
        ("Application/X-WWW-Form-Urlencoded ; charset=utf-8", Ok(())),
        ("application/json", Ok(())),
        ("", Ok(())),
        ("application/x-www-form-urlencoded, text/plain", Err(HeadFault::ContentTypeAmbiguous)),
        ("application/x-www-form-urlencoded text", Err(HeadFault::ContentTypeAmbiguous)),
        ("text/plain, application/x-www-form-urlencoded", Err(HeadFault::ContentTypeAmbiguous)),
    ] {
        let value = HeaderValue::from_static(content_type);
        assert_eq!(check_content_type(Some(&value)), expected, "{content_type:?}");
    }
}

#[test]
fn connection_can_not_take_away_what_was_verified() {
    for name in ["Content-Length", "host", "close, content-type", "a ,Authorization"] {
        let request = get("/").header("connection", name);
        assert_eq!(check(request), Err(HeadFault::ConnectionNames), "{name}");
    }
    assert!(check(get("/").header("connection", "keep-alive, x-host, hosted")).is_ok());
}
