//! What went wrong, as RFC 9457 has it: one shape for everything that the API refuses.

mod table;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use countersign_authority::{LogInFault, StoreFault, UseCaseFault};
use countersign_verify::Reference;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) use table::{Kind, TABLE};

const REFERENCE: HeaderName = HeaderName::from_static("countersign-reference");

/// The media type of a problem.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// What went wrong.
#[derive(Debug)]
pub(crate) struct Problem {
    code: &'static str,
    detail: Box<str>,
    field: Option<Box<str>>,
    errors: Vec<FieldFault>,
    inner: Option<Box<str>>,
    retry_after: Option<u32>,
    reference: Option<Box<Reference>>,
}

/// What is wrong with one field.
#[derive(Debug)]
pub(crate) struct FieldFault {
    pub(crate) code: &'static str,
    pub(crate) field: Box<str>,
    pub(crate) detail: Box<str>,
}

/// Why it could not be done: for the log, and for the operator.
#[derive(Clone)]
pub(crate) struct Inner(pub(crate) Box<str>);

impl Problem {
    /// A problem of a kind that the table knows, in one sentence that says what to do.
    pub(crate) fn new(code: &'static str, detail: impl Into<Box<str>>) -> Self {
        let detail = detail.into();
        let (field, errors, inner) = (None, Vec::new(), None);
        Self { code, detail, field, errors, inner, retry_after: None, reference: None }
    }

    /// Of one field, or one parameter.
    pub(crate) fn at(self, field: impl Into<Box<str>>) -> Self {
        Self { field: Some(field.into()), ..self }
    }

    /// Of several fields: the first one gives the kind.
    pub(crate) fn of_fields(errors: Vec<FieldFault>) -> Self {
        let Some(FieldFault { code, field, detail }) = errors.first() else {
            return Self::new("invalid-body", "something is missing in the body");
        };
        let (code, field, detail) = (*code, field.clone(), detail.clone());
        Self { errors, ..Self::new(code, detail).at(field) }
    }

    /// Nobody is known to ask.
    pub(crate) fn unauthenticated() -> Self {
        Self::new(
            "unauthenticated",
            "sign the request with a token (OAuth 1.0a, HMAC-SHA256) of an integration that may \
             use this API, or log in (POST session)",
        )
    }

    /// Under which an administrator finds it in the login trail.
    pub(crate) fn referring(self, reference: Reference) -> Self {
        Self { reference: Some(Box::new(reference)), ..self }
    }

    /// Something of ours has failed. `why` goes to the log.
    pub(crate) fn internal(why: String) -> Self {
        Self { inner: Some(why.into()), ..Self::new("store-failed", OUT_OF_ORDER) }
    }

    /// The same, for the operator, who is told why.
    pub(crate) fn told(Inner(why): Inner) -> Self {
        Self::new("store-failed", why)
    }

    /// As JSON.
    pub(crate) fn body(&self) -> Bytes {
        let errors = self.errors.iter().map(|it| WrongField {
            field: it.field.clone(),
            r#type: urn(it.code),
            detail: it.detail.clone(),
        });
        let Kind { code, status, title } = Kind::of(self.code);
        let shown = ProblemShown {
            r#type: urn(code),
            title,
            status,
            detail: &self.detail,
            field: self.field.as_deref(),
            errors: errors.collect(),
        };
        let mut text = serde_json::to_vec(&shown).unwrap_or_default();
        text.push(b'\n');
        text.into()
    }
}

const OUT_OF_ORDER: &str = "this can't be done at the moment: the server's log says why";

fn urn(code: &str) -> String {
    format!("urn:countersign:problem:{code}")
}

impl From<UseCaseFault> for Problem {
    fn from(fault: UseCaseFault) -> Self {
        let field = fault.field().map(Into::into);
        let retry_after = match fault {
            UseCaseFault::LogIn(LogInFault::TooManyAttempts { seconds, .. }) => Some(seconds),
            UseCaseFault::LogIn(LogInFault::Busy) => Some(1),
            _ => None,
        };
        let rule = Self { field, retry_after, ..Self::new(fault.code(), fault.to_string()) };
        match fault {
            UseCaseFault::Store(StoreFault::Taken(_) | StoreFault::Gone) => rule,
            UseCaseFault::Store(_) | UseCaseFault::Vault(_) => {
                let inner = Some(fault.to_string().into());
                Self { inner, detail: OUT_OF_ORDER.into(), ..rule }
            }
            _ => rule,
        }
    }
}

impl From<StoreFault> for Problem {
    fn from(fault: StoreFault) -> Self {
        UseCaseFault::from(fault).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body()));
        let status = Kind::of(self.code).status;
        *response.status_mut() =
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if status == 401 {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("OAuth"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        if let Some(value) = self.reference.and_then(|it| it.to_string().try_into().ok()) {
            headers.insert(REFERENCE, value);
        }
        if let Some(inner) = self.inner {
            response.extensions_mut().insert(Inner(inner));
        }
        response
    }
}

/// A refusal by whoever has a door, in the shape of all others: a kind of the table, a sentence.
pub fn refuse(code: &'static str, detail: &str) -> http::Response<Bytes> {
    let problem = Problem::new(code, detail);
    let body = problem.body();
    problem.into_response().map(|_| body)
}

/// What went wrong (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemShown<'a> {
    /// The kind of problem, for programs: it stays the same.
    #[schema(example = "urn:countersign:problem:permission-missing")]
    r#type: String,
    /// The kind of problem, for people.
    #[schema(example = "The role may not do this")]
    title: &'static str,
    /// The status of the answer.
    #[schema(example = 403, minimum = 400, maximum = 599)]
    status: u16,
    /// What happened, and what to do.
    #[schema(example = "this needs the permission integration-application at level full: ask an \
                        administrator to add it to your role")]
    detail: &'a str,
    /// The field or parameter that is to be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    /// Each field that is wrong, where several can be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<WrongField>,
}

/// What is wrong with one field.
#[derive(Serialize, ToSchema)]
pub(crate) struct WrongField {
    /// Its name.
    #[schema(example = "email")]
    field: Box<str>,
    /// The kind of problem.
    #[schema(example = "urn:countersign:problem:invalid-email")]
    r#type: String,
    /// The rule, and what to do.
    detail: Box<str>,
}
