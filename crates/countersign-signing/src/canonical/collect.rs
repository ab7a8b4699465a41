//! What goes into a base string and from where, RFC 5849 sections 3.4.1.1 to 3.4.1.3.1.
//!
//! Belongs here: collecting. Does not: order (see `pairs`), nor the encoding's table (see
//! `percent`).

use super::{Pairs, RequestFault};
use crate::{
    Authorization, ParameterName, Request,
    authorization::{Field, is_oauth},
    limits, percent,
    request::{split_authority, split_form},
};

/// Fills and sorts `pairs`.
pub(super) fn collect(
    request: &Request<'_>,
    authorization: &Authorization<'_>,
    pairs: &mut Pairs,
) -> Result<(), RequestFault> {
    pairs.clear();
    push_method(pairs.text(), request.method);
    push_base_uri(pairs.text(), request);
    pairs.begin_pairs();
    let fields = authorization.fields().iter();
    let room = limits::PARAMETERS.saturating_sub(fields.len());
    fields.for_each(|field| push_field(pairs, &field));
    if let Some(query) = request.query() {
        push_form(pairs, query.as_bytes(), room, RequestFault::TooManyParameters)?;
    }
    if let Some(form) = request.form {
        push_form(pairs, form, limits::FORM_PARAMETERS, RequestFault::TooManyFormParameters)?;
    }
    pairs.sort();
    Ok(())
}

/// RFC 5849 section 3.4.1.1, items 1 and 2.
fn push_method(text: &mut Vec<u8>, method: &str) {
    let start = text.len();
    percent::push_encoded(text, method.as_bytes());
    text[start..].make_ascii_uppercase();
    text.push(b'&');
}

/// RFC 5849 section 3.4.1.2; items 3 and 4 of 3.4.1.1.
fn push_base_uri(text: &mut Vec<u8>, request: &Request<'_>) {
    let (host, port) = split_authority(request.authority);
    text.extend_from_slice(request.scheme.as_str().as_bytes());
    text.extend_from_slice(b"%3A%2F%2F");
    push_host(text, host.as_bytes());
    if !port.is_empty() && port != request.scheme.default_port() {
        text.extend_from_slice(b"%3A");
        percent::push_encoded(text, port.as_bytes());
    }
    let path = request.path();
    percent::push_encoded(text, if path.is_empty() { b"/" } else { path.as_bytes() });
    text.push(b'&');
}

/// In lower case, and then encoded: the other way the hex digits would be in lower case too.
fn push_host(text: &mut Vec<u8>, host: &[u8]) {
    if percent::unreserved_run(host) == host.len() {
        let start = text.len();
        text.extend_from_slice(host);
        text[start..].make_ascii_lowercase();
    } else {
        percent::push_encoded(text, &host.to_ascii_lowercase());
    }
}

/// `realm` and `oauth_signature` are not signed, every other parameter is, known or not.
fn push_field(pairs: &mut Pairs, field: &Field<'_>) {
    if matches!(field.meaning, ParameterName::Realm | ParameterName::Signature) {
        return;
    }
    let push = if field.plain { Vec::extend_from_slice } else { percent::push_twice_encoded };
    pairs.push(|text| push(text, field.name), |text| push(text, field.value));
}

/// The parameters of a query or form (RFC 5849 section 3.4.1.3.1).
fn push_form(
    pairs: &mut Pairs,
    form: &[u8],
    room: usize,
    too_many: RequestFault,
) -> Result<(), RequestFault> {
    for (index, (name, value)) in split_form(form).enumerate() {
        if index == room {
            return Err(too_many);
        }
        let name = pairs.push(
            |text| percent::push_form_twice_encoded(text, name),
            |text| percent::push_form_twice_encoded(text, value),
        );
        if is_oauth(name) {
            return Err(RequestFault::OAuthParametersElsewhere);
        }
    }
    Ok(())
}
