//! The page behind a set-up link: an entity sets its password.
//!
//! Looking uses nothing up: mail scanners and previews open links too. The link itself is what
//! shows that a form may be sent, so that no session and no further token is needed.

mod links;
mod set;
mod show;

use askama::Template;
use bytes::Bytes;
use countersign_authority::{PasswordFault, UseCaseFault};
use http::{Response, StatusCode};

use crate::answer::page;
use crate::problem::Problem;

pub(crate) use links::SetUpLinks;
pub(crate) use set::set;
pub(crate) use show::show;

pub(crate) const PATH: &str = "/countersign/setup";

/// The form, at first and again with what is wrong.
#[derive(Template)]
#[template(path = "setup/form.html")]
struct FormPage<'p> {
    style: &'p str,
    link: &'p str,
    email: &'p str,
    /// Beside the password.
    password: Option<&'static str>,
    /// Beside its repetition.
    repeat: Option<&'static str>,
}

impl<'p> FormPage<'p> {
    fn new(style: &'p str, link: &'p str, email: &'p str) -> Self {
        Self { style, link, email, password: None, repeat: None }
    }

    fn answer(&self) -> Response<Bytes> {
        let wrong = self.password.is_some() || self.repeat.is_some();
        let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        page(status, self)
    }
}

#[derive(Template)]
#[template(path = "setup/spent.html")]
struct SpentPage<'p> {
    style: &'p str,
}

/// For whatever stops a use case other than what was typed.
fn stopped(fault: &UseCaseFault, style: &str) -> Response<Bytes> {
    if *fault == UseCaseFault::LinkSpent {
        return page(StatusCode::GONE, &SpentPage { style });
    }
    // No fault holds a link or a password.
    tracing::error!(%fault, "a set-up link could not be served");
    Problem::Unavailable.answer(style)
}

/// What to say beside a password that isn't taken; `None` where it isn't the password's fault.
fn advice(fault: PasswordFault) -> Option<&'static str> {
    match fault {
        PasswordFault::TooShort => Some("Too short: use at least 12 characters."),
        PasswordFault::TooLong => {
            Some("Too long: use at most 256 characters (letters such as é count twice or more).")
        }
        PasswordFault::Hashing => None,
    }
}
