//! An order's summary for the coordinator, as data: who, what, from whom, paid by whom, what proves it, what the rules
//! say, and what is to be done.

use super::points::{self, OpenPoint};
use super::{CaseFacts, clinical, letter};
use crate::knowledge::{Knowledge, Supplies};
use domain::parser::{
    Document, DocumentClass, Field, FieldValue, FindingOutcome, MarkKind, Order, OrderState, Outcome,
};
use domain::redacted::Redacted;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

/// Everything a coordinator wants to know of one order at a glance.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OrderSummary {
    /// The order's id; the request's where there is no order.
    pub reference: String,
    /// The hospital.
    pub hospital: String,
    /// Where it stands, in plain words.
    pub stands: String,
    /// Whose order it is.
    pub patient: SummaryPatient,
    /// What is ordered.
    pub items: Vec<SummaryItem>,
    /// What for.
    pub diagnoses: Vec<SummaryDiagnosis>,
    /// Who ordered it.
    pub prescriber: PrescriberLine,
    /// The order date.
    pub order_date: Option<Date>,
    /// The patient's coverages, primary first.
    pub payers: Vec<PayerLine>,
    /// Sleep studies and tests with their results.
    pub studies: Vec<StudyLine>,
    /// Visits, the earliest first.
    pub visits: Vec<VisitLine>,
    /// What the rules say together.
    pub rules_in_words: String,
    /// Each rule that concerns the order.
    pub rules: Vec<RuleSaid>,
    /// What is missing, contradicted or to be decided, and who supplies it.
    pub points: Vec<OpenPoint>,
    /// Whether a letter to the prescriber is ready.
    pub letter: LetterStanding,
    /// The packet's documents, and which of them this order does not need.
    pub documents: Vec<DocumentLine>,
}

/// The patient as the portal shows them, else as the order prints them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SummaryPatient {
    /// Name.
    pub name: Option<Redacted<String>>,
    /// Date of birth.
    pub born: Option<Redacted<Date>>,
    /// The portal's record number.
    pub mrn: Option<Redacted<String>>,
}

/// One ordered item.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SummaryItem {
    /// HCPCS code.
    pub hcpcs: Option<String>,
    /// What the code means, else the words on the order.
    pub words: String,
    /// How many.
    pub quantity: Option<u32>,
}

/// One diagnosis.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SummaryDiagnosis {
    /// ICD-10-CM code.
    pub icd10: String,
    /// What it means, where it is one of ours.
    pub words: Option<String>,
}

/// The prescriber, as far as the documents tell.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct PrescriberLine {
    /// Name.
    pub name: Option<Redacted<String>>,
    /// National Provider Identifier.
    pub npi: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Fax.
    pub fax: Option<String>,
}

/// One coverage.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PayerLine {
    /// 1 is primary.
    pub rank: u32,
    /// As printed.
    pub name: String,
    /// Whether the rules of Medicare bind it; others only advise.
    pub medicare: bool,
}

/// One study or test.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StudyLine {
    /// `sleep study`, `titration`, `raw study data`, `test`.
    pub kind: String,
    /// When it was recorded or made.
    pub date: Option<Redacted<Date>>,
    /// Its values in words.
    pub result: Redacted<String>,
    /// First page of the packet.
    pub page_first: u32,
    /// Last page of the packet.
    pub page_last: u32,
}

/// One visit.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct VisitLine {
    /// `visit in person`, `visit by video or telephone`, `hospital encounter`.
    pub how: String,
    /// The day of the visit, never that of the signature.
    pub date: Option<Redacted<Date>>,
    /// First page of the packet.
    pub page_first: u32,
    /// Last page of the packet.
    pub page_last: u32,
}

/// What one rule says.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleSaid {
    /// Such as `PAP-1b`.
    pub rule: String,
    /// What it says.
    pub outcome: FindingOutcome,
    /// Whether it can stop the order.
    pub required: bool,
    /// In words.
    pub sentence: String,
    /// Pages of the packet it rests on.
    pub pages: Vec<u32>,
}

/// Whether a letter to the prescriber can be written.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LetterStanding {
    /// Whether `orders letter` gives one.
    pub ready: bool,
    /// Why not.
    pub why_not: Option<String>,
    /// Who acts instead.
    pub who_acts: Vec<Supplies>,
}

/// One document of the packet.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DocumentLine {
    /// What it is.
    pub class: DocumentClass,
    /// First page of the packet.
    pub page_first: u32,
    /// Last page of the packet.
    pub page_last: u32,
    /// A mark; none for a document the order needs.
    pub mark: Option<MarkKind>,
    /// Why it is marked.
    pub why: Option<String>,
}

/// Sums an order up.
pub fn summarise(facts: &CaseFacts<'_>, knowledge: &Knowledge) -> OrderSummary {
    let order = facts.order.map(|(_, order)| order);
    let points = points::points(facts, knowledge);
    let rules = order.map_or_else(Vec::new, rules);
    let known = facts.patient;
    let patient = SummaryPatient {
        name: known.map(|patient| patient.name.clone()).or_else(|| order?.patient_name.clone()),
        born: known.and_then(|patient| patient.dob.clone()).or_else(|| order?.patient_dob.clone()),
        mrn: known.map(|patient| patient.mrn.clone()).or_else(|| order?.patient_mrn.clone()),
    };
    let mut summary = OrderSummary {
        reference: facts.reference.to_owned(),
        hospital: facts.hospital.to_owned(),
        stands: stands(facts.state, facts.reasons.is_empty()),
        patient,
        items: order.map_or_else(Vec::new, |order| items(order, knowledge)),
        diagnoses: order.map_or_else(Vec::new, |order| diagnoses(order, knowledge)),
        prescriber: prescriber(order, facts.documents),
        order_date: order.and_then(|order| order.order_date),
        payers: order.map_or_else(Vec::new, payers),
        studies: clinical::studies(facts.documents),
        visits: clinical::visits(facts.documents),
        rules_in_words: rules_in_words(&rules, order),
        rules,
        points,
        letter: LetterStanding { ready: true, why_not: None, who_acts: Vec::new() },
        documents: facts.documents.iter().map(|document| document_line(document, order)).collect(),
    };
    if let Err(refused) = letter::askable(&summary, knowledge) {
        summary.letter = LetterStanding { ready: false, why_not: Some(refused.why), who_acts: refused.who };
    }
    summary
}

fn stands(state: Option<&OrderState>, no_reasons: bool) -> String {
    match state {
        None if no_reasons => "in work".to_owned(),
        None | Some(OrderState::NeedsPerson { .. }) => "waits for a person".to_owned(),
        Some(OrderState::Routing { open }) => {
            let open: Vec<&str> = open.iter().map(|destination| destination.as_str()).collect();
            format!("complete, on its way to {}", open.join(", "))
        }
        Some(OrderState::Closed(outcome)) => match outcome {
            Outcome::Delivered => "complete, handed over".to_owned(),
            Outcome::Duplicate { of } => format!("a repeat of order {of}"),
            Outcome::NotDme => "nothing a supplier of medical equipment delivers".to_owned(),
            Outcome::Rejected => "refused by a person".to_owned(),
            Outcome::Cancelled => "cancelled by the prescriber".to_owned(),
            Outcome::Superseded { by } => format!("replaced by order {by}"),
        },
    }
}

fn items(order: &Order, knowledge: &Knowledge) -> Vec<SummaryItem> {
    let meaning = |code: &String| knowledge.codes.hcpcs.get(code).map(|known| known.description.clone());
    let item = |item: &domain::parser::OrderItem| SummaryItem {
        words: item.hcpcs.as_ref().and_then(meaning).unwrap_or_else(|| item.description.clone()),
        hcpcs: item.hcpcs.clone(),
        quantity: item.quantity,
    };
    order.items.iter().map(item).collect()
}

fn diagnoses(order: &Order, knowledge: &Knowledge) -> Vec<SummaryDiagnosis> {
    let words = |code: &String| knowledge.codes.icd10.get(code).cloned();
    order.diagnoses.iter().map(|code| SummaryDiagnosis { icd10: code.clone(), words: words(code) }).collect()
}

fn payers(order: &Order) -> Vec<PayerLine> {
    let line = |coverage: &domain::parser::Coverage| PayerLine {
        rank: coverage.rank,
        name: coverage.payer.clone(),
        medicare: coverage.medicare,
    };
    order.coverages.iter().map(line).collect()
}

/// From the order; what it does not have from its own documents, or from any order document where there is no order.
fn prescriber(order: Option<&Order>, documents: &[Document]) -> PrescriberLine {
    let own = |document: &&Document| {
        document.class == DocumentClass::Order
            && order.is_none_or(|order| order.documents.contains(&document.id))
    };
    let text = |name: &str| documents.iter().filter(own).find_map(|document| printed(document.field(name)?));
    let name = order.and_then(|order| order.prescriber_name.clone());
    PrescriberLine {
        name: name.or_else(|| text("prescriber.name").map(Redacted::new)),
        npi: order.and_then(|order| order.prescriber_npi.clone()).or_else(|| text("prescriber.npi")),
        phone: text("prescriber.phone"),
        fax: text("prescriber.fax"),
    }
}

fn printed(field: &Field) -> Option<String> {
    match &field.value {
        FieldValue::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// Rules that do not concern the order are left out.
fn rules(order: &Order) -> Vec<RuleSaid> {
    let concerns = order.findings.iter().filter(|finding| finding.outcome != FindingOutcome::NotApplicable);
    concerns
        .map(|finding| {
            let mut pages: Vec<u32> = finding.evidence.iter().map(|evidence| evidence.page).collect();
            pages.sort_unstable();
            pages.dedup();
            RuleSaid {
                rule: finding.rule.clone(),
                outcome: finding.outcome,
                required: finding.required,
                sentence: finding.message.clone(),
                pages,
            }
        })
        .collect()
}

fn rules_in_words(rules: &[RuleSaid], order: Option<&Order>) -> String {
    if rules.is_empty() {
        return "no rules of ours were applied".to_owned();
    }
    let count = |outcome: FindingOutcome| rules.iter().filter(|rule| rule.outcome == outcome).count();
    let silent = order.map_or(0, |order| order.findings.len() - rules.len());
    let bind = if rules.iter().any(|rule| rule.required) {
        "the payer's rules bind"
    } else {
        "the rules only advise: they are not this payer's own"
    };
    format!(
        "{} met, {} missing, {} contradicted, {silent} do not concern this order; {bind}",
        count(FindingOutcome::Met),
        count(FindingOutcome::Insufficient),
        count(FindingOutcome::Unmet),
    )
}

fn document_line(document: &Document, order: Option<&Order>) -> DocumentLine {
    let mark = order.and_then(|order| order.document_marks.iter().find(|mark| mark.document == document.id));
    DocumentLine {
        class: document.class,
        page_first: document.page_first,
        page_last: document.page_last,
        mark: mark.map(|mark| mark.mark),
        why: mark.map(|mark| mark.why.clone()),
    }
}
