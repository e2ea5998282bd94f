//! Rules on how the order is signed: a signature nobody can read, or that is missing, and what proves it (SIG-2); the
//! parts of an electronic one (SIG-3). Whether it is signed at all is SIG-1's.

use super::Verdict;
use crate::case_file::CaseFile;
use domain::parser::{Field, FieldValue};

fn flag<'a>(case: &CaseFile<'a>, name: &str, wanted: bool) -> Option<&'a Field> {
    case.order_documents()
        .flat_map(|document| &document.fields)
        .find(|field| field.name == name && field.value == FieldValue::Flag(wanted))
}

/// A statement in any paper of the packet: an attestation comes on a page of its own.
fn anywhere<'a>(case: &CaseFile<'a>, name: &str) -> Option<&'a Field> {
    case.documents
        .iter()
        .find_map(|document| document.field(name))
        .filter(|field| field.value == FieldValue::Flag(true))
}

/// SIG-2. Whether an attestation can stand for a missing signature on an order is told differently by different
/// contractors: a person decides.
pub(super) fn proven(case: &CaseFile<'_>) -> Verdict {
    let (attested, log) = (anywhere(case, "signature_attested"), anywhere(case, "signature_log"));
    if let Some(illegible) = flag(case, "signature_illegible", true) {
        let printed = case.order_field("signed_by").or_else(|| case.order_field("prescriber.name"));
        let verdict = match printed.or(log).or(attested) {
            Some(proof) => Verdict::met().with("signature_proof", proof),
            None => Verdict::unmet()
                .because("it cannot be read, and no printed name, log or attestation is there"),
        };
        return verdict.with("signature_illegible", illegible);
    }
    match (flag(case, "signature", true), flag(case, "signature", false)) {
        (Some(_), None) => Verdict::not_applicable(),
        (Some(yes), Some(no)) => Verdict::insufficient()
            .because("it is there and said to be missing")
            .with("signature", yes)
            .with("missing", no),
        (None, missing) => match attested {
            Some(field) => Verdict::insufficient()
                .because(
                    "the signature is missing and attested: contractors differ on orders, a person decides",
                )
                .with("signature_attested", field),
            None => Verdict::unmet()
                .because("the signature is missing and not attested")
                .with_opt("signature", missing),
        },
    }
}

/// SIG-3: name, credential, date and the phrase.
pub(super) fn form(case: &CaseFile<'_>) -> Verdict {
    let Some(kind) = case.order_field("signature_kind") else { return Verdict::not_applicable() };
    if kind.value != FieldValue::Text("electronic".to_owned()) {
        return Verdict::not_applicable();
    }
    let parts = [
        ("signed_by", "the signer's name"),
        ("signature_credential", "a credential"),
        ("signature_date", "a date"),
    ];
    let missing: Vec<&str> =
        parts.iter().filter(|(name, _)| case.order_field(name).is_none()).map(|(_, words)| *words).collect();
    let verdict = if missing.is_empty() {
        Verdict::met()
    } else {
        Verdict::insufficient().because(missing.join(" and "))
    };
    parts
        .iter()
        .fold(verdict, |verdict, (name, _)| verdict.with_opt(name, case.order_field(name)))
        .with("signature_kind", kind)
}
