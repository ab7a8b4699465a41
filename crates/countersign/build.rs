//! Names the commit that is built, for `--version`.
//!
//! From the environment (`COUNTERSIGN_COMMIT`, and `COUNTERSIGN_COMMIT_DATE` as YYYY-MM-DD), for
//! builds without a checkout; else from git, where this is its checkout; else `unknown`. The date
//! is the commit's, so that the same commit gives the same program whenever it is built.

use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=COUNTERSIGN_COMMIT");
    println!("cargo::rerun-if-env-changed=COUNTERSIGN_COMMIT_DATE");
    println!("cargo::rerun-if-changed=build.rs");
    let (commit, date) = given().or_else(of_checkout).unwrap_or_default();
    let commit = if commit.is_empty() { "unknown".to_owned() } else { commit };
    println!("cargo::rustc-env=COUNTERSIGN_BUILD_COMMIT={commit}");
    let build = if date.is_empty() { commit } else { format!("{commit} {date}") };
    println!("cargo::rustc-env=COUNTERSIGN_BUILD={build}");
}

fn given() -> Option<(String, String)> {
    let clean = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let commit = std::env::var("COUNTERSIGN_COMMIT").ok().map(clean).filter(|it| !it.is_empty())?;
    let date = std::env::var("COUNTERSIGN_COMMIT_DATE").ok().map(clean).unwrap_or_default();
    Some((commit, date))
}

fn of_checkout() -> Option<(String, String)> {
    let workspace = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR")?).join("../..");
    let workspace = workspace.canonicalize().ok()?;
    // An archive may have been unpacked inside another project's checkout.
    let checkout = git(&workspace, &["rev-parse", "--show-toplevel"])?;
    if Path::new(&checkout).canonicalize().ok()? != workspace {
        return None;
    }
    // Where HEAD points to, and each time it moves: commits, checkouts, resets.
    for name in ["HEAD", "logs/HEAD"] {
        let path = workspace.join(git(&workspace, &["rev-parse", "--git-path", name])?);
        if path.exists() {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
    let commit = git(&workspace, &["rev-parse", "--short=7", "HEAD"])?;
    let day = ["show", "--no-patch", "--format=%cd", "--date=format-local:%Y-%m-%d", "HEAD"];
    Some((commit, git(&workspace, &day).unwrap_or_default()))
}

fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).current_dir(folder).env("TZ", "UTC0").output();
    let output = output.ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
