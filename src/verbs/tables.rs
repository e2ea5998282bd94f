//! What was understood, for people: documents, fields with page and quote, orders, findings. Used by `read`
//! and `orders show`.

use crate::output;
use domain::parser::{Document, DocumentClass, FieldMethod, Finding, Order, Reason};
use domain::redacted::Redacted;
use std::fmt::Write;

/// Quotes longer than this many characters are cut in the table; the JSON has them whole.
const QUOTE_CHARS_MAX: usize = 70;

/// A row a document.
pub(super) fn documents(documents: &[Document]) -> String {
    let mut table = output::table(&["pages", "document", "confidence", "decided by"]);
    for document in documents {
        table.add_row(vec![
            pages(document.page_first, document.page_last),
            class_name(document.class).to_owned(),
            percent(document.class_confidence),
            document.decided_by.join(", "),
        ]);
    }
    table.to_string()
}

/// A row a field.
pub(super) fn fields(documents: &[Document]) -> String {
    let mut table = output::table(&["document", "field", "value", "page", "confidence", "quote"]);
    for document in documents {
        for field in &document.fields {
            let unit = field.unit.as_deref().map_or_else(String::new, |unit| format!(" {unit}"));
            let method = if field.method == FieldMethod::Rules { "" } else { " (not by rules)" };
            table.add_row(vec![
                document_name(document),
                field.name.clone(),
                format!("{}{unit}", field.value),
                field.evidence.page.to_string(),
                format!("{}{method}", percent(field.confidence)),
                cut(&field.evidence.quote),
            ]);
        }
    }
    table.to_string()
}

/// An order with its items, coverages and findings.
pub(super) fn order(order: &Order) -> String {
    let shown = |value: &Option<Redacted<String>>| {
        value.as_ref().map_or("?", |value| value.reveal().as_str()).to_owned()
    };
    let mut text = format!(
        "{} for {}, born {}, ordered {} by {} (NPI {}), diagnoses {}\n",
        order.family.as_deref().unwrap_or("no family of ours"),
        shown(&order.patient_name),
        order.patient_dob.as_ref().map_or("?".to_owned(), |dob| dob.reveal().to_string()),
        order.order_date.map_or("?".to_owned(), |date| date.to_string()),
        shown(&order.prescriber_name),
        order.prescriber_npi.as_deref().unwrap_or("?"),
        if order.diagnoses.is_empty() { "?".to_owned() } else { order.diagnoses.join(", ") },
    );
    for item in &order.items {
        let quantity = item.quantity.map_or_else(String::new, |quantity| format!("{quantity} × "));
        let code = item.hcpcs.as_deref().unwrap_or("no code");
        let _ = writeln!(text, "  {quantity}{code}  {}", item.description);
    }
    for coverage in &order.coverages {
        let _ = writeln!(text, "  coverage {}: {}", coverage.rank, coverage.payer);
    }
    text.push_str(&findings(&order.findings));
    text
}

fn findings(findings: &[Finding]) -> String {
    let mut table = output::table(&["rule", "version", "outcome", "weight", "pages", "finding"]);
    for finding in findings {
        let mut pages: Vec<u32> = finding.evidence.iter().map(|evidence| evidence.page).collect();
        pages.sort_unstable();
        pages.dedup();
        let pages: Vec<String> = pages.iter().map(u32::to_string).collect();
        table.add_row(vec![
            finding.rule.clone(),
            finding.version.to_string(),
            finding.outcome.name().replace('_', " "),
            if finding.required { "required" } else { "advisory" }.to_owned(),
            pages.join(", "),
            finding.message.clone(),
        ]);
    }
    table.to_string()
}

/// A line a reason, each on a line of its own.
pub(super) fn reasons(reasons: &[Reason]) -> String {
    reasons.iter().fold(String::new(), |mut text, reason| {
        let _ = write!(text, "\n    {}: {}", reason.code, reason.text);
        text
    })
}

fn document_name(document: &Document) -> String {
    format!("{} p. {}", class_name(document.class), pages(document.page_first, document.page_last))
}

fn pages(first: u32, last: u32) -> String {
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}

fn percent(share: f32) -> String {
    format!("{:.0} %", share * 100.0)
}

fn cut(quote: &str) -> String {
    let one_line = quote.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.chars().count() <= QUOTE_CHARS_MAX {
        return one_line;
    }
    let kept: String = one_line.chars().take(QUOTE_CHARS_MAX - 1).collect();
    format!("{kept}…")
}

const fn class_name(class: DocumentClass) -> &'static str {
    match class {
        DocumentClass::Facesheet => "facesheet",
        DocumentClass::Order => "order",
        DocumentClass::OfficeNote => "office note",
        DocumentClass::TelehealthNote => "telehealth note",
        DocumentClass::SleepStudy => "sleep study",
        DocumentClass::Titration => "titration report",
        DocumentClass::EncounterSummary => "encounter summary",
        DocumentClass::InsuranceCard => "insurance card",
        DocumentClass::Lab => "laboratory result",
        DocumentClass::Imaging => "imaging report",
        DocumentClass::Letter => "letter",
        DocumentClass::CoverSheet => "cover sheet",
        DocumentClass::RawStudyData => "raw study data",
        DocumentClass::MedicalNecessityForm => "certificate of medical necessity",
        DocumentClass::AdherenceReport => "adherence report",
        DocumentClass::PriorAuthorization => "prior authorization form",
        DocumentClass::Consent => "consent",
        DocumentClass::Other => "other",
    }
}
