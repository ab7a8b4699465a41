//! The crate `oauth1-request`: it builds the base string, the key and the header.
//!
//! It knows HMAC-SHA1 only and leaves other methods to its users: `SignatureMethod` and `Sign` are
//! there for that. So the digest is given to it here, from the crates that its own method uses;
//! what is signed is its choice. (`reqwest-oauth1` is built on an older version of it and needs
//! the same.) It sends no realm, so this is also the client without one.

use std::fmt::Display;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use countersign_tests::{Connection, Request};
use hmac::{Hmac, KeyInit, Mac};
use oauth1_request::signature_method::{Sign, SignatureMethod};
use oauth1_request::{Builder, ParameterList, Token};
use sha2::Sha256;

use super::cases::{Body, Case, Query};
use super::{Caller, Outcome, Server, url};
use countersign_tests::Answered;

pub(super) struct Oauth1Request;

impl Caller for Oauth1Request {
    fn call(&mut self, server: &Server<'_>, case: &Case) -> Outcome {
        let mut connection = Connection::open(server.address);
        let request = request(server, case);
        let answer = connection.try_send(&request).map_err(|error| error.to_string())?;
        let body = answer.text();
        let sent = request.body.map(|body| String::from_utf8(body).unwrap());
        let headers = answer.headers.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        Ok(Answered { status: answer.status, headers, body, sent })
    }
}

fn request(server: &Server<'_>, case: &Case) -> Request {
    // A raw query is one that the crate's user has taken apart.
    let query = match case.query {
        Query::None => Vec::new(),
        Query::Pairs(pairs) => super::owned(pairs),
        Query::Raw(text) => super::decoded(text),
    };
    let form = if let Body::Form(pairs) = case.body { super::owned(pairs) } else { Vec::new() };
    let uri = url(server, case);
    let both = ParameterList::new([&query[..], &form[..]].concat());
    let authorization = builder(server).authorize(case.method, &*uri, &both);

    let target = oauth1_request::to_query(case.path.to_owned(), &ParameterList::new(query));
    let (content_type, body) = match case.body {
        Body::None => (None, None),
        Body::Json(text) => (Some("application/json"), Some(text.to_owned())),
        Body::Form(_) => (
            Some("application/x-www-form-urlencoded"),
            Some(oauth1_request::to_form(&ParameterList::new(form))),
        ),
    };
    let request = Request {
        method: case.method.to_owned(),
        target,
        headers: vec![("Host".to_owned(), server.address.to_string())],
        body: body.map(String::into_bytes),
    };
    let request = request.with("Authorization", &authorization);
    content_type.into_iter().fold(request, |request, value| request.with("Content-Type", value))
}

fn builder<'s>(server: &Server<'s>) -> Builder<'s, HmacSha256, &'s str> {
    let it = server.credentials;
    let token = Token::from_parts(
        &*it.consumer_key,
        &*it.consumer_secret,
        &*it.token_id,
        &*it.token_secret,
    );
    Builder::with_token(token, HmacSha256)
}

#[derive(Clone, Copy)]
struct HmacSha256;

impl SignatureMethod for HmacSha256 {
    type Sign = HmacSha256Sign;

    fn sign_with(self, client_secret: &str, token_secret: Option<&str>) -> HmacSha256Sign {
        // Secrets of Countersign are hexadecimal: nothing in them is to be encoded.
        let key = format!("{client_secret}&{}", token_secret.unwrap_or_default());
        HmacSha256Sign(Hmac::new_from_slice(key.as_bytes()).unwrap())
    }
}

struct HmacSha256Sign(Hmac<Sha256>);

impl Sign for HmacSha256Sign {
    type Signature = String;

    fn get_signature_method_name(&self) -> &'static str {
        "HMAC-SHA256"
    }

    fn request_method(&mut self, method: &str) {
        self.0.update(format!("{method}&").as_bytes());
    }

    fn uri<T: Display>(&mut self, uri: T) {
        self.0.update(format!("{uri}&").as_bytes());
    }

    fn parameter<V: Display>(&mut self, key: &str, value: V) {
        self.0.update(format!("{key}%3D{value}").as_bytes());
    }

    fn delimiter(&mut self) {
        self.0.update(b"%26");
    }

    fn end(self) -> String {
        let text = BASE64_STANDARD.encode(self.0.finalize().into_bytes());
        text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
    }
}
