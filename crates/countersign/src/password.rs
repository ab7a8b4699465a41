//! A password from standard input, for scripts.

use std::io::Read;

use anyhow::{Context, ensure};
use countersign_authority::Password;
use zeroize::Zeroizing;

/// Reads the first line of standard input as a password.
pub(crate) fn from_stdin() -> anyhow::Result<Password> {
    Ok(Password::parse(Zeroizing::new(line_from_stdin()?))?)
}

/// Reads the first line of standard input.
pub(crate) fn line_from_stdin() -> anyhow::Result<String> {
    let mut text = Zeroizing::new(String::new());
    let limit = 4 * Password::MAX_BYTES as u64;
    std::io::stdin()
        .lock()
        .take(limit)
        .read_to_string(&mut text)
        .context("can't read the password from standard input")?;
    let line = text.lines().next().unwrap_or_default();
    ensure!(!line.is_empty(), "standard input has no password: pipe one line into this command");
    Ok(line.to_owned())
}
