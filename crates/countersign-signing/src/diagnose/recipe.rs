//! Everything that determines a signature.
//!
//! Belongs here: a request taken apart, so that each part can be changed. Does not: which changes
//! are mistakes (see `mistakes`). Order and output have the RFC's form only: the first mistake that
//! needs another one makes a field of it.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::Evidence;
use crate::{
    Authorization, BaseString, ParameterName, Scheme,
    key::key_text,
    percent,
    request::{split_authority, split_form},
};

/// One way of making a signature.
#[derive(Clone)]
pub(super) struct Recipe<'e> {
    pub(super) method: String,
    pub(super) scheme: Scheme,
    pub(super) host: String,
    /// Empty when none is named.
    pub(super) port: String,
    pub(super) path: String,
    pub(super) parameters: Vec<Parameter>,
    pub(super) blank: Blank,
    pub(super) key: Key<'e>,
    pub(super) digest: Digest,
}

/// A parameter of the base string.
#[derive(Clone)]
pub(super) struct Parameter {
    pub(super) source: Source,
    pub(super) name: Vec<u8>,
    pub(super) value: Vec<u8>,
    /// The value before it was decoded.
    pub(super) raw: Vec<u8>,
}

/// Where a parameter came from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Header,
    Query,
    Form,
}

/// How a blank is encoded.
#[derive(Clone, Copy)]
pub(super) enum Blank {
    /// `%20`, RFC 5849 section 3.6.
    Percent,
    /// `+`, as in HTML forms.
    Plus,
}

/// The secrets in the order in which they are joined.
#[derive(Clone, Copy)]
pub(super) struct Key<'e> {
    pub(super) first: &'e [u8],
    pub(super) second: &'e [u8],
}

/// The hash function under the HMAC.
#[derive(Clone, Copy)]
pub(super) enum Digest {
    Sha256,
    Sha1,
}

impl<'e> Recipe<'e> {
    /// The way that is accepted.
    pub(super) fn expected(
        evidence: &Evidence<'e>,
        authorization: &Authorization<'_>,
    ) -> Recipe<'e> {
        let mut recipe = Recipe::without_header(evidence);
        for field in authorization.fields().iter() {
            if !matches!(field.meaning, ParameterName::Realm | ParameterName::Signature) {
                recipe.parameters.push(Parameter {
                    source: Source::Header,
                    name: field.name.to_vec(),
                    value: field.value.to_vec(),
                    raw: percent::encode(field.value).into_bytes(),
                });
            }
        }
        recipe
    }

    /// The same for a request whose header can't be read.
    pub(super) fn without_header(evidence: &Evidence<'e>) -> Recipe<'e> {
        let request = &evidence.request;
        let (host, port) = split_authority(request.authority);
        let query = parameters(Source::Query, request.query().unwrap_or_default().as_bytes());
        let form = parameters(Source::Form, request.form.unwrap_or_default());
        Recipe {
            method: request.method.to_ascii_uppercase(),
            scheme: request.scheme,
            host: host.to_ascii_lowercase(),
            port: port.to_owned(),
            path: if request.path().is_empty() { "/" } else { request.path() }.to_owned(),
            parameters: query.chain(form).collect(),
            blank: Blank::Percent,
            key: Key { first: evidence.consumer_secret, second: evidence.token_secret },
            digest: Digest::Sha256,
        }
    }

    /// What is signed.
    pub(super) fn base_string(&self) -> BaseString {
        let mut pairs: Vec<(String, String)> = self
            .parameters
            .iter()
            .map(|parameter| (self.encoded(&parameter.name), self.encoded(&parameter.value)))
            .collect();
        pairs.sort();
        let pairs: Vec<String> =
            pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let base_uri = self.origin() + &self.path;
        let parts = [self.method.clone(), base_uri, pairs.join("&")];
        BaseString::new(parts.map(|part| percent::encode(part.as_bytes())).join("&"))
    }

    /// What is sent, in base64.
    fn signature(&self) -> String {
        let base = self.base_string();
        let key = key_text(self.key.first, self.key.second);
        STANDARD.encode(match self.digest {
            Digest::Sha256 => mac::<Hmac<Sha256>>(&key, base.as_str().as_bytes()),
            Digest::Sha1 => mac::<Hmac<Sha1>>(&key, base.as_str().as_bytes()),
        })
    }

    /// Whether this way leads to the signature that was sent.
    pub(super) fn makes(&self, sent: &[u8]) -> bool {
        self.signature().as_bytes().ct_eq(sent.trim_ascii()).into()
    }

    /// Host with port, as far as it is signed.
    pub(super) fn authority(&self) -> String {
        if self.port.is_empty() || self.port == self.scheme.default_port() {
            self.host.clone()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Scheme and host with port, as far as they are signed.
    pub(super) fn origin(&self) -> String {
        format!("{}://{}", self.scheme.as_str(), self.authority())
    }

    fn encoded(&self, text: &[u8]) -> String {
        let encoded = percent::encode(text);
        match self.blank {
            Blank::Percent => encoded,
            Blank::Plus => encoded.replace("%20", "+"),
        }
    }
}

fn parameters(source: Source, form: &[u8]) -> impl Iterator<Item = Parameter> {
    split_form(form).map(move |(name, value)| Parameter {
        source,
        name: percent::decode_form(name),
        value: percent::decode_form(value),
        raw: value.to_vec(),
    })
}

/// HMAC takes keys of any length (RFC 2104 section 2): there is no other way for it to fail.
fn mac<M: Mac + KeyInit>(key: &[u8], text: &[u8]) -> Vec<u8> {
    let keyed = <M as KeyInit>::new_from_slice(key);
    keyed.map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec()).unwrap_or_default()
}
