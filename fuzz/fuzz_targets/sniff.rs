//! What a file is, by its first bytes: never panics, and a kind is found for everything.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let kind = documents::kind::sniff(bytes);
    assert!(!kind.to_string().is_empty());
});
