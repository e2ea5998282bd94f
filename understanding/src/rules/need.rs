//! What a note must state of the patient's need: by these beds (BED-1), chairs (MWC-1, PMD-1), glucose monitors (CGM-1),
//! nebulizers (NEB-1), enteral feeding (ENT-1) and ventilators (NIV-1) are covered.

use super::Verdict;
use crate::case_file::{CaseFile, date, number};
use crate::knowledge::{EvidenceClass, Need};
use domain::parser::{Document, Field, FieldValue};
use jiff::ToSpan;
use jiff::civil::Date;

/// A statement as the papers that count make it.
enum Said<'a> {
    Yes(&'a Field),
    No(&'a Field),
    Nothing,
}

/// The papers that can prove a rule; the supplier's record may be any of them.
fn papers<'a>(case: &CaseFile<'a>, evidence: &[EvidenceClass]) -> Vec<&'a Document> {
    let any = evidence.contains(&EvidenceClass::Supplier);
    case.documents
        .iter()
        .filter(|document| any || evidence.contains(&EvidenceClass::Chart(document.class)))
        .collect()
}

/// The verdict on a need.
pub(super) fn shown(case: &CaseFile<'_>, need: &Need, evidence: &[EvidenceClass]) -> Verdict {
    if case.orders_one_of(&need.not_covered) {
        let verdict = Verdict::unmet().because("an item of this kind is for convenience and never covered");
        return verdict.with_opt("items.hcpcs", case.order_field("items.hcpcs"));
    }
    let mut verdict = Verdict::met();
    if !need.diagnoses.is_empty() {
        match diagnosis(case, &need.diagnoses) {
            Ok(field) => verdict = verdict.with("dx.icd10", field),
            Err(other) => return no_diagnosis(other),
        }
    }
    let papers = timely(case, papers(case, evidence), need.visit_months);
    if let Some(min) = need.paco2_min {
        match carbon_dioxide(case, min) {
            Said::Yes(field) => verdict = verdict.with("paco2", field),
            Said::No(field) => {
                let detail = format!("the carbon dioxide measured is below {min} mmHg");
                return Verdict::unmet().because(detail).with("paco2", field);
            }
            Said::Nothing => return Verdict::insufficient().because("no arterial carbon dioxide was found"),
        }
    }
    let mut wanted: Vec<&String> = need.all.iter().collect();
    if case.orders_one_of(&need.extra_items) {
        wanted.extend(&need.extra);
    }
    all_said(verdict, &papers, &wanted, &need.any)
}

/// The verdict on plain statements.
pub(super) fn stated(case: &CaseFile<'_>, statements: &[String], evidence: &[EvidenceClass]) -> Verdict {
    let wanted: Vec<&String> = statements.iter().collect();
    all_said(Verdict::met(), &papers(case, evidence), &wanted, &[])
}

/// Every one of `wanted` and one of `any`: what is denied contradicts, what nobody speaks of is missing.
fn all_said(mut verdict: Verdict, papers: &[&Document], wanted: &[&String], any: &[String]) -> Verdict {
    let mut missing: Vec<String> = Vec::new();
    for name in wanted {
        match said(papers, name) {
            Said::Yes(field) => verdict = verdict.with(name, field),
            Said::No(field) => {
                return Verdict::unmet().because(format!("{} is denied", words(name))).with(name, field);
            }
            Said::Nothing => missing.push(words(name)),
        }
    }
    if !any.is_empty() {
        let mut denied = Vec::new();
        let mut found = None;
        for name in any {
            match said(papers, name) {
                Said::Yes(field) => found = found.or(Some((name, field))),
                Said::No(field) => denied.push((name, field)),
                Said::Nothing => {}
            }
        }
        match found {
            Some((name, field)) => verdict = verdict.with(name, field),
            None if denied.len() == any.len() => {
                let detail = "every way to qualify is denied";
                return denied.iter().fold(Verdict::unmet().because(detail), |verdict, (name, field)| {
                    verdict.with(name, field)
                });
            }
            None => {
                let ways: Vec<String> = any.iter().map(|name| words(name)).collect();
                missing.push(ways.join(" or "));
            }
        }
    }
    if missing.is_empty() {
        return verdict;
    }
    let detail = format!("nothing is said of {}", missing.join(", nor of "));
    Verdict { outcome: domain::parser::FindingOutcome::Insufficient, ..verdict }.because(detail)
}

/// A yes in any paper outweighs a no in another: what was denied earlier may hold now.
fn said<'a>(papers: &[&'a Document], name: &str) -> Said<'a> {
    let fields =
        || papers.iter().flat_map(|document| document.fields.iter()).filter(|field| field.name == name);
    let of = |wanted: bool| fields().find(|field| field.value == FieldValue::Flag(wanted));
    match (of(true), of(false), fields().next()) {
        (Some(yes), ..) => Said::Yes(yes),
        (None, Some(no), _) => Said::No(no),
        // A number or a text under the name says it too, such as a drug's.
        (None, None, Some(value)) => Said::Yes(value),
        (None, None, None) => Said::Nothing,
    }
}

/// A statement's name for people.
fn words(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).replace('_', " ")
}

/// Where a visit must be recent, only its papers count; one without a date does not.
fn timely<'a>(case: &CaseFile<'_>, papers: Vec<&'a Document>, months: Option<f64>) -> Vec<&'a Document> {
    let (Some(months), Some(ordered)) = (months, case.order_date()) else { return papers };
    let Ok(first) = ordered.checked_sub((months.clamp(0.0, 120.0) as i64).months()) else { return papers };
    let day = |document: &Document| -> Option<Date> { document.field("encounter_date").and_then(date) };
    papers
        .into_iter()
        .filter(|document| day(document).is_some_and(|day| (first..=ordered).contains(&day)))
        .collect()
}

/// The order's diagnosis that begins as one of these; else whether it shows another.
fn diagnosis<'a>(case: &CaseFile<'a>, starts: &[String]) -> Result<&'a Field, Option<&'a Field>> {
    let codes = || case.order_documents().flat_map(|document| document.fields_named("dx.icd10"));
    let begins = |field: &&Field| matches!(&field.value, FieldValue::Text(code) if starts.iter().any(|start| code.starts_with(start.as_str())));
    codes().find(begins).ok_or_else(|| codes().next())
}

fn no_diagnosis(other: Option<&Field>) -> Verdict {
    match other {
        Some(field) => Verdict::unmet()
            .because("no diagnosis on the order is one the item is covered for")
            .with("dx.icd10", field),
        None => Verdict::insufficient().because("the order shows no legible diagnosis"),
    }
}

/// The highest carbon dioxide of any paper against the limit.
fn carbon_dioxide<'a>(case: &CaseFile<'a>, min: f64) -> Said<'a> {
    let measured = case
        .documents
        .iter()
        .flat_map(|document| document.fields_named("paco2"))
        .filter_map(|field| Some((number(field)?, field)))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match measured {
        Some((value, field)) if value >= min => Said::Yes(field),
        Some((_, field)) => Said::No(field),
        None => Said::Nothing,
    }
}
