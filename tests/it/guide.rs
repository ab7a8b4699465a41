//! The setup guide, sentence by sentence, through the command line and the JSON API.

use countersign_tests::guide::{gaps, show};

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn each_statement_of_the_guide_holds_through_both_doors() {
    let mut lines = Vec::new();
    let tally = show(&mut |line| lines.push(line.to_owned()));
    assert_eq!(tally.failed, 0, "{}\n{tally}", lines.join("\n"));
}

#[test]
fn each_statement_has_a_check_or_a_reason_for_none() {
    assert_eq!(gaps(), [""; 0]);
}
