//! Headers on their way to the upstream and back: what is taken off, what is put on.
//!
//! Belongs here: names, also those of cookies. Does not: framing headers other than taking them
//! off; the HTTP library writes exactly one of its own.

mod cookies;
mod outgoing;
mod returned;
mod spelling;

pub(crate) use outgoing::{CalledBy, prepare_request};
pub(crate) use returned::{ForeignAnswer, prepare_answer};
