//! A request on its way to being signed.
//!
//! Belongs here: what is signed of a request, and which headers are the client's own. Does not:
//! connections.

mod body;

use bytes::Bytes;
use countersign_signing::{Credentials, Request, SignOptions, Signed, is_form, sign};
use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName,
    HeaderValue, TE, TRANSFER_ENCODING, UPGRADE,
};
use http::{Method, Version};

use crate::{Address, ClientFault};

pub(crate) use body::Outgoing;
pub use body::{FileBody, FileFault, RequestBody};

/// A request to be signed: what will be sent, but for the `Authorization` header.
#[derive(Debug)]
pub struct SigningRequest {
    /// The method.
    pub method: Method,
    /// Where it goes.
    pub address: Address,
    /// The headers. `Content-Type` decides whether the body is signed. A `Host` header is sent and
    /// signed instead of the address's authority; without one, the authority is.
    pub headers: HeaderMap,
    /// The body.
    pub body: RequestBody,
}

/// Made by the client: with a second one, what is sent would not be what was signed.
const OWN: [HeaderName; 6] =
    [AUTHORIZATION, CONNECTION, CONTENT_LENGTH, TE, TRANSFER_ENCODING, UPGRADE];

impl SigningRequest {
    /// A request with no headers and no body.
    #[must_use]
    pub fn new(method: Method, address: Address) -> Self {
        Self { method, address, headers: HeaderMap::new(), body: RequestBody::empty() }
    }

    /// Signs it. A form in a file is read into memory, as a form is signed as a whole.
    ///
    /// # Errors
    /// [`ClientFault::OwnHeader`], [`ClientFault::RepeatedHeader`], [`ClientFault::Method`]: it
    /// could not be sent as it is. [`ClientFault::File`]: the form can't be read.
    /// [`ClientFault::Sign`]: every verifier would refuse it.
    pub async fn sign(
        &mut self,
        credentials: &Credentials,
        options: &SignOptions<'_>,
    ) -> Result<Signed, ClientFault> {
        self.check()?;
        let form = match self.headers.get(CONTENT_TYPE) {
            Some(value) if is_form(value.as_bytes()) => Some(self.body.read().await?),
            _ => None,
        };
        let host = self.headers.get(HOST).map(|host| host.to_str());
        let authority = match host {
            Some(host) => host.map_err(|_| ClientFault::Host)?,
            None => self.address.authority(),
        };
        let request = Request {
            method: self.method.as_str(),
            scheme: self.address.scheme(),
            authority,
            target: self.address.target(),
            form: form.as_deref(),
        };
        let signed = sign(credentials, &request, options)?;
        signed.check()?;
        Ok(signed)
    }

    /// As an HTTP message with this `Authorization` header, if any.
    pub(crate) fn into_message(self, authorization: Option<&str>) -> http::Request<RequestBody> {
        let mut message = http::Request::new(self.body);
        *message.version_mut() = Version::HTTP_11;
        *message.uri_mut() = self.address.uri();
        *message.headers_mut() = self.headers;
        let headers = message.headers_mut();
        // Authorities and signed headers are visible ASCII, so neither of these fails.
        if let Ok(host) = HeaderValue::from_str(self.address.authority()) {
            headers.entry(HOST).or_insert(host);
        }
        if let Some(Ok(mut value)) = authorization.map(HeaderValue::from_str) {
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        // RFC 9110 section 8.6; hyper leaves it out.
        let content_expected = matches!(self.method, Method::POST | Method::PUT | Method::PATCH);
        if content_expected && message.body().is_empty() {
            message.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        *message.method_mut() = self.method;
        message
    }

    fn check(&self) -> Result<(), ClientFault> {
        if self.method == Method::CONNECT {
            return Err(ClientFault::Method);
        }
        if let Some(own) = OWN.into_iter().find(|name| self.headers.contains_key(name)) {
            return Err(ClientFault::OwnHeader(own));
        }
        let repeated = |name: &HeaderName| self.headers.get_all(name).iter().nth(1).is_some();
        match [HOST, CONTENT_TYPE].into_iter().find(repeated) {
            Some(name) => Err(ClientFault::RepeatedHeader(name)),
            None => Ok(()),
        }
    }
}

impl From<Bytes> for RequestBody {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

#[cfg(test)]
mod tests;
