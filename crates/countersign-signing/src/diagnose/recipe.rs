//! Everything that determines a signature.
//!
//! Belongs here: a request taken apart, so that each part can be changed, and putting it together
//! again. Does not: which changes are mistakes (see `mistakes`).

mod encoding;
mod key;
mod order;

use std::rc::Rc;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;

pub(super) use encoding::{Encoding, Letters, Reach};
pub(super) use key::{Half, Key};
pub(super) use order::Order;

use super::Evidence;
use crate::{
    Authorization, ParameterName, Scheme, percent,
    request::{split_authority, split_form},
};

/// One way of making a signature. Cheap to clone: a search makes thousands.
#[derive(Clone)]
pub(super) struct Recipe<'e> {
    pub(super) method: Rc<str>,
    pub(super) scheme: Scheme,
    pub(super) host: Rc<str>,
    /// Empty when none is named.
    pub(super) port: Rc<str>,
    /// A default port is signed too.
    pub(super) keeps_port: bool,
    pub(super) path: Rc<str>,
    /// The query behind the path, where that is signed so.
    pub(super) query_in_url: Option<Rc<str>>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) encoding: Encoding,
    pub(super) order: Order,
    pub(super) key: Key<'e>,
    pub(super) digest: Digest,
    pub(super) output: Output,
}

/// A parameter of the base string.
#[derive(Clone)]
pub(super) struct Parameter {
    pub(super) source: Source,
    pub(super) name: Rc<[u8]>,
    pub(super) value: Rc<[u8]>,
    /// Both before they were decoded.
    pub(super) raw: (Rc<[u8]>, Rc<[u8]>),
}

/// Where a parameter came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Header,
    Query,
    Form,
    /// A body that is no form.
    Body,
}

/// The hash function under the HMAC.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Digest {
    Sha256,
    Sha1,
}

/// How the digest is written in the header.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Output {
    /// RFC 5849 section 3.4.2.
    Base64,
    Hex,
    Base64Url,
    /// In base64, with each `+` as a blank.
    BlanksForPlus,
}

impl<'e> Recipe<'e> {
    /// The way that is accepted.
    pub(super) fn expected(
        evidence: &Evidence<'e>,
        authorization: Option<&Authorization<'_>>,
    ) -> Recipe<'e> {
        let request = &evidence.request;
        let (host, port) = split_authority(request.authority);
        let header = authorization.map(header_parameters).unwrap_or_default();
        let query = parameters(Source::Query, request.query().unwrap_or_default().as_bytes());
        let form = parameters(Source::Form, request.form.unwrap_or_default());
        Recipe {
            method: request.method.to_ascii_uppercase().into(),
            scheme: request.scheme,
            host: host.to_ascii_lowercase().into(),
            port: port.into(),
            keeps_port: false,
            path: if request.path().is_empty() { "/" } else { request.path() }.into(),
            query_in_url: None,
            parameters: header.into_iter().chain(query).chain(form).collect(),
            encoding: Encoding::RFC,
            order: Order::Encoded,
            key: Key::of(evidence.secrets.pair.unwrap_or_default()),
            digest: Digest::Sha256,
            output: Output::Base64,
        }
    }

    /// The parameters as they are signed, in the order in which they are: encoded names and values,
    /// and where each came from.
    pub(super) fn pairs(&self) -> Vec<(Source, String, String)> {
        self.order.arrange(&self.parameters, &self.encoding)
    }

    /// What is signed.
    pub(super) fn base_string(&self) -> String {
        let pairs = self.pairs();
        let joined = pairs.iter().map(|(_, name, value)| (name.as_str(), value.as_str()));
        self.base_string_of(joined)
    }

    /// What is signed when these are the parameters.
    pub(super) fn base_string_of<'p>(
        &self,
        pairs: impl Iterator<Item = (&'p str, &'p str)>,
    ) -> String {
        let mut joined = String::with_capacity(512);
        for (name, value) in pairs {
            if !joined.is_empty() {
                joined.push('&');
            }
            joined.push_str(name);
            joined.push('=');
            joined.push_str(value);
        }
        let query = self.query_in_url.as_deref().map(|query| format!("?{query}"));
        let uri = self.origin() + &self.path + &query.unwrap_or_default();
        let mut text = String::with_capacity(joined.len() * 2);
        text.push_str(&percent::encode(self.method.as_bytes()));
        for part in [uri, joined] {
            text.push('&');
            text.push_str(&self.encoding.outer(part.as_bytes()));
        }
        text
    }

    /// The digest of a text that was made by [`base_string`](Recipe::base_string).
    pub(super) fn digest_of(&self, base_string: &str) -> Vec<u8> {
        let key = self.key.text();
        match self.digest {
            Digest::Sha256 => mac::<Hmac<Sha256>>(&key, base_string.as_bytes()),
            Digest::Sha1 => mac::<Hmac<Sha1>>(&key, base_string.as_bytes()),
        }
    }

    /// Host with port, as far as it is signed.
    pub(super) fn authority(&self) -> String {
        let port = match &*self.port {
            "" if self.keeps_port => self.scheme.default_port(),
            port if self.keeps_port || port != self.scheme.default_port() => port,
            _ => "",
        };
        if port.is_empty() { self.host.to_string() } else { format!("{}:{port}", self.host) }
    }

    /// Scheme and host with port, as far as they are signed.
    fn origin(&self) -> String {
        format!("{}://{}", self.scheme.as_str(), self.authority())
    }
}

impl Parameter {
    /// A parameter that stands nowhere in the request.
    pub(super) fn new(source: Source, name: &[u8], value: &[u8]) -> Parameter {
        let (name, value): (Rc<[u8]>, Rc<[u8]>) = (name.into(), value.into());
        Parameter { source, raw: (name.clone(), value.clone()), name, value }
    }
}

fn header_parameters(authorization: &Authorization<'_>) -> Vec<Parameter> {
    let signed = authorization
        .fields()
        .iter()
        .filter(|field| !matches!(field.meaning, ParameterName::Realm | ParameterName::Signature));
    let parameter = |field: crate::authorization::Field<'_>| {
        let raw = |text| Rc::from(percent::encode(text).as_bytes());
        Parameter {
            raw: (raw(field.name), raw(field.value)),
            ..Parameter::new(Source::Header, field.name, field.value)
        }
    };
    signed.map(parameter).collect()
}

/// The parameters of a query or form.
pub(super) fn parameters(source: Source, form: &[u8]) -> impl Iterator<Item = Parameter> {
    split_form(form).map(move |(name, value)| Parameter {
        raw: (name.into(), value.into()),
        ..Parameter::new(source, &percent::decode_form(name), &percent::decode_form(value))
    })
}

/// HMAC takes keys of any length (RFC 2104 section 2): there is no other way for it to fail.
pub(crate) fn mac<M: Mac + KeyInit>(key: &[u8], text: &[u8]) -> Vec<u8> {
    let keyed = <M as KeyInit>::new_from_slice(key);
    keyed.map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec()).unwrap_or_default()
}
