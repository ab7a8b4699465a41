//! Callback URLs: the corpus of the fuzz target, replayed without a fuzzing compiler, and the same
//! URLs as a browser reads them.

use std::{fs, path::Path};

use countersign_model::CallbackUrl;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use url::{Host, Url};

#[allow(unreachable_pub, reason = "public for the fuzz targets, which are another crate")]
#[path = "../../../../fuzz/src/model.rs"]
mod targets;

#[test]
fn the_corpus_of_the_fuzz_target_runs_through() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/callback");
    let inputs: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    assert!(inputs.len() >= 4, "{} inputs", inputs.len());
    inputs.iter().for_each(|input| targets::callback(&fs::read(input).unwrap()));
}

const STORED: [&str; 7] = [
    "https://example.com/cb",
    "https://*.example.com/cb",
    "https://*.example.com",
    "https://example.com:8443/a/b?c",
    "http://localhost:*",
    "http://localhost:*/cb",
    "http://localhost:7777/cb",
];

/// Pieces that change where a URL leads.
const PIECES: [&str; 34] = [
    "https://",
    "http://",
    "//",
    "/",
    "\\",
    "@",
    ":",
    ".",
    "..",
    "/../",
    "#",
    "?",
    "%2e",
    "%2f",
    "%5c",
    "%00",
    "\t",
    "\n",
    " ",
    "*",
    "example.com",
    "localhost",
    "evil.test",
    "EXAMPLE.com",
    "cb",
    "443",
    "80",
    "7777",
    "0x7f.1",
    "[::1]",
    "\u{3002}",
    "\u{ff0f}",
    "xn--a",
    "'",
];

/// An address that was made for `stored`, with a few slips.
fn address() -> impl Strategy<Value = (&'static str, String)> {
    let slips = prop::collection::vec((any::<Index>(), select(PIECES.to_vec())), 0..4);
    let label = select(vec!["shop", "a-b", "1", "x.y", ""]);
    (select(STORED.to_vec()), label, any::<u16>(), slips).prop_map(
        |(stored, label, port, slips)| {
            let port = format!(":{port}");
            let mut url = stored.replace(":*", &port).replace('*', label);
            for (at, piece) in slips {
                let places: Vec<usize> = url.char_indices().map(|(at, _)| at).collect();
                url.insert_str(
                    places.get(at.index(places.len() + 1)).copied().unwrap_or(url.len()),
                    piece,
                );
            }
            (stored, url)
        },
    )
}

proptest! {
    #[test]
    fn a_browser_goes_where_a_url_that_matches_says((stored, asked) in address()) {
        let pattern = CallbackUrl::parse(stored).unwrap();
        targets::callback(format!("{stored}\n{asked}").as_bytes());
        if pattern.matches(&asked) {
            // A name that is no punycode leads nowhere.
            let Ok(seen) = Url::parse(&asked) else { return Ok(()) };
            let Some(Host::Domain(host)) = seen.host() else { panic!("{asked}") };
            let written = asked.split_once("//").unwrap().1;
            let written = written.split(['/', '?', ':']).next().unwrap();
            prop_assert_eq!(host, written);
            prop_assert!(seen.username().is_empty() && seen.password().is_none());
            prop_assert!(seen.fragment().is_none());
            prop_assert!(asked.contains(seen.path()) || seen.path() == "/");
            prop_assert_eq!(stored.split(':').next(), Some(seen.scheme()));
        }
    }

    #[test]
    fn any_text_is_stored_or_refused(text in "\\PC{0,60}") {
        targets::callback(text.as_bytes());
    }
}
