//! How long files, functions and crates may be. Test code counts for itself.

use std::collections::BTreeMap;

use super::Finding;
use super::rust::scan::Scan;
use super::tree::{File, Tree};

const RULE: &str = "size";

const FILE_WARNING: usize = 400;
const FILE: usize = 600;
const TEST_FILE: usize = 1_000;
const FUNCTION: usize = 60;
const CRATE: usize = 8_000;

/// What is too large, and warnings about what will be.
pub(crate) fn check(tree: &Tree) -> (Vec<Finding>, Vec<String>) {
    let mut findings = Vec::new();
    let mut warnings = Vec::new();
    let mut crates: BTreeMap<&str, usize> = BTreeMap::new();
    for file in tree.rust_files() {
        if file.is_test() {
            findings.extend(check_test_file(file));
            continue;
        }
        let Some(Ok(scan)) = &file.scan else { continue };
        let lines = file.lines().filter(|(line, _)| !scan.is_test_line(*line)).count();
        if lines > FILE {
            let advice = format!("{lines} lines without tests (limit {FILE}): split it by subject");
            findings.push(Finding::new(RULE, &file.path, 1, advice));
        } else if lines > FILE_WARNING {
            warnings.push(format!("{}: {lines} lines without tests, limit {FILE}", file.path));
        }
        findings.extend(check_functions(file, scan));
        if let Some(name) = crate_of(&file.path) {
            *crates.entry(name).or_default() += lines;
        }
    }
    findings.extend(crates.into_iter().filter(|(_, lines)| *lines > CRATE).map(|(name, lines)| {
        let advice = format!("{lines} lines without tests (limit {CRATE}): split the crate");
        Finding::new(RULE, &format!("crates/{name}/Cargo.toml"), 1, advice)
    }));
    (findings, warnings)
}

fn check_test_file(file: &File) -> Option<Finding> {
    let lines = file.text.lines().count();
    (lines > TEST_FILE).then(|| {
        let advice = format!("{lines} lines of tests (limit {TEST_FILE}): split them by subject");
        Finding::new(RULE, &file.path, 1, advice)
    })
}

fn check_functions<'a>(file: &'a File, scan: &'a Scan) -> impl Iterator<Item = Finding> + 'a {
    let ours = scan.functions.iter().filter(|function| !scan.is_test_line(function.line));
    ours.filter(|function| function.length > FUNCTION).map(|function| {
        let advice = format!(
            "`{}` has {} lines (limit {FUNCTION}): give its parts names",
            function.name, function.length
        );
        Finding::new(RULE, &file.path, function.line, advice)
    })
}

fn crate_of(path: &str) -> Option<&str> {
    path.strip_prefix("crates/")?.split('/').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advice(path: &str, text: &str) -> Vec<String> {
        let (findings, _) = check(&Tree::of(&[(path, text)]));
        findings.into_iter().map(|finding| finding.advice).collect()
    }

    #[test]
    fn a_file_may_have_600_lines_besides_its_tests() {
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "// test\n".repeat(300));
        let file = |lines: usize| format!("{}{tests}", "// code\n".repeat(lines));
        assert_eq!(advice("crates/a/src/judge.rs", &file(600)), [""; 0]);
        assert!(advice("crates/a/src/judge.rs", &file(601))[0].starts_with("601 lines"));
        assert_eq!(check(&Tree::of(&[("crates/a/src/b.rs", &file(401))])).1.len(), 1);
    }

    #[test]
    fn a_test_file_may_have_1000_lines() {
        assert_eq!(advice("crates/a/src/judge/tests.rs", &"//\n".repeat(1_000)), [""; 0]);
        assert_eq!(advice("crates/a/src/judge/tests.rs", &"//\n".repeat(1_001)).len(), 1);
    }

    #[test]
    fn a_function_may_have_60_lines_unless_it_is_a_test() {
        let function =
            |lines: usize| format!("fn long() {{\n{}}}\n", "    step();\n".repeat(lines - 2));
        assert_eq!(advice("crates/a/src/judge.rs", &function(60)), [""; 0]);
        assert!(advice("crates/a/src/judge.rs", &function(61))[0].starts_with("`long` has 61"));
        let test = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", function(61));
        assert_eq!(advice("crates/a/src/judge.rs", &test), [""; 0]);
    }

    #[test]
    fn a_crate_may_have_8000_lines() {
        let text = "// code\n".repeat(501);
        let paths: Vec<String> = (0..16).map(|n| format!("crates/a/src/part{n}.rs")).collect();
        let files: Vec<_> = paths.iter().map(|path| (path.as_str(), text.as_str())).collect();
        assert!(check(&Tree::of(&files)).0[0].advice.starts_with("8016 lines"));
    }
}
