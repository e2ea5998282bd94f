//! Whether a document is about the request's patient.
//!
//! Two legible identifiers that disagree contradict; an absent or illegible one is unknown; another
//! facility's record number alone is no contradiction; one disagreement goes to a person.

use domain::parser::{Document, Field, FieldValue};
use domain::patient::{PatientIdentity, name_words, names_compatible};
use jiff::civil::Date;

/// A word read with less confidence than this may be misread, so a difference in one letter is not legible.
const LEGIBLE: f32 = 0.97;

/// What one identifier says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Agrees,
    Unknown,
    Differs,
}

/// The identifiers on which a document contradicts the patient, as the tail of a `quarantine:` code. A document is held
/// against the patient as a whole, and each of its pages by itself: one page may have been filed wrongly.
pub(crate) fn contradiction(document: &Document, patient: &PatientIdentity) -> Option<&'static str> {
    let whole = Seen::of(&document.fields.iter().collect::<Vec<_>>(), patient).contradiction();
    let page = |page: u32| {
        let fields: Vec<&Field> =
            document.fields.iter().filter(|field| field.evidence.page == page).collect();
        Seen::of(&fields, patient).contradiction_of_page()
    };
    whole.or_else(|| (document.page_first..=document.page_last).find_map(page))
}

/// What the identifiers of a document, or of one page, say.
struct Seen {
    name: Verdict,
    dob: Verdict,
    mrn: Verdict,
}

impl Seen {
    fn of(fields: &[&Field], patient: &PatientIdentity) -> Self {
        let named = |wanted: &'static str| fields.iter().copied().filter(move |field| field.name == wanted);
        Self {
            name: best(named("patient_name"), |field| name(field, patient.name.reveal())),
            dob: patient
                .dob
                .as_ref()
                .map_or(Verdict::Unknown, |dob| best(named("dob"), |field| date(field, *dob.reveal()))),
            mrn: best(named("mrn"), |field| record_number(field, patient.mrn.reveal())),
        }
    }

    /// On a page whose document shows the patient elsewhere, one strange identifier may be a relative's or a
    /// provider's; two that differ and none that agrees are another patient's.
    fn contradiction_of_page(&self) -> Option<&'static str> {
        use Verdict::{Agrees, Differs};
        let all = [self.name, self.dob, self.mrn];
        let differing = all.iter().filter(|verdict| **verdict == Differs).count();
        if differing < 2 || all.contains(&Agrees) {
            return None;
        }
        Some(if (self.name, self.dob) == (Differs, Differs) { "name_dob" } else { "mrn" })
    }

    fn contradiction(&self) -> Option<&'static str> {
        use Verdict::{Agrees, Differs};
        match (self.name, self.dob, self.mrn) {
            (Differs, Differs, _) => Some("name_dob"),
            (Differs, _, Differs) | (_, Differs, Differs) => Some("mrn"),
            (_, Differs, _) => Some("dob"),
            // A changed family name is usual; the date of birth and record number vouch for the person.
            (Differs, Agrees, Agrees) => None,
            (Differs, _, _) => Some("name"),
            (Agrees, _, Differs) | (_, Agrees, Differs) => None,
            (_, _, Differs) => Some("mrn"),
            _ => None,
        }
    }
}

/// The kindest verdict: a document that shows the patient once is the patient's.
fn best<'a>(fields: impl Iterator<Item = &'a Field>, judge: impl Fn(&Field) -> Verdict) -> Verdict {
    let mut verdict = Verdict::Unknown;
    for field in fields {
        match judge(field) {
            Verdict::Agrees => return Verdict::Agrees,
            Verdict::Differs => verdict = Verdict::Differs,
            Verdict::Unknown => {}
        }
    }
    verdict
}

fn name(field: &Field, wanted: &str) -> Verdict {
    let FieldValue::Text(printed) = &field.value else { return Verdict::Unknown };
    if names_compatible(printed, wanted) {
        return Verdict::Agrees;
    }
    // A letter or two misread: not legible, so unknown.
    const NEAR: f64 = 0.86;
    let sorted = |name: &str| {
        let mut words = name_words(name);
        words.retain(|word| word.chars().count() > 1);
        words.sort();
        words.join(" ")
    };
    let (a, b) = (sorted(printed), sorted(wanted));
    let near = strsim::jaro_winkler(&a, &b) >= NEAR || shares_all_but_one_letter(printed, wanted);
    if near && field.confidence < LEGIBLE { Verdict::Unknown } else { Verdict::Differs }
}

/// Whether each word of one name is within one letter of a word of the other.
fn shares_all_but_one_letter(a: &str, b: &str) -> bool {
    let (a, b) = (name_words(a), name_words(b));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    !short.is_empty()
        && short.iter().all(|word| {
            long.iter()
                .any(|other| strsim::osa_distance(word, other) <= 1 || other.starts_with(word.as_str()))
        })
}

fn date(field: &Field, wanted: Date) -> Verdict {
    let FieldValue::Date(printed) = field.value else { return Verdict::Unknown };
    if printed == wanted {
        return Verdict::Agrees;
    }
    let digits = strsim::osa_distance(&printed.to_string(), &wanted.to_string());
    if digits <= 1 && field.confidence < LEGIBLE { Verdict::Unknown } else { Verdict::Differs }
}

fn record_number(field: &Field, wanted: &str) -> Verdict {
    let FieldValue::Text(printed) = &field.value else { return Verdict::Unknown };
    let (printed, wanted) = (printed.trim().to_uppercase(), wanted.trim().to_uppercase());
    if printed == wanted {
        return Verdict::Agrees;
    }
    if shape(&printed) != shape(&wanted) {
        return Verdict::Unknown;
    }
    let letters = strsim::osa_distance(&printed, &wanted);
    if letters <= 1 && field.confidence < LEGIBLE { Verdict::Unknown } else { Verdict::Differs }
}

/// The pattern of a portal's record numbers: letters as they are, digits as `9`.
fn shape(number: &str) -> String {
    number.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::DocumentId;
    use domain::parser::{DocumentClass, Evidence, FieldMethod};
    use jiff::civil::date;

    type Printed = (&'static str, FieldValue, f32);

    fn document(fields: &[Printed]) -> Document {
        let field = |(name, value, confidence): &Printed| Field {
            name: (*name).to_owned(),
            value: value.clone(),
            unit: None,
            evidence: Evidence { page: 1, bbox: [0.0; 4], quote: String::new() },
            confidence: *confidence,
            method: FieldMethod::Rules,
        };
        Document {
            id: DocumentId::new("d"),
            class: DocumentClass::OfficeNote,
            class_confidence: 1.0,
            decided_by: Vec::new(),
            page_first: 1,
            page_last: 1,
            fields: fields.iter().map(field).collect(),
        }
    }

    #[test]
    fn two_legible_identifiers_contradict_and_a_strange_number_alone_does_not() {
        let patient = PatientIdentity {
            name: "Doe, Jane A".into(),
            mrn: "E1234567".into(),
            dob: Some(date(1956, 12, 1).into()),
        };
        let text = |text: &str| FieldValue::Text(text.to_owned());
        let day = FieldValue::Date;
        let cases: [(&[Printed], Option<&str>); 12] = [
            (&[("patient_name", text("JANE DOE"), 1.0), ("dob", day(date(1956, 12, 1)), 1.0)], None),
            (
                &[("patient_name", text("Roe, Mary"), 1.0), ("dob", day(date(1961, 3, 4)), 1.0)],
                Some("name_dob"),
            ),
            (&[("patient_name", text("Roe, Mary"), 1.0), ("mrn", text("E7654321"), 1.0)], Some("mrn")),
            (&[("patient_name", text("Doe, Jane"), 1.0), ("dob", day(date(1961, 3, 4)), 1.0)], Some("dob")),
            (&[("patient_name", text("Roe, Mary"), 1.0)], Some("name")),
            (&[("patient_name", text("Doe, Jane"), 1.0), ("mrn", text("E7654321"), 1.0)], None),
            (&[("mrn", text("77123"), 1.0)], None),
            (&[("mrn", text("E7654321"), 1.0)], Some("mrn")),
            (&[("patient_name", text("Doc, Jane"), 0.9), ("dob", day(date(1956, 12, 7)), 0.9)], None),
            (
                &[("patient_name", text("Doc, Jane"), 0.99), ("dob", day(date(1956, 12, 7)), 0.99)],
                Some("name_dob"),
            ),
            (
                &[
                    ("patient_name", text("Smith, Jane"), 1.0),
                    ("dob", day(date(1956, 12, 1)), 1.0),
                    ("mrn", text("E1234567"), 1.0),
                ],
                None,
            ),
            (&[], None),
        ];
        for (index, (fields, wanted)) in cases.iter().enumerate() {
            assert_eq!(contradiction(&document(fields), &patient), *wanted, "case {index}");
        }
    }
}
