//! A change of the record counts from the next request on, and the trail says who made it.

use countersign_tests::{Call, Connection, Deployment, rows};
use serde_json::{Value, json};

const PATH: &str = "/services/rest/record/v1/customer";

/// An open connection to the server, and what comes of a well signed call on it.
struct Open<'d> {
    deployment: &'d Deployment,
    connection: Connection,
}

impl<'d> Open<'d> {
    fn to(deployment: &'d Deployment) -> Self {
        Self { deployment, connection: deployment.connect() }
    }

    /// On this connection and on a new one.
    fn statuses(&mut self) -> [u16; 2] {
        let call = || self.deployment.credentials.sign(&Call::get(PATH), self.deployment.address());
        [self.connection.send(&call()).status, self.deployment.connect().send(&call()).status]
    }
}

/// Commands that close a door, and those that open it again.
const DOORS: &[(&[&str], &[&str])] = &[
    (&["integration", "block", "1"], &["integration", "enable", "1"]),
    (
        &["role", "remove", "--entity", "2", "--role", "1000"],
        &["role", "assign", "--entity", "2", "--role", "1000"],
    ),
];

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_revoked_token_is_refused_from_the_next_request_on() {
    let deployment = Deployment::init();
    let mut open = Open::to(&deployment);
    assert_eq!(open.statuses(), [200, 200]);
    deployment.record(&["token", "revoke", "1"]);
    assert_eq!(open.statuses(), [401, 401]);

    let again = deployment.command(&["token", "revoke", "1"]);
    again.refused_with(1, "token 1 is revoked already");
    // Only this one: another token of the same user goes on.
    let other = deployment.new_token().sign(&Call::get(PATH), deployment.address());
    assert_eq!(deployment.connect().send(&other).status, 200);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_blocked_integration_and_a_removed_role_are_refused_until_they_are_given_back() {
    let deployment = Deployment::init();
    let mut open = Open::to(&deployment);
    for (close, reopen) in DOORS {
        assert_eq!(open.statuses(), [200, 200], "before {close:?}");
        deployment.record(close);
        assert_eq!(open.statuses(), [401, 401], "after {close:?}");
        deployment.record(reopen);
        assert_eq!(open.statuses(), [200, 200], "after {reopen:?}");
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_same_commands_work_on_the_folder_while_no_server_runs() {
    let mut deployment = Deployment::init();
    for (close, reopen) in DOORS {
        for (command, status) in [(close, 401), (reopen, 200)] {
            deployment.stop();
            deployment.record(command);
            deployment.serve();
            assert_eq!(deployment.status_of(&Call::get(PATH)), status, "after {command:?}");
        }
    }
    deployment.stop();
    deployment.record(&["token", "revoke", "1"]);
    deployment.serve();
    assert_eq!(deployment.status_of(&Call::get(PATH)), 401);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn without_a_server_and_without_a_key_file_a_command_says_what_is_missing() {
    let mut deployment = Deployment::init();
    deployment.stop();
    let data = deployment.data();
    let place = ["--account", "1234567", "--data-dir", data.to_str().unwrap()];
    let finished = countersign_tests::run(&[&["token", "revoke", "1"], &place[..]].concat());
    finished.refused_with(2, "give --key-file");
}

/// Also when the server is killed right after the command was acknowledged.
#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn an_acknowledged_change_and_its_author_are_there_after_a_kill() {
    let mut deployment = Deployment::init();
    deployment.record(&["token", "revoke", "1"]);
    deployment.kill();
    let author = format!("local:{}", rustix::process::getuid().as_raw());
    let events = rows(
        &deployment.data().join("record.db"),
        "SELECT number, actor, json_extract(act, '$.act') AS act FROM event ORDER BY number",
    );
    let acts = [
        "account-founded",
        "assertion-key-made",
        "integration-created",
        "entity-created",
        "role-created",
        "role-assigned",
        "token-created",
        "token-revoked",
    ];
    let expected: Vec<Value> = (1..)
        .zip(acts)
        .map(|(number, act)| json!({"number": number, "actor": author, "act": act}))
        .collect();
    assert_eq!(events, expected);

    deployment.serve();
    assert_eq!(deployment.status_of(&Call::get(PATH)), 401);
}
