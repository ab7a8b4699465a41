//! Working memory for verdicts: one per thread, so that a warm thread allocates nothing.

use std::cell::RefCell;

use countersign_signing::Scratch;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::default());
}

/// Lends this thread's memory to `work`, which must not ask for it again.
pub(crate) fn with_scratch<T>(work: impl FnOnce(&mut Scratch) -> T) -> T {
    SCRATCH.with_borrow_mut(work)
}
