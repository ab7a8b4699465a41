//! Shows the form.

use bytes::Bytes;
use http::{Request, Response};

use super::{FormPage, SetUpLinks, stopped};
use crate::form::Fields;

pub(crate) async fn show(
    links: &dyn SetUpLinks,
    style: &str,
    request: &Request<Bytes>,
) -> Response<Bytes> {
    let fields = Fields::of_query(request);
    let link = match fields.as_ref().map_err(|it| *it).and_then(|fields| fields.one("link")) {
        Ok(link) => link,
        Err(problem) => return problem.answer(style),
    };
    match links.look(link).await {
        Ok(email) => FormPage::new(style, link, email.as_str()).answer(),
        Err(fault) => stopped(&fault, style),
    }
}
