//! PAP-9: CPAP was tried and proven ineffective, in a facility or at home, although mask and pressure were worked on.

use super::Verdict;
use crate::case_file::CaseFile;
use domain::parser::{Document, DocumentClass, Field, FieldValue};

/// Where a trial of CPAP is told of.
const TOLD_IN: [DocumentClass; 5] = [
    DocumentClass::Titration,
    DocumentClass::SleepStudy,
    DocumentClass::OfficeNote,
    DocumentClass::TelehealthNote,
    DocumentClass::EncounterSummary,
];

/// Every statement of a name and value in those documents.
fn said<'a>(case: &CaseFile<'a>, name: &'static str, yes: bool) -> Option<(&'a Document, &'a Field)> {
    case.documents.iter().filter(|document| TOLD_IN.contains(&document.class)).find_map(|document| {
        let field = document.fields_named(name).find(|field| field.value == FieldValue::Flag(yes))?;
        Some((document, field))
    })
}

/// The verdict: a failed trial outweighs an earlier note that CPAP had not been tried yet.
pub(super) fn tried_ineffective(case: &CaseFile<'_>) -> Verdict {
    let optimised = said(case, "cpap.optimised", true).map(|(_, field)| field);
    match (said(case, "cpap.ineffective", true), said(case, "cpap.ineffective", false)) {
        (Some((_, failed)), Some((_, worked))) => Verdict::insufficient()
            .because("one document says that CPAP was ineffective, another that it was effective")
            .with("cpap.ineffective", failed)
            .with("cpap.effective", worked),
        (Some((_, failed)), None) => match optimised {
            Some(field) => Verdict::met().with("cpap.ineffective", failed).with("cpap.optimised", field),
            None => Verdict::insufficient()
                .because("it does not say that mask fit and pressure were worked on")
                .with("cpap.ineffective", failed),
        },
        (None, Some((_, worked))) => {
            Verdict::unmet().because("CPAP is said to be effective").with("cpap.effective", worked)
        }
        (None, None) => match (said(case, "cpap.tried", true), said(case, "cpap.tried", false)) {
            (Some((_, tried)), _) => Verdict::insufficient()
                .because("CPAP was tried, but nothing says that it was ineffective")
                .with("cpap.tried", tried),
            (None, Some((_, never))) => {
                Verdict::unmet().because("CPAP is said not to have been tried").with("cpap.tried", never)
            }
            (None, None) => Verdict::insufficient().because("there is no word that CPAP was tried"),
        },
    }
}
