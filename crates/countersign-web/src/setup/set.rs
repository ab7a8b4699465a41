//! Takes the form: sets the password.

use askama::Template;
use bytes::Bytes;
use countersign_authority::{Password, UseCaseFault};
use http::{Request, Response, StatusCode};
use zeroize::Zeroizing;

use super::{FormPage, SetUpLinks, advice, stopped};
use crate::answer::page;
use crate::form::Fields;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "setup/done.html")]
struct DonePage<'p> {
    style: &'p str,
    email: &'p str,
}

/// What the form says.
struct Filled {
    link: Zeroizing<String>,
    password: Zeroizing<String>,
    repeat: Zeroizing<String>,
}

pub(crate) async fn set(
    links: &dyn SetUpLinks,
    style: &str,
    request: &Request<Bytes>,
) -> Response<Bytes> {
    let filled = match read(request) {
        Ok(filled) => filled,
        Err(problem) => return problem.answer(style),
    };
    match links.look(&filled.link).await {
        Ok(email) => save(links, style, filled, email.as_str()).await,
        Err(fault) => stopped(&fault, style),
    }
}

async fn save(links: &dyn SetUpLinks, style: &str, filled: Filled, email: &str) -> Response<Bytes> {
    let Filled { link, password, repeat } = filled;
    let form = FormPage::new(style, &link, email);
    let same = *password == *repeat;
    let set = match Password::parse(password) {
        Ok(_) if !same => {
            let repeat = Some("The two were not the same: type both again.");
            return FormPage { repeat, ..form }.answer();
        }
        Ok(password) => links.set(&link, password).await,
        Err(fault) => Err(fault.into()),
    };
    match set {
        Ok(()) => page(StatusCode::OK, &DonePage { style, email }),
        Err(UseCaseFault::Password(fault)) if advice(fault).is_some() => {
            FormPage { password: advice(fault), ..form }.answer()
        }
        Err(fault) => stopped(&fault, style),
    }
}

fn read(request: &Request<Bytes>) -> Result<Filled, Problem> {
    let fields = Fields::of_body(request)?;
    let one = |name| fields.one(name).cloned();
    Ok(Filled { link: one("link")?, password: one("password")?, repeat: one("repeat")? })
}
