//! The body that curl makes of `--data` and its relatives.

use anyhow::ensure;
use countersign_signing::percent;

const FORM: &str = "application/x-www-form-urlencoded";

/// Reads a file that a line names.
#[derive(Clone, Copy)]
pub(super) struct Files<'f>(pub(super) &'f dyn Fn(&str) -> anyhow::Result<Vec<u8>>);

impl Files<'_> {
    fn read(self, path: &str) -> anyhow::Result<Vec<u8>> {
        ensure!(
            path != "-",
            "the curl line reads its body from standard input: write the body into the line"
        );
        (self.0)(path)
    }
}

/// Pieces of a body, joined as curl joins them.
#[derive(Default)]
pub(super) struct Data {
    pub(super) bytes: Vec<u8>,
    pub(super) is_given: bool,
    /// The content type that curl sets.
    pub(super) kind: Option<&'static str>,
}

impl Data {
    /// `--data`: a file loses its line breaks.
    pub(super) fn text(&mut self, value: &str, files: Files<'_>) -> anyhow::Result<()> {
        let bytes = match value.strip_prefix('@') {
            None => value.as_bytes().to_vec(),
            Some(path) => {
                let mut bytes = files.read(path)?;
                bytes.retain(|byte| !matches!(byte, b'\r' | b'\n' | 0));
                bytes
            }
        };
        self.push(&bytes);
        Ok(())
    }

    /// `--data-raw`: an @ is an @.
    pub(super) fn raw(&mut self, value: &str) {
        self.push(value.as_bytes());
    }

    /// `--data-binary`: a file stays as it is.
    pub(super) fn binary(&mut self, value: &str, files: Files<'_>) -> anyhow::Result<()> {
        match value.strip_prefix('@') {
            None => self.push(value.as_bytes()),
            Some(path) => self.push(&files.read(path)?),
        }
        Ok(())
    }

    /// `--data-urlencode`.
    pub(super) fn encoded(&mut self, value: &str, files: Files<'_>) -> anyhow::Result<()> {
        self.push(&encoded(value, files)?);
        Ok(())
    }

    /// `--json`: pieces are joined by nothing.
    pub(super) fn json(&mut self, value: &str, files: Files<'_>) -> anyhow::Result<()> {
        match value.strip_prefix('@') {
            None => self.bytes.extend_from_slice(value.as_bytes()),
            Some(path) => self.bytes.extend(files.read(path)?),
        }
        self.is_given = true;
        self.kind = Some("application/json");
        Ok(())
    }

    /// `--form`: a body of parts, which no signature covers.
    pub(super) fn multipart(&mut self) {
        self.is_given = true;
        self.kind = Some("multipart/form-data");
    }

    fn push(&mut self, bytes: &[u8]) {
        if self.is_given {
            self.bytes.push(b'&');
        }
        self.bytes.extend_from_slice(bytes);
        self.is_given = true;
        self.kind = Some(FORM);
    }
}

/// `--url-query`: as `--data-urlencode`; after a plus, as it stands.
pub(super) fn of_query(value: &str, files: Files<'_>) -> anyhow::Result<Vec<u8>> {
    match value.strip_prefix('+') {
        Some(raw) => Ok(raw.as_bytes().to_vec()),
        None => encoded(value, files),
    }
}

/// `content`, `=content`, `name=content`, `@file` or `name@file`.
fn encoded(value: &str, files: Files<'_>) -> anyhow::Result<Vec<u8>> {
    let (name, content) = match value.find(['=', '@']) {
        None => ("", value.as_bytes().to_vec()),
        Some(at) if value[at..].starts_with('=') => (&value[..at], value[at + 1..].into()),
        Some(at) => (&value[..at], files.read(&value[at + 1..])?),
    };
    let content = percent::encode(&content).replace("%20", "+");
    Ok(if name.is_empty() { content } else { format!("{name}={content}") }.into_bytes())
}
