//! The part of the page for systemd: its commands are run as root of a machine of their own.
//!
//! The machine is a layer over this one (an overlay, thrown away), with its own processes and its
//! own network. What it has not is systemd as its first process, so what systemd would do is done
//! as its unit says: user, credential, file modes, limits, no capability, a file system to read
//! only. Not done here are the filter of system calls and what else only systemd's own code sets
//! up (`PrivateDevices`, `RestrictAddressFamilies`, ...): `service` has systemd check these lines.

use std::fs;
use std::path::Path;
use std::process::Command;

use countersign_testkit::{must_have, succeeds};
use countersign_tests::{Process, command};

use super::{blocks, page};

/// What is done for a command of the page.
#[derive(Clone, Copy, Debug, PartialEq)]
enum How {
    /// It is run as printed.
    AsPrinted,
    /// Something else is run in its place, for that reason.
    InItsPlace(&'static str, &'static str),
    /// It is not run, for that reason.
    NotRun(&'static str),
}
use How::{AsPrinted, InItsPlace, NotRun};

/// Each command of the page by how it begins, in their order.
const COMMANDS: &[(&str, How)] = &[
    ("install -m 755 target/release/countersign /usr/bin/countersign", AsPrinted),
    ("install -m 644 deploy/systemd/countersign.service /etc/systemd/system/", AsPrinted),
    ("install -m 644 deploy/systemd/countersign.sysusers /usr/lib/sysusers.d/", AsPrinted),
    ("systemd-sysusers", AsPrinted),
    ("install -d -m 755 /etc/countersign", AsPrinted),
    ("install -d -m 700 -o countersign -g countersign /var/lib/countersign", AsPrinted),
    ("install -d -m 700 -o countersign -g countersign /run/countersign-init", AsPrinted),
    ("setpriv --reuid=countersign", AsPrinted),
    ("install -m 600 /run/countersign-init/countersign.key /etc/countersign/", AsPrinted),
    ("rm -r /run/countersign-init", AsPrinted),
    ("countersign check-config", AsPrinted),
    (
        "systemctl enable --now countersign",
        InItsPlace(
            "systemctl enable countersign\nstart",
            "nothing is started without systemd: `start` does what the unit says",
        ),
    ),
    ("curl http://127.0.0.1:8080/countersign/health/ready", AsPrinted),
    ("journalctl -u countersign", NotRun("there is no journal without systemd")),
    (
        "systemctl reload countersign",
        InItsPlace("reload", "nor is anything signalled: `reload` is the unit's ExecReload"),
    ),
];

/// What the page has outside of blocks.
const KEY_OF_CERTIFICATE: &str = "install -m 600 -o countersign key.pem /etc/countersign/key.pem";
/// Commands in sentences that are for another machine, or open an editor.
const ELSEWHERE: &[&str] = &["ssh -L 8080:127.0.0.1:8080 yourserver", "systemctl edit countersign"];

/// Makes the machine and becomes its root, with the script that follows.
const MACHINE: &str = r#"
set -e
scratch=$1 repository=$2 program=$3 script=$4
mount -t tmpfs none "$scratch"
mkdir "$scratch/upper" "$scratch/work" "$scratch/root"
root=$scratch/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$scratch/upper,workdir=$scratch/work" "$root"
mkdir -p "$root/srv/checkout/target/release"
cp "$program" "$root/srv/checkout/target/release/countersign"
cp -r "$repository/deploy" "$root/srv/checkout/"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs none "$root/run"
ip link set lo up
cd "$root/srv/checkout"
exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin SYSTEMD_OFFLINE=1 \
  sh -euc "cd /srv/checkout; umask 022; $script"
"#;

/// What systemd does with the unit, as far as that goes without it.
const START: &str = r#"
unit=/etc/systemd/system/countersign.service
says() { sed -n "s/^$1=//p" "$unit"; }
start() {
  # LoadCredential: a copy for the service alone.
  credentials=/run/credentials/countersign.service
  loaded=$(says LoadCredential)
  mkdir -p /run/credentials
  install -d -m 500 -o "$(says User)" "$credentials"
  install -m 400 -o "$(says User)" "${loaded#*:}" "$credentials/${loaded%%:*}"
  # StateDirectory: made, and given to the user.
  install -d -m "$(says StateDirectoryMode)" -o "$(says User)" -g "$(says Group)" \
    "/var/lib/$(says StateDirectory)"
  environment=$(says Environment | sed "s|%d|$credentials|")
  # LimitNOFILE, as far as whoever runs this may.
  files=$(says LimitNOFILE) most=$(ulimit -Hn)
  if [ "$most" != unlimited ] && [ "$most" -lt "$files" ]; then files=$most; fi
  # ProtectSystem=strict, ProtectHome, PrivateTmp; CapabilityBoundingSet=, NoNewPrivileges.
  test "$(says ProtectSystem) $(says ProtectHome) $(says PrivateTmp)" = "strict yes yes"
  test "$(says NoNewPrivileges) $(says CapabilityBoundingSet)$(says AmbientCapabilities)" = "yes "
  unshare --mount sh -euc '
    mount -t tmpfs none /tmp
    mount -t tmpfs -o mode=0 none /home
    mount -t tmpfs -o mode=0 none /root
    mount --bind "/var/lib/$1" "/var/lib/$1"
    mount -o remount,bind,ro /
    umask "$2"
    shift 2
    exec "$@"
  ' sh "$(says StateDirectory)" "$(says UMask)" \
    prlimit --core="$(says LimitCORE)" --nofile="$files" \
    setpriv --reuid="$(says User)" --regid="$(says Group)" --clear-groups --no-new-privs \
      --bounding-set=-all --inh-caps=-all \
    env "$environment" CREDENTIALS_DIRECTORY="$credentials" $(says ExecStart) 2> /run/log &
  MAINPID=$!
  until curl --silent --fail --output /dev/null http://127.0.0.1:8080/countersign/health/live; do
    kill -0 "$MAINPID" || { cat /run/log; exit 1; }
    sleep 0.1
  done
}
reload() {
  $(says ExecReload | sed "s/\$MAINPID/$MAINPID/")
  until grep "read anew" /run/log; do sleep 0.1; done
}
"#;

/// What is to be seen of it, while the server runs and after.
const SEEN: &str = r#"
echo "=== seen"
stat -c '%a %U %n' /usr/bin/countersign /etc/countersign /etc/countersign/countersign.key \
  /etc/countersign/key.pem /var/lib/countersign /var/lib/countersign/record.db
ls /etc/systemd/system/multi-user.target.wants/countersign.service
test ! -e /run/countersign-init
getent passwd countersign
grep -E '^(Uid|CapBnd|CapEff|NoNewPrivs|Umask):' "/proc/$MAINPID/status" | tr '\t' ' '
grep -E '^Max (core|open)' "/proc/$MAINPID/limits" | tr -s ' '
setpriv --reuid=countersign --regid=countersign --clear-groups \
  cat /etc/countersign/countersign.key || echo "the key file is root's"
kill "$MAINPID"
wait "$MAINPID"
echo "ended $?"
cat /run/log
"#;

/// The commands in blocks for a root's shell, each with its further lines.
fn commands(page: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    for line in blocks(page, "console").iter().flat_map(|block| block.lines()) {
        match line.strip_prefix("# ") {
            // A remark stands far behind.
            Some(command) => commands.push(command.split("   ").next().unwrap().to_owned()),
            None => {
                let command = commands.last_mut().expect("a command begins");
                command.push('\n');
                command.push_str(line);
            }
        }
    }
    commands
}

/// A part of the trial, which the page says are the steps here as well.
fn of_trial(page: &str, words: &str) -> String {
    let block = blocks(page, "sh").into_iter().find(|block| block.contains(words));
    block.unwrap_or_else(|| panic!("{words}"))
}

fn script(page: &str) -> String {
    let mut script = START.to_owned();
    for (number, (command, (_, how))) in commands(page).iter().zip(COMMANDS).enumerate() {
        if command.starts_with("countersign check-config") {
            script.push_str(&between(page));
        }
        script.push_str(&match how {
            AsPrinted => format!("echo '=== {number}'\n{command}\n"),
            InItsPlace(other, _) => format!("echo '=== {number}'\n{other}\n"),
            NotRun(_) => String::new(),
        });
    }
    script + SEEN
}

/// "Put the settings to ..., with your addresses, and the certificate with its key ...".
fn between(page: &str) -> String {
    let issue = of_trial(page, "openssl req -x509");
    let settings = of_trial(page, "cat > \"$ETC/countersign.toml\"");
    format!(
        "export ETC=/etc/countersign DATA=/var/lib/countersign PORT=8443 CONTROL=8080 API=9000\n\
         {issue}\n{settings}\n\
         sed -i 's/127.0.0.1:8443/0.0.0.0:8443/' /etc/countersign/countersign.toml\n\
         mv /etc/countersign/key.pem .\n{KEY_OF_CERTIFICATE}\n"
    )
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn each_command_for_systemd_is_run_or_named_with_its_reason() {
    let page = page();
    let printed = commands(&page);
    assert_eq!(printed.len(), COMMANDS.len(), "{printed:#?}");
    for (command, (begins, how)) in printed.iter().zip(COMMANDS) {
        assert!(command.starts_with(begins), "{command}: {how:?}");
        if let InItsPlace(_, reason) | NotRun(reason) = how {
            assert!(!reason.is_empty());
        }
    }
    for sentence in ELSEWHERE.iter().chain([&KEY_OF_CERTIFICATE]) {
        assert!(page.contains(&format!("`{sentence}`")), "{sentence}");
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_commands_for_systemd_make_a_server_that_runs_as_its_unit_says() {
    if !must_have("mount", can_make_a_machine()) {
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut machine = Command::new("unshare");
    machine.args(["--mount", "--net", "--pid", "--fork", "--kill-child", "sh", "-c", MACHINE]);
    machine.arg("sh").arg(scratch.path()).arg(repository.canonicalize().unwrap());
    machine.arg(fs::canonicalize(command().get_program()).unwrap()).arg(script(&page()));
    let mut machine = Process::start(&mut machine);
    let status = machine.wait();
    let said = machine.stdout();
    assert!(status.success(), "{status}\n{said}\n{}", machine.stderr());
    let (_, seen) = said.split_once("=== seen\n").unwrap();
    for line in [
        "755 root /usr/bin/countersign",
        "755 root /etc/countersign",
        "600 root /etc/countersign/countersign.key",
        "600 countersign /etc/countersign/key.pem",
        "700 countersign /var/lib/countersign",
        "600 countersign /var/lib/countersign/record.db",
        "/etc/systemd/system/multi-user.target.wants/countersign.service",
        "Umask: 0077",
        "CapEff: 0000000000000000",
        "CapBnd: 0000000000000000",
        "NoNewPrivs: 1",
        "the key file is root's",
        "ended 0",
    ] {
        assert!(seen.lines().any(|it| it == line), "{line}: {seen}\n{}", machine.stderr());
    }
    assert!(seen.contains("Max core file size 0 0"), "{seen}");
    assert!(!seen.contains("Uid: 0"), "{seen}");
    assert!(said.contains("\"ready\":true") && said.contains("read anew"), "{said}");
    // A key that the service manager hands over gives no cause to warn.
    assert!(!seen.contains("others can read"), "{seen}");
}

fn can_make_a_machine() -> bool {
    let folder = tempfile::tempdir().unwrap();
    let overlay = "cd \"$1\" && mount -t tmpfs none . && cd \"$1\" && mkdir u w m && \
                   mount -t overlay overlay -o lowerdir=/,upperdir=u,workdir=w m && \
                   ip link set lo up";
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "--net", "--pid", "--fork", "sh", "-c", overlay, "sh"]);
    rustix::process::geteuid().is_root() && succeeds(unshare.arg(folder.path()).output())
}
