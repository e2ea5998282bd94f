//! The nights a device's record prints one by one, and whether it only counts the blower's hours. Sums and the period are
//! read with the record's other values.

use super::{Pattern, flag};
use crate::dates::find_date;
use crate::find::DocView;
use domain::parser::{Field, FieldValue};
use jiff::civil::Date;
use regex::Regex;
use std::sync::LazyLock;

static NIGHT: Pattern = LazyLock::new(|| {
    Regex::new(r"^\W*(?P<v>(?:\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|\d{4}-\d{2}-\d{2})\s+(?:\d{1,2}:\d{2}|\d{1,2}(?:\.\d{1,2})?\s*h(?:ours|rs)?)\b)").ok()
});
static BLOWER: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\bblower[\s-](?:on|hours?|time)\b|\bmachine\s+hours\s+only\b|\bhour\s+meter\b").ok()
});

/// Every night, as its day and minutes (`2026-01-10=412`), and the blower's mark.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields: Vec<Field> = flag(view, "adherence.blower_only", &BLOWER).into_iter().collect();
    for found in view.pattern(&NIGHT) {
        let Some((day, minutes)) = night(&found.value) else { continue };
        let value = FieldValue::Text(format!("{day}={minutes}"));
        fields.extend(view.field("adherence.night", value, Some("min"), &found));
    }
    fields
}

/// A row of a day and its hours, as minutes.
fn night(row: &str) -> Option<(Date, u32)> {
    let (day, range) = find_date(row, false)?;
    let hours = row.get(range.end..)?.trim();
    let minutes = match hours.split_once(':') {
        Some((hours, minutes)) => hours.parse::<u32>().ok()? * 60 + minutes.get(..2)?.parse::<u32>().ok()?,
        None => {
            let digits = hours.split(|c: char| !(c.is_ascii_digit() || c == '.')).next()?;
            (digits.parse::<f64>().ok()? * 60.0).round() as u32
        }
    };
    (minutes <= 24 * 60).then_some((day, minutes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::page;
    use crate::labels::Labelled;
    use crate::sheet::Sheet;

    #[test]
    fn a_record_tells_its_nights() {
        let text = "Compliance Report\nUsage 01/10/2026 - 02/08/2026\n01/10/2026  6:52\n01/11/2026  3.5 h\nBlower hours 300\n";
        let page = page(1, text);
        let pages = [Labelled::of(Sheet::of(&page))];
        let read: Vec<String> = fields(&DocView { pages: &pages })
            .iter()
            .map(|field| format!("{}={}", field.name.trim_start_matches("adherence."), field.value))
            .collect();
        assert_eq!(read, ["blower_only=yes", "night=2026-01-10=412", "night=2026-01-11=210"]);
    }
}
