//! The corpus of the fuzz target, replayed without a fuzzing compiler, and files like it.

use std::fs;
use std::path::Path;

use countersign_settings::reference;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;

use crate::world::{LEAST, read_with};

#[allow(unreachable_pub, reason = "public for the fuzz targets, which are another crate")]
#[path = "../../../../fuzz/src/settings.rs"]
mod targets;

#[test]
fn the_corpus_of_the_fuzz_target_runs_through() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/configuration");
    let inputs: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    assert!(inputs.len() >= 4, "{} inputs", inputs.len());
    inputs.iter().for_each(|input| targets::configuration(&fs::read(input).unwrap()));
}

/// A line for a setting of a section that stands once, with a value of its kind.
fn line() -> impl Strategy<Value = (String, String)> {
    let once = reference().into_iter().filter(|it| !it.heading.contains("[["));
    let once = once.filter(|it| it.heading != "[listener.tls]");
    let rows = once.flat_map(|section| {
        let heading = section.heading.trim_matches(['[', ']']).to_owned();
        section.rows.into_iter().map(move |row| (heading.clone(), row.key, row.kind))
    });
    let rows: Vec<_> = rows.collect();
    (select(rows), any::<u32>(), "[ -~é\u{202e}]{0,20}").prop_map(
        |((heading, key, kind), n, text)| {
            let value = match kind.split([',', ':', ' ']).next().unwrap() {
                "count" => format!("{}", n % 100_000),
                "size" => format!("\"{} KiB\"", n % 2_000),
                "time" => format!("\"{} {}\"", n % 100, ["ms", "s", "min", "h"][n as usize % 4]),
                "rate" => format!("\"{}/min burst {}\"", n % 1_000, n % 7),
                "ratio" => format!("{:?}", f64::from(n) / f64::from(u32::MAX)),
                "list" => format!("[\"{}.0.0.0/8\", \"::{:x}\"]", n % 300, n % 0x1_0001),
                "absolute" => format!("'/{}'", text.replace(['\'', '\u{202e}'], "")),
                "host" => format!("\"h{n}.Example\""),
                "`http`" => format!("\"http://h{n}.example:{}/{n}\"", n % 70_000),
                "text" => format!("'{}'", text.replace('\'', "")),
                _ => ["\"text\"", "\"json\"", "\"debug\"", "true"][n as usize % 4].to_owned(),
            };
            (heading, format!("{key} = {value}\n"))
        },
    )
}

/// What changes the meaning of what stands around it.
const SLIPS: &[u8] = b"[]\"='#.,\n\\\0 \xff_0a-{}";

/// The least file with other settings; many of them are right.
fn file() -> impl Strategy<Value = String> {
    prop::collection::vec(line(), 0..4).prop_map(|lines| {
        let (top, below): (Vec<_>, Vec<_>) = lines.into_iter().partition(|(it, _)| it.is_empty());
        let key = |line: &str| line.split(' ').next().unwrap().to_owned();
        let is_set = |old: &&str| !top.iter().any(|(_, line)| key(line) == key(old));
        let least: String = LEAST.split_inclusive('\n').filter(is_set).collect();
        let top: String = top.into_iter().map(|(_, line)| line).collect();
        let below = below.into_iter().map(|(heading, line)| format!("[{heading}]\n{line}"));
        format!("{top}{least}{}", below.collect::<String>())
    })
}

proptest! {
    #[test]
    fn what_is_read_is_shown_and_read_again(text in file()) {
        targets::configuration(text.as_bytes());
    }

    #[test]
    fn a_file_with_slips_is_read_or_refused(
        text in file(),
        slips in prop::collection::vec((any::<Index>(), select(SLIPS.to_vec())), 1..6),
    ) {
        let mut bytes = text.into_bytes();
        for (at, byte) in slips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        targets::configuration(&bytes);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        targets::configuration(&bytes);
    }
}

#[test]
fn many_of_the_files_made_here_are_right() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let made = (0..200).map(|_| file().new_tree(&mut runner).unwrap().current());
    let right = made.filter(|text| read_with(text, &[]).is_ok()).count();
    assert!(right > 50, "{right} of 200");
}
