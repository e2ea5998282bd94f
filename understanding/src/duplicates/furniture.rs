//! What print and fax add to a text, and what a text says of its own standing.

use crate::sheet::{is_fax_header, is_print_stamp};
use crate::text::fold;
use domain::parser::DocumentMarks;

/// A banner repeats the patient on every page; it stands within so many lines of a page's top or bottom.
const BANNER_LINES: usize = 3;

/// A page's lines without print stamps, page numbers and banners.
pub(super) fn without(page: &str) -> String {
    let lines: Vec<&str> = page.lines().collect();
    if lines.len() <= 1 {
        return page.to_owned();
    }
    let kept = lines.iter().enumerate().filter(|(index, line)| {
        !is_print_stamp(line) && !(is_margin(*index, lines.len()) && (is_banner(line) || is_fax_header(line)))
    });
    kept.map(|(_, line)| *line).collect::<Vec<_>>().join("\n")
}

/// Whether a line stands where banners do.
pub(crate) const fn is_margin(index: usize, lines: usize) -> bool {
    index < BANNER_LINES || index + BANNER_LINES >= lines
}

/// Whether a line is a banner: record number and date of birth side by side, and not much else.
pub(crate) fn is_banner(line: &str) -> bool {
    const WORDS_MAX: usize = 24;
    let words: Vec<String> = line.split(|c: char| !c.is_alphanumeric()).map(fold).collect();
    let says = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    says(&["mm", "mrn"]) && says(&["dob", "bom", "blrth", "blrthdate"]) && words.len() <= WORDS_MAX
}

/// What the words of a document say of its standing. A word counts wherever it stands: only a difference between two
/// documents is ever looked at.
pub(super) fn marks<'a>(pages: impl Iterator<Item = &'a str>) -> DocumentMarks {
    let mut marks = DocumentMarks::default();
    for word in pages.flat_map(|page| page.split(|c: char| !c.is_ascii_alphanumeric())) {
        let is = |names: &[&str]| names.iter().any(|name| word.eq_ignore_ascii_case(name));
        // Most words end here: a mark is long and begins with one of these letters.
        match word.as_bytes() {
            [b'a' | b'A', _, _, _, _, _, _, ..] => {
                marks.addendum |= is(&["addendum", "addended", "addenda"]);
                marks.corrected |= is(&["amended"]);
            }
            [b'c' | b'C', _, _, _, _, _, _, _, _, ..] => marks.corrected |= is(&["corrected", "correction"]),
            [b'r' | b'R', _, _, _, _, _, _] => marks.corrected |= is(&["revised"]),
            [b'p' | b'P', _, _, _, _, _, _, _, _, _, _] => marks.preliminary |= is(&["preliminary"]),
            [b'i' | b'I', _, _, _, _, _, _, _, _, ..] => {
                marks.interpreted |= is(&["interpretation", "impression", "interpreted"]);
            }
            [b'e' | b'E', _, _, _, _, _] => marks.raw |= is(&["epochs"]),
            [b'h' | b'H', _, _, _, _, _, _, _, _] => marks.raw |= is(&["hypnogram"]),
            _ => {}
        }
    }
    // A report may speak of the hypnogram too.
    marks.raw &= !marks.interpreted;
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn print_stamps_numbers_and_banners_are_no_text() {
        let page = "Doe, Jane A   DOB: 12/01/1956   MRN: E123\nOFFICE NOTE\nSeen today.\nno more\nto say\nhere\n\
                    Printed on 11/20/2026 at 8:00 AM by X\nPage 1 of 3";
        assert_eq!(without(page), "OFFICE NOTE\nSeen today.\nno more\nto say\nhere");
        assert_eq!(without("one line of a text without an end"), "one line of a text without an end");
    }

    #[test]
    fn marks_are_words_not_parts_of_words() {
        let found = marks(["ADDENDUM: the value was corrected"].into_iter());
        assert!(found.addendum && found.corrected && !found.preliminary);
        assert_eq!(marks(["uncorrected reading, a plan"].into_iter()), DocumentMarks::default());
    }
}
