//! Debian packages, looked for by what they are needed for: a machine that has the program from
//! elsewhere is fine.

use std::process::Command;

use anyhow::Result;
use rustix::process::geteuid;

use crate::postgres;
use crate::refusal::Refusal;
use crate::supervisor::{Supervisor, succeeds};

struct Need {
    package: &'static str,
    met: fn() -> bool,
}

const NEEDS: &[Need] = &[
    Need { package: "postgresql", met: has_postgres },
    Need { package: "sqlite3", met: || answers("sqlite3", &["-version"]) },
    Need { package: "nodejs", met: || answers("node", &["--version"]) },
    Need { package: "npm", met: || answers("npm", &["--version"]) },
    Need { package: "python3-venv", met: has_python_with_venv },
    Need { package: "curl", met: || answers("curl", &["--version"]) },
    Need { package: "openssl", met: || answers("openssl", &["version"]) },
    Need { package: "iproute2", met: || answers("ip", &["-Version"]) },
    Need { package: "strace", met: || answers("strace", &["--version"]) },
    Need { package: "systemd", met: || answers("systemd-analyze", &["--version"]) },
    Need { package: "util-linux", met: || answers("setpriv", &["--version"]) },
];

pub(crate) fn ensure(supervisor: &Supervisor) -> Result<()> {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if !geteuid().is_root() || !answers("apt-get", &["--version"]) {
        return Err(Refusal::new(format!(
            "missing: {list}. Run this, or install the like:\n  \
             sudo apt-get update && sudo apt-get install --no-install-recommends {list}"
        ))
        .into());
    }
    println!("installing {list}");
    supervisor.run_quietly(apt_get().arg("update"))?;
    supervisor.run_quietly(
        apt_get().args(["install", "--yes", "--no-install-recommends"]).args(&missing),
    )?;
    match self::missing().as_slice() {
        [] => Ok(()),
        still => Err(Refusal::new(format!("installed, but does not work: {still:?}")).into()),
    }
}

fn missing() -> Vec<&'static str> {
    NEEDS.iter().filter(|need| !(need.met)()).map(|need| need.package).collect()
}

fn has_postgres() -> bool {
    std::env::var_os("COUNTERSIGN_POSTGRES").is_some() || postgres::programs().is_some()
}

fn has_python_with_venv() -> bool {
    answers("python3", &["-c", "import ensurepip, venv"])
}

fn answers(program: &str, arguments: &[&str]) -> bool {
    succeeds(Command::new(program).args(arguments))
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}
