//! `countersign-bench`: run it by `cargo xtask bench`.
//! Belongs here: that its allocator is the one that ships. Does not: anything else (see the
//! library).

use std::process::ExitCode;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    countersign_bench::start(None)
}
