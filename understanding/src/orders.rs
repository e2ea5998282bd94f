//! From order documents to orders: one per item family, copies of one order put together, those that another one
//! replaced or that were cancelled told apart.

mod agreed;
mod families;
mod standing;

use crate::case_file::{OrderCase, Standing, date};
use crate::duplicates::{SignatureParts, is_banner, is_margin};
use crate::extract::{is_certain_equipment_order, order_lines};
use crate::find::DocView;
use crate::knowledge::{DuplicatePolicy, Knowledge};
use crate::labels::Labelled;
use crate::text::words_of;
use domain::ocr_pool::ReadMethod;
use domain::parser::{Coverage, Document, DocumentClass, Field, FieldValue, Finding, Order, OrderItem};
use domain::patient::{PatientIdentity, name_words, names_compatible};
use domain::redacted::Redacted;
use standing::Said;
use std::collections::BTreeSet;

/// Codes nobody listed belong to this family, which has no rules.
pub(crate) const UNLISTED: &str = "unlisted";
/// Below this confidence a person looks whether the document is an order at all.
const CLEAR: f32 = 0.45;

/// The orders of a packet: those in force first, each kind in page order; and whether an equipment order was found
/// whose items nobody can read. `statuses` is what the chart's lists say of each document.
pub(crate) fn collect(
    documents: &[Document],
    views: &[DocView<'_>],
    statuses: &[Option<String>],
    knowledge: &Knowledge,
) -> (Vec<OrderCase>, bool) {
    let mut cases: Vec<(OrderCase, Said)> = Vec::new();
    let mut unread = false;
    for (index, (document, view)) in documents.iter().zip(views).enumerate() {
        if document.class != DocumentClass::Order {
            continue;
        }
        let lines = order_lines(view, &knowledge.codes);
        unread |= lines.is_empty() && is_certain_equipment_order(view);
        let said = Said::of(document, statuses.get(index).and_then(Option::as_deref));
        let purpose = families::Purpose::of(document, view, documents, &knowledge.codes);
        for (family, lines) in families::by_family(lines, &purpose, &knowledge.codes) {
            let case = OrderCase {
                documents: vec![index],
                family,
                lines,
                unclear: document.class_confidence < CLEAR,
                main_diagnosis: purpose.main_diagnosis.clone(),
                standing: Standing::Live,
            };
            let same = |(other, other_said): &&mut (OrderCase, Said)| {
                other_said.agrees(&said) && same_order(other, &case, documents)
            };
            match cases.iter_mut().find(same) {
                Some((other, _)) => merge(other, case, documents),
                None => cases.push((case, said.clone())),
            }
        }
    }
    unread &= cases.is_empty();
    (standing::settle(cases, documents), unread)
}

fn item_codes(case: &OrderCase) -> Vec<String> {
    let mut codes: Vec<String> = case
        .lines
        .iter()
        .map(|line| line.hcpcs.clone().unwrap_or_else(|| words_of(&line.description).join(" ")))
        .collect();
    codes.sort();
    codes.dedup();
    codes
}

pub(super) fn field_of<'a>(case: &OrderCase, documents: &'a [Document], name: &str) -> Option<&'a Field> {
    case.documents.iter().find_map(|index| documents.get(*index)?.field(name))
}

pub(super) fn text_of(field: Option<&Field>) -> Option<String> {
    match field.map(|field| &field.value) {
        Some(FieldValue::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

/// Two order documents are one order if items agree and date and prescriber do not differ.
fn same_order(a: &OrderCase, b: &OrderCase, documents: &[Document]) -> bool {
    if a.family != b.family || item_codes(a) != item_codes(b) {
        return false;
    }
    let day = |case| field_of(case, documents, "order_date").and_then(date);
    let npi = |case| text_of(field_of(case, documents, "prescriber.npi"));
    let name = |case| text_of(field_of(case, documents, "prescriber.name"));
    let (dates, npis, names) = ((day(a), day(b)), (npi(a), npi(b)), (name(a), name(b)));
    let dates_differ = matches!(dates, (Some(a), Some(b)) if a != b);
    let npis_differ = matches!(&npis, (Some(a), Some(b)) if a != b);
    let npis_agree = matches!(&npis, (Some(a), Some(b)) if a == b);
    let names_differ = matches!(&names, (Some(a), Some(b)) if !names_compatible(a, b));
    !dates_differ && !npis_differ && (npis_agree || !names_differ)
}

/// Adds a copy; the copy with more legible fields leads.
fn merge(case: &mut OrderCase, copy: OrderCase, documents: &[Document]) {
    let legible = |index: &usize| documents.get(*index).map_or(0, |document| document.fields.len());
    case.documents.extend(copy.documents);
    case.documents.sort_by_key(|index| std::cmp::Reverse(legible(index)));
    case.documents.dedup();
    case.unclear &= copy.unclear;
}

/// The order as it is handed over.
pub(crate) fn order(
    case: &OrderCase,
    documents: &[Document],
    coverages: &[Coverage],
    findings: Vec<Finding>,
    patient: Option<&PatientIdentity>,
) -> Order {
    let field = |name: &str| field_of(case, documents, name);
    let dob = agreed::value(case, documents, "dob", agreed::day).map(Redacted::new);
    let mrn = agreed::value(case, documents, "mrn", |field| text_of(Some(field))).map(Redacted::new);
    let patients = ["patient_name"];
    let prescribers = ["prescriber.name", "signed_by"];
    Order {
        patient_name: agreed::name(case, documents, &patients, &patients).map(Redacted::new),
        patient_dob: dob.or_else(|| patient.and_then(|patient| patient.dob.clone())),
        patient_mrn: patient.map(|patient| patient.mrn.clone()).or(mrn),
        coverages: coverages.to_vec(),
        family: Some(case.family.clone()),
        items: case
            .lines
            .iter()
            .map(|line| OrderItem {
                hcpcs: line.hcpcs.clone(),
                description: line.description.clone(),
                quantity: line.quantity,
            })
            .collect(),
        diagnoses: diagnoses(case, documents),
        prescriber_name: agreed::name(
            case,
            documents,
            &prescribers,
            &["prescriber.name", "signed_by", "author.name"],
        )
        .filter(|_| prescribers.iter().any(|name| field(name).is_some()))
        .map(Redacted::new),
        prescriber_npi: text_of(field("prescriber.npi")),
        order_date: field("order_date").and_then(date),
        stands_in: case
            .documents
            .iter()
            .filter_map(|index| Some(documents.get(*index)?.id.clone()))
            .collect(),
        documents: supporting(case, documents, &findings),
        findings,
        document_marks: Vec::new(),
    }
}

fn diagnoses(case: &OrderCase, documents: &[Document]) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for document in case.documents.iter().filter_map(|index| documents.get(*index)) {
        for field in document.fields_named("dx.icd10") {
            codes.extend(text_of(Some(field)).filter(|code| !codes.contains(code)));
        }
    }
    codes
}

/// The order's own documents first, then those that gave evidence, then facesheets.
fn supporting(
    case: &OrderCase,
    documents: &[Document],
    findings: &[Finding],
) -> Vec<domain::ids::DocumentId> {
    let pages: BTreeSet<u32> =
        findings.iter().flat_map(|finding| &finding.evidence).map(|evidence| evidence.page).collect();
    let gives_evidence =
        |document: &Document| pages.range(document.page_first..=document.page_last).next().is_some();
    let mut ids: Vec<domain::ids::DocumentId> =
        case.documents.iter().filter_map(|index| Some(documents.get(*index)?.id.clone())).collect();
    for document in documents {
        let wanted = gives_evidence(document) || document.class == DocumentClass::Facesheet;
        if wanted && !ids.contains(&document.id) {
            ids.push(document.id.clone());
        }
    }
    ids
}

/// What the order is recognised by when it comes again.
pub(crate) fn signature_parts(
    case: &OrderCase,
    documents: &[Document],
    views: &[DocView<'_>],
    policy: DuplicatePolicy,
    waits_for: Vec<String>,
) -> SignatureParts {
    let field = |name: &str| field_of(case, documents, name);
    let prescriber = text_of(field("prescriber.npi")).unwrap_or_else(|| {
        let mut words = text_of(field("prescriber.name")).map(|name| name_words(&name)).unwrap_or_default();
        words.sort();
        words.join(" ")
    });
    // A second copy in the packet must not make the order another text.
    let first = case.documents.iter().min().and_then(|index| views.get(*index));
    SignatureParts {
        items: item_codes(case),
        prescriber,
        order_date: field("order_date").and_then(date),
        signed: field("signature").is_some_and(|field| field.value == FieldValue::Flag(true)),
        words: first.map(normalised_words).unwrap_or_default(),
        shingle_words: policy.shingle_words,
        waits_for,
        evidence: evidence(documents),
        number: text_of(field("order_id")),
        corrects: case
            .documents
            .iter()
            .filter_map(|index| documents.get(*index))
            .flat_map(|document| document.fields_named("order.corrects"))
            .filter_map(|field| text_of(Some(field)))
            .filter(|named| named != "-")
            .collect(),
        patient_name: text_of(field("patient_name")),
        scanned: first.is_some_and(is_scanned),
        days_apart_max: policy.order_days_apart_max,
    }
}

fn is_scanned(view: &DocView<'_>) -> bool {
    view.pages.iter().any(|page| page.sheet.page.method == ReadMethod::Ocr)
}

/// The notes, studies and tests of a packet by kind and day: the same paper printed again has the same name.
fn evidence(documents: &[Document]) -> Vec<String> {
    let dates: &[&str] = &["recording_start", "encounter_date", "test_date", "service_date"];
    let named = |document: &Document| {
        let counts = match document.class {
            DocumentClass::SleepStudy
            | DocumentClass::Titration
            | DocumentClass::OfficeNote
            | DocumentClass::TelehealthNote
            | DocumentClass::EncounterSummary => true,
            DocumentClass::Lab | DocumentClass::Other => {
                document.fields.iter().any(|field| dates.contains(&field.name.as_str()))
            }
            _ => false,
        };
        let day = dates.iter().find_map(|name| document.field(name).and_then(date));
        let day = day.map_or_else(|| "-".to_owned(), |day| day.to_string());
        counts.then(|| format!("{:?} {day}", document.class))
    };
    documents.iter().filter_map(named).collect()
}

/// A document's words without fax headers, page numbers, print stamps and print dates.
pub(crate) fn normalised_words(view: &DocView<'_>) -> Vec<String> {
    view.pages.iter().flat_map(spoken_lines).flat_map(words_of).collect()
}

/// The same of a page, as lines, and without the banner that repeats the patient.
pub(crate) fn normalised_lines<'a>(page: &'a Labelled<'_>) -> Vec<&'a str> {
    let lines: Vec<&str> = spoken_lines(page).collect();
    let count = lines.len();
    let kept =
        lines.into_iter().enumerate().filter(|(index, line)| !(is_margin(*index, count) && is_banner(line)));
    kept.map(|(_, line)| line).collect()
}

fn spoken_lines<'a>(page: &'a Labelled<'_>) -> impl Iterator<Item = &'a str> {
    let is_print_date =
        |line: usize| page.hits[line].iter().any(|hit| hit.key == "printed_date" && hit.cell_start);
    page.sheet.spoken().filter(move |(line, _)| !is_print_date(*line)).map(|(_, row)| row.text.as_str())
}
