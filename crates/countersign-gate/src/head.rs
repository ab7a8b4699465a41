//! The head of a request, checked for what the HTTP library lets through.
//!
//! Whoever holds a [`Head`] has one host, one target and at most one of each header that the
//! verdict depends on. Refused here: `CONNECT` and `TRACE`, a missing, repeated or odd `Host`, an
//! absolute target of another authority, transfer codings other than `chunked`, a content type that
//! is a form's by half, and a `Connection` header that would take away what was verified.
//!
//! What the library refuses itself never comes here. A message with both `Transfer-Encoding` and
//! `Content-Length` comes without the length, and its connection ends with it.

mod fault;
mod host;

use countersign_signing::{Request, Scheme, is_form};
use countersign_verify::SignedRequest;
use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, HeaderMap, HeaderName,
    HeaderValue, TRANSFER_ENCODING,
};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{Method, Uri, Version};

pub(crate) use fault::HeadFault;
pub(crate) use host::Host;

/// What the verdict depends on, as received.
#[derive(Clone, Copy)]
pub(crate) struct Head<'r> {
    method: &'r str,
    pub(crate) host: Host<'r>,
    /// Path and query; begins with a slash.
    target: &'r str,
    pub(crate) path: &'r str,
    authorization: Option<&'r [u8]>,
    content_type: Option<&'r [u8]>,
}

impl<'r> Head<'r> {
    pub(crate) fn read(parts: &'r Parts) -> Result<Self, HeadFault> {
        let method = method(&parts.method)?;
        let host = single(&parts.headers, &HOST, HeadFault::HostRepeated)?
            .ok_or(HeadFault::HostMissing)?;
        let host = Host::parse(host.as_bytes()).ok_or(HeadFault::HostMalformed)?;
        let (target, path) = target(&parts.uri, host)?;
        check_framing(&parts.headers)?;
        // Of HTTP/1.1 the library makes one of two that are equal, of HTTP/2 it leaves both.
        single(&parts.headers, &CONTENT_LENGTH, HeadFault::ContentLengthRepeated)?;
        check_connection(&parts.headers)?;
        let authorization =
            single(&parts.headers, &AUTHORIZATION, HeadFault::AuthorizationRepeated)?;
        let content_type = single(&parts.headers, &CONTENT_TYPE, HeadFault::ContentTypeRepeated)?;
        check_content_type(content_type)?;
        Ok(Self {
            method,
            host,
            target,
            path,
            authorization: authorization.map(HeaderValue::as_bytes),
            content_type: content_type.map(HeaderValue::as_bytes),
        })
    }

    /// Whether the body is a form, which is signed.
    pub(crate) fn has_form(self) -> bool {
        self.content_type.is_some_and(is_form)
    }

    /// What the verdict is asked about.
    pub(crate) fn signed(self, scheme: Scheme, form: Option<&'r [u8]>) -> SignedRequest<'r> {
        let request = Request {
            method: self.method,
            scheme,
            authority: self.host.authority(),
            target: self.target,
            form,
        };
        SignedRequest { request, authorization: self.authorization }
    }
}

/// Says in the words of HTTP/1.1 what HTTP/2 says in its own: the host, which it has apart from the
/// headers (RFC 9113 section 8.3.1), and cookies, of which it may send several headers (section
/// 8.2.3).
pub(crate) fn translate(parts: &mut Parts) {
    if parts.version != Version::HTTP_2 {
        return;
    }
    if !parts.headers.contains_key(HOST)
        && let Some(authority) = parts.uri.authority()
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
    {
        parts.headers.insert(HOST, host);
    }
    let cookies: Vec<&[u8]> =
        parts.headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if cookies.len() > 1
        && let Ok(joined) = HeaderValue::from_bytes(&cookies.join(&b"; "[..]))
    {
        parts.headers.insert(COOKIE, joined);
    }
}

/// A request whose head was refused, for whoever explains that. Nothing of it was checked.
pub(crate) fn unchecked(parts: &Parts, scheme: Scheme) -> SignedRequest<'_> {
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
    let request = Request {
        method: parts.method.as_str(),
        scheme,
        authority: host.unwrap_or_default(),
        target: parts.uri.path_and_query().map_or("", PathAndQuery::as_str),
        form: None,
    };
    SignedRequest {
        request,
        authorization: parts.headers.get(AUTHORIZATION).map(HeaderValue::as_bytes),
    }
}

/// Some servers take the type up to the first comma or blank: what names the form type is either
/// signed as a form, or not forwarded.
fn check_content_type(value: Option<&HeaderValue>) -> Result<(), HeadFault> {
    const FORM: &[u8] = b"x-www-form-urlencoded";
    let value = value.map(HeaderValue::as_bytes).unwrap_or_default();
    let names_form = value.windows(FORM.len()).any(|part| part.eq_ignore_ascii_case(FORM));
    if names_form && !is_form(value) { Err(HeadFault::ContentTypeAmbiguous) } else { Ok(()) }
}

fn method(method: &Method) -> Result<&str, HeadFault> {
    let name = method.as_str();
    if matches!(*method, Method::CONNECT | Method::TRACE)
        || name.bytes().any(|byte| byte.is_ascii_lowercase())
    {
        return Err(HeadFault::Method);
    }
    Ok(name)
}

fn target<'r>(uri: &'r Uri, host: Host<'_>) -> Result<(&'r str, &'r str), HeadFault> {
    let target = uri.path_and_query().ok_or(HeadFault::Target)?;
    if !target.as_str().starts_with('/') {
        return Err(HeadFault::Target);
    }
    if let Some(scheme) = uri.scheme_str() {
        let web = matches!(scheme, "http" | "https");
        let same = uri.authority().is_some_and(|authority| host.is(authority.as_str()));
        if !web || !same {
            return Err(HeadFault::OtherAuthority);
        }
    }
    Ok((target.as_str(), target.path()))
}

fn check_framing(headers: &HeaderMap) -> Result<(), HeadFault> {
    match single(headers, &TRANSFER_ENCODING, HeadFault::TransferEncoding)? {
        Some(coding) if !coding.as_bytes().eq_ignore_ascii_case(b"chunked") => {
            Err(HeadFault::TransferEncoding)
        }
        _ => Ok(()),
    }
}

// A header that `Connection` names is not forwarded. These are what the verdict or the framing
// depends on, so a request can't ask for their removal.
fn check_connection(headers: &HeaderMap) -> Result<(), HeadFault> {
    let kept = [&AUTHORIZATION, &CONTENT_LENGTH, &CONTENT_TYPE, &HOST];
    let named = headers.get_all(CONNECTION).iter().flat_map(connection_names);
    for name in named {
        if kept.iter().any(|kept| name.eq_ignore_ascii_case(kept.as_str().as_bytes())) {
            return Err(HeadFault::ConnectionNames);
        }
    }
    Ok(())
}

/// The names in one `Connection` header.
pub(crate) fn connection_names(value: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii)
}

fn single<'r>(
    headers: &'r HeaderMap,
    name: &HeaderName,
    repeated: HeadFault,
) -> Result<Option<&'r HeaderValue>, HeadFault> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() { Err(repeated) } else { Ok(first) }
}

#[cfg(test)]
mod tests;
