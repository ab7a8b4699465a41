//! The disk of the data folder is full: nothing is admitted, the server says so, and when there is
//! room again it goes on.
//!
//! The folder lies on a disk of its own, in memory, that only the server sees.

use std::process::Command;

use countersign_testkit::{must_have, succeeds};
use countersign_tests::{Answer, Call, Deployment, command, wait_for};

/// Mounts a disk of 8 MB over the folder, with what is in it, and becomes the program.
const ON_A_SMALL_DISK: &str = "set -e; d=$1; shift; c=$(mktemp -d); cp -a \"$d/.\" \"$c\"; \
     mount -t tmpfs -o size=8m,mode=700 none \"$d\"; cp -a \"$c/.\" \"$d\"; rm -r \"$c\"; \
     exec \"$@\"";

fn can_mount() -> bool {
    let folder = tempfile::tempdir().unwrap();
    let mut mount = Command::new("unshare");
    mount.args(["--mount", "mount", "-t", "tmpfs", "none"]).arg(folder.path());
    succeeds(mount.output())
}

struct SmallDisk(Deployment);

impl SmallDisk {
    fn start() -> Self {
        let mut deployment = Deployment::init();
        deployment.stop();
        let mut shell = Command::new("unshare");
        shell.args(["--mount", "sh", "-c", ON_A_SMALL_DISK, "sh"]).arg(deployment.data());
        shell.arg(command().get_program());
        deployment.serve_with(shell);
        Self(deployment)
    }

    /// Runs a command where the server sees its folder.
    fn inside(&mut self, script: &str) {
        let mount = format!("--mount=/proc/{}/ns/mnt", self.0.process().id());
        let mut shell = Command::new("nsenter");
        shell.args([&mount, "sh", "-c", script, "sh"]).arg(self.0.data());
        let output = shell.output().unwrap();
        assert!(output.status.success(), "{script}: {output:?}");
    }

    fn ask(&self, path: &str) -> Answer {
        self.0.connect().send(&Call::get(path).unsigned(self.0.address()))
    }

    fn admits(&self) -> u16 {
        self.0.status_of(&Call::get("/services/rest/x"))
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_full_disk_refuses_with_503_is_not_ready_by_name_and_recovers_when_there_is_room() {
    if !must_have("mount", can_mount()) {
        return;
    }
    let mut server = SmallDisk::start();
    assert_eq!(server.admits(), 200);
    // Until nothing more goes in.
    server.inside("! dd if=/dev/zero of=\"$1/filling\" bs=4k 2>/dev/null");
    // The trail may be the first to notice.
    let checks = wait_for("it names the journal", || {
        let ready = server.ask("/countersign/health/ready");
        let checks = ready.json()["checks"].clone();
        let is_named = checks["replay_journal"].as_str().unwrap().contains("free space");
        assert!(!is_named || ready.status == 503);
        is_named.then_some(checks)
    });
    assert_eq!((&checks["directory"], &checks["clock"]), (&"ok".into(), &"ok".into()));
    assert_eq!(server.ask("/countersign/health/live").status, 200);
    // A few may still find room in what is allocated.
    wait_for("nothing is admitted", || (server.admits() == 503).then_some(()));
    // A try now and then may find room, too.
    wait_for("the metrics name it", || {
        let metrics = server.ask("/countersign/metrics").text();
        metrics.contains("countersign_check{check=\"replay_journal\"} 0").then_some(())
    });

    server.inside("rm \"$1/filling\"");
    wait_for("it is ready again", || {
        (server.ask("/countersign/health/ready").status == 200).then_some(())
    });
    wait_for("it admits again", || (server.admits() == 200).then_some(()));
    let log = server.0.process().stderr();
    assert!(log.contains("can't be written"), "{log}");
    let ended = server.0.stop();
    let log = ended.stderr();
    // A cause that lasts is no flood of lines.
    assert!(log.lines().count() < 200, "{log}");
}
