use clap::Parser;

use super::*;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: ExplainArgs,
}

#[test]
fn one_thing_is_asked_about() {
    let parsed = |line: &str| Line::try_parse_from(line.split(' ')).map(|_| ());
    for right in [
        "x ref_1",
        "x Countersign-Reference: ref_1",
        "x ref_1 --server http://a.b",
        "x ref_1 --data-dir d --json",
        "x --curl - --received 2026-01-01T00:00:00Z --language php",
        "x --request - --scheme http --host a.b --host c.d:80 --realm 1",
        "x --har f --entry 2",
    ] {
        assert!(parsed(right).is_ok(), "{right}");
    }
    for wrong in [
        "x",
        "x --json",
        "x ref_1 --curl -",
        "x --request a --har b",
        "x ref_1 --entry 2",
        "x ref_1 --data-dir d --server http://a.b",
        "x --curl - --server http://a.b",
        "x --request a --scheme ftp",
        "x --request a --received yesterday",
        "x --request a --language cobol",
    ] {
        assert!(parsed(wrong).is_err(), "{wrong}");
    }
}
