//! How each version of HTTP is spoken: sizes and times, as the HTTP library takes them.

use hyper::server::conn::{http1, http2};
use hyper_util::rt::TokioTimer;

use super::streams::Streams;
use crate::Limits;

/// Bytes of one HTTP/2 request, and of all of one connection, that may wait to be read. Ten
/// thousand connections hold 2.5 GiB at most.
const STREAM_WINDOW: u32 = 64 * 1024;
const CONNECTION_WINDOW: u32 = 256 * 1024;

/// How each version of HTTP is spoken.
#[derive(Clone)]
pub(super) struct Protocols {
    pub(super) http1: http1::Builder,
    pub(super) limits: Limits,
}

impl Protocols {
    pub(super) fn new(limits: &Limits) -> Self {
        let mut http1 = http1::Builder::new();
        http1
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_read)
            .max_header_size(limits.head_bytes)
            .max_buf_size(limits.head_bytes);
        Self { http1, limits: limits.clone() }
    }

    pub(super) fn http2(&self, streams: Streams) -> http2::Builder<Streams> {
        let limits = &self.limits;
        let mut http2 = http2::Builder::new(streams);
        http2
            .timer(TokioTimer::new())
            .max_concurrent_streams(limits.streams)
            // What a client may send before anybody has read it: of one request, and of all.
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_header_list_size(u32::try_from(limits.head_bytes).unwrap_or(u32::MAX))
            // A peer that is gone without a word is noticed by this; one that asks for nothing is
            // sent away by `drive_http2`.
            .keep_alive_interval(limits.head_read)
            .keep_alive_timeout(limits.head_read);
        http2
    }
}
