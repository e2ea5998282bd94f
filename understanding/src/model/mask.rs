//! What is taken out of a page before it leaves the house: the patient's name, date of birth and numbers, as far as they
//! are known. The model needs none of them. This is the least necessary, not de-identification.

use crate::dates::find_date;
use domain::parser::{Document, FieldValue};
use domain::patient::PatientIdentity;
use jiff::civil::Date;
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// What stands in the place of what was taken out.
const MASK: &str = "████";

/// Medicare, telephone and social security numbers, and addresses of mails, whosever they are.
static NUMBERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\b[1-9][A-Z][A-Z0-9][0-9][- ]?[A-Z][A-Z0-9][0-9][- ]?[A-Z]{2}[0-9]{2}\b",
        r"|\(?\b\d{3}\)?[\s.\-]{1,2}\d{3}[\s.\-]\d{4}\b|\b\d{3}-\d{2}-\d{4}\b",
        r"|[\w.+\-]+@[\w\-]+\.[\w.\-]+",
    ))
    .ok()
});

/// What is known of whose papers they are.
#[derive(Default)]
pub(crate) struct Mask {
    /// Words of names and record numbers, in small letters.
    words: BTreeSet<String>,
    pub(crate) births: Vec<Date>,
}

impl Mask {
    /// What the message and the documents say of the patient.
    pub(crate) fn of(patient: Option<&PatientIdentity>, documents: &[Document]) -> Self {
        let mut mask = Self::default();
        if let Some(patient) = patient {
            mask.name(patient.name.reveal());
            mask.number(patient.mrn.reveal());
            mask.births.extend(patient.dob.as_ref().map(|dob| *dob.reveal()));
        }
        for field in documents.iter().flat_map(|document| &document.fields) {
            match (field.name.as_str(), &field.value) {
                ("patient_name" | "guarantor.name" | "emergency_contact.name", FieldValue::Text(name)) => {
                    mask.name(name);
                }
                ("mrn" | "mbi", FieldValue::Text(number)) => mask.number(number),
                ("dob", FieldValue::Date(birth)) => mask.births.push(*birth),
                (name, FieldValue::Text(number))
                    if name.starts_with("coverage.") && name.ends_with("_id") =>
                {
                    mask.number(number);
                }
                _ => {}
            }
        }
        mask
    }

    fn name(&mut self, name: &str) {
        let words = name.split(|c: char| !c.is_alphabetic() && c != '\'' && c != '’');
        self.words.extend(words.filter(|word| word.chars().count() > 1).map(str::to_lowercase));
    }

    fn number(&mut self, number: &str) {
        if number.chars().count() > 2 {
            self.words.insert(number.to_lowercase());
        }
    }

    /// A line without them.
    pub(crate) fn masked(&self, line: &str) -> String {
        let line =
            NUMBERS.as_ref().map_or_else(String::new, |regex| regex.replace_all(line, MASK).into_owned());
        let line = self.without_births(line);
        let word = |word: &str| {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            let parts: Vec<String> = bare
                .split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’')
                .map(str::to_lowercase)
                .collect();
            let known = self.words.contains(&bare.to_lowercase())
                || parts.iter().any(|part| part.chars().count() > 1 && self.words.contains(part));
            if known && !bare.is_empty() { word.replace(bare, MASK) } else { word.to_owned() }
        };
        line.split(' ').map(word).collect::<Vec<_>>().join(" ")
    }

    fn without_births(&self, line: String) -> String {
        let (mut done, mut rest) = (String::new(), line.as_str());
        while let Some((date, range)) = find_date(rest, true).or_else(|| find_date(rest, false)) {
            done.push_str(&rest[..range.start]);
            done.push_str(if self.births.contains(&date) { MASK } else { &rest[range.clone()] });
            rest = &rest[range.end..];
        }
        done.push_str(rest);
        done
    }
}
