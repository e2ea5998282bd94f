//! Finding a request by its patient: which words a request can be found by, and what a query asks for.
//!
//! A store keeps only keyed hashes of these terms ([`crate::ports::Sealer::index_hash`]), so that the index
//! tells nothing without the key. What a person copies from a screen, a name or an MRN as printed, always finds its
//! request: a request's terms hold all that [`query`] makes of them.

use crate::patient::name_words;
use crate::redacted::Redacted;
use crate::request::Request;
use jiff::civil::Date;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Names are found by their first letters from this many on; a shorter query finds whole words only.
pub const PREFIX_CHARS_MIN: usize = 3;

/// One word a request is found by; holds patient data.
pub type SearchTerm = Redacted<String>;

/// Every term of a request: each word of its name and the beginnings of it, its MRN, its date of birth.
pub fn terms(request: &Request) -> Vec<SearchTerm> {
    let patient = &request.row.patient;
    let mut terms = BTreeSet::new();
    for printed in [patient.name.reveal(), patient.mrn.reveal()] {
        terms.extend(words(printed));
    }
    for word in name_words(patient.name.reveal()).iter().map(|word| folded(word)) {
        let ends = word.char_indices().map(|(at, c)| at + c.len_utf8()).skip(PREFIX_CHARS_MIN - 1);
        terms.extend(ends.map(|end| Term::Name(word[..end].to_owned())));
    }
    // Written in groups or with a prefix apart, an MRN is one number too.
    terms.extend(number(patient.mrn.reveal()));
    terms.extend(patient.dob.iter().map(|dob| Term::Born(*dob.reveal())));
    terms.into_iter().map(|term| Redacted::new(term.to_string())).collect()
}

/// What a person typed, as terms that must all be there, the most telling first: dates are dates of birth
/// (`1961-04-02` or `4/2/1961`), words with a digit are MRNs, other words are names or their beginnings. Where
/// nothing is left to look for, such as of a title alone, there is no term.
pub fn query(text: &str) -> Vec<SearchTerm> {
    let terms: BTreeSet<Term> = words(text).collect();
    terms.into_iter().map(|term| Redacted::new(term.to_string())).collect()
}

/// A term; of several, the one that fewest requests share comes first.
#[derive(PartialEq, Eq)]
enum Term {
    /// An MRN, or a word with a digit: capital letters and digits.
    Number(String),
    /// A date of birth.
    Born(Date),
    /// A word of a name, or the beginning of one, in small letters.
    Name(String),
}

impl Term {
    fn rank(&self) -> (u8, Reverse<usize>, String) {
        let kind = match self {
            Self::Number(_) => 0,
            Self::Born(_) => 1,
            Self::Name(_) => 2,
        };
        let text = self.to_string();
        (kind, Reverse(text.len()), text)
    }
}

impl PartialOrd for Term {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Term {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

/// The text that is hashed: the kind keeps a name from being found as a number.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "mrn:{number}"),
            Self::Born(date) => write!(f, "dob:{date}"),
            Self::Name(name) => write!(f, "name:{name}"),
        }
    }
}

/// The terms of a text, printed or typed.
fn words(text: &str) -> impl Iterator<Item = Term> + use<'_> {
    text.split(|c: char| c.is_whitespace() || c == ',').flat_map(|word| {
        if let Some(date) = date(word) {
            vec![Term::Born(date)]
        } else if let Some(number) = number(word) {
            vec![number]
        } else {
            name_words(word).iter().map(|word| Term::Name(folded(word))).collect()
        }
    })
}

/// One form for both cases of every letter, also of those that have no single capital, such as ß; letter by letter,
/// so that the form of a beginning is the beginning of the form.
fn folded(word: &str) -> String {
    word.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

/// Letters and digits without what stands between them; none where there is no digit.
fn number(text: &str) -> Option<Term> {
    let number: String = text.nfkd().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    number.contains(|c: char| c.is_ascii_digit()).then_some(Term::Number(number))
}

/// A date as people write one. Digits alone are none: an MRN of eight digits can look like one.
fn date(word: &str) -> Option<Date> {
    if !word.contains(['-', '/']) {
        return None;
    }
    word.parse().ok().or_else(|| Date::strptime("%m/%d/%Y", word).ok())
}

#[cfg(test)]
mod tests;
