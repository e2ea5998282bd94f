//! Judges an order that is kept once more, by the rules of any day: from the fields and the order as they were stored,
//! without reading a page. Nothing is changed.

use crate::case_file::{CaseFile, OrderCase, Standing};
use crate::extract::OrderLine;
use crate::find::Found;
use crate::knowledge::Knowledge;
use crate::orders::text_of;
use crate::rules;
use domain::parser::{Document, Field, FieldMethod, Finding, Order, Reason};
use jiff::civil::Date;
use std::borrow::Cow;

/// What the rules of a day say of an order.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Every rule's finding.
    pub findings: Vec<Finding>,
    /// What would make it wait; of the rules only, not of its papers.
    pub reasons: Vec<Reason>,
}

/// Why an order cannot be judged once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotJudged {
    /// It was kept by a release that did not keep which documents it stands in.
    KeptBefore,
    /// No item of a family of ours is ordered.
    NoFamily,
}

/// Judges a kept order by the rules of `day`.
///
/// # Errors
/// What was kept does not suffice.
pub fn judged_on(
    order: &Order,
    documents: &[Document],
    day: Option<Date>,
    knowledge: &Knowledge,
) -> Result<Judgement, NotJudged> {
    let family = order.family.clone().ok_or(NotJudged::NoFamily)?;
    let documents = by_rules(documents);
    let documents = documents.as_ref();
    let stands_in: Vec<usize> = order
        .stands_in
        .iter()
        .filter_map(|id| documents.iter().position(|document| document.id == *id))
        .collect();
    if stands_in.is_empty() || stands_in.len() < order.stands_in.len() {
        return Err(NotJudged::KeptBefore);
    }
    let own = || stands_in.iter().filter_map(|index| documents.get(*index));
    let families: Vec<String> = knowledge.codes.diagnoses.keys().cloned().collect();
    let names_family = |field: &&Field| {
        text_of(Some(*field))
            .is_some_and(|code| knowledge.codes.family_by_diagnosis(&code, &families).is_some())
    };
    let case = OrderCase {
        main_diagnosis: own()
            .flat_map(|document| document.fields_named("dx.icd10"))
            .find(names_family)
            .cloned(),
        lines: order.items.iter().map(|item| line(item, &family)).collect(),
        documents: stands_in.clone(),
        family,
        unclear: false,
        standing: Standing::Live,
    };
    let file = CaseFile::new(&case, documents, &order.coverages);
    let (findings, reasons) = rules::said_on(&file, knowledge, day);
    Ok(Judgement { findings, reasons: knowledge.outcomes.arrange(reasons) })
}

/// The documents without what only a language model located: it decides nothing here.
fn by_rules(documents: &[Document]) -> Cow<'_, [Document]> {
    let of_model = |field: &Field| field.method == FieldMethod::Model;
    if !documents.iter().flat_map(|document| &document.fields).any(of_model) {
        return Cow::Borrowed(documents);
    }
    let mut documents = documents.to_vec();
    for document in &mut documents {
        document.fields.retain(|field| !of_model(field));
    }
    Cow::Owned(documents)
}

fn line(item: &domain::parser::OrderItem, family: &str) -> OrderLine {
    OrderLine {
        hcpcs: item.hcpcs.clone(),
        printed: item.hcpcs.is_some(),
        family: Some(family.to_owned()),
        description: item.description.clone(),
        quantity: item.quantity,
        place: Found { value: (), page: 0, line: 0, quote: 0..0, at: 0..0, confidence: 1.0 },
    }
}
