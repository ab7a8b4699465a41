//! Reading what is to be explained: files and standard input, of a size that fits into memory.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, ensure};
use countersign_signing::visible;

use countersign_caller::terminal::note;

/// Whole files stand in memory.
const MAX_BODY: u64 = 2 << 20;

/// Reads a file, or standard input for `-`. `what` names it in sentences: "the request".
pub(super) fn read(path: &Path, limit: u64, what: &str) -> anyhow::Result<Vec<u8>> {
    let what = named(what, path);
    if path == Path::new("-") {
        return read_all(std::io::stdin().lock(), limit, &what);
    }
    let file = File::open(path).with_context(|| format!("{what} can't be read"))?;
    read_all(file, limit, &what)
}

/// What is read, with where it is read from.
pub(super) fn named(what: &str, path: &Path) -> String {
    if path == Path::new("-") {
        return format!("{what} on standard input");
    }
    format!("{what} in {}", path.display())
}

fn read_all(source: impl Read, limit: u64, what: &str) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = source.take(limit + 1).read_to_end(&mut bytes);
    read.with_context(|| format!("{what} can't be read"))?;
    ensure!(
        bytes.len() as u64 <= limit,
        "{what} has more than {} MiB: give the one request that is to be explained",
        limit >> 20
    );
    ensure!(!bytes.trim_ascii().is_empty(), "{what} is empty");
    Ok(bytes)
}

/// Reads text.
pub(super) fn read_text(path: &Path, limit: u64, what: &str) -> anyhow::Result<String> {
    let bytes = read(path, limit, what)?;
    let text = String::from_utf8(bytes).ok();
    text.with_context(|| format!("{} is not UTF-8 text", named(what, path)))
}

/// Reads the file that a curl line takes its body from.
pub(super) fn read_body(path: &str) -> anyhow::Result<Vec<u8>> {
    // Lines come from others, and what is printed goes back to them.
    let shown = visible(path);
    note(&format!("countersign: note: the curl line takes its body from {shown}, which is read"));
    read(Path::new(path), MAX_BODY, "the body of the curl line")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_read_is_said_with_its_path() {
        let fault = format!("{:#}", read(Path::new("/nonexistent"), 9, "the request").unwrap_err());
        assert!(fault.starts_with("the request in /nonexistent can't be read: "), "{fault}");
        let fault = format!("{:#}", read_body("/nonexistent").unwrap_err());
        let words = "the body of the curl line in /nonexistent can't be read: ";
        assert!(fault.starts_with(words), "{fault}");
        let fault = read_all(&b"12345"[..], 4, "it").unwrap_err().to_string();
        assert!(fault.contains("it has more than 0 MiB"), "{fault}");
        assert!(read_all(&b" \n"[..], 4, "it").unwrap_err().to_string().contains("is empty"));
        assert_eq!(read_all(&b"1234"[..], 4, "it").unwrap(), b"1234");
    }
}
