//! The same program with an allocator that counts. It is slower, so nothing is timed in it.
//! Belongs here: counting. Does not: what is counted (see the library).

use std::process::ExitCode;

use countersign_bench::Counted;

fn main() -> ExitCode {
    countersign_bench::start(Some(count))
}

fn count(work: &mut dyn FnMut()) -> Counted {
    let counted = allocation_counter::measure(work);
    Counted { allocations: counted.count_total, bytes_held: counted.bytes_current }
}
