//! Words for comparing: what recognition confuses is folded together, so that a label is found although a
//! letter was misread. Folded text is only ever compared, never taken as a value.

mod phrases;

pub(crate) use phrases::Phrases;

use regex::Regex;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// One token of a line for matching labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// Folded text.
    pub(crate) folded: String,
    /// Place in the line, in bytes.
    pub(crate) start: usize,
    /// End of it.
    pub(crate) end: usize,
}

static TOKEN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[\p{L}\p{N}|]+(?:[.'’][\p{L}\p{N}]+)*").ok());

/// Tokens of a line. Dots and apostrophes inside a word are left out (`D.O.B.` → `dob`); a bracket that closes nothing
/// is the last letter of its word (`NP]` → `npl`).
pub(crate) fn tokens(line: &str) -> Vec<Token> {
    let Some(regex) = TOKEN.as_ref() else { return Vec::new() };
    regex
        .find_iter(line)
        .map(|found| {
            let end = found.end() + usize::from(closes_nothing(line, found.end()));
            Token { folded: fold(&line[found.start()..end]), start: found.start(), end }
        })
        .filter(|token| !token.folded.is_empty())
        .collect()
}

/// Whether a closing bracket stands at `at` that no opening one goes before: a misread capital I.
fn closes_nothing(line: &str, at: usize) -> bool {
    let (before, rest) = line.split_at(at);
    rest.starts_with(']')
        && before.ends_with(char::is_uppercase)
        && before.rfind('[').is_none_or(|open| before[open..].contains(']'))
}

/// Lower case without marks; 0/o, 1/l/i/|/], 5/s, 8/b and rn/m fall together.
pub(crate) fn fold(word: &str) -> String {
    let folded: String = word
        .chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            '0' => Some('o'),
            '1' | 'i' | '|' | ']' | 'í' | 'ì' => Some('l'),
            '5' => Some('s'),
            '8' => Some('b'),
            c if c.is_alphanumeric() => Some(c),
            _ => None,
        })
        .collect();
    folded.replace("rn", "m")
}

/// Whether two folded words are the same up to one misread letter; short words must be equal.
pub(crate) fn alike(a: &str, b: &str) -> bool {
    const FUZZY_FROM: usize = 6;
    if a == b {
        return true;
    }
    let (len_a, len_b) = (a.len(), b.len());
    len_a.min(len_b) >= FUZZY_FROM
        && len_a.abs_diff(len_b) <= 1
        && (a.as_bytes().first() == b.as_bytes().first() || a.as_bytes().last() == b.as_bytes().last())
        && differ_by_one(a, b)
}

/// Whether one letter more, one less, another one or two in turn make one text of the other. Asked for every word of a
/// chart against every label, so that it goes by what both begin and end with instead of a table of distances.
fn differ_by_one(a: &str, b: &str) -> bool {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b);
    let begin: usize = same.map(|(a, _)| a.len_utf8()).sum();
    let (a, b) = (&a[begin..], &b[begin..]);
    let same = a.chars().rev().zip(b.chars().rev()).take_while(|(a, b)| a == b);
    let end: usize = same.map(|(a, _)| a.len_utf8()).sum();
    let (mut a, mut b) = (a[..a.len() - end].chars(), b[..b.len() - end].chars());
    match ([a.next(), a.next(), a.next()], [b.next(), b.next(), b.next()]) {
        ([_, None, _], [_, None, _]) => true,
        ([Some(a), Some(z), None], [Some(b), Some(y), None]) => a == y && z == b,
        _ => false,
    }
}

/// Words in lower case, marks dropped, compatibility forms unified: the text that duplicates are compared by.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    let lower: String = text.nfkc().flat_map(char::to_lowercase).collect();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether `phrase` (words in lower case) stands in `words` in sequence; gives the index behind its end.
pub(crate) fn find_phrase(words: &[String], phrase: &str) -> Option<usize> {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    words
        .windows(phrase.len())
        .position(|window| window.iter().zip(&phrase).all(|(word, wanted)| word == wanted))
        .map(|start| start + phrase.len())
}

/// Breaks text at blanks into lines of so many columns; line ends stay. A longer word stands alone.
pub(crate) fn wrapped(text: &str, columns: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        // Blanks in a row are a form's own spacing: they are kept inside a line.
        for word in paragraph.split(' ') {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > columns {
                lines.push(line.trim_end().to_owned());
                line = String::new();
            } else if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks_and_nothing_is_lost() {
        assert_eq!(wrapped("one two three", 7), "one two\nthree");
        assert_eq!(wrapped("one\ntwo   three", 20), "one\ntwo   three");
        assert_eq!(wrapped("averylongword a", 5), "averylongword\na");
        assert_eq!(wrapped("", 5), "");
    }

    #[test]
    fn confused_letters_fall_together() {
        for (a, b) in [("D0B", "D.O.B."), ("lNDEX", "Index"), ("8irth", "Birth"), ("Patlent", "patient")] {
            assert_eq!(fold(a), fold(b), "{a} / {b}");
        }
        assert!(alike(&fold("Hypopnes"), &fold("Hypopnea")));
        assert!(!alike("date", "data"), "short words must be equal");
    }

    #[test]
    fn one_misread_letter_is_told_as_by_a_table_of_distances() {
        let mut texts = vec![String::new()];
        for length in 0..4 {
            let shorter: Vec<String> =
                texts.iter().filter(|text| text.chars().count() == length).cloned().collect();
            texts.extend(shorter.iter().flat_map(|text| ['a', 'b', 'é'].map(|c| format!("{text}{c}"))));
        }
        for a in &texts {
            for b in &texts {
                assert_eq!(differ_by_one(a, b), strsim::osa_distance(a, b) <= 1, "{a} / {b}");
            }
        }
    }

    #[test]
    fn dots_inside_a_word_join_it() {
        let found: Vec<String> = tokens("A.H.I. (4%): 22.4").into_iter().map(|token| token.folded).collect();
        assert_eq!(found, ["ahl", "4", "224"]);
    }

    #[test]
    fn a_bracket_that_closes_nothing_is_a_letter() {
        let folded =
            |line: &str| -> Vec<String> { tokens(line).into_iter().map(|token| token.folded).collect() };
        assert_eq!(folded("RE] (4%) 23.1"), folded("REI (4%) 23.1"));
        assert_eq!(folded("[AHI] NP] 5"), ["ahl", "npl", "s"]);
        assert_eq!(folded("[1. REM] sleep"), ["l", "rem", "sleep"]);
    }
}
