//! The mistakes that people make, made by wrong clients, and named in the answer.

use countersign_tests::mistakes::{gaps, show};

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn each_code_is_named_on_a_wrong_request() {
    let mut lines = Vec::new();
    let tally = show(&mut |line| lines.push(line.to_owned()));
    assert_eq!(tally.failed, 0, "{}\n{tally}", lines.join("\n"));
}

#[test]
fn each_code_has_a_wrong_request_or_a_reason_for_none() {
    assert_eq!(gaps(), [""; 0]);
}
