//! The example behind a real deployment, see `countersign_tests::assertions`.

use std::path::Path;

use countersign_tests::assertions::{ExampleUpstream, an_upstream_believes_good_assertions_only};

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_rust_upstream_believes_good_assertions_only() {
    let program = Path::new(env!("CARGO_BIN_EXE_upstream-rust"));
    an_upstream_believes_good_assertions_only(|it| ExampleUpstream::program(program, it));
}
