//! Mending a PDF: one of the four ends, pages that agree with it, and a mended file that needs no mending
//! of its structure.

#![no_main]

use documents::repair::{FileState, RepairLimits, mend};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // Small limits: what is looked for are panics and loops, not patience.
    let limits = RepairLimits {
        pages: 100,
        objects: 20_000,
        stream_bytes: 4 * 1024 * 1024,
        object_stream_bytes: 4 * 1024 * 1024,
        drawn_pages: 0,
        ..RepairLimits::default()
    };
    let mended = mend(bytes.to_vec(), &limits);
    match (&mended.state, &mended.pdf) {
        (FileState::Quarantined { .. }, None) => assert!(mended.pages.is_empty()),
        (FileState::Quarantined { .. }, Some(_)) | (_, None) => panic!("state and file disagree"),
        (FileState::Whole, Some(pdf)) => assert_eq!(pdf, bytes),
        (_, Some(pdf)) => {
            let again = mend(pdf.clone(), &limits);
            assert_eq!(again.pages.len(), mended.pages.len());
        }
    }
});
