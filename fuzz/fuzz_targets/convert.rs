//! Pictures and texts become PDFs: an error, or a file that opens.

#![no_main]

use documents::OpenDocument;
use documents::convert::{ConvertLimits, into_pdf};
use documents::kind::sniff;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(pdf) = into_pdf(sniff(bytes), bytes, &ConvertLimits::default()) {
        assert!(OpenDocument::open(pdf).is_ok());
    }
});
