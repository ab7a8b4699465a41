//! What the headers of a request say of the hops that it took.

use std::net::{IpAddr, SocketAddr};

use countersign_signing::Scheme;
use http::HeaderMap;
use http::header::{FORWARDED, HeaderName, HeaderValue};

use super::Conflict;

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Who stood where, from the client on, and the scheme that all who name one agree on.
#[derive(Default)]
pub(super) struct Said {
    pub(super) hops: Vec<Hop>,
    pub(super) scheme: Option<Scheme>,
}

/// One that passed the request on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hop {
    Address(IpAddr),
    /// It doesn't want to be known (RFC 7239 section 6.2 and 6.3).
    Hidden,
}

pub(super) fn read(headers: &HeaderMap) -> Result<Said, Conflict> {
    let mut said = Said::default();
    for part in parts(headers, &FOR)? {
        said.hops.push(hop(part)?);
    }
    for part in parts(headers, &PROTO)? {
        said.agree(part)?;
    }
    let mut also = Vec::new();
    for element in parts(headers, &FORWARDED)? {
        also.extend(said.element(element)?);
    }
    if said.hops.is_empty() {
        said.hops = also;
    } else if !also.is_empty() && also != said.hops {
        return Err(Conflict);
    }
    Ok(said)
}

impl Said {
    fn agree(&mut self, scheme: &str) -> Result<(), Conflict> {
        let scheme = match scheme {
            _ if scheme.eq_ignore_ascii_case("http") => Scheme::Http,
            _ if scheme.eq_ignore_ascii_case("https") => Scheme::Https,
            _ => return Err(Conflict),
        };
        match self.scheme.replace(scheme) {
            Some(before) if before != scheme => Err(Conflict),
            _ => Ok(()),
        }
    }

    /// One element of `Forwarded`: pairs, of which `for` and `proto` count.
    fn element(&mut self, element: &str) -> Result<Option<Hop>, Conflict> {
        let mut found = None;
        for pair in element.split(';') {
            let (name, value) = pair.trim().split_once('=').ok_or(Conflict)?;
            let value = unquoted(value)?;
            if name.eq_ignore_ascii_case("for") {
                if found.replace(hop(value)?).is_some() {
                    return Err(Conflict);
                }
            } else if name.eq_ignore_ascii_case("proto") {
                self.agree(value)?;
            }
        }
        Ok(found)
    }
}

/// The members of a list that may stand in several headers. Commas in quotes are used by nobody,
/// and a value that is cut at one can't be read.
fn parts<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Vec<&'h str>, Conflict> {
    let mut parts = Vec::new();
    for value in headers.get_all(name) {
        let value: &HeaderValue = value;
        parts.extend(value.to_str().map_err(|_| Conflict)?.split(',').map(str::trim));
    }
    Ok(parts)
}

fn hop(text: &str) -> Result<Hop, Conflict> {
    if text == "unknown" || text.starts_with('_') {
        return Ok(Hop::Hidden);
    }
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = match bare.parse() {
        Ok(address) => address,
        Err(_) => text.parse::<SocketAddr>().map_err(|_| Conflict)?.ip(),
    };
    Ok(Hop::Address(address.to_canonical()))
}

fn unquoted(value: &str) -> Result<&str, Conflict> {
    match value.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"').ok_or(Conflict),
        None => Ok(value),
    }
}
