//! A body and its type.
//!
//! Unlike other tools, this one does not take every text for a form: a form is signed and other
//! bodies are not, so that a slip in some JSON would change what is signed, and the server would
//! answer with anything but the reason.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::Path;

use anyhow::{Context, bail};
use bytes::Bytes;
use countersign_client::RequestBody;
use countersign_signing::percent;
use http::HeaderValue;
use serde::de::IgnoredAny;

pub(super) const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// A body, and the type that is assumed for it.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) body: RequestBody,
    pub(super) kind: Option<&'static str>,
}

impl Content {
    /// Of the fields of a form; without any, there is no body.
    pub(super) fn of_form(fields: &[(String, String)]) -> Self {
        let encoded = |(name, value): &(String, String)| {
            format!("{}={}", percent::encode(name.as_bytes()), percent::encode(value.as_bytes()))
        };
        let form = fields.iter().map(encoded).collect::<Vec<_>>().join("&");
        let kind = (!fields.is_empty()).then_some(FORM);
        Self { body: Bytes::from(form).into(), kind }
    }

    /// Of what stands behind `--data`.
    pub(super) async fn of_data(
        data: &str,
        declared: Option<&HeaderValue>,
    ) -> anyhow::Result<Self> {
        let file = data.strip_prefix('@').map(Path::new);
        let body = match file {
            None => Bytes::copy_from_slice(data.as_bytes()).into(),
            Some(path) => open(path).await?,
        };
        let is_nothing = matches!(&body, RequestBody::Bytes(bytes) if bytes.is_empty());
        if declared.is_some() || is_nothing {
            return Ok(Self { body, kind: None });
        }
        // The parser's sentence is about places, and quotes nothing.
        if let Err(fault) = check_json(&body, file) {
            bail!(
                "the data is not JSON ({fault}), and nothing says what else it is: give -H \
                 'Content-Type: ...', or --form NAME=VALUE for a form"
            );
        }
        Ok(Self { body, kind: Some(JSON) })
    }
}

/// A regular file is streamed; what can be read once only is read now.
async fn open(path: &Path) -> anyhow::Result<RequestBody> {
    let name = path.display();
    let fault = || format!("the data in {name} can't be read");
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.context("the data on standard input can't be read")?;
    } else if fs::metadata(path).with_context(fault)?.is_file() {
        return Ok(RequestBody::open(path).await?);
    } else {
        bytes = fs::read(path).with_context(fault)?;
    }
    Ok(Bytes::from(bytes).into())
}

fn check_json(body: &RequestBody, file: Option<&Path>) -> anyhow::Result<()> {
    match (body, file) {
        (RequestBody::Bytes(bytes), _) => serde_json::from_slice::<IgnoredAny>(bytes)?,
        (RequestBody::File(_), None) => IgnoredAny,
        (RequestBody::File(_), Some(path)) => {
            serde_json::from_reader(BufReader::new(File::open(path)?))?
        }
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn kind(data: &str) -> anyhow::Result<Option<&'static str>> {
        Content::of_data(data, None).await.map(|content| content.kind)
    }

    #[tokio::test]
    async fn json_is_known_by_itself_and_nothing_else_is() {
        for data in ["{\"a\": 1}", " [1]\n", "5", "\"x\"", "null"] {
            assert_eq!(kind(data).await.unwrap(), Some(JSON), "{data}");
        }
        assert_eq!(kind("").await.unwrap(), None);
        for data in ["a=1&b=2", "{\"a\": canary}", "<x/>", "{} {}"] {
            let fault = kind(data).await.unwrap_err().to_string();
            assert!(fault.contains("give -H 'Content-Type: ...'"), "{fault}");
            assert!(!fault.contains("canary"), "{fault}");
        }
        let declared = HeaderValue::from_static("text/plain");
        let content = Content::of_data("a=1", Some(&declared)).await.unwrap();
        assert_eq!(content.kind, None);
    }

    #[tokio::test]
    async fn a_file_is_judged_like_a_text_and_then_streamed() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let data = format!("@{}", file.path().display());
        fs::write(file.path(), "{\"a\": [1, 2]}").unwrap();
        let content = Content::of_data(&data, None).await.unwrap();
        assert_eq!(content.kind, Some(JSON));
        assert!(matches!(content.body, RequestBody::File(_)));
        fs::write(file.path(), "a,b\n1,2\n").unwrap();
        assert!(kind(&data).await.is_err());
        let fault = format!("{:#}", kind("@/nonexistent").await.unwrap_err());
        assert!(fault.starts_with("the data in /nonexistent can't be read: "), "{fault}");
    }
}
