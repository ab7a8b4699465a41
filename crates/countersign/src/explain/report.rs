//! An explanation as it is handed out: in the JSON API, by `explain --json`, and as text.
//!
//! Other programs read it: members are added, never changed.

use serde::{Deserialize, Serialize};

/// What was wrong with one request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Report {
    /// Under which the refusal was answered; nothing where no server refused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<String>,
    /// When it was refused, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<String>,
    /// The official detail, where a server gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<String>,
    /// What is wrong, by name.
    pub(crate) codes: Vec<String>,
    /// The client's signature was reproduced.
    pub(crate) certain: bool,
    /// What the client did.
    pub(crate) sentence: String,
    /// What to change.
    pub(crate) fix: String,
    /// What came.
    pub(crate) request: Came,
    /// The base string that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expected: Option<String>,
    /// The base string that the client signed, where it was reproduced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) signed: Option<String>,
    /// The first byte in which the two differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) first_difference: Option<usize>,
    /// Timestamp minus the server's time, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) clock_skew_seconds: Option<i64>,
    /// The first use of a nonce that was used again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) nonce_first_seen: Option<FirstSeen>,
}

/// The request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Came {
    pub(crate) method: String,
    /// Scheme, host and path; never the query.
    pub(crate) url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user_agent: Option<String>,
}

/// The first use of a nonce.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FirstSeen {
    /// RFC 3339.
    pub(crate) at: String,
    pub(crate) from: String,
}
