//! Papers that go with an order: certificates of medical necessity, proofs of delivery, prior approvals.

use super::{Pattern, flag};
use crate::dates::find_date;
use crate::find::{DocView, Found};
use domain::parser::{DocumentClass, Field, FieldValue};
use regex::Regex;
use std::sync::LazyLock;

/// The forms by their numbers, with the words that make a number a form's.
static CERTIFICATE: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:CMS|HCFA|CMN|DIF|DME\s+information\s+form|certificate\s+of\s+medical\s+necessity)\b[\s:#-]{0,4}(?:CMS|form|DME)?[\s:#-]{0,4}(?P<v>484|846|847|848|849|10125|10126)\b").ok()
});
static TITLE: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)^\W{0,4}(?P<v>certificate\s+of\s+medical\s+necessity|DME\s+information\s+form)\b").ok()
});
static DELIVERED: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:date\s+of\s+delivery|delivery\s+date|delivered\s+on|date\s+delivered)\s*:?\s*").ok()
});
static APPROVAL: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:prior\s+(?:authori[sz]ation|approval)|DVS)\s+(?:number|no\.?|#)\s*:?\s*[A-Z0-9-]*\d[A-Z0-9-]{3,}").ok()
});

/// What they tell.
pub(super) fn fields(view: &DocView<'_>, class: DocumentClass) -> Vec<Field> {
    let mut fields = Vec::new();
    if let Some(found) = view.pattern(&CERTIFICATE).into_iter().chain(view.pattern(&TITLE)).next() {
        fields.extend(view.field("cmn.form", FieldValue::Text(found.value.clone()), None, &found));
    }
    if !matches!(class, DocumentClass::OfficeNote | DocumentClass::TelehealthNote) {
        fields.extend(flag(view, "prior_authorization", &APPROVAL));
        fields.extend(delivery(view));
    }
    fields
}

fn delivery(view: &DocView<'_>) -> Option<Field> {
    view.pattern(&DELIVERED).into_iter().find_map(|found| {
        let after = view.line(found.page, found.line).get(found.at.end..)?;
        let (day, range) = find_date(after, false).filter(|(_, range)| range.start <= 3)?;
        let quote = found.quote.start..found.at.end + range.end;
        let place = Found {
            value: (),
            at: quote.clone(),
            quote,
            page: found.page,
            line: found.line,
            confidence: 0.9,
        };
        view.field("delivery_date", FieldValue::Date(day), None, &place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::page;
    use crate::labels::Labelled;
    use crate::sheet::Sheet;

    #[test]
    fn papers_that_go_with_an_order_are_known() {
        for (text, wanted) in [
            ("CERTIFICATE OF MEDICAL NECESSITY\nCMS-484 OXYGEN", &["cmn.form=484"][..]),
            ("Certificate of Medical Necessity", &["cmn.form=Certificate of Medical Necessity"]),
            ("Proof of delivery\nDelivery date: 11/05/2026", &["delivery_date=2026-11-05"]),
            ("Prior approval number: 12345678901", &["prior_authorization=yes"]),
            ("Prior authorization required", &[]),
        ] {
            let page = page(1, text);
            let pages = [Labelled::of(Sheet::of(&page))];
            let read: Vec<String> = fields(&DocView { pages: &pages }, DocumentClass::Other)
                .iter()
                .map(|field| format!("{}={}", field.name, field.value))
                .collect();
            assert_eq!(read, wanted, "{text}");
        }
    }
}
