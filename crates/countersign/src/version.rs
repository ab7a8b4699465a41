//! Which program this is.

use countersign_telemetry::metrics::Build;

/// What was built, for metrics.
pub(crate) const BUILD: Build =
    Build { version: env!("CARGO_PKG_VERSION"), commit: env!("COUNTERSIGN_BUILD_COMMIT") };

/// For `--version`: the version, and the commit with its day where that is known.
pub(crate) const VERSION: &str =
    concat!(env!("CARGO_PKG_VERSION"), " (", env!("COUNTERSIGN_BUILD"), ")");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_names_a_commit_or_says_that_it_is_unknown() {
        let rest = VERSION.strip_prefix(concat!(env!("CARGO_PKG_VERSION"), " (")).unwrap();
        let words: Vec<&str> = rest.strip_suffix(')').unwrap().split(' ').collect();
        assert!(words[0] == "unknown" || words[0].len() >= 7, "{VERSION}");
        assert!(words.len() == 1 || words[1].len() == "2026-11-24".len(), "{VERSION}");
    }
}
