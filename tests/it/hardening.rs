//! What is switched off at the start.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use countersign_tests::{Deployment, command};
use rustix::process::Signal;

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn no_core_is_dumped_even_where_the_shell_allows_it() {
    let mut deployment = Deployment::init();
    deployment.stop();
    // As a shell does that wants to see dumps.
    let program = command();
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -c \"$(ulimit -H -c)\"; exec \"$0\" \"$@\""]);
    shell.arg(program.get_program()).current_dir(deployment.data());
    deployment.serve_with(shell);

    let limits = fs::read_to_string(format!("/proc/{}/limits", deployment.process().id())).unwrap();
    let of_cores = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let values: Vec<&str> = of_cores.split_whitespace().skip(4).take(2).collect();
    assert_eq!(values, ["0", "0"], "{of_cores}");

    let process = deployment.process();
    process.signal(Signal::ABORT);
    let status = process.wait();
    assert_eq!(status.signal(), Some(Signal::ABORT.as_raw()));
    assert!(!status.core_dumped());
}
