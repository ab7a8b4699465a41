//! Decisions are numbered without gaps, and each is in the list.

use super::Finding;
use super::tree::Tree;

const RULE: &str = "decisions";
const FOLDER: &str = "docs/decisions/";
const LIST: &str = "docs/decisions/README.md";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let list = tree.files.iter().find(|file| file.path == LIST);
    let mut findings = Vec::new();
    let mut next = 1;
    for file in tree.with_extension(".md") {
        let Some(name) = file.path.strip_prefix(FOLDER) else { continue };
        if file.path == LIST {
            continue;
        }
        let mut find = |advice| findings.push(Finding::new(RULE, &file.path, 1, advice));
        if number(name) != Some(next) {
            find(format!("the next decision is {next:03}: name it `{next:03}-title.md`"));
        }
        if !list.is_some_and(|list| list.text.contains(&format!("]({name})"))) {
            find(format!("add a link to {LIST}"));
        }
        next = number(name).unwrap_or(next) + 1;
    }
    findings
}

/// Of `NNN-title.md`.
fn number(name: &str) -> Option<u32> {
    let (number, title) = name.split_once('-')?;
    (number.len() == 3 && title.len() > ".md".len()).then(|| number.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advice(names: &[&str], list: &str) -> Vec<String> {
        let paths: Vec<String> = names.iter().map(|name| format!("{FOLDER}{name}")).collect();
        let mut files: Vec<_> = paths.iter().map(|path| (path.as_str(), "")).collect();
        files.push((LIST, list));
        check(&Tree::of(&files)).into_iter().map(|finding| finding.advice).collect()
    }

    #[test]
    fn numbers_have_no_gap_and_no_double() {
        let list = "[a](001-a.md) [b](002-b.md) [c](002-c.md) [d](004-d.md)";
        assert_eq!(advice(&["001-a.md", "002-b.md"], list), [""; 0]);
        assert_eq!(advice(&["001-a.md", "004-d.md"], list).len(), 1);
        assert_eq!(advice(&["001-a.md", "002-b.md", "002-c.md"], list).len(), 1);
        assert_eq!(advice(&["002-b.md"], list).len(), 1);
    }

    #[test]
    fn each_is_in_the_list() {
        assert_eq!(advice(&["001-a.md"], "nothing"), [format!("add a link to {LIST}")]);
    }
}
