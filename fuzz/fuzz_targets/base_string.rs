//! See `countersign_fuzz::base_string`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| countersign_fuzz::base_string(data));
