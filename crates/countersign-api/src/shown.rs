//! Answers: a row with its version, a row that was made, and others.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use countersign_model::Version;
use http::StatusCode;
use http::header::{CONTENT_TYPE, ETAG, HeaderName, HeaderValue, LOCATION};
use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use crate::BASE;
use crate::problem::Problem;
use crate::version::Held;

type Answer = Result<Response, Problem>;

/// What has no version.
pub(crate) fn plain(shown: &impl Serialize) -> Answer {
    json(StatusCode::OK, shown)
}

/// A row, as a change has left it.
pub(crate) fn row(version: Version, shown: &impl Serialize) -> Answer {
    Ok(with(json(StatusCode::OK, shown)?, ETAG, &tag(version)))
}

/// A row that is looked at; nothing, where the client has this version already.
pub(crate) fn row_unless(held: &Held, version: Version, shown: &impl Serialize) -> Answer {
    if !held.has(version) {
        return row(version, shown);
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    Ok(with(response, ETAG, &tag(version)))
}

/// A row that was made, and where it is found: a path below [`BASE`].
pub(crate) fn made(path: &str, version: Version, shown: &impl Serialize) -> Answer {
    let response = with(json(StatusCode::CREATED, shown)?, ETAG, &tag(version));
    Ok(with(response, LOCATION, &format!("{BASE}/{path}")))
}

/// What an action on a row gives that is no row: with the version that the row has now, where the
/// one before is known.
pub(crate) fn after(before: Option<Version>, shown: &impl Serialize) -> Answer {
    match before {
        Some(before) => row(before.next(), shown),
        None => plain(shown),
    }
}

/// A secret in an answer: wiped when that was written.
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn new(revealed: &str) -> Self {
        Self(Zeroizing::new(revealed.to_owned()))
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// It was done, and there is nothing to show.
pub(crate) fn nothing() -> Answer {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

fn json(status: StatusCode, shown: &impl Serialize) -> Answer {
    let mut response = Response::new(Body::from(bytes(shown)?));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

/// JSON that may hold a secret: wiped when it was sent.
fn bytes(shown: &impl Serialize) -> Result<Bytes, Problem> {
    let mut text = Zeroizing::new(Vec::new());
    serde_json::to_writer(&mut *text, shown)
        .map_err(|fault| Problem::internal(fault.to_string()))?;
    text.push(b'\n');
    Ok(Bytes::from_owner(text))
}

fn tag(version: Version) -> String {
    format!("\"{version}\"")
}

fn with(mut response: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().insert(name, value);
    }
    response
}
