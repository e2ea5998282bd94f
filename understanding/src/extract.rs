//! Fields of a document, by its class. Each file knows one class; this one knows what all share: whose
//! document it is.

mod adherence;
mod blood_gas;
mod columns;
mod coverage;
mod cpap_trial;
mod facesheet;
mod flow;
pub(crate) mod measure;
mod note;
mod order;
mod patient;
mod rule_facts;
pub(crate) mod signature;
pub(crate) mod study;
mod terms;
mod visit_date;
mod vitals;
#[cfg(test)]
mod wordings;

use crate::find::DocView;
use crate::knowledge::CodeTable;
use domain::parser::{DocumentClass, Field};

pub(crate) use coverage::is_known_payer;
pub(crate) use order::{OrderLine, is_certain_equipment_order, order_lines};

/// Reads every field of a document of this class.
pub(crate) fn fields(view: &DocView<'_>, class: DocumentClass, codes: &CodeTable) -> Vec<Field> {
    let mut fields = patient::fields(view, class);
    fields.extend(match class {
        DocumentClass::Facesheet | DocumentClass::InsuranceCard => facesheet::fields(view, class),
        DocumentClass::Order => order::fields(view, codes),
        DocumentClass::OfficeNote | DocumentClass::TelehealthNote => note::fields(view),
        DocumentClass::EncounterSummary => note::summary_fields(view),
        DocumentClass::SleepStudy => study::fields(view, false),
        DocumentClass::Titration => study::fields(view, true),
        DocumentClass::Lab | DocumentClass::Other => note::test_fields(view),
        DocumentClass::AdherenceReport => adherence::fields(view),
        DocumentClass::MedicalNecessityForm | DocumentClass::PriorAuthorization => {
            coverage::fields(view, class)
        }
        DocumentClass::Imaging
        | DocumentClass::Letter
        | DocumentClass::CoverSheet
        | DocumentClass::RawStudyData
        | DocumentClass::Consent => Vec::new(),
    });
    fields.extend(rule_facts::fields(view, class));
    fields.extend(crate::protected::notice(view, class));
    fields
}

/// Keeps the first field of each name and value.
pub(crate) fn distinct(fields: Vec<Field>) -> Vec<Field> {
    let mut kept: Vec<Field> = Vec::new();
    for field in fields {
        if !kept.iter().any(|other| other.name == field.name && other.value == field.value) {
            kept.push(field);
        }
    }
    kept
}
