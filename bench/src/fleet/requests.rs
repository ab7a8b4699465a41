//! Signed requests as NetSuite's clients send them: seven parameters and a realm in the header, two
//! to four in the query.

use std::ops::Range;

use anyhow::Result;
use countersign_model::Timestamp;
use countersign_signing::{Request, Scheme, SignOptions, sign};
use countersign_verify::SignedRequest;

use super::{ACCOUNT, Fleet};

pub(crate) const HOST: &str = "1234567.suitetalk.api.netsuite.com";

const TARGETS: [&str; 3] = [
    "/services/rest/record/v1/customer?q=email%20IS%20%22a%40b.example%22&limit=50&offset=100",
    "/app/site/hosting/restlet.nl?script=1234&deploy=1&recordtype=salesorder&id=567890",
    "/services/rest/query/v1/suiteql?limit=1000&offset=42000",
];

/// Requests that were signed in the same second, each with a nonce of its own.
pub(crate) struct Batch {
    pub(crate) at: Timestamp,
    // One text for all: requests lie side by side, as bytes of one buffer would.
    text: String,
    requests: Vec<Placed>,
}

struct Placed {
    target: &'static str,
    scheme: Scheme,
    header: Range<usize>,
    base_string: Range<usize>,
}

impl Fleet {
    /// A request of each of these tokens.
    pub(crate) fn sign(
        &self,
        at: Timestamp,
        scheme: Scheme,
        places: impl IntoIterator<Item = u32>,
    ) -> Result<Batch> {
        let mut batch = Batch { at, text: String::new(), requests: Vec::new() };
        for place in places {
            let target = TARGETS[batch.requests.len() % TARGETS.len()];
            let nonce = format!("{:020}", self.chance.below(u64::MAX));
            let options =
                SignOptions { realm: Some(ACCOUNT), ..SignOptions::new(at.seconds(), &nonce) };
            let signed = sign(&self.credentials(place), &request(target, scheme), &options)?;
            let header = batch.push(&signed.header);
            let base_string = batch.push(signed.base_string.as_str());
            batch.requests.push(Placed { target, scheme, header, base_string });
        }
        Ok(batch)
    }
}

impl Batch {
    pub(crate) fn len(&self) -> usize {
        self.requests.len()
    }

    /// The requests as a server sees them.
    pub(crate) fn requests(&self) -> impl Iterator<Item = SignedRequest<'_>> {
        self.requests.iter().map(|placed| SignedRequest {
            request: request(placed.target, placed.scheme),
            authorization: Some(&self.text.as_bytes()[placed.header.clone()]),
        })
    }

    /// The same requests as the texts that were signed.
    pub(crate) fn base_strings(&self) -> impl Iterator<Item = &[u8]> {
        self.requests.iter().map(|placed| &self.text.as_bytes()[placed.base_string.clone()])
    }

    /// Path and query, and the `Authorization` header.
    pub(crate) fn messages(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.requests.iter().map(|placed| (placed.target, &self.text[placed.header.clone()]))
    }

    fn push(&mut self, text: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(text);
        start..self.text.len()
    }
}

fn request(target: &'static str, scheme: Scheme) -> Request<'static> {
    Request { method: "GET", scheme, authority: HOST, target, form: None }
}
