//! An explanation as it is handed out: in the JSON API, by `explain --json`, and as text.
//!
//! Other programs read it: members are added, never changed.

use countersign_signing::BaseString;
use countersign_signing::diagnose::{Code, Explanation};
use serde::{Deserialize, Serialize};

/// What was wrong with one request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// Under which the refusal was answered; nothing where no server refused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What was signed.
    #[serde(default, skip_serializing_if = "Kind::is_request")]
    pub kind: Kind,
    /// When it was refused, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The official detail, where a server gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What is wrong, by name.
    pub codes: Vec<String>,
    /// The client's signature was reproduced.
    pub certain: bool,
    /// The signature that came is the right one, whatever the codes name.
    #[serde(default)]
    pub signature_is_right: bool,
    /// What the client did.
    pub sentence: String,
    /// What to change.
    pub fix: String,
    /// What came.
    pub request: Came,
    /// The base string that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// The base string that the client signed, where it was reproduced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<String>,
    /// The first byte in which the two differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_difference: Option<usize>,
    /// Timestamp minus the server's time, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_skew_seconds: Option<i64>,
    /// The first use of a nonce that was used again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce_first_seen: Option<FirstSeen>,
}

/// What a signature covers, and what its base string is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Method, URL and parameters, signed in an `Authorization` header.
    #[default]
    Request,
    /// Five values, signed in a SOAP envelope.
    TokenPassport,
}

impl Kind {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    fn is_request(&self) -> bool {
        *self == Self::Request
    }
}

/// The request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Came {
    /// As the client wrote it.
    pub method: String,
    /// Scheme, host and path; never the query.
    pub url: String,
    /// The address it came from, where a server saw it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// As the client wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
}

/// The first use of a nonce.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FirstSeen {
    /// RFC 3339.
    pub at: String,
    /// The address it came from.
    pub from: String,
}

impl Report {
    /// What a diagnosis says of a request that no server is known to have refused.
    #[must_use]
    pub fn of(explanation: &Explanation, request: Came) -> Self {
        let text = |base: &BaseString| base.as_str().to_owned();
        Self {
            reference: None,
            kind: Kind::Request,
            at: None,
            detail: None,
            codes: explanation.codes.iter().map(ToString::to_string).collect(),
            certain: explanation.certain,
            signature_is_right: explanation.signature_is_right,
            sentence: explanation.sentence.clone(),
            fix: explanation.fix.clone(),
            request,
            expected: Some(text(&explanation.expected)),
            signed: explanation.signed.as_ref().map(text),
            first_difference: explanation.first_difference,
            clock_skew_seconds: None,
            nonce_first_seen: None,
        }
    }

    /// What is known before there is a diagnosis: a name.
    #[must_use]
    pub fn named(code: Code, request: Came) -> Self {
        Self {
            reference: None,
            kind: Kind::Request,
            at: None,
            detail: None,
            codes: vec![code.to_string()],
            certain: false,
            signature_is_right: false,
            sentence: String::new(),
            fix: String::new(),
            request,
            expected: None,
            signed: None,
            first_difference: None,
            clock_skew_seconds: None,
            nonce_first_seen: None,
        }
    }

    /// As JSON that a terminal can't stumble over: ASCII only.
    ///
    /// # Errors
    /// None that a report is known to cause.
    pub fn json(&self) -> anyhow::Result<String> {
        let text = serde_json::to_string_pretty(self)?;
        let mut ascii = String::with_capacity(text.len() + 1);
        for character in text.chars() {
            if character.is_ascii() && character != '\u{7f}' {
                ascii.push(character);
            } else {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    ascii.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
        ascii.push('\n');
        Ok(ascii)
    }
}
