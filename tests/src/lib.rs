//! What whole-program tests start and talk to: the program as it is released, an upstream that
//! keeps what it got, a client that sends exactly what it is told.
//!
//! Belongs here: processes, sockets, folders. Does not: what is promised (`it/`). Nothing here
//! returns an error: what can't be started or understood fails the test.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "clippy.toml allows them in test functions; all of this is for tests"
)]

mod administrator;
mod call;
mod credentials;
mod database;
mod deployment;
mod dev;
mod front;
mod message;
mod process;
mod program;
mod script;
mod served;
mod tls;
mod told;
mod upstream;

pub mod assertions;
pub mod guide;
pub mod mistakes;

pub use administrator::{ADMINISTRATOR, administrator};
pub use call::{Call, now, unique};
pub use credentials::Credentials;
pub use database::rows;
pub use deployment::{ACCOUNT, Deployment, Made, listening, made_folder};
pub use dev::Dev;
pub use front::{Front, everything_to};
pub use message::{Answer, Connection, Headers, Received, Request};
pub use process::Process;
pub use program::{Finished, clients, command, run, run_with_input};
pub use script::{Answered, Outcome, Script};
pub use served::Served;
pub use tls::{Authority, Issued};
pub use told::{Told, few_are_late, late};
pub use upstream::Upstream;

use std::time::{Duration, Instant};

/// Longer than anything takes that isn't broken, also on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Looks until there is something to see.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < deadline, "this did not happen in time: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
