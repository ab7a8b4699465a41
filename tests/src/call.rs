//! What is to be signed and sent.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::Request;

/// A call, before anybody signs it.
#[derive(Clone, Debug)]
pub struct Call {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Different in every call, where a test doesn't say otherwise.
    pub nonce: String,
    /// Now, where a test doesn't say otherwise.
    pub timestamp: i64,
    /// Content type and body.
    pub body: Option<(&'static str, String)>,
}

impl Call {
    /// A call without a body.
    pub fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            nonce: unique(),
            timestamp: now(),
            body: None,
        }
    }

    /// `GET`.
    pub fn get(target: &str) -> Self {
        Self::new("GET", target)
    }

    /// With a form, which is signed.
    pub fn with_form(self, form: &str) -> Self {
        Self { body: Some((FORM, form.to_owned())), ..self }
    }

    /// With JSON, which is not signed.
    pub fn with_json(self, json: &str) -> Self {
        Self { body: Some(("application/json", json.to_owned())), ..self }
    }

    /// Without a signature.
    pub fn unsigned(&self, address: SocketAddr) -> Request {
        self.unsigned_to(&address.to_string())
    }

    /// Without a signature, to a server of that name.
    pub fn unsigned_to(&self, authority: &str) -> Request {
        let request = Request {
            method: self.method.clone(),
            target: self.target.clone(),
            headers: vec![("Host".to_owned(), authority.to_owned())],
            body: self.body.as_ref().map(|(_, body)| body.clone().into_bytes()),
        };
        match self.body {
            Some((content_type, _)) => request.with("Content-Type", content_type),
            None => request,
        }
    }

    pub(crate) fn form(&self) -> Option<&[u8]> {
        let (content_type, body) = self.body.as_ref()?;
        (*content_type == FORM).then_some(body.as_bytes())
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Seconds since 1970, by the clock that the program goes by, too.
#[expect(clippy::disallowed_methods, reason = "the program that is tested reads the real clock")]
pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().cast_signed()
}

/// A text that no other call of this process gets.
pub fn unique() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    format!("nonce{:08}", LAST.fetch_add(1, Ordering::Relaxed))
}
