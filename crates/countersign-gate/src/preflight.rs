//! Pages of other web sites that call a route: the browser's question before a signed request, and
//! the word that lets a page read the answer (the Fetch standard, section 3.2).
//!
//! Belongs here: what is said for a route that names the sites. Does not: deciding on a request;
//! who calls from a page needs a signature as everybody does.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue, ORIGIN, VARY,
};
use http::request::Parts;
use http::{Method, Response, StatusCode};

use crate::Body;
use crate::rules::Route;

/// How long a browser keeps the answer, in seconds.
const KEPT: HeaderValue = HeaderValue::from_static("600");
/// What a page may read beside what it always may.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "WWW-Authenticate, Retry-After, Countersign-Reference, Countersign-Detail, \
     Countersign-Diagnosis, Countersign-Explanation, Countersign-Warning",
);

/// A site whose pages may call the route that it was asked about.
#[derive(Clone)]
pub(crate) struct AllowedSite(HeaderValue);

impl AllowedSite {
    /// The site of the page that calls, if the route names it.
    pub(crate) fn of(route: &Route, headers: &HeaderMap) -> Option<Self> {
        let mut origins = headers.get_all(ORIGIN).iter();
        let origin = origins.next().filter(|_| origins.next().is_none())?;
        let named = route.cors_origins.iter().any(|named| origin == named.as_str());
        named.then(|| Self(origin.clone()))
    }

    /// Lets its pages read an answer, unless the upstream has said something on that.
    pub(crate) fn add_to(&self, response: &mut Response<Body>) {
        let headers = response.headers_mut();
        if !headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, self.0.clone());
            headers.entry(ACCESS_CONTROL_EXPOSE_HEADERS).or_insert(EXPOSED);
            headers.append(VARY, HeaderValue::from_static("Origin"));
        }
    }
}

/// Whether a request is a browser's question. It can't be signed.
pub(crate) fn is_preflight(parts: &Parts) -> bool {
    parts.method == Method::OPTIONS
        && parts.headers.contains_key(ORIGIN)
        && parts.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// The method that the question is about.
pub(crate) fn asked_method(parts: &Parts) -> Option<Method> {
    let method = parts.headers.get(ACCESS_CONTROL_REQUEST_METHOD)?;
    Method::from_bytes(method.as_bytes()).ok()
}

/// The answer: yes, for what was asked.
pub(crate) fn answer(site: &AllowedSite, parts: &Parts) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, site.0.clone());
    for (asked, allowed) in [
        (ACCESS_CONTROL_REQUEST_METHOD, ACCESS_CONTROL_ALLOW_METHODS),
        // All that is asked for: what a header may say is decided when it comes.
        (ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_ALLOW_HEADERS),
    ] {
        if let Some(value) = parts.headers.get(asked) {
            headers.insert(allowed, value.clone());
        }
    }
    headers.insert(ACCESS_CONTROL_MAX_AGE, KEPT);
    headers.insert(
        VARY,
        HeaderValue::from_static(
            "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
        ),
    );
    response
}
