//! The text files of the checkout: tracked, or new and not ignored.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::rust::scan::{NotRust, Scan};

pub(crate) struct Tree {
    pub(crate) root: PathBuf,
    pub(crate) files: Vec<File>,
}

pub(crate) struct File {
    /// From the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    /// None: no Rust.
    pub(crate) scan: Option<Result<Scan, NotRust>>,
    /// Below a module that is declared for tests only.
    in_test_module: bool,
}

impl Tree {
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let output = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .context("git can't be started")?;
        let failure = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "git ls-files failed: {failure}");
        let mut paths: Vec<&str> =
            std::str::from_utf8(&output.stdout)?.split_terminator('\0').collect();
        paths.sort_unstable();
        paths.dedup();
        // No text: deleted and not yet committed, a link to a folder, or binary.
        let files = paths.into_iter().filter_map(|path| {
            let text = fs::read_to_string(root.join(path)).ok()?;
            Some(File::new(path, text))
        });
        Ok(Self { root: root.to_owned(), files: mark_test_modules(files.collect()) })
    }

    pub(crate) fn rust_files(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    pub(crate) fn with_extension<'a>(
        &'a self,
        extension: &'a str,
    ) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.path.ends_with(extension))
    }

    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| File::new(path, (*text).to_owned()));
        Self { root: PathBuf::from("/nowhere"), files: mark_test_modules(files.collect()) }
    }
}

impl File {
    pub(crate) fn new(path: &str, text: String) -> Self {
        let scan = path.ends_with(".rs").then(|| Scan::of(&text));
        Self { path: path.to_owned(), text, scan, in_test_module: false }
    }

    /// `tests.rs`, anything below a folder `tests`, and modules declared for tests only.
    pub(crate) fn is_test(&self) -> bool {
        let is_named_so =
            self.path.ends_with("/tests.rs") || self.path.split('/').any(|part| part == "tests");
        is_named_so || self.in_test_module
    }

    /// Lines with their numbers.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// `#[cfg(test)] mod fakes;` makes `fakes.rs` and the files in `fakes/` tests.
fn mark_test_modules(mut files: Vec<File>) -> Vec<File> {
    let modules: Vec<String> = files.iter().flat_map(test_modules).collect();
    for file in &mut files {
        let within = |module: &String| {
            file.path
                .strip_prefix(module)
                .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        };
        file.in_test_module = modules.iter().any(within);
    }
    files
}

/// The paths, without `.rs`, of the modules that a file declares for tests.
fn test_modules(file: &File) -> Vec<String> {
    let Some(Ok(scan)) = &file.scan else { return Vec::new() };
    let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
    let base = match name {
        "lib.rs" | "main.rs" => folder,
        _ => file.path.trim_end_matches(".rs"),
    };
    let declared = scan.modules.iter().filter(|(line, _)| scan.is_test_line(*line));
    declared.map(|(_, name)| format!("{base}/{name}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_files_are_known_by_their_path() {
        let is_test = |path: &str| File::new(path, String::new()).is_test();
        assert!(is_test("crates/a/src/judge/tests.rs"));
        assert!(is_test("crates/a/src/judge/tests/restart.rs"));
        assert!(is_test("crates/a/tests/it/main.rs"));
        assert!(is_test("tests/src/lib.rs"));
        assert!(!is_test("crates/a/src/contests.rs"));
        assert!(!is_test("crates/testkit/src/lib.rs"));
    }

    #[test]
    fn a_module_declared_for_tests_is_one_with_all_its_files() {
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", "#[cfg(test)]\nmod fakes;\nmod real;\n"),
            ("crates/a/src/fakes.rs", ""),
            ("crates/a/src/fakes/clock.rs", ""),
            ("crates/a/src/fakes_for_all.rs", ""),
            ("crates/a/src/real.rs", "#[cfg(test)]\nmod world;\n"),
            ("crates/a/src/real/world.rs", ""),
            ("crates/a/src/world.rs", ""),
        ]);
        let tests = tree.files.iter().filter(|file| file.is_test()).map(|file| file.path.as_str());
        let expected = ["fakes.rs", "fakes/clock.rs", "real/world.rs"];
        assert!(tests.eq(expected.map(|path| format!("crates/a/src/{path}"))));
    }
}
