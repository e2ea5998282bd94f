//! Numbers of members and policies: one word, or the parts of one as cards print them.

use crate::extract::patient::mbi_word;
use crate::find::{id_word, is_filling};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

static PHONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^[^\p{L}\p{N}]*(?:1[\s.-])?\(?\d{3}\)?[\s.-]{0,2}\d{3}[\s.-]\d{4}(?:\D|$)").ok()
});
/// Letters of a plan before the number: `XYZ 123456789`.
static PREFIXED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[^\p{L}\p{N}]*(?P<v>[A-Z]{2,4} \d{6,12}(?: \d{2,3})?)(?:\W|$)").ok());
/// Parts that fill their place: `W1234 56789`, `JQU 123 A 45678`, `U1234567 01`.
static PARTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^[^\p{L}\p{N}]*(?P<v>(?:[A-Z]{1,4} )?[A-Z]{0,4}\d[A-Z0-9]*(?: [A-Z0-9]{1,6}){1,3})\W*$").ok()
});

/// A member's number directly behind its label; a Medicare number without its dashes and spaces.
pub(super) fn member_number(text: &str) -> Option<(String, Range<usize>)> {
    if let Some((mbi, range)) = mbi_word(text).filter(|(_, range)| is_filling(&text[..range.start])) {
        return Some((mbi, range));
    }
    if let Some(found) = parted(text) {
        return Some(found);
    }
    let (word, range) = id_word(text).filter(|(_, range)| is_filling(&text[..range.start]))?;
    let phone = PHONE.as_ref().is_some_and(|regex| regex.is_match(text));
    let date =
        crate::dates::find_date(&text[range.start..], false).is_some_and(|(_, found)| found.start == 0);
    // `$20`, `20%`: an amount.
    let amount =
        text[..range.start].trim_end().ends_with('$') || text[range.end..].trim_start().starts_with('%');
    (!phone && !date && !amount).then_some((word, range))
}

/// A number printed in parts; none of them is a word, and together they are as long as such numbers are.
fn parted(text: &str) -> Option<(String, Range<usize>)> {
    const DIGITS: std::ops::RangeInclusive<usize> = 7..=16;
    let prefixed = PREFIXED.as_ref().and_then(|regex| regex.captures(text)?.name("v"));
    let found = prefixed.or_else(|| {
        let found = PARTED.as_ref()?.captures(text)?.name("v")?;
        let parts = found.as_str().split(' ').skip(1);
        // A further part of letters alone is a single letter; more would be a word.
        parts.clone().all(|part| part.len() == 1 || part.chars().all(|c| c.is_ascii_digit())).then_some(found)
    })?;
    let digits = found.as_str().chars().filter(char::is_ascii_digit).count();
    let label = ["NO", "ID", "NUM", "NBR", "MRN", "DOB", "GRP", "PCN", "BIN", "PO"];
    let worded = found.as_str().split(' ').any(|part| label.contains(&part));
    (DIGITS.contains(&digits) && !worded).then(|| (found.as_str().to_owned(), found.range()))
}

#[cfg(test)]
mod tests {
    use super::member_number;

    #[test]
    fn numbers_in_parts_are_read_whole() {
        for (text, wanted) in [
            (": W1234 56789", Some("W1234 56789")),
            ("XYZ 123456789 PPO", Some("XYZ 123456789")),
            (": JQU 123 A 45678", Some("JQU 123 A 45678")),
            ("U1234567 01", Some("U1234567 01")),
            ("XYZ123456789", Some("XYZ123456789")),
            ("1EG4 TE5 MK73", Some("1EG4TE5MK73")),
            ("W123456789 Group 445566", Some("W123456789")),
            ("$20", None),
            ("(518) 555-0100", None),
            ("518-555-0100", None),
            ("01/01/2026", None),
        ] {
            assert_eq!(member_number(text).map(|found| found.0).as_deref(), wanted, "{text}");
        }
    }
}
