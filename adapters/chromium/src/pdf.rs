//! Printed PDFs: on which paper, and that the same page gives the same bytes: what a PDF says about the moment of its
//! printing is overwritten.

use chromiumoxide::cdp::browser_protocol::page::PrintToPdfParams;
use std::ops::Range;

/// The keys of the moments a PDF writer stamps, as Chromium writes them.
const STAMPS: [&[u8]; 2] = [b"/CreationDate (D:", b"/ModDate (D:"];

/// What is written instead; digits only, so that every byte offset of the file stays true.
const NO_MOMENT: u8 = b'0';

/// Overwrites the digits of each stamp. The file keeps its length.
pub(crate) fn without_moments(mut pdf: Vec<u8>) -> Vec<u8> {
    for range in stamps(&pdf) {
        for byte in &mut pdf[range] {
            if byte.is_ascii_digit() {
                *byte = NO_MOMENT;
            }
        }
    }
    pdf
}

/// Where the stamps' texts stand, brackets excluded.
fn stamps(pdf: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for key in STAMPS {
        let mut from = 0;
        while let Some(at) = pdf[from..].windows(key.len()).position(|window| window == key) {
            let start = from + at + key.len();
            let length = pdf[start..].iter().take(32).position(|byte| *byte == b')').unwrap_or(0);
            found.push(start..start + length);
            from = start;
        }
    }
    found
}

/// Names [`letter`]; another paper or margin is another name.
pub(crate) const STYLE: &str = "letter 1";

/// US Letter, as the portals' own prints are.
pub(crate) fn letter() -> PrintToPdfParams {
    PrintToPdfParams::builder()
        .paper_width(8.5)
        .paper_height(11.0)
        .margin_top(0.5)
        .margin_bottom(0.5)
        .margin_left(0.5)
        .margin_right(0.5)
        .print_background(true)
        .display_header_footer(false)
        .generate_tagged_pdf(false)
        .generate_document_outline(false)
        .build()
}

#[cfg(test)]
mod tests {
    use super::without_moments;

    #[test]
    fn only_the_digits_of_moments_change() {
        let pdf =
            b"<</Title (D:2026)\n/CreationDate (D:20261122113143+00'00')\n/ModDate (D:2026\xff".to_vec();
        let expected =
            b"<</Title (D:2026)\n/CreationDate (D:00000000000000+00'00')\n/ModDate (D:2026\xff".to_vec();
        assert_eq!(without_moments(pdf), expected);
        assert_eq!(without_moments(Vec::new()), Vec::<u8>::new());
    }
}
