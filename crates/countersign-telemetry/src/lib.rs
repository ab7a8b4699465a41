//! What the program tells about itself while it runs: families of metrics, spans of traces.
//!
//! Belongs here: names, labels and help texts (`docs/reference/metrics.md` is made of them), the
//! handles that the hot path counts with, the coin that decides which request is traced. Does not:
//! whom it is told to, and how (the binary), what is counted when (whoever does it).
//!
//! Handles are plain atomics behind a fixed table: nothing is looked up by text, locked or
//! allocated for a request. The values of every label are known when this is compiled, or belong to
//! a set of static names; an id, an address or a path is never one.

#![deny(missing_docs)]

pub mod metrics;
pub mod trace;
