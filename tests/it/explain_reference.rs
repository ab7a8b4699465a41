//! `countersign explain REFERENCE`: what a server keeps of a refusal.

use countersign_tests::{Call, Dev, Finished, Request, run};
use serde_json::Value;

fn refused(dev: &Dev) -> String {
    let signed = dev.credentials.sign(&Call::new("POST", "/x?a=1"), dev.address);
    let answer = dev.connect().send(&Request { method: "GET".to_owned(), ..signed });
    assert_eq!(answer.status, 401);
    answer.header("countersign-reference").to_owned()
}

fn explain(dev: &Dev, arguments: &[&str]) -> Finished {
    let server = format!("http://{}", dev.address);
    run(&[&["explain", "--server", &server], arguments].concat())
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_refusal_is_explained_by_its_reference() {
    let dev = Dev::start(&[]);
    let reference = refused(&dev);
    // The explanation may be kept a moment after the answer is sent.
    let said = countersign_tests::wait_for("the explanation", || {
        let asked = explain(&dev, &[&reference]);
        (asked.code == Some(0)).then_some(asked.stdout)
    });
    for part in [
        "\nrefused  GET ",
        "\n  why    wrong-method (InvalidSignature)\n",
        "\n  what   The client signed POST and sent GET.\n",
        "\n    - POST\n    + GET\n      ^\n",
        &format!("\n  as     {reference}\n"),
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    let line = format!("Countersign-Reference: {reference}");
    for copied in [&[line.as_str()][..], &["Countersign-Reference:", &reference]] {
        assert_eq!(explain(&dev, copied).done().stdout, said);
    }
    let report = explain(&dev, &[&reference, "--json"]).done().stdout;
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["reference"], reference.as_str());
    assert_eq!(report["codes"][0], "wrong-method");
    assert!(report["at"].is_string(), "{report}");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn an_unknown_reference_is_told_by_exit_code_1() {
    let dev = Dev::start(&[]);
    let unknown = explain(&dev, &["ref_00000000000000000000000000"]);
    unknown.refused_with(1, "has no explanation of ref_00000000000000000000000000");
}
