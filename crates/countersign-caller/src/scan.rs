//! `countersign scan`: looks for credentials of Countersign in files, such as those that are about
//! to be published.
//!
//! A credential is known by its checksum, so nobody has to be asked, and a hash is none. Belongs
//! here: which files, and what is printed. Does not: how one is found (`finder`).

mod finder;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use crate::{EXIT_ENVIRONMENT, terminal};
use finder::{Finder, Found};

/// Bytes that are read at a time.
const PART: usize = 256 * 1024;

#[derive(Args)]
pub struct ScanArgs {
    /// Files; folders, with all that is in them; or - for standard input. Links in a folder are not
    /// followed
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Print a line of JSON for each that is found
    #[arg(long)]
    json: bool,
}

/// Looks for credentials. Exit codes: 0 none; 1 some; 2 none, but something could not be read.
pub fn run(args: &ScanArgs) -> ExitCode {
    let mut scan =
        Scan { json: args.json, buffer: vec![0; PART].into(), found: false, failed: false };
    for path in &args.paths {
        if path.as_os_str() == "-" {
            let read = scan.read(&mut io::stdin().lock(), path);
            scan.tell(read, path);
        } else {
            // What was named itself may be a link, or a pipe.
            match fs::metadata(path) {
                Ok(it) if it.is_dir() => scan.folder(path),
                Ok(_) => scan.file(path),
                Err(error) => scan.tell(Err(error), path),
            }
        }
    }
    match scan {
        Scan { found: true, .. } => ExitCode::FAILURE,
        Scan { failed: true, .. } => ExitCode::from(EXIT_ENVIRONMENT),
        Scan { .. } => ExitCode::SUCCESS,
    }
}

struct Scan {
    json: bool,
    buffer: Box<[u8]>,
    found: bool,
    failed: bool,
}

impl Scan {
    /// All files below a folder, in the order of their names. Folders that are to be entered are
    /// kept aside: a deep tree needs no deep stack.
    fn folder(&mut self, path: &Path) {
        let mut folders = vec![path.to_owned()];
        while let Some(folder) = folders.pop() {
            let entries = fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
            let mut entries = match entries {
                Ok(entries) => entries,
                Err(error) => {
                    self.tell(Err(error), &folder);
                    continue;
                }
            };
            entries.sort_by_key(fs::DirEntry::file_name);
            let mut inner = Vec::new();
            for entry in entries {
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => inner.push(entry.path()),
                    Ok(kind) if kind.is_file() => self.file(&entry.path()),
                    // Links, pipes and devices have no content of their own.
                    Ok(_) => {}
                    Err(error) => self.tell(Err(error), &entry.path()),
                }
            }
            folders.extend(inner.into_iter().rev());
        }
    }

    fn file(&mut self, path: &Path) {
        let read = File::open(path).and_then(|mut file| self.read(&mut file, path));
        self.tell(read, path);
    }

    fn read(&mut self, from: &mut dyn Read, path: &Path) -> io::Result<()> {
        let mut finder = Finder::default();
        loop {
            let read = match from.read(&mut self.buffer) {
                Ok(0) => return Ok(()),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let Self { json, buffer, found, .. } = self;
            finder.read(&buffer[..read], |it| {
                *found = true;
                terminal::say(&line(&it, path, *json));
            });
        }
    }

    fn tell(&mut self, read: io::Result<()>, path: &Path) {
        if let Err(error) = read {
            self.failed = true;
            let line = format!("countersign: can't read {}: {error}", path.display());
            terminal::note(&terminal::plain(&line));
        }
    }
}

/// Where it is and what it is, never all of it.
fn line(found: &Found, path: &Path, as_json: bool) -> String {
    let Found { line, column, kind, begins } = found;
    let (kind, begins) = (kind.as_str(), String::from_utf8_lossy(begins));
    let path = path.display().to_string();
    if as_json {
        let found = json!({
            "path": path, "line": line, "column": column, "kind": kind, "begins": begins,
        });
        return format!("{found}\n");
    }
    let path = terminal::plain(&path).replace('\n', " ");
    format!("{path}:{line}:{column}: {kind} {begins}...\n")
}

#[cfg(test)]
mod tests {
    use countersign_model::CredentialKind;

    use super::*;

    #[test]
    fn it_is_told_where_what_and_how_it_begins() {
        let kind = CredentialKind::TokenSecret;
        let found = Found { line: 3, column: 12, kind, begins: *b"0a1b2c" };
        let path = Path::new("a/b\u{1b}[2J.json");
        let told = line(&found, path, false);
        assert!(told.ends_with(".json:3:12: token-secret 0a1b2c...\n"), "{told}");
        assert!(!told.contains('\u{1b}'), "{told:?}");
        let told: serde_json::Value =
            serde_json::from_str(&line(&found, Path::new("x"), true)).unwrap();
        let expected = json!({
            "path": "x", "line": 3, "column": 12, "kind": "token-secret", "begins": "0a1b2c",
        });
        assert_eq!(told, expected);
    }
}
