//! Links between the Markdown documents lead to files that exist.

use std::path::Path;

use super::Finding;
use super::tree::{File, Tree};

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.with_extension(".md").flat_map(|file| check_file(file, &tree.root)).collect()
}

fn check_file(file: &File, root: &Path) -> Vec<Finding> {
    let folder = Path::new(&file.path).parent().unwrap_or(Path::new(""));
    let broken = links(file).into_iter().filter(|(_, target)| {
        let path = target.split(['#', '?']).next().unwrap_or_default();
        let is_local =
            !path.is_empty() && !target.contains("://") && !target.starts_with("mailto:");
        let base = if path.starts_with('/') { root.to_owned() } else { root.join(folder) };
        is_local && !base.join(path.trim_start_matches('/')).exists()
    });
    broken
        .map(|(line, target)| {
            let advice = format!("`{target}` does not exist: correct the link or write the file");
            Finding::new("links", &file.path, line, advice)
        })
        .collect()
}

/// Targets of `[text](target)` and `[name]: target`, outside of code.
fn links(file: &File) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    let mut in_code = false;
    for (number, line) in file.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if !in_code {
            links.extend(links_in(line).into_iter().map(|target| (number, target)));
        }
    }
    links
}

fn links_in(line: &str) -> Vec<String> {
    // Every second part stands between backticks.
    let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
    let inline = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let definition = prose
        .trim_start()
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]: "))
        .map(|(_, target)| target);
    // A title may follow the target.
    let target = |text: &str| {
        let word = text.split_whitespace().next()?;
        Some(word.trim_matches(['<', '>']).to_owned())
    };
    inline.chain(definition).filter_map(target).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn links_are_found_in_prose_only() {
        let text = "See [a](one.md), ![b](two.png \"title\") and [`c`](three.md#part).\n\
                    Not `[d](code.md)`.\n```\n[e](fence.md)\n```\n[f]: <four.md>\n";
        let file = File::new("docs/a.md", text.into());
        let expected = [(1, "one.md"), (1, "two.png"), (1, "three.md#part"), (6, "four.md")];
        assert_eq!(links(&file), expected.map(|(line, target)| (line, target.to_owned())));
    }

    #[test]
    fn a_link_to_nowhere_is_found() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("docs/operator")).unwrap();
        fs::write(root.path().join("README.md"), "").unwrap();
        let broken = |text: &str| {
            let file = File::new("docs/a.md", text.into());
            check_file(&file, root.path()).len()
        };
        assert_eq!(broken("[up](../README.md#start) [folder](operator/) [root](/README.md)"), 0);
        assert_eq!(
            broken("[web](https://example.com) [here](#part) [post](mailto:a@b.example)"),
            0
        );
        assert_eq!(broken("[gone](b.md) [gone](../docs/b.md#part)"), 2);
    }
}
