//! What is signed of a request with a header: RFC 5849 section 3.4.1.
//!
//! Belongs here: a request taken apart, and putting it together again. Does not: key and digest.

use std::rc::Rc;

use super::{Encoding, Order, Text};
use crate::{
    Authorization, ParameterName, Scheme,
    diagnose::{Code, Evidence, mistakes::MakeChange},
    percent,
    request::{split_authority, split_form},
};

/// A request, taken apart.
#[derive(Clone)]
pub(in super::super) struct OfRequest {
    pub(in super::super) method: Rc<str>,
    pub(in super::super) scheme: Scheme,
    pub(in super::super) host: Rc<str>,
    /// Empty when none is named.
    pub(in super::super) port: Rc<str>,
    /// A default port is signed too.
    pub(in super::super) keeps_port: bool,
    pub(in super::super) path: Rc<str>,
    /// The query behind the path, where that is signed so.
    pub(in super::super) query_in_url: Option<Rc<str>>,
    pub(in super::super) parameters: Vec<Parameter>,
    pub(in super::super) encoding: Encoding,
    pub(in super::super) order: Order,
}

/// A parameter of the base string.
#[derive(Clone)]
pub(in super::super) struct Parameter {
    pub(in super::super) source: Source,
    pub(in super::super) name: Rc<[u8]>,
    pub(in super::super) value: Rc<[u8]>,
    /// Both before they were decoded.
    pub(in super::super) raw: (Rc<[u8]>, Rc<[u8]>),
}

/// Where a parameter came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Source {
    Header,
    Query,
    Form,
    /// A body that is no form.
    Body,
}

impl Text for OfRequest {
    fn base_string(&self) -> String {
        let pairs = self.pairs();
        self.base_string_of(pairs.iter().map(|(_, name, value)| (name.as_str(), value.as_str())))
    }

    fn change(code: Code) -> Option<MakeChange<OfRequest>> {
        code.change_of_request()
    }
}

impl OfRequest {
    /// What is to be signed.
    pub(in super::super) fn expected(
        evidence: &Evidence<'_>,
        authorization: Option<&Authorization<'_>>,
    ) -> OfRequest {
        let request = &evidence.request;
        let (host, port) = split_authority(request.authority);
        let header = authorization.map(header_parameters).unwrap_or_default();
        let query = parameters(Source::Query, request.query().unwrap_or_default().as_bytes());
        let form = parameters(Source::Form, request.form.unwrap_or_default());
        OfRequest {
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
        }
    }

    /// The parameters as they are signed, in the order in which they are: encoded names and values,
    /// and where each came from.
    pub(in super::super) fn pairs(&self) -> Vec<(Source, String, String)> {
        self.order.arrange(&self.parameters, &self.encoding)
    }

    /// What is signed when these are the parameters.
    pub(in super::super) fn base_string_of<'p>(
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

    /// Host with port, as far as it is signed.
    pub(in super::super) fn authority(&self) -> String {
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
    pub(in super::super) fn new(source: Source, name: &[u8], value: &[u8]) -> Parameter {
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
pub(in super::super) fn parameters(source: Source, form: &[u8]) -> impl Iterator<Item = Parameter> {
    split_form(form).map(move |(name, value)| Parameter {
        raw: (name.into(), value.into()),
        ..Parameter::new(source, &percent::decode_form(name), &percent::decode_form(value))
    })
}
