//! The answer of `read` for people: files, documents, fields with page and quote, orders, findings, outcome.

use super::report::{OrderReading, ReadReport};
use crate::output;
use domain::ocr_pool::ReadMethod;
use domain::parser::{Document, DocumentClass, FieldMethod, Finding, Reason};
use domain::redacted::Redacted;
use std::fmt::Write;

/// Quotes longer than this many characters are cut in the table; the JSON has them whole.
const QUOTE_CHARS_MAX: usize = 70;

/// The whole answer as text.
pub(super) fn text(report: &ReadReport) -> String {
    let mut text = format!("{}\n\n{}\n", packet_line(report), documents(report));
    let fields = fields(report);
    let _ = writeln!(text, "\n{fields}");
    for (ordinal, reading) in (1..).zip(&report.orders) {
        let _ = writeln!(text, "\n{}", order(ordinal, reading));
    }
    let _ = write!(text, "\noutcome: {}", report.outcome.text());
    text.push_str(&reasons(&report.reasons));
    text
}

fn packet_line(report: &ReadReport) -> String {
    let count = |method| report.pages.iter().filter(|page| page.method == method).count();
    let mut line = format!(
        "packet: {} files, {} pages ({} with text, {} recognised, {} blank, {} unreadable)",
        report.files.len(),
        report.pages.len(),
        count(ReadMethod::TextLayer),
        count(ReadMethod::Ocr),
        count(ReadMethod::Blank),
        count(ReadMethod::Unreadable),
    );
    for file in &report.files {
        let _ = write!(line, "\n  {} ({} pages)", file.file, file.pages);
        if let Some(mended) = &file.mended {
            let _ = write!(line, ": {mended}");
        }
    }
    line
}

fn documents(report: &ReadReport) -> String {
    let mut table = output::table(&["pages", "document", "confidence", "decided by"]);
    for document in &report.documents {
        table.add_row(vec![
            pages(document.page_first, document.page_last),
            class_name(document.class).to_owned(),
            percent(document.class_confidence),
            document.decided_by.join(", "),
        ]);
    }
    table.to_string()
}

fn fields(report: &ReadReport) -> String {
    let mut table = output::table(&["document", "field", "value", "page", "confidence", "quote"]);
    for document in &report.documents {
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

fn order(ordinal: usize, reading: &OrderReading) -> String {
    let order = &reading.order;
    let shown = |value: &Option<Redacted<String>>| {
        value.as_ref().map_or("?", |value| value.reveal().as_str()).to_owned()
    };
    let mut text = format!(
        "order {ordinal}: {} for {}, born {}, ordered {} by {} (NPI {}), diagnoses {}\n",
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
    let _ = write!(text, "\n  {}", reading.outcome.text());
    text.push_str(&reasons(&reading.reasons));
    text
}

fn findings(findings: &[Finding]) -> String {
    let mut table = output::table(&["rule", "outcome", "weight", "pages", "finding"]);
    for finding in findings {
        let mut pages: Vec<u32> = finding.evidence.iter().map(|evidence| evidence.page).collect();
        pages.sort_unstable();
        pages.dedup();
        let pages: Vec<String> = pages.iter().map(u32::to_string).collect();
        table.add_row(vec![
            finding.rule.clone(),
            finding.outcome.name().replace('_', " "),
            if finding.required { "required" } else { "advisory" }.to_owned(),
            pages.join(", "),
            finding.message.clone(),
        ]);
    }
    table.to_string()
}

fn reasons(reasons: &[Reason]) -> String {
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
        DocumentClass::Other => "other",
    }
}
