//! The body of a request, taken apart: JSON of the right shape, or a problem that says where it is
//! not.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use countersign_authority::{Patch, UseCaseFault};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use tokio::time::timeout;

use crate::api::Office;
use crate::problem::{FieldFault, Problem};

/// The longest body that is read.
const MOST_BYTES: usize = 64 * 1024;
/// The longest body of a stranger: names and passwords,
const BRIEF_BYTES: usize = 4 * 1024;
/// and how long it may take.
const BRIEF_TIME: Duration = Duration::from_secs(5);

/// What a request gives. Members that are not known are refused.
pub(crate) struct Given<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<Office>> for Given<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Arc<Office>) -> Result<Self, Problem> {
        object(request, MOST_BYTES).await.map(Self)
    }
}

/// The same of a stranger, whose body is short and comes at once.
pub(crate) struct Brief<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<Office>> for Brief<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Arc<Office>) -> Result<Self, Problem> {
        brief(request).await.map(Self)
    }
}

async fn brief<T: DeserializeOwned>(request: Request) -> Result<T, Problem> {
    let given = timeout(BRIEF_TIME, object(request, BRIEF_BYTES)).await;
    given.unwrap_or_else(|_| {
        let seconds = BRIEF_TIME.as_secs();
        Err(Problem::new("too-slow", format!("the body did not come within {seconds} seconds")))
    })
}

async fn object<T: DeserializeOwned>(request: Request, most: usize) -> Result<T, Problem> {
    if !is_json(request.headers()) {
        return Err(Problem::new(
            "unsupported-media-type",
            "this takes a JSON object: send it with Content-Type: application/json",
        ));
    }
    let bytes = read(request.into_body(), most).await?;
    let reader = &mut serde_json::Deserializer::from_slice(&bytes);
    // serde would take a list for the members in their order.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(Problem::new("invalid-body", "this takes a JSON object, not a list"));
    }
    let value = serde_path_to_error::deserialize(&mut *reader).map_err(wrong_shape)?;
    reader.end().map_err(|fault| Problem::new("invalid-json", fault.to_string()))?;
    Ok(value)
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(content_type), None) = (types.next(), types.next()) else { return false };
    let essence = content_type.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
    essence.trim_ascii().eq_ignore_ascii_case(b"application/json")
}

async fn read(body: Body, most: usize) -> Result<Bytes, Problem> {
    match Limited::new(body, most).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(fault) if fault.is::<LengthLimitError>() => Err(Problem::new(
            "body-too-large",
            format!("a body has at most {most} bytes here: nothing that belongs in it is longer"),
        )),
        Err(_) => Err(Problem::new("body-cut-off", "the body ended before it was whole")),
    }
}

/// The fault has its place: line, column, and the member where there is one.
fn wrong_shape(fault: serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let path = fault.path().to_string();
    let fault = fault.into_inner();
    if !fault.is_data() {
        return Problem::new("invalid-json", fault.to_string());
    }
    let problem = Problem::new("invalid-body", fault.to_string());
    if path == "." { problem } else { problem.at(path) }
}

/// A member of a change that can be emptied: left out it stays (with `#[serde(default)]`), null
/// empties it.
pub(crate) fn patch<'de, T, D>(deserializer: D) -> Result<Patch<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(Option::deserialize(deserializer)?.map_or(Patch::Clear, Patch::Set))
}

/// The same of a member that is an object: a list isn't taken for its members in their order.
pub(crate) fn patch_object<'de, T, D>(deserializer: D) -> Result<Patch<T>, D::Error>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    let Some(members) = Option::<Map<String, Value>>::deserialize(deserializer)? else {
        return Ok(Patch::Clear);
    };
    T::deserialize(Value::Object(members)).map(Patch::Set).map_err(D::Error::custom)
}

/// Collects what is wrong with several fields, so that all of it is said at once.
#[derive(Default)]
pub(crate) struct Fields(Vec<FieldFault>);

impl Fields {
    /// Reads a field by a rule of the model.
    pub(crate) fn read<T>(&mut self, field: &str, read: Result<T, Rule>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(Rule { code, detail }) => {
                self.0.push(FieldFault { code, field: field.into(), detail });
                None
            }
        }
    }

    /// The whole, if no field was wrong.
    pub(crate) fn whole<T>(self, value: Option<T>) -> Result<T, Problem> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(Problem::of_fields(self.0)),
        }
    }
}

/// A rule that a field breaks: its code and its sentence.
pub(crate) struct Rule {
    code: &'static str,
    detail: Box<str>,
}

impl Rule {
    pub(crate) fn new(code: &'static str, detail: &dyn ToString) -> Self {
        Self { code, detail: detail.to_string().into() }
    }

    /// Of a parameter in the query, where all kinds are one.
    pub(crate) fn of_query(self, name: &str) -> Problem {
        Problem::new("invalid-query", self.detail).at(name)
    }

    /// A rule that use cases know, too.
    pub(crate) fn of(fault: impl Into<UseCaseFault>) -> Self {
        let fault = fault.into();
        Self::new(fault.code(), &fault)
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use http_body::Frame;

    use super::*;

    /// It never comes.
    struct Awaited;

    impl http_body::Body for Awaited {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            Poll::Pending
        }
    }

    async fn refusal(body: Body) -> Option<serde_json::Value> {
        let request = Request::builder().header(CONTENT_TYPE, "application/json").body(body);
        let read = brief::<Value>(request.unwrap()).await;
        read.err().map(|it| serde_json::from_slice(&it.body()).unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn a_strangers_body_is_short_and_comes_at_once() {
        let slow = refusal(Body::new(Awaited)).await.unwrap();
        assert_eq!((&slow["status"], &slow["title"]), (&408.into(), &"It took too long".into()));
        let text = |length: usize| Body::from(format!("{{\"a\":\"{}\"}}", "x".repeat(length)));
        assert_eq!(refusal(text(4088)).await, None);
        assert_eq!(refusal(text(4089)).await.unwrap()["status"], 413);
    }
}
