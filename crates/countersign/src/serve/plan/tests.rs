//! Settings as the gate takes them.

use std::collections::BTreeMap;

use countersign_settings::Source;

use super::*;

const LEAST: &str = r#"public_url = "https://auth.example.com:8443"
data_dir = "/var/lib/countersign"
key_file = "/etc/countersign/key"
[[listener]]
address = "127.0.0.1:8080"
[[upstream]]
name = "orders"
servers = ["http://127.0.0.1:9000"]
[[route]]
path = "/"
upstream = "orders"
"#;

fn effective(text: &str) -> Effective {
    let environment = BTreeMap::new();
    let source = Source { file: "c.toml", text: text.as_bytes(), environment: &environment };
    countersign_settings::read(&source).unwrap_or_else(|faults| panic!("{faults}"))
}

fn refused(text: &str) -> Vec<String> {
    let effective = effective(text);
    let faults = effective.refuse(not_yet(&effective)).err();
    faults.map(|it| it.to_string().lines().map(str::to_owned).collect()).unwrap_or_default()
}

#[test]
fn what_nobody_sets_is_what_the_gate_does_by_itself() {
    let plan = Plan::of(&effective(LEAST)).unwrap();
    assert_eq!(format!("{:?}", plan.limits), format!("{:?}", Limits::default()));
    assert_eq!(plan.keep, Keep::default());
    assert_eq!(plan.public_hosts, ["auth.example.com"]);
    assert_eq!(plan.listen.to_string(), "127.0.0.1:8080");
}

#[test]
fn what_is_set_is_done() {
    let text = LEAST.replace("[[route]]", "keep = \"2 s\"\nanswer_timeout = \"9 s\"\n[[route]]");
    let text = format!("{text}[limits]\nidle = \"7 s\"\n[audit]\nrows = 1000\n");
    let plan = Plan::of(&effective(&text)).unwrap();
    let seconds = |time: std::time::Duration| time.as_secs();
    let limits = &plan.limits;
    assert_eq!([limits.upstream_keep, limits.upstream_head, limits.idle].map(seconds), [2, 9, 7]);
    assert_eq!(plan.keep.rows, 1000);
}

#[test]
fn what_this_version_can_not_do_is_refused_at_its_line() {
    assert_eq!(refused(LEAST), [""; 0]);
    let usual = format!("{LEAST}websocket = false\n[log]\nformat = \"text\"\n");
    assert_eq!(refused(&usual), [""; 0], "what is written and usual is no other");
    assert_eq!(
        refused(&format!("{LEAST}websocket = true\n[limits]\nrate_per_token = \"1/s\"\n")),
        [
            "c.toml:12: route[1].websocket: can't be done by this version: leave it out",
            "c.toml:14: limits.rate_per_token: can't be done by this version: leave it out",
        ]
    );
    let two = LEAST.replace("[[upstream]]", "[[listener]]\naddress = \"[::1]:80\"\n[[upstream]]");
    assert_eq!(
        refused(&two.replace("\"/\"", "\"/v1/\"").replace("http://127", "https://127")),
        [
            "c.toml:7: listener[2].address: this version serves one [[listener]]: leave this one \
             out",
            "c.toml:10: upstream[1].servers: this version forwards to one server, over http://: \
             name one",
            "c.toml:12: route[1].path: this version forwards all paths: write \"/\"",
        ]
    );
}

#[test]
fn each_name_that_is_refused_is_a_setting() {
    for name in NOT_YET.iter().chain(ONE) {
        assert!(usual(name).is_some(), "{name}");
    }
}
