//! Text of some form: names, paths of files.

use std::path::PathBuf;

use super::{Given, Setting, Wrong};
use crate::shown::Shown;

/// Letters, digits and marks that every header and log can carry.
#[derive(Clone, Copy, Debug)]
pub enum Text {}

impl Setting for Text {
    type Value = String;
    const EXAMPLE: &'static str = "\"orders\"";

    fn kind() -> String {
        "text, printable ASCII, at most 200 characters".to_owned()
    }

    fn read(given: Given<'_>) -> Result<String, Vec<Wrong>> {
        let is_printable = |text: &&str| text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        let is_right = |text: &&str| (1..=200).contains(&text.trim().len()) && is_printable(text);
        let text = given.text().filter(is_right).map(|text| text.trim().to_owned());
        text.ok_or_else(|| given.wrong("is no text of 1 to 200 printable ASCII characters"))
    }

    fn show(value: &String) -> Shown {
        Shown::text(value)
    }
}

/// What something is called inside the file.
#[derive(Clone, Copy, Debug)]
pub enum Name {}

impl Setting for Name {
    type Value = String;
    const EXAMPLE: &'static str = "\"orders\"";

    fn kind() -> String {
        "name: lower-case letters, digits and `-`, at most 64".to_owned()
    }

    fn read(given: Given<'_>) -> Result<String, Vec<Wrong>> {
        let name = given.text().filter(|text| is_name(text)).map(str::to_owned);
        name.ok_or_else(|| {
            given.wrong("is no name: write up to 64 lower-case letters, digits and -")
        })
    }

    fn show(value: &String) -> Shown {
        Shown::text(value)
    }
}

pub(super) fn is_name(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=64).contains(&text.len()) && text.chars().all(is_part) && !text.starts_with('-')
}

/// Which log lines are written.
#[derive(Clone, Copy, Debug)]
pub enum LogFilter {}

impl Setting for LogFilter {
    type Value = String;
    const EXAMPLE: &'static str = "\"info\"";

    fn kind() -> String {
        "`\"error\"`, `\"warn\"`, `\"info\"`, `\"debug\"`, `\"trace\"` or `\"off\"`; also by \
         target, such as `\"info,countersign_gate=debug\"`"
            .to_owned()
    }

    fn read(given: Given<'_>) -> Result<String, Vec<Wrong>> {
        let is_level =
            |text: &str| ["error", "warn", "info", "debug", "trace", "off"].contains(&text.trim());
        let is_target = |text: &str| {
            text.trim().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_:".contains(&byte))
        };
        let is_directive = |part: &str| match part.split_once('=') {
            None => is_level(part),
            Some((target, level)) => {
                !target.trim().is_empty() && is_target(target) && is_level(level)
            }
        };
        let is_filter = |text: &&str| text.split(',').all(is_directive);
        given.text().filter(is_filter).map(str::to_owned).ok_or_else(|| {
            given.wrong(
                "is no level: write error, warn, info, debug, trace or off, and for one target \
                 such as \"info,countersign_gate=debug\"",
            )
        })
    }

    fn show(value: &String) -> Shown {
        Shown::text(value)
    }
}

/// A file, by its absolute path: where a service is started says nothing about its files.
#[derive(Clone, Copy, Debug)]
pub enum FilePath {}

/// A file that holds a secret.
#[derive(Clone, Copy, Debug)]
pub enum SecretFile {}

/// A folder, by its absolute path.
#[derive(Clone, Copy, Debug)]
pub enum Folder {}

impl Setting for FilePath {
    type Value = PathBuf;
    const EXAMPLE: &'static str = "\"/etc/countersign/NAME\"";

    fn kind() -> String {
        "absolute path of a file".to_owned()
    }

    fn read(given: Given<'_>) -> Result<PathBuf, Vec<Wrong>> {
        path(given)
    }

    fn show(value: &PathBuf) -> Shown {
        Shown::File(value.clone())
    }
}

impl Setting for SecretFile {
    type Value = PathBuf;
    const EXAMPLE: &'static str = "\"/etc/countersign/NAME\"";

    fn kind() -> String {
        "absolute path of a file that nobody else can read".to_owned()
    }

    fn read(given: Given<'_>) -> Result<PathBuf, Vec<Wrong>> {
        // Whoever takes it for the secret itself must not find that in a log.
        let sentence = "is no absolute path of a file: write one that begins with /";
        path(given).map_err(|_| given.wrong_unseen("the value", sentence))
    }

    fn show(value: &PathBuf) -> Shown {
        Shown::SecretFile(value.clone())
    }
}

impl Setting for Folder {
    type Value = PathBuf;
    const EXAMPLE: &'static str = "\"/var/lib/countersign\"";

    fn kind() -> String {
        "absolute path of a folder".to_owned()
    }

    fn read(given: Given<'_>) -> Result<PathBuf, Vec<Wrong>> {
        path(given)
    }

    fn show(value: &PathBuf) -> Shown {
        Shown::Folder(value.clone())
    }
}

fn path(given: Given<'_>) -> Result<PathBuf, Vec<Wrong>> {
    let is_path = |text: &&str| text.starts_with('/') && !text.contains('\0') && text.len() < 4096;
    let path = given.text().filter(is_path).map(PathBuf::from);
    path.ok_or_else(|| given.wrong("is no absolute path: write one that begins with /"))
}
