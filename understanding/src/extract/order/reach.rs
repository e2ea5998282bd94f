//! The prescriber's telephone and fax on an order. A letter with a patient's name goes there, so a number counts only on
//! the prescriber's own lines, behind its label, and only if there is no other one.

use crate::find::{DocView, Found};
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::sync::LazyLock;

/// Lines below the prescriber's name that are still about the prescriber: NPI, address, telephone, fax.
const LINES_BELOW: usize = 6;

type Pattern = LazyLock<Option<Regex>>;

static FAX: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:fax|facsimile)\b(?:\s*(?:no\.?|number|#))?\s*[:#]?\s*(?P<v>\(?\d{3}\)?[\s.\-]{0,2}\d{3}[\s.\-]{0,2}\d{4})\b").ok()
});
static PHONE: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:phone|telephone|tel|ph)\b\.?(?:\s*(?:no\.?|number|#))?\s*[:#]?\s*(?P<v>\(?\d{3}\)?[\s.\-]{0,2}\d{3}[\s.\-]{0,2}\d{4})\b").ok()
});
/// A line that tells where forms go, or speaks of somebody else, gives no prescriber's number.
static ELSEWHERE: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:fax(?:ed)?\s+(?:\w+\s+){0,3}to|return|send|completed|supplier|vendor|patient|pharmacy|home|cell|mobile)\b").ok()
});

/// `prescriber.phone` and `prescriber.fax` beside the line that names the prescriber.
pub(super) fn fields(view: &DocView<'_>, name: Option<&Found<String>>) -> Vec<Field> {
    let Some(name) = name else { return Vec::new() };
    [("prescriber.phone", &PHONE), ("prescriber.fax", &FAX)]
        .into_iter()
        .filter_map(|(field, pattern)| {
            let found = the_one(view, pattern, name)?;
            view.field(field, FieldValue::Text(found.value.clone()), None, &found)
        })
        .collect()
}

fn the_one(view: &DocView<'_>, pattern: &Pattern, name: &Found<String>) -> Option<Found<String>> {
    let near = |found: &Found<String>| {
        let line = view.line(found.page, found.line);
        found.page == name.page
            && (name.line..=name.line + LINES_BELOW).contains(&found.line)
            && !ELSEWHERE.as_ref().is_some_and(|regex| regex.is_match(line))
    };
    let mut all = view.pattern(pattern).into_iter().filter(near);
    let first = all.next()?;
    let digits = |found: &Found<String>| found.value.chars().filter(char::is_ascii_digit).collect::<String>();
    all.all(|other| digits(&other) == digits(&first)).then_some(first)
}

#[cfg(test)]
mod tests {
    use crate::fixtures::papers::ORDER_TABLE;
    use crate::fixtures::understood;

    #[test]
    fn a_number_counts_on_the_prescribers_lines_only() {
        let name = "Ordering Provider: Roe, Richard, MD    NPI: 1234567893";
        for (lines, expected) in [
            (format!("{name}\nPhone: (518) 555-0142    Fax: (518) 555-0143"), Some("(518) 555-0143")),
            (format!("{name}\nFax       518-555-0143"), Some("518-555-0143")),
            (format!("{name}\nPlease fax completed form to: 518-555-0199"), None),
            (format!("{name}\nFax: 518-555-0143\nFax: 518-555-0199"), None),
            (format!("{name}\nNPI 5185550143"), None),
        ] {
            let read = understood(&[&ORDER_TABLE.replace(name, &lines)]);
            let fax = read.documents[0].field("prescriber.fax").map(|field| field.value.to_string());
            assert_eq!(fax.as_deref(), expected, "{lines}");
        }
        let above = format!("Riverside Supply  Fax: 518-555-0199\n{ORDER_TABLE}");
        assert!(understood(&[&above]).documents[0].field("prescriber.fax").is_none(), "a letterhead's");
    }
}
