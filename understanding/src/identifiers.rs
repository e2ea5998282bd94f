//! Identifiers that carry their own proof: NPI, MBI, HCPCS and ICD-10-CM shapes. What does not pass is
//! unknown; nothing is ever corrected, but a letter where only a digit can stand is read as the digit it looks like.

use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Whether ten digits are an NPI: Luhn over the digits after the prefix 80840 (45 CFR 162.406).
pub fn npi_is_valid(npi: &str) -> bool {
    /// What the prefix 80840 adds to the Luhn sum.
    const PREFIX_SUM: u32 = 24;
    let digits: Vec<u32> = npi.chars().filter_map(|c| c.to_digit(10)).collect();
    if digits.len() != 10 || npi.len() != 10 || !matches!(digits[0], 1 | 2) {
        return false;
    }
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| match index % 2 {
            0 => *digit,
            _ => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    (sum + PREFIX_SUM).is_multiple_of(10)
}

/// A Medicare beneficiary identifier without dashes, if the text has its shape (CMS, "Understanding the MBI").
pub fn mbi(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    let fits = |(index, c): (usize, char)| {
        let letter = c.is_ascii_uppercase() && !"SLOIBZ".contains(c);
        match index {
            0 => matches!(c, '1'..='9'),
            3 | 6 | 9 | 10 => c.is_ascii_digit(),
            1 | 4 | 7 | 8 => letter,
            _ => letter || c.is_ascii_digit(),
        }
    };
    (compact.chars().count() == 11 && compact.chars().enumerate().all(fits)).then_some(compact)
}

/// A letter and four digits.
pub(crate) fn is_hcpcs_shape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 5 && bytes[0].is_ascii_uppercase() && bytes[1..].iter().all(u8::is_ascii_digit)
}

/// A word that is a letter and four digits once `O` is read as 0 and `I` and `l` as 1, or once one `O` beside a 0 is left
/// out: recognition takes one for the other, or sees both in one sign, and no level II code has a letter behind the first
/// (CMS, HCPCS level II coding procedures). None for a word that needs no such reading.
pub(crate) fn hcpcs_lookalike(word: &str) -> Option<String> {
    if word.len() == 6 {
        let twice =
            ["O0", "0O"].into_iter().find(|twice| word.get(1..).is_some_and(|tail| tail.contains(twice)))?;
        let (first, tail) = word.split_at_checked(1)?;
        let read = format!("{first}{}", tail.replacen(twice, "0", 1));
        return is_hcpcs_shape(&read).then_some(read);
    }
    let mut letters = word.chars();
    let first = letters.next().filter(char::is_ascii_uppercase)?;
    let digits = letters.map(|letter| match letter {
        'O' | 'o' => '0',
        'I' | 'l' => '1',
        other => other,
    });
    let read: String = std::iter::once(first).chain(digits).collect();
    (read != word && is_hcpcs_shape(&read)).then_some(read)
}

static ICD10: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[A-TV-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?$").ok());

/// Shaped like an ICD-10-CM code with its dot.
pub(crate) fn is_icd10_shape(text: &str) -> bool {
    ICD10.as_ref().is_some_and(|regex| regex.is_match(text))
}

static ICD10_SPACED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(?P<a>[A-TV-Z][0-9][0-9A-Z])(?:\s?\.\s?(?P<b>[0-9][0-9A-Z]{0,3}))?\b").ok()
});

/// Words of a line shaped like ICD-10-CM codes, with their places. A space at the dot is recognition's.
pub(crate) fn icd10_words(line: &str) -> Vec<(String, Range<usize>)> {
    let Some(regex) = ICD10_SPACED.as_ref() else { return Vec::new() };
    let joined = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '-'));
    regex
        .captures_iter(line)
        .filter_map(|found| {
            let whole = found.get(0)?;
            let dotted = found.name("b").map_or_else(String::new, |tail| format!(".{}", tail.as_str()));
            let before = line[..whole.start()].chars().next_back();
            (!joined(before)).then(|| (format!("{}{dotted}", &found["a"]), whole.range()))
        })
        .filter(|(code, _)| is_icd10_shape(code))
        .collect()
}

/// Words of a line that are candidates for codes, with their places: runs of letters, digits, dots and dashes.
pub(crate) fn code_words(line: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '.';
    line.split(move |c| !is_part(c)).filter(|word| !word.is_empty()).map(move |word| {
        let word = word.trim_matches('.');
        let start = word.as_ptr() as usize - line.as_ptr() as usize;
        (word, start..start + word.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_npi_check_digit_decides() {
        for (npi, valid) in [
            ("1234567893", true), // the example of the NPI standard
            ("1234567890", false),
            ("1245319599", true),
            ("3234567893", false), // an NPI begins with 1 or 2
            ("123456789", false),
            ("12345678931", false),
            ("l234567893", false),
            ("", false),
        ] {
            assert_eq!(npi_is_valid(npi), valid, "{npi}");
        }
    }

    #[test]
    fn a_letter_that_can_only_be_a_digit_is_read_as_one() {
        for (word, read) in [
            ("KO001", Some("K0001")),
            ("KOOO1", Some("K0001")),
            ("E06Ol", Some("E0601")),
            ("E0601", None), // as it stands
            ("KS001", None), // S is not taken for 5
            ("kO001", None),
            ("OO001", Some("O0001")),  // no such code: the table decides
            ("KO0001", Some("K0001")), // one sign seen as two
            ("E0O601", Some("E0601")),
            ("KO0O01", None), // which of them?
            ("KO1234", None),
            ("KO00012", None),
            ("HELLO", None),
        ] {
            assert_eq!(hcpcs_lookalike(word).as_deref(), read, "{word}");
        }
    }

    #[test]
    fn the_mbi_shape_decides() {
        for (text, wanted) in [
            ("1EG4-TE5-MK73", Some("1EG4TE5MK73")), // the example on CMS's card
            ("1EG4TE5MK73", Some("1EG4TE5MK73")),
            ("1EG4 TE5 MK72", Some("1EG4TE5MK72")),
            ("1SG4TE5MK73", None), // S is excluded
            ("0EG4TE5MK73", None), // the first is 1 to 9
            ("1EG4TE5MKO3", None), // a letter where a digit belongs
            ("1EG4TE5MK7", None),
        ] {
            assert_eq!(mbi(text).as_deref(), wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,20}") {
            let _ = (npi_is_valid(&text), mbi(&text), is_hcpcs_shape(&text), is_icd10_shape(&text));
            for (word, range) in code_words(&text) {
                prop_assert_eq!(&text[range], word);
            }
        }

        #[test]
        fn one_changed_digit_is_always_noticed(
            body in 100_000_000_u64..299_999_999, place in 0_usize..10, step in 1_u8..10,
        ) {
            let npi = (0..10).map(|check| format!("{body}{check}")).find(|npi| npi_is_valid(npi)).expect("one of ten");
            let mut digits = npi.into_bytes();
            digits[place] = b'0' + (digits[place] - b'0' + step) % 10;
            let changed = String::from_utf8(digits).expect("digits");
            prop_assert!(!npi_is_valid(&changed));
        }
    }
}
