//! Standard written orders: items, diagnoses, prescriber, dates, settings, signature.

mod items;
mod need;
mod prescriber;
mod reach;
mod settings;
mod standing;

use super::{coverage, signature};
use crate::dates::find_date;
use crate::find::{DocView, Found, LIKELY};
use crate::identifiers::icd10_words;
use crate::knowledge::CodeTable;
use domain::parser::{DocumentClass, Field, FieldValue};

pub(crate) use items::{OrderLine, is_certain_equipment_order, order_lines};

/// A page's first lines, where a date without further words is the document's own.
const HEAD_LINES: usize = 14;

/// Reads an order.
pub(super) fn fields(view: &DocView<'_>, codes: &CodeTable) -> Vec<Field> {
    let mut fields = Vec::new();
    for found in dates(view) {
        fields.extend(view.field("order_date", FieldValue::Date(found.value), None, &found));
    }
    for line in order_lines(view, codes) {
        fields.extend(item_fields(view, &line));
    }
    for found in diagnoses(view, codes) {
        fields.extend(view.field("dx.icd10", FieldValue::Text(found.value.clone()), None, &found));
    }
    fields.extend(prescriber::fields(view));
    for found in need::lengths(view) {
        fields.extend(view.field("length_of_need", FieldValue::Count(found.value), Some("months"), &found));
    }
    fields.extend(settings::fields(view));
    fields.extend(coverage::fields(view, DocumentClass::Order));
    fields.extend(standing::fields(view));
    fields.extend(signature::fields(view));
    super::distinct(fields)
}

fn item_fields(view: &DocView<'_>, line: &OrderLine) -> Vec<Field> {
    let mut fields = Vec::new();
    if let (Some(code), true) = (&line.hcpcs, line.printed) {
        fields.extend(view.field("items.hcpcs", FieldValue::Text(code.clone()), None, &line.place));
    }
    let description = FieldValue::Text(line.description.clone());
    fields.extend(view.field("items.description", description, None, &line.place));
    if let Some(quantity) = line.quantity {
        fields.extend(view.field("items.quantity", FieldValue::Count(quantity.into()), None, &line.place));
    }
    fields
}

/// The order date; a date without further words counts only in the head, away from a signature.
fn dates(view: &DocView<'_>) -> Vec<Found<jiff::civil::Date>> {
    let mut found = view.typed(&["order_date"], |text| find_date(text, false));
    found.retain(|found| {
        found.confidence > LIKELY || !standing::speaks_of_another(view.line(found.page, found.line))
    });
    if !found.is_empty() {
        return found;
    }
    let mut plain = view.typed(&["plain_date"], |text| find_date(text, false));
    plain.retain(|found| {
        let near = (found.line.saturating_sub(1)..=found.line)
            .map(|line| view.line(found.page, line).to_lowercase());
        let signs = near.into_iter().any(|text| text.contains("sign"));
        found.page == 0 && found.line < HEAD_LINES && !signs
    });
    plain.truncate(1);
    for found in &mut plain {
        found.confidence *= 0.85;
    }
    plain
}

/// ICD-10-CM codes: with a dot anywhere, without one only if we know the code and a diagnosis label is near.
fn diagnoses(view: &DocView<'_>, codes: &CodeTable) -> Vec<Found<String>> {
    const NEAR_LINES: usize = 4;
    let mut found: Vec<Found<String>> = Vec::new();
    let mut labelled_at = None;
    for (page, line, text) in view.lines() {
        if view.pages[page].hits[line].iter().any(|hit| hit.key == "diagnosis") {
            labelled_at = Some((page, line));
        }
        let near =
            labelled_at.is_some_and(|(at_page, at_line)| at_page == page && line - at_line <= NEAR_LINES);
        for (word, range) in icd10_words(text) {
            // A form offers diagnoses too.
            if items::is_unchecked(text, range.start) {
                continue;
            }
            let known = codes.icd10.contains_key(&word);
            let wanted = if word.contains('.') { near || known } else { near && known };
            // A list of diagnoses goes on with codes without points.
            if wanted {
                labelled_at = Some((page, line));
            }
            if wanted && !found.iter().any(|other| other.value == word) {
                found.push(Found {
                    value: word,
                    page,
                    line,
                    quote: range.clone(),
                    at: range,
                    confidence: if known { 0.97 } else { 0.9 },
                });
            }
        }
    }
    found
}
