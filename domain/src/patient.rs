//! A patient as portal screens show one, and when two sightings are the same person.

use crate::redacted::Redacted;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Name, MRN (of one portal) and date of birth as one screen shows them. `Debug` shows none of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PatientIdentity {
    /// As printed, usually `Family, Given M`.
    pub name: Redacted<String>,
    /// The medical record number; only unique together with its portal.
    pub mrn: Redacted<String>,
    /// Date of birth; absent where the screen does not show one.
    pub dob: Option<Redacted<Date>>,
}

/// What comparing two sightings of a patient says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentityVerdict {
    /// MRN and date of birth agree, the names are compatible.
    Same,
    /// The legible identifiers differ: never go on.
    Different(IdentityConflict),
}

/// Which identifier two sightings disagree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentityConflict {
    /// The medical record numbers differ.
    Mrn,
    /// The dates of birth differ.
    DateOfBirth,
    /// No word of the family names is shared.
    Name,
}

impl PatientIdentity {
    /// Compares two screens of one portal: list row, chart banner, viewer header.
    ///
    /// An absent date of birth is unknown, not a contradiction; an MRN and a name every screen must show.
    pub fn compare(&self, other: &Self) -> IdentityVerdict {
        if !self.mrn.reveal().trim().eq_ignore_ascii_case(other.mrn.reveal().trim()) {
            return IdentityVerdict::Different(IdentityConflict::Mrn);
        }
        if let (Some(a), Some(b)) = (&self.dob, &other.dob)
            && a != b
        {
            return IdentityVerdict::Different(IdentityConflict::DateOfBirth);
        }
        if !names_compatible(self.name.reveal(), other.name.reveal()) {
            return IdentityVerdict::Different(IdentityConflict::Name);
        }
        IdentityVerdict::Same
    }

    /// The text hashed into a [`crate::ids::PatientBlock`]: first name, family name and date of birth. Portals differ in
    /// middle names (`Doe, Jane`, `Jane A. Doe`, `DOE, JANE ALICE`) and in which half of a double name they show, so only
    /// the last word of the family name and the first full given name count, in either order.
    pub fn block_text(&self) -> String {
        let (names, _) = parted(self.name.reveal());
        let mut words: Vec<String> = names.into_iter().flatten().collect();
        words.sort();
        let dob = self.dob.as_ref().map_or_else(String::new, |dob| dob.reveal().to_string());
        format!("{}|{dob}", words.join(" "))
    }
}

/// First given name and last family name, and the words between.
fn parted(name: &str) -> ([Option<String>; 2], Vec<String>) {
    let (family, given) = match name.split_once(',') {
        // A suffix may follow a comma: `Jane Doe, Jr.` has no given name behind it.
        Some((family, given)) if !name_words(given).is_empty() => (name_words(family), name_words(given)),
        _ => {
            let mut words = name_words(name);
            let family = words.pop();
            (family.into_iter().collect(), words)
        }
    };
    let (mut family, mut given) = (family, given);
    let last = family.pop();
    let first = given.iter().position(|word| word.chars().count() > 1).map(|index| given.remove(index));
    ([first, last], given)
}

/// The full middle names and the first letters of all middle names, in lower case.
pub fn middle_names(name: &str) -> (Vec<String>, Vec<String>) {
    let (_, middle) = parted(name);
    let initials = middle.iter().filter_map(|word| word.chars().next()).map(String::from).collect();
    (middle.into_iter().filter(|word| word.chars().count() > 1).collect(), initials)
}

/// Words of a name in lower case, without marks, accents, suffixes and titles.
pub fn name_words(name: &str) -> Vec<String> {
    const NOISE: [&str; 9] = ["jr", "sr", "ii", "iii", "iv", "mr", "mrs", "ms", "dr"];
    let folded: String = name
        .nfkd()
        .filter(|c| !matches!(c, '\u{300}'..='\u{36f}' | '\'' | '’' | '.'))
        .map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' })
        .collect();
    folded.split_whitespace().filter(|word| !NOISE.contains(word)).map(str::to_owned).collect()
}

/// Whether two printed names can be one person's: every full word of the shorter one stands in the longer
/// one, initials match the first letter of a word.
pub fn names_compatible(a: &str, b: &str) -> bool {
    let (a, b) = (name_words(a), name_words(b));
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    if short.is_empty() {
        return false;
    }
    let mut full_words = 0;
    for word in short {
        let initial = word.chars().count() == 1;
        let found = long.iter().any(|other| {
            other == word
                || (initial && other.starts_with(word))
                || (other.chars().count() == 1 && word.starts_with(other))
        });
        if !found {
            return false;
        }
        full_words += usize::from(!initial && long.contains(word));
    }
    full_words >= 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn identity(name: &str, mrn: &str, dob: Option<Date>) -> PatientIdentity {
        PatientIdentity { name: name.into(), mrn: mrn.into(), dob: dob.map(Redacted::new) }
    }

    #[test]
    fn names_in_other_orders_and_with_initials_are_compatible() {
        for (a, b, expected) in [
            ("Doe, Jane A", "JANE A. DOE", true),
            ("Doe, Jane A", "Jane Doe", true),
            ("Doe, Jane", "Doe, Jane Alice", true),
            ("O'Neil, Séan Jr.", "SEAN ONEIL", true),
            ("Doe, Jane", "Doe, John", false),
            ("Doe, Jane", "Roe, Jane", false),
            ("", "Doe, Jane", false),
        ] {
            assert_eq!(names_compatible(a, b), expected, "{a} / {b}");
        }
    }

    #[test]
    fn portals_that_spell_a_name_differently_mean_one_block() {
        let born = Some(date(1956, 12, 1));
        let block = |name: &str| identity(name, "E1", born).block_text();
        let one = block("Doe, Jane");
        for name in
            ["JANE DOE", "Doe, Jane A", "Jane A. Doe", "DOE, JANE ALICE", "Jane Alice Doe Jr.", "Doe Jane"]
        {
            assert_eq!(block(name), one, "{name}");
        }
        assert_eq!(block("Garcia Lopez, Maria"), block("Maria Garcia-Lopez"));
        for other in ["Doe, Jean", "Roe, Jane", "Doe"] {
            assert_ne!(block(other), one, "{other}");
        }
        let other_day = identity("Doe, Jane", "E1", Some(date(1956, 12, 2)));
        assert_ne!(other_day.block_text(), one);
        assert_eq!(middle_names("Doe, Jane Alice B"), (vec!["alice".into()], vec!["a".into(), "b".into()]));
        assert_eq!(middle_names("Doe, Jane"), (Vec::<String>::new(), Vec::<String>::new()));
    }

    #[test]
    fn every_identifier_can_contradict() {
        let banner = identity("Doe, Jane A", "E1", Some(date(1956, 12, 1)));
        let cases = [
            (identity("DOE, JANE", "e1 ", Some(date(1956, 12, 1))), IdentityVerdict::Same),
            (identity("Doe, Jane", "E1", None), IdentityVerdict::Same),
            (identity("Doe, Jane", "E2", None), IdentityVerdict::Different(IdentityConflict::Mrn)),
            (
                identity("Doe, Jane", "E1", Some(date(1965, 12, 1))),
                IdentityVerdict::Different(IdentityConflict::DateOfBirth),
            ),
            (identity("Roe, Jane", "E1", None), IdentityVerdict::Different(IdentityConflict::Name)),
        ];
        for (seen, expected) in cases {
            assert_eq!(banner.compare(&seen), expected);
        }
    }

    #[test]
    fn debug_shows_no_patient() {
        let text = format!("{:?}", identity("Doe, Jane", "E1", Some(date(1956, 12, 1))));
        assert!(!text.contains("Doe") && !text.contains("E1") && !text.contains("1956"), "{text}");
    }
}
