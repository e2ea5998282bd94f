//! Finding a request by its patient: which words a request can be found by, and what a query asks for.
//!
//! A store keeps only keyed hashes of these terms ([`crate::ports::Sealer::index_hash`]), so that the index
//! tells nothing without the key.

use crate::patient::name_words;
use crate::redacted::Redacted;
use crate::request::Request;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Names are found by their first letters from this many on; a shorter query finds whole words only.
pub const PREFIX_CHARS_MIN: usize = 3;

/// One word a request is found by; holds patient data.
pub type SearchTerm = Redacted<String>;

/// Every term of a request: each name word and its prefixes, the MRN, the date of birth.
pub fn terms(request: &Request) -> Vec<SearchTerm> {
    let patient = &request.row.patient;
    let mut terms = BTreeSet::new();
    for word in name_words(patient.name.reveal()) {
        let ends = word.char_indices().map(|(at, c)| at + c.len_utf8()).skip(PREFIX_CHARS_MIN - 1);
        for end in ends {
            terms.insert(name_term(&word[..end]));
        }
        terms.insert(name_term(&word));
    }
    terms.insert(mrn_term(patient.mrn.reveal()));
    terms.extend(patient.dob.iter().map(|dob| dob_term(*dob.reveal())));
    terms.into_iter().map(Redacted::from).collect()
}

/// What a person typed, as terms that must all be there: dates are dates of birth (`1961-04-02` or `4/2/1961`),
/// words with a digit are MRNs, other words are names or their beginnings. Nothing typed gives no term.
pub fn query(text: &str) -> Vec<SearchTerm> {
    let mut terms = BTreeSet::new();
    for word in text.split([' ', ',', '\t', '\n']).filter(|word| !word.is_empty()) {
        if let Some(date) = date(word) {
            terms.insert(dob_term(date));
        } else if word.chars().any(|c| c.is_ascii_digit()) {
            terms.insert(mrn_term(word));
        } else {
            terms.extend(name_words(word).iter().map(|word| name_term(word)));
        }
    }
    terms.into_iter().map(Redacted::from).collect()
}

fn name_term(word: &str) -> String {
    format!("name:{word}")
}

fn mrn_term(mrn: &str) -> String {
    format!("mrn:{}", mrn.trim().to_ascii_uppercase())
}

fn dob_term(dob: Date) -> String {
    format!("dob:{dob}")
}

fn date(word: &str) -> Option<Date> {
    word.parse().ok().or_else(|| Date::strptime("%m/%d/%Y", word).ok())
}
