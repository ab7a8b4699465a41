//! Manifests and lock files.

use super::Finding;
use super::tree::{File, Tree};

const RULE: &str = "manifests";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let crates = tree.with_extension("/Cargo.toml").filter(|file| !file.path.starts_with("fuzz/"));
    let lint = crates.filter(|file| !takes_the_lints(file)).map(|file| {
        let advice = "add `[lints]` with `workspace = true`: without it nothing forbids `unsafe`";
        Finding::new(RULE, &file.path, 1, advice)
    });
    let addresses = tree.with_extension("package-lock.json").flat_map(|file| {
        let lines = file.lines().filter(|(_, line)| line.trim_start().starts_with("\"resolved\""));
        lines.map(|(line, _)| {
            let advice = "the lock names a download address: write it again with \
                          `npm install --package-lock-only --omit-lockfile-registry-resolved`";
            Finding::new(RULE, &file.path, line, advice)
        })
    });
    lint.chain(addresses).collect()
}

fn takes_the_lints(manifest: &File) -> bool {
    let mut lines = manifest.text.lines().map(str::trim);
    lines.any(|line| line == "[lints]") && lines.next() == Some("workspace = true")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_takes_the_lints_of_the_workspace() {
        let good = "[package]\n\n[lints]\nworkspace = true\n";
        let tree = Tree::of(&[
            ("Cargo.toml", "[workspace]"),
            ("crates/good/Cargo.toml", good),
            ("crates/bad/Cargo.toml", "[package]\n[lints]\n\n[dependencies]\n"),
        ]);
        let findings = check(&tree);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].path, "crates/bad/Cargo.toml");
    }

    #[test]
    fn a_lock_names_no_address() {
        let lock =
            "{\n  \"version\": \"1\",\n  \"resolved\": \"https://registry.example/a.tgz\"\n}";
        let findings = check(&Tree::of(&[("tests/clients/package-lock.json", lock)]));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].line, 3);
    }
}
