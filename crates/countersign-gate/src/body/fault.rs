//! Why a body ended before its end.

use std::error::Error;
use std::io;

use thiserror::Error;

/// A body that can't be read on.
#[derive(Debug, Error)]
pub enum BodyFault {
    /// No byte came for as long as [`Limits::idle`](crate::Limits::idle).
    #[error("no byte of the body came in time")]
    Idle,
    /// Its framing is wrong.
    #[error("the framing of the body is wrong")]
    Malformed(#[source] hyper::Error),
    /// The sender went away.
    #[error("the connection ended within the body")]
    Broken(#[source] hyper::Error),
    /// Of a body that was made elsewhere.
    #[error("the body can't be made")]
    Other(#[source] Box<dyn Error + Send + Sync>),
}

impl From<hyper::Error> for BodyFault {
    fn from(error: hyper::Error) -> Self {
        if is_malformed(&error) { Self::Malformed(error) } else { Self::Broken(error) }
    }
}

// The chunk decoder reports bad sizes, oversized extensions and the like as these two kinds.
fn is_malformed(error: &hyper::Error) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    source.is_some_and(|io| {
        matches!(io.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData)
    })
}
