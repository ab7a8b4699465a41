//! What is fuzzed, by the crate that it is about. `fuzz_targets/` runs these with libFuzzer; each
//! crate's own tests replay `corpus/` through its file on the stable toolchain, so a file depends
//! on nothing but the crate.

mod model;
mod settings;
mod signing;

pub use model::callback;
pub use settings::configuration;
pub use signing::{authorization_header, base_string, percent_decoding, soap_envelope};
