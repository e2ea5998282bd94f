//! The text layer of a page: how each page would be read, and the words of those that need no recognition.

#![no_main]

use documents::OpenDocument;
use documents::read::{PageReader, ReadMethod, ReadSettings, inspect};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = OpenDocument::open(bytes.to_vec()) else { return };
    if document.page_count() > 20 {
        return;
    }
    let Ok(pages) = inspect(&document) else { return };
    // Recognition is another program's code, and too slow to be fuzzed here.
    for page in pages.iter().filter(|page| page.method == ReadMethod::TextLayer) {
        let _ = PageReader::new(None).read_page(&document, page.page, &ReadSettings::default());
    }
});
