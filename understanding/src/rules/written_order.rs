//! Rules on the order itself: elements, itemisation, signature, identifiers.

use super::Verdict;
use crate::case_file::CaseFile;
use crate::knowledge::Element;
use crate::text::words_of;
use domain::parser::{DocumentClass, Field, FieldValue};

/// ORD-1: each element stands legibly on the order. The signature is SIG-1's.
pub(super) fn elements(case: &CaseFile<'_>, elements: &[Element]) -> Verdict {
    let mut missing = Vec::new();
    let mut verdict = Verdict::met();
    for element in elements {
        let names: &[&str] = match element {
            Element::BeneficiaryNameOrMbi => &["patient_name", "mbi"],
            Element::OrderDate => &["order_date"],
            Element::ItemDescription => &["items.description", "items.hcpcs"],
            Element::PractitionerNameOrNpi => &["prescriber.name", "prescriber.npi", "signed_by"],
        };
        match names.iter().find_map(|name| Some((*name, case.order_field(name)?))) {
            Some((name, field)) => verdict = verdict.with(name, field),
            None => missing.push(element.words()),
        }
    }
    if missing.is_empty() {
        return verdict;
    }
    Verdict { outcome: domain::parser::FindingOutcome::Insufficient, ..verdict }
        .because(missing.join(" and "))
}

/// ORD-3: no item is only a collective name. A printed code names its item.
pub(super) fn itemised(case: &CaseFile<'_>, collective: &[String]) -> Verdict {
    let shown = case.order_documents().any(|document| document.field("items.description").is_some());
    if case.order.lines.is_empty() || !shown {
        return Verdict::insufficient();
    }
    let vague = case.order.lines.iter().find_map(|line| {
        let words = words_of(&line.description);
        let names = |phrase: &&String| crate::text::find_phrase(&words, phrase).is_some();
        if line.hcpcs.is_some() { None } else { collective.iter().find(names) }
    });
    let mut verdict = match vague {
        Some(name) => Verdict::unmet().because(format!("\"{name}\"")),
        None => Verdict::met(),
    };
    for (index, field) in
        case.order_documents().flat_map(|document| document.fields_named("items.description")).enumerate()
    {
        verdict = verdict.with(&format!("items.{}", index + 1), field);
    }
    verdict
}

/// SIG-1: a signed copy is in the packet. A document that says both goes to a person.
pub(super) fn signed(case: &CaseFile<'_>) -> Verdict {
    let mut unsigned: Option<&Field> = None;
    let mut contradicted: Option<(&Field, &Field)> = None;
    for document in case.order_documents() {
        let of = |wanted: bool| {
            document.fields_named("signature").find(|field| field.value == FieldValue::Flag(wanted))
        };
        match (of(true), of(false)) {
            (Some(yes), None) if stamped(document) => {
                return Verdict::unmet().because("it is a stamp").with("signature", yes);
            }
            (Some(yes), None) => {
                return Verdict::met()
                    .with("signature", yes)
                    .with_opt("signed_by", document.field("signed_by"))
                    .with_opt("signature_date", document.field("signature_date"));
            }
            (Some(yes), Some(no)) => contradicted = Some((yes, no)),
            (None, Some(no)) => unsigned = Some(no),
            (None, None) => {}
        }
    }
    match (contradicted, unsigned) {
        (Some((yes, no)), _) => Verdict::insufficient()
            .because("it shows a signature and says that one is missing")
            .with("signature", yes)
            .with("signature.missing", no),
        (None, Some(no)) => Verdict::unmet().with("signature", no),
        (None, None) => Verdict::insufficient().because("no legible signature was found"),
    }
}

/// A stamp is no signature, unless it says that the signer's disability is documented.
fn stamped(document: &domain::parser::Document) -> bool {
    let stamp = document
        .field("signature_kind")
        .is_some_and(|field| field.value == FieldValue::Text("stamp".to_owned()));
    stamp && !crate::case_file::states(document, "signature_stamp_allowed")
}

/// ID-1: a legible NPI passes its check digit. On a recognised page a failing one may be a misread one.
pub(super) fn prescriber_npi(case: &CaseFile<'_>) -> Verdict {
    /// Words read with less confidence may be misread.
    const LEGIBLE: f32 = 0.96;
    if let Some(field) = case.order_field("prescriber.npi") {
        return Verdict::met().with("prescriber.npi", field);
    }
    match case.order_field("prescriber.npi_unproven") {
        Some(field) if field.confidence >= LEGIBLE && is_ten_digits(field) => {
            Verdict::unmet().with("prescriber.npi", field)
        }
        Some(field) => Verdict::insufficient().with("prescriber.npi", field),
        None => Verdict::not_applicable(),
    }
}

fn is_ten_digits(field: &Field) -> bool {
    matches!(&field.value, FieldValue::Text(text) if text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// ID-2: the Medicare number has its form.
pub(super) fn beneficiary_id(case: &CaseFile<'_>) -> Verdict {
    if !case.is_medicare() {
        return Verdict::not_applicable();
    }
    if let Some(field) = case.documents.iter().find_map(|document| document.field("mbi")) {
        return Verdict::met().with("mbi", field);
    }
    // A legible member number of the primary coverage that is none contradicts.
    const LEGIBLE: f32 = 0.94;
    let member = [DocumentClass::Facesheet, DocumentClass::InsuranceCard]
        .into_iter()
        .flat_map(|class| case.of_class(class))
        .find_map(|document| document.field("coverage.1.member_id"));
    match member {
        Some(field) if field.confidence >= LEGIBLE => Verdict::unmet().with("member_id", field),
        Some(field) => Verdict::insufficient().with("member_id", field),
        None => Verdict::insufficient(),
    }
}
