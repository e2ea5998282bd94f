//! A packet of one hostile fragment: an error, or a packet that opens with as many pages as it says.

#![no_main]

use documents::OpenDocument;
use documents::assemble::{AssembleRequest, assemble};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|bytes: &[u8]| {
    // As it comes over the pipe: fields that are left out have their defaults.
    let request = json!({
        "title": "Packet",
        "fragments": [{ "id": "a", "bookmark": "A", "section": "" }],
        "limits": { "pages_per_fragment": 50, "pages_per_packet": 50, "bytes_per_packet": 1_000_000 },
        "leave_out_faulty": false,
    });
    let mut request: AssembleRequest = serde_json::from_value(request).expect("the request is complete");
    request.fragments[0].bytes = bytes.to_vec().into();
    if let Ok(assembled) = assemble(request) {
        let packet = OpenDocument::open(assembled.pdf).expect("what was assembled opens");
        assert_eq!(packet.page_count() as usize, assembled.pages.len());
    }
});
