//! What a few tests need of the machine. Without it they fail: a test that leaves itself out where
//! nobody looks shows nothing.

use std::process::Output;

/// Whether `what` is here. It must be, unless whoever runs the tests says otherwise: then the test
/// is to return.
#[expect(clippy::print_stderr, reason = "for whoever runs the tests")]
pub fn must_have(what: &str, is_here: bool) -> bool {
    let left_out = std::env::var("COUNTERSIGN_LEAVE_OUT").unwrap_or_default();
    assert!(
        is_here || left_out.split(',').any(|it| it == what),
        "this test needs {what}, which does not work here: see what `cargo xtask setup` installs, \
         or leave such tests out with COUNTERSIGN_LEAVE_OUT={what} (names with commas between)"
    );
    if !is_here {
        eprintln!("LEFT OUT: there is no {what} here");
    }
    is_here
}

/// Whether a program was found and was content.
pub fn succeeds(run: std::io::Result<Output>) -> bool {
    run.is_ok_and(|output| output.status.success())
}
