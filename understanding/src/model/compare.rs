//! What a model's places say beside the rules' values: the same, something else, or something the rules did not find.

use super::question::open;
use super::{Counted, ModelAnswers, visible};
use crate::find::DocView;
use crate::knowledge::OutcomePolicy;
use crate::model::mask::Mask;
use crate::model::value::value;
use crate::understand::{Decision, OrderDraft};
use domain::ids::DocumentId;
use domain::model::ModelAnswer;
use domain::parser::{Document, Field, FieldMethod, FieldValue};
use domain::patient::{PatientIdentity, names_compatible};

/// Confidence in a value that a model located and our parser read, before the page's own legibility.
const LOCATED: f32 = 0.7;
/// What is left of the doubt in a rule's value when the model's place says the same.
const DOUBT_LEFT: f32 = 0.5;
/// Numbers that differ by less are printed twice, rounded.
const SAME_NUMBER: f64 = 0.051;

/// What comparing gave for one packet.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    /// By index of the document: values the rules did not find.
    found: Vec<(usize, Field)>,
    /// By index of the document: names whose rule values the model's place confirms, and what it says.
    confirmed: Vec<(usize, &'static str, FieldValue)>,
    /// The document and the name on which the two disagree.
    disputed: Vec<(DocumentId, &'static str)>,
    /// How many quotes counted, by document.
    pub(crate) counted: Vec<Counted>,
}

impl Compared {
    /// Compares every answer with what the rules found. Nothing counts that was not asked for.
    pub(crate) fn of(
        documents: &[Document],
        views: &[DocView<'_>],
        patient: Option<&PatientIdentity>,
        answers: &ModelAnswers,
    ) -> Self {
        let mut compared = Self::default();
        if answers.answers.is_empty() {
            return compared;
        }
        let mask = Mask::of(patient, documents);
        for (index, (document, view)) in documents.iter().zip(views).enumerate() {
            if let Some(answer) = answers.of(&document.id) {
                compared.document(index, document, view, answer, &mask);
            }
        }
        compared
    }

    fn document(
        &mut self,
        index: usize,
        document: &Document,
        view: &DocView<'_>,
        answer: &ModelAnswer,
        mask: &Mask,
    ) {
        let pages: Vec<_> =
            visible::pages(view).into_iter().filter(|page| !page.speaks_to_machines()).collect();
        let mut counted = 0;
        for locatable in open(document) {
            let mut located: Vec<Field> = Vec::new();
            for quote in answer.found.iter().filter(|quote| quote.field == locatable.name) {
                let page = pages.iter().find(|page| page.number == quote.page);
                let placed = page.and_then(|page| page.place(view, &quote.quote));
                let Some(placed) = placed else { continue };
                let Some(value) = value(locatable, &placed, &mask.births) else { continue };
                located.push(Field {
                    name: locatable.name.to_owned(),
                    value,
                    unit: locatable.unit.map(str::to_owned),
                    evidence: placed.evidence,
                    confidence: LOCATED * placed.seen,
                    method: FieldMethod::Model,
                });
            }
            counted += located.len() as u32;
            // A model that names two values has found none.
            let Some(field) = located.first().cloned() else { continue };
            if located.iter().any(|other| !same(&other.value, &field.value)) {
                continue;
            }
            self.value(index, document, locatable.name, field);
        }
        self.counted.push(Counted { document: document.id.clone(), counted });
    }

    fn value(&mut self, index: usize, document: &Document, name: &'static str, field: Field) {
        let ruled: Vec<&Field> = document.fields_named(name).collect();
        if ruled.is_empty() {
            self.found.push((index, field));
        } else if ruled.iter().any(|ruled| same(&ruled.value, &field.value)) {
            self.confirmed.push((index, name, field.value));
        } else {
            self.disputed.push((document.id.clone(), name));
            // Both stand side by side for the person who looks.
            self.found.push((index, field));
        }
    }
}

/// Whether two values are one: dates to the day, numbers up to rounding, names of one person, all else to the letter.
fn same(a: &FieldValue, b: &FieldValue) -> bool {
    let day = |value: &FieldValue| match value {
        FieldValue::Date(date) => Some(*date),
        FieldValue::DateTime(at) => Some(at.date()),
        _ => None,
    };
    let size = |value: &FieldValue| match value {
        FieldValue::Number(number) => Some(*number),
        FieldValue::Count(count) => Some(*count as f64),
        _ => None,
    };
    match (day(a), day(b), size(a), size(b), a, b) {
        (Some(a), Some(b), ..) => a == b,
        (_, _, Some(a), Some(b), ..) => (a - b).abs() < SAME_NUMBER,
        (.., FieldValue::Text(a), FieldValue::Text(b)) => {
            // What has a digit is a code or a number.
            let names = !a.contains(|c: char| c.is_ascii_digit());
            a == b || (names && names_compatible(a, b))
        }
        _ => false,
    }
}

/// Puts what was located into the documents, behind what the rules found, and raises what was confirmed.
pub(crate) fn complete(documents: &mut [Document], compared: &Compared) {
    for (index, name, value) in &compared.confirmed {
        let Some(document) = documents.get_mut(*index) else { continue };
        let confirmed = document.fields.iter_mut().filter(|field| field.name == *name);
        for field in confirmed.filter(|field| same(&field.value, value)) {
            field.confidence = 1.0 - (1.0 - field.confidence) * DOUBT_LEFT;
        }
    }
    for (index, field) in &compared.found {
        if let Some(document) = documents.get_mut(*index) {
            document.fields.push(field.clone());
        }
    }
}

/// Orders that rest on a document about which rules and model disagree wait for a person.
pub(crate) fn dispute(orders: &mut [OrderDraft], compared: &Compared, policy: &OutcomePolicy) {
    for draft in orders {
        let disputed: Vec<_> = compared
            .disputed
            .iter()
            .filter(|(document, _)| draft.order.documents.contains(document))
            .map(|(_, name)| policy.reason(&format!("field_disputed:{name}")))
            .collect();
        if disputed.is_empty() {
            continue;
        }
        let mut reasons = match &draft.decision {
            Decision::Route => Vec::new(),
            Decision::NeedsPerson { reasons } => reasons.clone(),
            Decision::Cancelled | Decision::Superseded { .. } => continue,
        };
        reasons.extend(disputed);
        let reasons = policy.arrange(reasons);
        draft.signature.waits_for = reasons.iter().map(|reason| reason.code.clone()).collect();
        draft.decision = Decision::NeedsPerson { reasons };
    }
}
