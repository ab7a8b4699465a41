//! The JSON API, attacked by schemathesis with what its description says, and with what it rules
//! out.

use std::fs;
use std::process::Command;

use countersign_tests::{ADMINISTRATOR, Deployment, administrator, clients};

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_api_answers_as_described_whatever_is_asked() {
    let mut deployment = Deployment::init();
    let credentials = administrator(&mut deployment);
    let description = "/countersign/api/v1/openapi.json";
    let url = format!("http://{}{description}", deployment.address());
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/clients");
    let folder = tempfile::tempdir().unwrap();
    let mut attack = Command::new(clients().join("python-attack/bin/schemathesis"));
    attack.arg("--config-file").arg(format!("{here}/attack_api.toml")).args(["run", &url]);
    attack.env("SCHEMATHESIS_HOOKS", format!("{here}/attack_api.py"));
    attack.envs(credentials.environment()).env("NO_PROXY", "127.0.0.1");
    for (name, number) in ADMINISTRATOR {
        let name = format!("COUNTERSIGN_OWN_{}", name.to_uppercase());
        attack.env(name, number.to_string());
    }
    // It leaves files behind.
    let output = attack.current_dir(&folder).output().unwrap();
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{report}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(report.contains("Tested: 73"), "{report}");
    // The token was good to the end: most is answered, not refused, but for what people do.
    let refused = report.split("Authentication failed").nth(1).unwrap_or_default();
    let refused = refused.split("Ensure valid").next().unwrap_or_default();
    let signed = |line: &&str| line.trim().starts_with("- ") && line.contains("/v1/accounts");
    assert_eq!(refused.lines().find(signed), None, "{report}");

    let log = deployment.stop().stderr();
    assert!(!log.contains("panic") && !log.contains("ERROR"), "{log}");
    let described =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/openapi.json"));
    assert!(described.unwrap().contains(description));
}
