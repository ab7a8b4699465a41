//! Which page a request is for.

use std::sync::Arc;

use bytes::Bytes;
use countersign_authority::Authority;
use http::{Method, Request, Response};

use crate::asset::Stylesheet;
use crate::problem::Problem;
use crate::setup::{self, SetUpLinks};

/// All pages.
pub struct Pages {
    links: Arc<dyn SetUpLinks>,
    stylesheet: Stylesheet,
}

impl Pages {
    /// Pages over `authority`.
    #[must_use]
    pub fn new(authority: Arc<Authority>) -> Self {
        Self::over(authority)
    }

    pub(crate) fn over(links: Arc<dyn SetUpLinks>) -> Self {
        Self { links, stylesheet: Stylesheet::new() }
    }

    /// Answers a request for a path below `/countersign/`.
    ///
    /// The body is to be bounded by the caller, as it is in memory already; one that no form of
    /// ours has is refused here.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let asked_for_head = request.method() == Method::HEAD;
        let mut response = self.answer(&request).await;
        if asked_for_head {
            // Its `Content-Length` stays: it is that of the answer to a GET.
            *response.body_mut() = Bytes::new();
        }
        response
    }

    async fn answer(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let path = request.uri().path();
        let style = self.stylesheet.path();
        let read = matches!(*request.method(), Method::GET | Method::HEAD);
        if path == setup::PATH {
            match *request.method() {
                Method::GET | Method::HEAD => setup::show(&*self.links, style, request).await,
                Method::POST => setup::set(&*self.links, style, request).await,
                _ => Problem::MethodNotAllowed { allow: "GET, HEAD, POST" }.answer(style),
            }
        } else if path == style && read {
            self.stylesheet.answer()
        } else if path == style {
            Problem::MethodNotAllowed { allow: "GET, HEAD" }.answer(style)
        } else {
            Problem::NotFound.answer(style)
        }
    }
}

#[cfg(test)]
mod tests;
