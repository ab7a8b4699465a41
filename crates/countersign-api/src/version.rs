//! Versions of rows: `ETag`, `If-Match`, `If-None-Match` (RFC 9110 section 13).

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use countersign_model::Version;
use http::HeaderMap;
use http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use utoipa::IntoParams;

use crate::api::Office;
use crate::problem::Problem;

/// No row has it.
const NEVER: Version = Version(0);

/// The version of a row that a change is made of. It must be named; `*` is whatever is there.
pub(crate) struct IfMatch(pub(crate) Option<Version>);

impl FromRequestParts<Arc<Office>> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Office>) -> Result<Self, Problem> {
        let Some(text) = text(&parts.headers, &IF_MATCH) else {
            return Err(Problem::new(
                "version-required",
                "say which version you have seen, with If-Match: its ETag; somebody else may have \
                 changed it since",
            ));
        };
        if text.trim() == "*" {
            return Ok(Self(None));
        }
        // What is no version of ours can't be the one that is there.
        Ok(Self(Some(version(text.trim()).unwrap_or(NEVER))))
    }
}

/// How the version is described.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it is only described: `IfMatch` reads it")]
pub(crate) struct Versioned {
    /// The ETag of the version that you have seen, or `*` for whatever is there.
    #[param(rename = "If-Match", required = true, example = "\"1\"")]
    if_match: String,
}

/// The versions that a client holds already.
pub(crate) struct Held(Vec<Version>);

impl Held {
    pub(crate) fn has(&self, version: Version) -> bool {
        self.0.contains(&version)
    }
}

impl FromRequestParts<Arc<Office>> for Held {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Office>) -> Result<Self, Problem> {
        let text = text(&parts.headers, &IF_NONE_MATCH).unwrap_or_default();
        // Compared weakly: a cache between us may have made it weak.
        let tags = text.split(',').map(|tag| tag.trim().trim_start_matches("W/"));
        Ok(Self(tags.filter_map(version).collect()))
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let values = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default());
    let values: Vec<&str> = values.collect();
    (!values.is_empty()).then(|| values.join(","))
}

fn version(tag: &str) -> Option<Version> {
    let number = tag.strip_prefix('"')?.strip_suffix('"')?;
    number.parse().ok().filter(|it: &u32| it.to_string() == number).map(Version)
}
