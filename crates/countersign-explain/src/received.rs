//! A request that somebody has a copy of.
//!
//! Belongs here: what all kinds of copies have in common. Does not: reading one kind (`curl`,
//! `http_text`, `har`).

use countersign_client::Address;
use countersign_signing::{Request, Scheme, is_form};

/// A request as the server got it, as far as the copy tells.
#[derive(Debug)]
pub struct Received {
    pub(super) method: String,
    pub(super) scheme: Scheme,
    pub(super) authority: String,
    pub(super) target: String,
    /// In order of arrival.
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Vec<u8>,
    /// When, in seconds since 1970.
    pub at: Option<i64>,
    /// What the reader should know about the copy.
    pub(super) notes: Vec<String>,
}

impl Received {
    /// A request to `address`, or to the host that its headers name.
    pub(super) fn to(method: String, address: &Address, headers: Vec<(String, Vec<u8>)>) -> Self {
        let mut received = Self {
            method,
            scheme: address.scheme(),
            authority: address.authority().to_owned(),
            target: address.target().to_owned(),
            headers,
            body: Vec::new(),
            at: None,
            notes: Vec::new(),
        };
        if let Some(host) = received.text("host") {
            received.authority = host;
        }
        received
    }

    /// Every value of a header.
    pub(super) fn values<'r>(&'r self, name: &'r str) -> impl Iterator<Item = &'r [u8]> {
        let named = self.headers.iter().filter(move |(it, _)| it.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.trim_ascii())
    }

    /// The first value of a header, for reading.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let value = self.values(name).next()?;
        Some(String::from_utf8_lossy(value).into_owned())
    }

    /// What a signature depends on.
    pub(super) fn request(&self) -> Request<'_> {
        Request {
            method: &self.method,
            scheme: self.scheme,
            authority: &self.authority,
            target: &self.target,
            form: self.is_form().then_some(&*self.body),
        }
    }

    /// A body that is not signed.
    pub(super) fn other_body(&self) -> Option<&[u8]> {
        (!self.is_form() && !self.body.is_empty()).then_some(&*self.body)
    }

    fn is_form(&self) -> bool {
        self.values("content-type").next().is_some_and(is_form)
    }
}

/// Whether an `Authorization` header is of the scheme OAuth.
pub(super) fn is_oauth(value: &[u8]) -> bool {
    let scheme = value.split(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
    scheme.eq_ignore_ascii_case(b"oauth")
}
