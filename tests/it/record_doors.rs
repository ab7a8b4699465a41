//! The commands on the record, through each of their three doors: the same words, the same answers,
//! the same exit codes.

use std::process::Stdio;

use countersign_tests::{Credentials, Deployment, Finished, administrator, command};
use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    /// The control socket of the server that runs on the folder.
    Server,
    /// The folder, on which no server runs.
    Folder,
    /// A signed request to a server somewhere.
    Remote,
}

struct World {
    deployment: Deployment,
    administrator: Credentials,
    door: Door,
}

impl World {
    fn behind(door: Door) -> Self {
        let mut deployment = Deployment::furnished();
        deployment.serve();
        let administrator = administrator(&mut deployment);
        if door == Door::Folder {
            deployment.stop();
        }
        Self { deployment, administrator, door }
    }

    fn run(&self, arguments: &[&str]) -> Finished {
        if self.door != Door::Remote {
            return self.deployment.command(arguments);
        }
        let url = format!("http://{}", self.deployment.address());
        let mut remote = command();
        remote.args(arguments).args(["--url", &url]).envs(self.administrator.environment());
        let output = remote.stdin(Stdio::null()).output().unwrap();
        Finished {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let shown = self.run(&[arguments, &["--json"]].concat()).done().stdout;
        serde_json::from_str(&shown).unwrap_or_else(|_| panic!("{arguments:?}: {shown}"))
    }
}

fn all_of_it(door: Door) {
    let world = World::behind(door);
    let account = world.json(&["account", "show"]);
    assert_eq!(account["account"], "1234567");

    let made = world.json(&["integration", "create", "Through a door"]);
    assert_eq!(made["integration"], 3, "{made}");
    assert_eq!(made["consumer_secret"].as_str().unwrap().len(), 64);
    let shown = world.json(&["integration", "show", "3"]);
    assert_eq!((&shown["state"], &shown["version"]), (&json!("enabled"), &json!(1)));
    let late = world.run(&["integration", "block", "3", "--if-version", "2"]);
    late.refused_with(1, "somebody has changed integration 3");
    let blocked = world.json(&["integration", "block", "3", "--if-version", "1"]);
    assert_eq!((&blocked["state"], &blocked["version"]), (&json!("blocked"), &json!(2)));
    let reset = world.json(&["integration", "reset-credentials", "3"]);
    assert_ne!(reset["consumer_secret"], made["consumer_secret"]);

    let entity = ["entity", "create", "Bob", "--email", "bob@example.com", "--kind", "vendor"];
    assert_eq!(world.json(&entity)["entity"], 3);
    world.run(&entity).refused_with(1, "taken");
    let role = ["role", "create", "Bobs", "--permission", "log-in-using-access-tokens:full"];
    assert_eq!(world.json(&role)["role"], 1001);
    let of_bob = ["--entity", "3", "--role", "1001"];
    world.json(&[&["role", "assign"], &of_bob[..]].concat());
    assert_eq!(world.json(&["entity", "show", "3"])["roles"][0]["role"], 1001);

    let token = [&["token", "create", "--integration", "1"], &of_bob[..]].concat();
    let token = world.json(&token);
    assert_eq!((&token["token"], token["token_secret"].as_str().unwrap().len()), (&json!(3), 64));
    assert_eq!(world.json(&["token", "show", "3"])["entity_name"], "Bob");
    assert_eq!(world.json(&["token", "revoke", "3"])["state"], "revoked");
    world.run(&["token", "revoke", "3"]).refused_with(1, "revoked already");
    assert!(world.json(&["token", "clock", "3"])["note"].is_string());
    let removed = world.run(&[&["role", "remove"], &of_bob[..]].concat()).done();
    assert_eq!(removed.stdout, "");
    world.run(&["token", "show", "99"]).refused_with(1, "there is no token 99");
    refusals_are_for_programs_too(&world);
    what_a_change_would_hit_is_told_first(&world);
    the_rest_of_the_record(&world);

    the_trail_names_the_door(&world);
}

/// With `--json` one line on standard error, and nothing on standard output.
fn refusals_are_for_programs_too(world: &World) {
    for (words, code, field, said) in [
        (&["token", "show", "99"][..], "not-found", Value::Null, "there is no token 99"),
        (
            &["entity", "edit", "2", "--email", "nobody"],
            "invalid-email",
            json!("email"),
            "an email address",
        ),
        (&["role", "delete", "3"], "built-in-role", Value::Null, "role 3 is built in"),
        (
            &["role", "edit", "1000", "--permission", "orders.write"],
            "unknown-permission",
            json!("permissions"),
            "there is no permission orders.write",
        ),
    ] {
        let refused = world.run(&[words, &["--json"]].concat());
        assert_eq!((refused.code, &*refused.stdout), (Some(1), ""), "{words:?}: {refused:?}");
        let line: Value = serde_json::from_str(&refused.stderr).unwrap_or_default();
        assert_eq!((&line["code"], &line["field"]), (&json!(code), &field), "{refused:?}");
        assert!(line["detail"].as_str().unwrap().contains(said), "{line}");
        assert_eq!(refused.stderr.lines().count(), 1);
    }
}

fn what_a_change_would_hit_is_told_first(world: &World) {
    let trail = || world.json(&["audit", "--limit", "1"]);
    let before = trail();
    for (words, hit) in [
        (&["integration", "block", "1"][..], 1),
        (&["integration", "delete", "1"], 1),
        (&["integration", "reset-credentials", "1"], 1),
        (&["role", "remove", "--entity", "2", "--role", "1000"], 1),
        (&["role", "delete", "1000"], 1),
        (&["entity", "delete", "2"], 1),
        (&["token", "revoke", "1"], 1),
        (&["token", "revoke", "3"], 0),
        (&["account", "edit", "--token-based-authentication", "false"], 2),
        (&["account", "edit", "--max-age-days", "1"], 0),
    ] {
        let told = world.json(&[words, &["--dry-run"]].concat());
        assert_eq!(told["tokens"], hit, "{words:?}: {told}");
        let text = world.run(&[words, &["--dry-run"]].concat()).done().stdout;
        assert!(text.starts_with(&format!("Nothing was changed. It would hit {hit} tokens")));
    }
    assert_eq!(trail(), before);
}

fn the_rest_of_the_record(world: &World) {
    let numbers = |words: &[&str], name: &str| -> Vec<u64> {
        let rows = world.json(words);
        rows.as_array().unwrap().iter().map(|row| row[name].as_u64().unwrap()).collect()
    };
    world.json(&["permission", "define", "orders.read", "--description", "May read orders"]);
    assert_eq!(world.json(&["permission", "list"])[0]["permission"], "orders.read");
    let edited = world.json(&["role", "edit", "1001", "--permission", "orders.read:view"]);
    assert_eq!(edited["permissions"], json!({ "orders.read": "view" }));
    world.run(&["permission", "remove", "orders.read"]).refused_with(1, "granted by 1 roles");
    world.json(&["role", "edit", "1001", "--no-permissions", "--inactive", "true"]);
    assert_eq!(numbers(&["role", "list", "--inactive", "true"], "role"), [1001]);
    world.run(&["permission", "remove", "orders.read"]).done();

    let rotated = world.json(&["integration", "rotate-credentials", "3", "--overlap", "1h"]);
    assert_eq!(rotated["consumer_secret"].as_str().unwrap().len(), 64);
    assert!(world.json(&["integration", "rotation", "3"])["retiring_until"].is_string());
    let ended = world.json(&["integration", "end-rotation", "3"]);
    assert_eq!(ended["retiring_until"], Value::Null);
    assert_eq!(numbers(&["integration", "installations", "3"], "integration"), [3]);

    let rotated = world.json(&["token", "rotate-secret", "1", "--overlap", "7d"]);
    assert!(rotated["retires_at"].is_string(), "{rotated}");
    assert_eq!(world.json(&["token", "end-rotation", "1"])["retires_at"], Value::Null);

    let link = world.json(&["entity", "password-link", "3"]);
    assert!(link["link"].as_str().unwrap().starts_with("/countersign/setup?link="));
    assert_eq!(world.json(&["entity", "end-sessions", "3"])["ended_sessions"], 0);
    world.run(&["entity", "remove-two-factor", "3"]).refused_with(1, "second factor");
    let hidden = world.json(&["entity", "edit", "2", "--hidden-roles", "1000"]);
    assert_eq!(hidden["roles"][0]["hidden"], true);
    let shown = world.json(&["entity", "edit", "2", "--no-hidden-roles"]);
    assert_eq!(shown["roles"][0]["hidden"], false);

    let policy = ["--max-age-days", "90", "--warn-from", "2027-02-01T00:00:00Z"];
    let edited = world.json(&[&["account", "edit"], &policy[..]].concat());
    assert_eq!(edited["policy"]["max_age_days"], 90);
    assert_eq!(world.json(&["account", "edit", "--no-policy"])["policy"], Value::Null);
}

fn the_trail_names_the_door(world: &World) {
    let trail = world.json(&["audit", "--token", "3"]);
    let acts: Vec<&Value> = trail.as_array().unwrap().iter().map(|event| &event["act"]).collect();
    assert_eq!(acts, ["token-revoked", "token-created"]);
    let by = &trail[0]["by"];
    if world.door == Door::Remote {
        assert_eq!(*by, json!({ "means": "token", "entity": 1, "role": 3, "token": 2 }));
        assert_eq!(trail[0]["from"], "127.0.0.1");
    } else {
        let uid = rustix::process::getuid().as_raw();
        assert_eq!(*by, json!({ "means": "local-user", "local_user": uid }));
    }
    let whole = world.json(&["audit", "--limit", "1000"]);
    let some = world.json(&["audit", "--limit", "3"]);
    assert_eq!(some.as_array().unwrap()[..], whole.as_array().unwrap()[..3]);
    let table = world.run(&["audit", "--limit", "1"]).done().stdout;
    assert!(table.starts_with("EVENT  AT") && table.lines().count() == 2, "{table}");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn all_of_it_through_the_control_socket() {
    all_of_it(Door::Server);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn all_of_it_on_the_folder_itself() {
    all_of_it(Door::Folder);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn all_of_it_by_signed_requests() {
    all_of_it(Door::Remote);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_operator_acts_for_an_entity_within_its_role() {
    for door in [Door::Server, Door::Folder] {
        let world = World::behind(door);
        let acting = ["--as", "2", "--as-role", "1000"];
        let refused = world.run(&[&["token", "show", "1"], &acting[..]].concat());
        refused.refused_with(1, "access-token-management");
        let refused = world.run(&["token", "show", "1", "--as", "2", "--as-role", "3"]);
        refused.refused_with(1, "logged in");
        let role = ["role", "create", "New", "--permission", "user-access-tokens"];
        world.run(&[&role[..], &["--as", "1", "--as-role", "3"]].concat()).done();
        let by = &world.json(&["audit", "--act", "role-created"])[0]["by"];
        assert_eq!((&by["entity"], &by["means"]), (&json!(1), &json!("local-user")));
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_server_that_refuses_a_signature_is_told_of_in_one_sentence() {
    let mut world = World::behind(Door::Remote);
    world.administrator.token_secret = "0".repeat(64);
    world.run(&["account", "show"]).refused_with(1, "Invalid login attempt");
    world.administrator = world.deployment.credentials.clone();
    world.run(&["token", "show", "1"]).refused_with(1, "API");
    world.deployment.record(&["integration", "allow-api", "1"]);
    world.run(&["token", "show", "1"]).refused_with(1, "access-token-management");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn each_shell_is_told_the_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = countersign_tests::run(&["completions", shell]).done().stdout;
        assert!(script.contains("reset-credentials"), "{shell}");
    }
}
