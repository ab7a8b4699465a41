//! What is printed for people to paste: the README, and the lines of a stand-in.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use countersign_tests::{
    Call, Connection, Credentials, Dev, Front, Process, Served, Upstream, clients, command,
    listening,
};
use tempfile::TempDir;

/// A terminal in a folder of its own, where the program is called `countersign`.
struct Terminal {
    folder: TempDir,
    programs: PathBuf,
}

impl Terminal {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let programs = folder.path().join("programs");
        fs::create_dir(&programs).unwrap();
        symlink(command().get_program(), programs.join("countersign")).unwrap();
        Self { folder, programs }
    }

    fn shell(&self, script: &str) -> Command {
        let mut shell = Command::new("sh");
        let path = std::env::var("PATH").unwrap();
        shell.env("PATH", format!("{}:{path}", self.programs.display()));
        shell.current_dir(self.folder.path()).args(["-eu", "-c", script]);
        shell
    }

    fn type_in(&self, script: &str) -> String {
        let output = self.shell(script).output().unwrap();
        assert!(output.status.success(), "{script}\n{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }
}

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).unwrap()
}

/// The blocks of a kind in a section.
fn blocks(section: &str, kind: &str) -> Vec<String> {
    let readme = readme();
    let (_, after) = readme.split_once(&format!("\n## {section}\n")).expect("the section");
    let section = after.split("\n## ").next().unwrap();
    let begin = format!("```{kind}\n");
    let blocks = section.split(&begin).skip(1);
    blocks.map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_commands_in_front_of_an_api_work_as_printed() {
    let blocks = blocks("In front of an API", "sh");
    let [start, furnish] = &blocks[..] else { panic!("two blocks: {blocks:?}") };
    let upstream = Upstream::start();
    let terminal = Terminal::open();

    let start = start
        .replace("127.0.0.1:8080", "127.0.0.1:0")
        .replace("http://127.0.0.1:9000", &format!("http://{}", upstream.address));
    let (init, serve) = start.trim_end().rsplit_once('\n').unwrap();
    assert!(init.starts_with("countersign init ") && serve.starts_with("countersign serve "));
    let said = terminal.type_in(init);
    assert!(said.contains("/countersign/setup?link="), "{said}");
    let mut server = Process::start(&mut terminal.shell(&format!("exec {serve}")));
    let address = server.wait_for("the server is ready", |server| listening(&server.stderr()));

    let (furnish, revoke) = furnish.trim_end().rsplit_once('\n').unwrap();
    assert!(revoke.starts_with("countersign token revoke 1 "));
    let place = furnish.lines().next().unwrap();
    let credentials = credentials(&terminal.type_in(furnish));
    let status = || {
        let request = credentials.sign(&Call::get("/orders?open=true"), address);
        Connection::open(address).send(&request).status
    };
    assert_eq!(status(), 200);
    let received = upstream.last();
    for (name, number) in [("entity", "2"), ("role", "1000"), ("integration", "1"), ("token", "1")]
    {
        let told = received.headers.get(&format!("countersign-{name}"));
        assert_eq!(told, Some(number), "the number that a comment of the README names");
    }
    terminal.type_in(&format!("{place}\n{revoke}"));
    assert_eq!(status(), 401);
    assert_eq!(server.stop().code(), Some(0));
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_settings_with_tls_work_as_printed() {
    let [settings] = &blocks("With TLS, routes and several servers", "toml")[..] else {
        panic!("one block")
    };
    let (front, second) = (Front::new(), Upstream::start());
    let path = |path: PathBuf| path.to_str().unwrap().to_owned();
    let mut settings = settings.clone();
    for (printed, here) in [
        ("/var/lib/countersign", path(front.deployment.data())),
        ("/etc/countersign/countersign.key", path(front.deployment.key_file())),
        ("/etc/countersign/chain.pem", path(front.certificate())),
        ("/etc/countersign/key.pem", path(front.key())),
        ("0.0.0.0:8443", "127.0.0.1:0".to_owned()),
        ("10.0.0.5:9000", front.deployment.upstream.address.to_string()),
        ("10.0.0.6:9000", second.address.to_string()),
    ] {
        assert!(settings.contains(printed), "{printed}");
        settings = settings.replace(printed, &here);
    }
    let file = front.deployment.data().with_file_name("readme.toml");
    fs::write(&file, settings).unwrap();
    let served = Served::start(&file);
    let address = served.addresses[0];
    let host = format!("localhost:{}", address.port());
    let status = |target: &str| {
        let request = front.deployment.credentials.sign_https(&Call::get(target), &host);
        front.authority.connect(address).unwrap().0.send(&request).status
    };
    assert_eq!((status("/v1/orders"), status("/v2/orders")), (200, 404));
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_readme_names_every_member_of_the_credentials_file() {
    let readme = readme();
    for name in Dev::start(&[]).file.as_object().unwrap().keys() {
        assert!(readme.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_lines_that_a_stand_in_prints_work_as_printed() {
    let dev = Dev::start(&[]);
    let welcome = dev.process.stdout();
    let block = |begin: &str, end: &str| {
        let (_, after) = welcome.split_once(begin).unwrap_or_else(|| panic!("{begin}: {welcome}"));
        let (_, after) = after.split_once('\n').unwrap();
        let block = after.split_once(end).unwrap_or_else(|| panic!("{end}: {welcome}")).0;
        block
            .lines()
            .map(|line| line.strip_prefix("  ").unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let shell = block("\nShell:", "\nPython ");
    let python = block("\nPython ", "\nNode ");
    let node = block("\nNode ", "\nRefusals ");

    let terminal = Terminal::open();
    let mut interpreter = Command::new(clients().join("python/bin/python"));
    let mut engine = Command::new("node");
    engine.env("NODE_PATH", clients().join("node_modules"));
    for (pasted, answers) in [
        (&mut terminal.shell(&shell), 2),
        (interpreter.args(["-c", &python]), 1),
        (engine.args(["-e", &node]), 1),
    ] {
        let output = pasted.env("NO_PROXY", "127.0.0.1").output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{pasted:?}\n{output:?}");
        assert_eq!(said.matches(r#""query":"limit=10""#).count(), answers, "{pasted:?}\n{said}");
    }
}

/// What the commands print, one `name  value` a line.
fn credentials(said: &str) -> Credentials {
    let value = |name: &str| {
        let line = said.lines().find(|line| line.split_whitespace().next() == Some(name));
        line.unwrap_or_else(|| panic!("{name}: {said}")).split_whitespace().nth(1).unwrap().into()
    };
    Credentials {
        account: "1234567".to_owned(),
        consumer_key: value("consumer_key"),
        consumer_secret: value("consumer_secret"),
        token_id: value("token_id"),
        token_secret: value("token_secret"),
    }
}
