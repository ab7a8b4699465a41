//! A bad environment: one sentence, exit code 2, and nothing half-written.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use countersign_tests::{Deployment, Finished, Made, command, made_folder, run};

/// `serve` on a folder that nothing serves yet, with one option otherwise.
struct Serve {
    made: Made,
}

impl Serve {
    fn new() -> Self {
        Self { made: made_folder().0 }
    }

    /// Runs to its end, which is to come at once, and leaves no new name in the folder.
    fn with(&self, name: &str, value: &Path) -> Finished {
        let before = names(&self.made.data());
        let mut options = vec![
            ("--data-dir", self.made.data()),
            ("--key-file", self.made.key_file()),
            ("--listen", "127.0.0.1:0".into()),
            ("--upstream", "http://127.0.0.1:9".into()),
        ];
        let option = options.iter_mut().find(|(it, _)| *it == name).unwrap();
        option.1 = value.to_owned();
        let mut command = command();
        command.arg("serve");
        for (name, value) in options {
            command.arg(name).arg(value);
        }
        let output = command.output().unwrap();
        assert_eq!(names(&self.made.data()), before);
        Finished {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Everything in a folder, except the login trail, which the first start makes whole, and what a
/// reader of a database leaves beside it.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> =
        names.filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm")).collect();
    names.retain(|name| name != "attempts.db");
    names.sort();
    names
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_port_in_use_is_named_and_nothing_is_made() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let words = format!("can't listen on {address}");
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let credentials = folder.path().join("credentials.json");
    run(&[
        "dev",
        "--listen",
        &address,
        "--data-dir",
        data.to_str().unwrap(),
        "--credentials",
        credentials.to_str().unwrap(),
    ])
    .refused_with(2, &words);
    assert_eq!(names(folder.path()), [""; 0]);

    let refused = Serve::new().with("--listen", Path::new(&address));
    assert!(refused.stderr.contains(&words), "{refused:?}");
    assert_eq!(refused.code, Some(2));
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn what_is_no_data_folder_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "mine").unwrap();
    let foreign = folder.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("mine"), "mine").unwrap();

    let serve = Serve::new();
    for path in [&file, &foreign, &folder.path().join("nothing")] {
        serve.with("--data-dir", path).refused_with(2, "is not a data folder of Countersign");
    }
    let dev = |path: &Path| {
        run(&["dev", "--listen", "127.0.0.1:0", "--data-dir", path.to_str().unwrap()])
    };
    dev(&foreign).refused_with(2, "is not empty");
    dev(&file).refused_with(2, "is a file, not a folder");
    let key = folder.path().join("key");
    init(&foreign, &key).refused_with(2, "is not empty");
    init(&file, &key).refused_with(2, "is a file, not a folder");
    assert_eq!(names(&foreign), ["mine"]);
    assert_eq!(fs::read(&file).unwrap(), b"mine");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn an_init_that_is_refused_makes_no_key_file_either() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine"), "mine").unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    init(folder.path(), &elsewhere.path().join("key")).refused_with(2, "is not empty");
    assert_eq!(names(elsewhere.path()), [""; 0]);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_folder_that_this_user_may_not_read_is_refused() {
    let (made, _) = made_folder();
    set_mode(&made.key_file(), 0o644);
    let (data, key_file) = (made.data(), made.key_file());
    let options = ["--data-dir", data.to_str().unwrap(), "--key-file", key_file.to_str().unwrap()];
    let serve = ["serve", "--listen", "127.0.0.1:0", "--upstream", "http://127.0.0.1:9"];
    let revoke = ["token", "revoke", "1", "--account", "1234567"];
    for arguments in [&serve[..], &revoke] {
        let mut command = as_another_user(&made);
        let output = command.args(arguments).args(options).output().unwrap();
        let refused = Finished {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        set_mode(&data, 0o700);
        refused.refused_with(2, "user");
    }
}

/// The program, run by somebody who may not read the data folder: for root, by nobody.
fn as_another_user(made: &Made) -> Command {
    if !rustix::process::geteuid().is_root() {
        set_mode(&made.data(), 0o000);
        return command();
    }
    let program = made.around().join("countersign");
    fs::copy(command().get_program(), &program).unwrap();
    set_mode(&program, 0o755);
    set_mode(made.around(), 0o755);
    let mut other = Command::new("setpriv");
    other.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(program);
    other
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_folder_of_one_kind_is_not_opened_as_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let mut dev = countersign_tests::Dev::start(&["--data-dir", data]);
    dev.process.stop();
    let serve = Serve::new();
    let refused = serve.with("--data-dir", Path::new(data));
    refused.refused_with(2, "was made for `countersign dev`");

    let made = serve.made.data();
    let refused = run(&["dev", "--listen", "127.0.0.1:0", "--data-dir", made.to_str().unwrap()]);
    refused.refused_with(2, "was made for `countersign serve`");
    assert!(!made.join("credentials.json").exists());
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_folder_in_use_is_not_served_twice() {
    let deployment = Deployment::init();
    let refused = serve_again(&deployment);
    refused.refused_with(2, "is in use by another countersign");
    deployment.record(&["token", "revoke", "1"]);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_database_of_a_newer_version_is_refused_and_left_as_it_is() {
    for database in ["record.db", "attempts.db"] {
        let mut deployment = Deployment::init();
        deployment.stop();
        let path = deployment.data().join(database);
        let newer = "UPDATE schema_version SET version = 99";
        assert!(Command::new("sqlite3").arg(&path).arg(newer).status().unwrap().success());
        let refused = serve_again(&deployment);
        refused.refused_with(2, "schema version 99");
        let versions = countersign_tests::rows(&path, "SELECT version FROM schema_version");
        assert_eq!(versions[0]["version"], 99, "{database}");
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_key_file_must_be_there_be_one_and_be_the_right_one() {
    let serve = Serve::new();
    let folder = tempfile::tempdir().unwrap();
    let garbage = folder.path().join("garbage");
    fs::write(&garbage, "hello, this is no key\n").unwrap();
    let bytes = folder.path().join("bytes");
    fs::write(&bytes, [0xFF; 32]).unwrap();
    let missing = folder.path().join("missing");
    let (other, _) = made_folder();

    serve.with("--key-file", &garbage).refused_with(2, "is not a key file of Countersign");
    serve.with("--key-file", &bytes).refused_with(2, "key file");
    serve.with("--key-file", &missing).refused_with(2, "can't read the key file");
    assert!(!missing.exists());
    let wrong = serve.with("--key-file", &other.key_file());
    wrong.refused_with(2, "the key does not open this data folder");

    let new = folder.path().join("new");
    init(&new, &garbage).refused_with(2, "is not a key file of Countersign");
    assert!(!new.exists());
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn an_upstream_that_can_not_be_meant_is_refused() {
    let serve = Serve::new();
    for (url, words) in [
        ("nonsense", "an upstream is a URL"),
        ("ftp://127.0.0.1", "an upstream is reached over http://"),
        ("http://127.0.0.1:9/path", "an upstream has no path"),
        ("http://me:secret@127.0.0.1:9", "an upstream has no user"),
    ] {
        serve.with("--upstream", Path::new(url)).refused_with(2, words);
        let refused = run(&["dev", "--listen", "127.0.0.1:0", "--upstream", url]);
        refused.refused_with(2, words);
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_command_that_a_rule_is_against_ends_with_1_and_changes_nothing() {
    let mut deployment = Deployment::init();
    let commands: &[(&[&str], &str)] = &[
        (&["token", "revoke", "99"], "there is no token 99"),
        (&["integration", "block", "99"], "99"),
        (&["role", "assign", "--entity", "99", "--role", "1000"], "99"),
        (&["role", "create", "Orders", "--permission", "log-in-using-access-tokens"], "taken"),
        (&["role", "create", "New", "--permission", "everything"], "permissions are"),
        (&["entity", "create", "Ann", "--email", "ann@example.com"], "taken"),
        (&["entity", "create", "Bob", "--email", "nonsense"], "email"),
        (&["integration", "create", ""], "a name has"),
        (
            &["token", "create", "--integration", "1", "--entity", "2", "--role", "14"],
            "entity 2 does not have role 14",
        ),
        (
            &["token", "create", "--integration", "1", "--entity", "1", "--role", "3"],
            "Administrator role",
        ),
    ];
    let events = |deployment: &Deployment| {
        let record = deployment.data().join("record.db");
        countersign_tests::rows(&record, "SELECT count(*) AS n FROM event")[0]["n"].clone()
    };
    let before = events(&deployment);
    for (command, words) in commands {
        deployment.command(command).refused_with(1, words);
    }
    deployment.stop();
    for (command, words) in commands {
        deployment.command(command).refused_with(1, words);
    }
    assert_eq!(events(&deployment), before);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_wrong_usage_ends_with_2() {
    for arguments in [
        &[][..],
        &["nonsense"],
        &["dev", "--nonsense"],
        &["dev", "--listen", "nonsense"],
        &["dev", "--account", "no account!"],
        &["serve"],
        &["init", "--data-dir", "x"],
        &["token", "revoke", "one", "--data-dir", "x", "--account", "1"],
        &["role", "create", "x", "--data-dir", "x", "--account", "1"],
        &["call", "GET"],
        &["sign", "GET", "http://127.0.0.1/"],
    ] {
        let finished = run(arguments);
        assert_eq!(finished.code, Some(2), "{arguments:?}: {finished:?}");
        assert_eq!(finished.stdout, "", "{arguments:?}");
        assert!(!finished.stderr.is_empty(), "{arguments:?}");
    }
}

fn init(data: &Path, key_file: &Path) -> Finished {
    let (data, key_file) = (data.to_str().unwrap(), key_file.to_str().unwrap());
    let who = ["--account", "1234567", "--admin-email", "admin@example.com"];
    run(&[&["init", "--data-dir", data, "--key-file", key_file], &who[..]].concat())
}

/// Another server on the folder of `deployment`, which is to be refused.
fn serve_again(deployment: &Deployment) -> Finished {
    run(&[
        "serve",
        "--data-dir",
        deployment.data().to_str().unwrap(),
        "--key-file",
        deployment.key_file().to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
        "--upstream",
        "http://127.0.0.1:9",
    ])
}
