//! Headers on their way to the upstream and back: what is taken off, what is put on.
//!
//! Belongs here: names. Does not: framing headers other than taking them off; the HTTP library
//! writes exactly one of its own.

mod outgoing;
mod returned;
mod spelling;

pub(crate) use outgoing::{CalledBy, prepare_request};
pub(crate) use returned::{ForeignAnswer, prepare_answer};
