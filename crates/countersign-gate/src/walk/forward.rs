//! The end of an admitted request's walk: to the upstream, and its answer back.

use std::sync::Arc;

use countersign_verify::{Principal, Shape};
use http::Response;
use http::header::{CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING};
use http::request::Parts;
use http::uri::PathAndQuery;
use hyper::body::Body as _;

use super::Connection;
use crate::body::{ClientFault, Paced, Progress};
use crate::form::Payload;
use crate::headers::prepare_request;
use crate::upstream::{Outgoing, UpstreamFault};
use crate::{Body, answers};

impl Connection {
    pub(super) async fn forward(
        &self,
        mut parts: Parts,
        payload: Payload,
        principal: &Principal,
        shape: Shape,
    ) -> Response<Body> {
        // The head was checked to have one.
        let Some(target) = parts.uri.path_and_query().cloned() else {
            return answers::internal();
        };
        prepare_request(&mut parts.headers, &self.origin, principal);
        parts.extensions.clear();
        let outgoing = self.outgoing(parts, target, payload);
        match self.gate.upstream.send(outgoing).await {
            Ok(response) => response,
            Err(fault) => {
                if let UpstreamFault::Client(ClientFault::Malformed) = fault {
                    self.count_malformed(self.gate.clock.now());
                }
                fault.text().answer(shape)
            }
        }
    }

    /// The body as it was verified, with one framing header.
    fn outgoing(&self, mut parts: Parts, target: PathAndQuery, payload: Payload) -> Outgoing {
        let (body, progress) = match payload {
            Payload::Form(bytes, share) => {
                parts.headers.insert(CONTENT_LENGTH, bytes.len().into());
                (Body::held(bytes, share), None)
            }
            Payload::Stream(incoming) if incoming.is_end_stream() => (Body::empty(), None),
            Payload::Stream(incoming) => {
                if incoming.size_hint().exact().is_none() {
                    // Said here, since the HTTP library leaves out the body of a GET otherwise.
                    parts.headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
                }
                let progress = Arc::new(Progress::default());
                let paced = Paced::new(incoming, self.gate.limits.idle);
                (Body::paced(paced.watched_by(Arc::clone(&progress))), Some(progress))
            }
        };
        Outgoing { parts, target, body, progress }
    }
}
