//! Answers of the gate's own, as HTTP messages.
//!
//! Belongs here: turning plain data into a message, and the texts that are nobody else's. Does
//! not: what a refusal says (`countersign-verify`).

use countersign_verify::{Answer, PublicError, Shape};
use http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use http::{Response, StatusCode};

use crate::Body;

/// A status with the code and the sentence that explain it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: &'static str,
}

impl Text {
    pub(crate) const BODY_MALFORMED: Self = Self {
        status: 400,
        code: "INVALID_REQUEST",
        message: "The framing of the request body is wrong.",
    };
    pub(crate) const BODY_TOO_SLOW: Self = Self {
        status: 408,
        code: "REQUEST_TIMEOUT",
        message: "The request body did not come in time.",
    };
    pub(crate) const UPSTREAM_UNREACHABLE: Self = Self {
        status: 502,
        code: "UPSTREAM_UNREACHABLE",
        message: "The request was admitted, but the server behind this gate can not be reached. \
                  It was not sent. A signed one must be signed again to be tried again.",
    };
    pub(crate) const UPSTREAM_BROKEN: Self = Self {
        status: 502,
        code: "UPSTREAM_FAILED",
        message: "The request was admitted and sent, but the server behind this gate gave no \
                  usable answer. It may have been processed.",
    };
    pub(crate) const UPSTREAM_SILENT: Self = Self {
        status: 504,
        code: "UPSTREAM_TIMEOUT",
        message: "The request was admitted and sent, but the server behind this gate did not \
                  answer in time. It may have been processed.",
    };
    pub(crate) const NO_ROUTE: Self = Self {
        status: 404,
        code: "NO_ROUTE",
        message: "No route of this gate is for such a host and path.",
    };
    pub(crate) const NOT_SERVED_HERE: Self = Self {
        status: 404,
        code: "NOT_SERVED_HERE",
        message: "This address serves other paths: pages and requests for upstreams are apart \
                  here.",
    };
    pub(crate) const METHOD_NOT_ALLOWED: Self = Self {
        status: 405,
        code: "METHOD_NOT_ALLOWED",
        message: "No route of this gate is for this method of the path.",
    };
    pub(crate) const TOO_MANY_UPGRADES: Self = Self {
        status: 503,
        code: "TOO_MANY_WEBSOCKETS",
        message: "As many WebSockets are open as may be. Sign the request again to try again \
                  later.",
    };
    pub(crate) const TOO_MANY_UPGRADES_OF_ONE: Self = Self {
        status: 429,
        code: "TOO_MANY_WEBSOCKETS",
        message: "As many WebSockets are open with this token, or from this address, as one may \
                  have. Close others, then sign the request again.",
    };
    pub(crate) const NO_ASSERTION: Self = Self {
        status: 503,
        code: "UNEXPECTED_ERROR",
        message: "The request was admitted, but can not be passed on at the moment. It was not \
                  sent. Sign it again to try again.",
    };
    const INTERNAL: Self =
        Self { status: 500, code: "UNEXPECTED_ERROR", message: "An unexpected error occurred." };

    pub(crate) fn answer(self, shape: Shape) -> Response<Body> {
        response(Answer::error(self.status, self.code, self.message, shape))
    }
}

/// For a request that can't be decided now.
pub(crate) fn unavailable(shape: Shape) -> Response<Body> {
    response(Answer::refusal(PublicError::Unavailable, shape, None))
}

/// After a panic.
pub(crate) fn internal() -> Response<Body> {
    Text::INTERNAL.answer(Shape::of("/", None))
}

/// As an HTTP message, with its length, and kept by nobody.
pub(crate) fn response(answer: Answer) -> Response<Body> {
    let length = HeaderValue::from(answer.body.len());
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    headers.insert(CONTENT_LENGTH, length);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(value) = answer.authenticate.and_then(|text| HeaderValue::try_from(text).ok()) {
        headers.insert(WWW_AUTHENTICATE, value);
    }
    if let Some(seconds) = answer.retry_after {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    response
}
