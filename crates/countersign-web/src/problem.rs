//! Pages for requests that no page answers.

use askama::Template;
use bytes::Bytes;
use http::{Response, StatusCode};

use crate::answer::{allowing, page};

/// Why a request gets no page of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// There is no such page.
    NotFound,
    /// There is, but not for this method.
    MethodNotAllowed { allow: &'static str },
    /// The body is no form.
    NotAForm,
    /// The body is larger than any form of ours.
    TooLarge,
    /// Fields are missing, are there twice, or are no text.
    Unreadable,
    /// It could not be done now.
    Unavailable,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'p> {
    style: &'p str,
    title: &'static str,
    text: &'static str,
}

impl Problem {
    pub(crate) fn answer(self, style: &str) -> Response<Bytes> {
        let (status, title, text) = self.words();
        let response = page(status, &ProblemPage { style, title, text });
        match self {
            Self::MethodNotAllowed { allow } => allowing(response, allow),
            _ => response,
        }
    }

    fn words(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "There is no such page",
                "Check the address. A set-up link has to be copied as a whole.",
            ),
            Self::MethodNotAllowed { .. } => (
                StatusCode::METHOD_NOT_ALLOWED,
                "This page can not be used like that",
                "Open its address in a browser.",
            ),
            Self::NotAForm => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "This is not a form",
                "Nothing was changed. Open your link in a browser, and fill in the form there.",
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "This is too much",
                "Nothing was changed. A password has at most 256 characters.",
            ),
            Self::Unreadable => (
                StatusCode::BAD_REQUEST,
                "The link or the form is incomplete",
                "Nothing was changed. Copy the whole link into the address bar, and open it again.",
            ),
            Self::Unavailable => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "That did not work",
                "The server could not do it at the moment. Your link is still good: try it again \
                 in a minute. If this stays so, tell your administrator, who finds the reason in \
                 the server's log.",
            ),
        }
    }
}
