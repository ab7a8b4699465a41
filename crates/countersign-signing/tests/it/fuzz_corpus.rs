//! Requirement 14: the corpus of the fuzz targets, replayed without a fuzzing compiler.

use std::{fs, path::Path};

#[allow(unreachable_pub, reason = "public for the fuzz targets, which are another crate")]
#[path = "../../../../fuzz/src/signing.rs"]
mod targets;

#[test]
fn the_corpus_of_each_fuzz_target_runs_through() {
    replay("authorization_header", targets::authorization_header);
    replay("percent_decoding", targets::percent_decoding);
    replay("base_string", targets::base_string);
    replay("soap_envelope", targets::soap_envelope);
}

fn replay(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(name);
    let inputs: Vec<_> = fs::read_dir(&folder).unwrap().map(|it| it.unwrap().path()).collect();
    assert!(inputs.len() >= 4, "{} inputs in {}", inputs.len(), folder.display());
    inputs.iter().for_each(|input| target(&fs::read(input).unwrap()));
}
