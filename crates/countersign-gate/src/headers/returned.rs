//! An upstream answer's headers, on the way to the client.

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::response::Parts;
use http::{StatusCode, Version};
use hyper::upgrade::OnUpgrade;
use thiserror::Error;

use crate::upgrade::is_websocket;

use super::cookies;
use super::spelling::{never_passes, remove};

/// An answer that can't be passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum ForeignAnswer {
    #[error("the upstream answered with status {0}, which no request asked for")]
    Informational(StatusCode),
    #[error("the upstream used a transfer coding other than chunked")]
    TransferCoding,
}

/// Takes off what must not pass. `switches` where the answer may be a change to another protocol.
pub(crate) fn prepare_answer(parts: &mut Parts, switches: bool) -> Result<(), ForeignAnswer> {
    let is_switch =
        switches && parts.status == StatusCode::SWITCHING_PROTOCOLS && is_websocket(&parts.headers);
    if parts.status.is_informational() && !is_switch {
        return Err(ForeignAnswer::Informational(parts.status));
    }
    let mut codings = parts.headers.get_all(TRANSFER_ENCODING).iter();
    let chunked = |coding: &http::HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"chunked");
    if codings.next().is_some_and(|coding| !chunked(coding)) || codings.next().is_some() {
        return Err(ForeignAnswer::TransferCoding);
    }
    if parts.headers.contains_key(TRANSFER_ENCODING) {
        // The chunks count (RFC 9112 section 6.3), and the length may be another.
        parts.headers.remove(CONTENT_LENGTH);
    }
    remove(&mut parts.headers, never_passes);
    cookies::refuse(&mut parts.headers);
    parts.version = Version::HTTP_11;
    let upgrade = parts.extensions.remove::<OnUpgrade>().filter(|_| is_switch);
    parts.extensions.clear();
    if let Some(upgrade) = upgrade {
        parts.extensions.insert(upgrade);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use http::Response;

    use super::*;

    fn prepared(response: http::response::Builder) -> Result<Vec<String>, ForeignAnswer> {
        let (mut parts, ()) = response.body(()).unwrap().into_parts();
        prepare_answer(&mut parts, false)?;
        Ok(parts.headers.keys().map(ToString::to_string).collect())
    }

    #[test]
    fn countersigns_words_and_connection_headers_do_not_come_back() {
        let response = Response::builder()
            .header("countersign_mode", "serve")
            .header("Countersign-Reference", "x")
            .header("connection", "close, x-hop")
            .header("x-hop", "1")
            .header("keep-alive", "timeout=5")
            .header("transfer-encoding", "chunked")
            .header("x-kept", "1");
        assert_eq!(prepared(response), Ok(vec!["x-kept".to_owned()]));
    }

    #[test]
    fn of_two_lengths_the_chunks_count() {
        let response = Response::builder()
            .header("content-length", "3")
            .header("transfer-encoding", "chunked")
            .header("x-kept", "1");
        assert_eq!(prepared(response), Ok(vec!["x-kept".to_owned()]));
    }

    #[test]
    fn an_answer_that_needs_more_than_forwarding_is_not_passed_on() {
        assert_eq!(
            prepared(Response::builder().status(101)),
            Err(ForeignAnswer::Informational(StatusCode::SWITCHING_PROTOCOLS))
        );
        let gzip = Response::builder().header("transfer-encoding", "gzip, chunked");
        assert_eq!(prepared(gzip), Err(ForeignAnswer::TransferCoding));
    }
}
