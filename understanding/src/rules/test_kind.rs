//! What kind of sleep test it was and who made it (PAP-6, PAP-7), and an index between the two bands (PAP-3a).

use super::Verdict;
use super::study::{diagnostic_study, index, no_index, shown};
use crate::case_file::{CaseFile, number};
use domain::parser::{Document, Field, FieldValue};

fn text<'a>(study: &'a Document, name: &str) -> Option<(&'a str, &'a Field)> {
    let field = study.field(name)?;
    match &field.value {
        FieldValue::Text(text) => Some((text.as_str(), field)),
        _ => None,
    }
}

/// PAP-6: attended in a laboratory, or a home test with enough channels; its interpretation signed.
pub(super) fn valid(case: &CaseFile<'_>, channels_min: f64) -> Verdict {
    let Some(study) = diagnostic_study(case) else { return Verdict::not_applicable() };
    let kind = text(study, "test_kind");
    let kind_of_type = text(study, "test_type");
    let channels = study.field("test_channels");
    let enough = channels.and_then(number).map(|count| count >= channels_min);
    let verdict = match (kind.map(|(kind, _)| kind), kind_of_type.map(|(name, _)| name), enough) {
        (Some("oximetry"), ..) => Verdict::unmet().because("an oximetry alone is no sleep test"),
        (Some("psg" | "split"), ..) | (_, Some("I" | "II" | "III" | "PAT"), _) | (_, _, Some(true)) => {
            Verdict::met()
        }
        (_, _, Some(false)) => Verdict::unmet().because("it recorded too few channels"),
        (Some(_), Some(_), None) => {
            Verdict::insufficient().because("how many channels it recorded is not told")
        }
        (Some(_), None, None) => Verdict::insufficient().because("its type and channels are not told"),
        (None, ..) => Verdict::insufficient().because("what kind of test it was is not told"),
    };
    let unsigned = study.field("signature").filter(|field| field.value == FieldValue::Flag(false));
    let verdict = match unsigned {
        Some(_) if verdict.outcome == domain::parser::FindingOutcome::Met => {
            Verdict::insufficient().because("its interpretation is not signed")
        }
        _ => verdict,
    };
    verdict
        .with_opt("test_kind", kind.map(|(_, field)| field))
        .with_opt("test_type", kind_of_type.map(|(_, field)| field))
        .with_opt("test_channels", channels)
        .with_opt("signature", unsigned)
}

/// PAP-7: who brought the home test; a laboratory's night needs no delivery.
pub(super) fn not_by_supplier(case: &CaseFile<'_>) -> Verdict {
    let Some(study) = diagnostic_study(case) else { return Verdict::not_applicable() };
    let kind = text(study, "test_kind");
    if let Some((_, field)) = kind.filter(|(kind, _)| matches!(*kind, "psg" | "split")) {
        return Verdict::met().with("test_kind", field);
    }
    let said = study.field("test.by_supplier");
    let verdict = match said.map(|field| &field.value) {
        Some(FieldValue::Flag(true)) => Verdict::unmet(),
        Some(FieldValue::Flag(false)) => Verdict::met(),
        _ => Verdict::insufficient(),
    };
    verdict.with_opt("test.by_supplier", said).with_opt("test_kind", kind.map(|(_, field)| field))
}

/// PAP-3a: between the bands neither rule speaks; a person decides.
pub(super) fn index_not_between(case: &CaseFile<'_>, above: f64, below: f64) -> Verdict {
    let study = diagnostic_study(case);
    let Some((study, index)) = study.and_then(|study| Some((study, index(study)?))) else {
        let silent = no_index(study);
        return Verdict { outcome: domain::parser::FindingOutcome::NotApplicable, ..silent };
    };
    let between = |value: f64| value > above && value < below;
    let verdict = if between(index.lowest) || between(index.highest) {
        Verdict::insufficient()
    } else {
        Verdict::met()
    };
    shown(verdict, &index, study)
}
