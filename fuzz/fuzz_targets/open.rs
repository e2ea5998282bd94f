//! Opening a PDF for looking at: an error or a document with pages.

#![no_main]

use documents::OpenDocument;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(document) = OpenDocument::open(bytes.to_vec()) {
        assert!(document.page_count() > 0);
    }
});
