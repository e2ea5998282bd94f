//! Height, weight and body mass index, in centimetres, kilograms and kg/m2.

use super::flow::Flow;
use super::measure::number;
use crate::find::DocView;
use domain::parser::{Field, FieldValue};
use regex::{Captures, Regex};
use std::sync::LazyLock;

/// Centimetres in an inch, inches in a foot, kilograms in a pound and in an ounce.
const CM_PER_INCH: f64 = 2.54;
const INCHES_PER_FOOT: f64 = 12.0;
const KG_PER_POUND: f64 = 0.453_592_37;
const OUNCES_PER_POUND: f64 = 16.0;
/// A grown person's height in centimetres and weight in kilograms; outside a number was misread.
const HEIGHTS: std::ops::RangeInclusive<f64> = 90.0..=230.0;
const WEIGHTS: std::ops::RangeInclusive<f64> = 25.0..=350.0;

static HEIGHT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?i)\b(?:ht|height)\b\.?(?:\s*\([a-z./ ]{1,12}\))?\s*(?:[:=|]|is|was|of|measured|at|today|\s)*\s*(?:"#,
        r#"(?P<feet>[3-7])\s*(?:'|’|′|ft\.?|feet|foot)\s*,?\s*(?:and\s+)?(?:(?P<inches>\d{1,2}(?:\.\d+)?)\s*(?:"|”|″|''|in\b|inches|inch)?)?"#,
        r#"|(?P<value>\d{1,3}(?:\.\d+)?)\s*(?P<unit>cm\b|centimet\w*|m\b|met(?:er|re)s?\b|in\b|inch\w*|"|”))"#,
    ))
    .ok()
});
static WEIGHT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:wt|weight)\b\.?(?:\s*\([a-z./ ]{1,12}\))?\s*(?:[:=|]|is|was|of|measured|at|today|\s)*\s*",
        r"(?P<value>\d{2,3}(?:\.\d+)?)\s*(?P<unit>lbs?\b|pounds?|kgs?\b|kilo\w*)(?:\s*(?P<ounces>\d{1,2}(?:\.\d+)?)\s*oz\b)?",
    ))
    .ok()
});

/// Reads them; the first legible value of each.
pub(super) fn fields(view: &DocView<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    for found in view.typed(&["bmi"], |text| number(text).filter(|(bmi, _)| (10.0..=100.0).contains(bmi))) {
        fields.extend(view.field("bmi", FieldValue::Number(found.value), Some("kg/m2"), &found));
    }
    fields.extend(measured(view, &HEIGHT, "height", "cm", height_cm));
    fields.extend(measured(view, &WEIGHT, "weight", "kg", weight_kg));
    fields
}

fn measured(
    view: &DocView<'_>,
    regex: &LazyLock<Option<Regex>>,
    name: &str,
    unit: &str,
    value: impl Fn(&Captures<'_>) -> Option<f64>,
) -> Option<Field> {
    let regex = regex.as_ref()?;
    view.pages.iter().enumerate().find_map(|(page, labelled)| {
        let flow = Flow::of(labelled);
        let found = regex
            .captures_iter(&flow.text)
            .find_map(|found| Some((value(&found)?, found.get(0)?.range())))?;
        let place = flow.place(view, page, &found.1, 0.92)?;
        view.field(name, FieldValue::Number((found.0 * 10.0).round() / 10.0), Some(unit), &place)
    })
}

fn part(found: &Captures<'_>, name: &str) -> Option<f64> {
    found.name(name)?.as_str().parse().ok()
}

fn height_cm(found: &Captures<'_>) -> Option<f64> {
    let cm = match (part(found, "feet"), part(found, "value")) {
        (Some(feet), _) => {
            let inches = part(found, "inches").unwrap_or(0.0);
            if inches >= INCHES_PER_FOOT {
                return None;
            }
            (feet * INCHES_PER_FOOT + inches) * CM_PER_INCH
        }
        (None, Some(value)) => {
            let unit = found.name("unit")?.as_str().to_lowercase();
            match unit.as_bytes().first()? {
                b'c' => value,
                b'm' => value * 100.0,
                _ => value * CM_PER_INCH,
            }
        }
        (None, None) => return None,
    };
    HEIGHTS.contains(&cm).then_some(cm)
}

fn weight_kg(found: &Captures<'_>) -> Option<f64> {
    let value = part(found, "value")?;
    let metric = found.name("unit")?.as_str().to_lowercase().starts_with('k');
    let pounds = value + part(found, "ounces").unwrap_or(0.0) / OUNCES_PER_POUND;
    let kg = if metric { value } else { pounds * KG_PER_POUND };
    WEIGHTS.contains(&kg).then_some(kg)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(
        regex: &LazyLock<Option<Regex>>,
        text: &str,
        value: fn(&Captures<'_>) -> Option<f64>,
    ) -> Option<f64> {
        let found = regex.as_ref()?.captures(text)?;
        value(&found).map(|value| (value * 10.0).round() / 10.0)
    }

    #[test]
    fn sizes_come_in_metric_units() {
        for (text, wanted) in [
            ("Ht 6' 0\"", Some(182.9)),
            ("Height: 5 ft 7 in", Some(170.2)),
            ("Height is 5 feet, 7 inches", Some(170.2)),
            ("HT 66 in", Some(167.6)),
            ("Ht: 1.7 m (5' 7\")", Some(170.0)),
            ("height 170.2 cm", Some(170.2)),
            ("Ht 5'14\"", None),
            ("height 17 in", None),
            ("height not measured, 66 in the ward", None),
        ] {
            assert_eq!(read(&HEIGHT, text, height_cm), wanted, "{text}");
        }
        for (text, wanted) in [
            ("Wt 225.5 lb", Some(102.3)),
            ("Weight: 102 kg (224 lb)", Some(102.0)),
            ("weight is 252 pounds", Some(114.3)),
            ("Wt (!) 300 lb", None),
            ("weight loss of 20 lb", None),
            ("weight 225", None),
        ] {
            assert_eq!(read(&WEIGHT, text, weight_kg), wanted, "{text}");
        }
    }
}
