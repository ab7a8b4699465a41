//! How pages look: one stylesheet, whose path names its content, so that it can be kept for good.

use bytes::Bytes;
use http::{Response, StatusCode};
use sha2::{Digest, Sha256};

use crate::answer::response;

const CSS: &str = include_str!("../assets/countersign.css");

/// The stylesheet and its path.
pub(crate) struct Stylesheet {
    path: String,
}

impl Stylesheet {
    pub(crate) fn new() -> Self {
        let digest = Sha256::digest(CSS);
        let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self { path: format!("/countersign/assets/{hash}.css") }
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn answer(&self) -> Response<Bytes> {
        let kept = "public, max-age=31536000, immutable";
        let css = Bytes::from_static(CSS.as_bytes());
        response(StatusCode::OK, "text/css; charset=utf-8", kept, css)
    }
}
