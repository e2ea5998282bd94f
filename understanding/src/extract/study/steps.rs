//! The table of pressures that a titration went through: the index in the row of the pressure settled on is the residual
//! one.

use super::atoms::{Unit, atoms};
use super::grid;
use super::words::{Idea, Ideas, read};
use crate::extract::columns::heading_above;
use crate::find::{DocView, Found};
use domain::parser::{Field, FieldValue};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

type Pattern = LazyLock<Option<Regex>>;

static PRESSURE: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:[cbi]?i?-?pap|[ie]pap|press\w*|cm|cm\s?h2o|cmh2o|cwp|level|setting|inspiratory|expiratory)\b|^\W*[IE]\W*$").ok()
});
static PAIR: Pattern =
    LazyLock::new(|| Regex::new(r"(?P<i>\d{1,2}(?:\.\d)?)\s*/\s*(?P<e>\d{1,2}(?:\.\d)?)").ok());
/// Pressures stand in a row's first cells.
const FIRST_CELLS: usize = 3;

/// `residual_ahi`, if the report does not say it in words: all rows of the pressure settled on must agree.
pub(super) fn residual(view: &DocView<'_>, fields: &[Field]) -> Option<Field> {
    let value = |name: &str| {
        fields.iter().find(|field| field.name == name).and_then(|field| match field.value {
            FieldValue::Number(value) => Some(value),
            _ => None,
        })
    };
    if fields.iter().any(|field| field.name == "residual_ahi") {
        return None;
    }
    let settled = match (value("final.ipap"), value("final.epap"), value("final_pressure")) {
        (Some(inspired), Some(expired), _) => vec![inspired, expired],
        (_, _, Some(pressure)) => vec![pressure],
        _ => return None,
    };
    let mut found: Vec<Found<f64>> = Vec::new();
    for (page, labelled) in view.pages.iter().enumerate() {
        for (line, row) in labelled.sheet.spoken().filter(|(_, row)| row.cells.len() >= 3) {
            if pressures(view, (page, line), &row.text, &row.cells) == settled {
                found.extend(index(view, (page, line), &row.text));
            }
        }
    }
    let first = found.first()?;
    let agree = found.iter().all(|one| (one.value - first.value).abs() < 0.01);
    agree.then(|| view.field("residual_ahi", FieldValue::Number(first.value), Some("/h"), first)).flatten()
}

/// The pressures that a row is about: one, or two of a bilevel device.
fn pressures(view: &DocView<'_>, at: (usize, usize), text: &str, cells: &[Range<usize>]) -> Vec<f64> {
    let is = |pattern: &Pattern, text: &str| pattern.as_ref().is_some_and(|regex| regex.is_match(text));
    let mut found = Vec::new();
    for cell in cells.iter().take(FIRST_CELLS) {
        let own = &text[cell.clone()];
        let Some(digit) = own.find(|c: char| c.is_ascii_digit()) else { continue };
        let place = cell.start + digit..cell.end;
        let headed = || heading_above(view, at, &place).is_some_and(|head| is(&PRESSURE, &head));
        if !(is(&PRESSURE, own) || headed()) {
            continue;
        }
        if let Some(pair) = PAIR.as_ref().and_then(|regex| regex.captures(own)) {
            return ["i", "e"].iter().filter_map(|name| pair.name(name)?.as_str().parse().ok()).collect();
        }
        let number: String = own[digit..].chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        found.extend(number.trim_end_matches('.').parse::<f64>());
    }
    found
}

/// The index of a row.
fn index(view: &DocView<'_>, (page, line): (usize, usize), text: &str) -> Option<Found<f64>> {
    let not_index = [
        Idea::Foreign,
        Idea::Supine,
        Idea::Rem,
        Idea::Nrem,
        Idea::OffSupine,
        Idea::Central,
        Idea::Obstructive,
        Idea::Time,
        Idea::Count,
        Idea::Goal,
    ];
    let is_index = |ideas: Ideas| {
        let named =
            ideas.any(&[Idea::Ahi, Idea::Rei]) || ideas.all(&[Idea::Apnea, Idea::Hypopnea, Idea::Index]);
        named && !ideas.any(&not_index)
    };
    let mut found = atoms(text, &read(text).not_values)
        .into_iter()
        .filter(|atom| matches!(atom.unit, Unit::None | Unit::PerHour))
        .filter(|atom| grid::heading(view, (page, line), &atom.at).is_some_and(|head| is_index(head.ideas)));
    let atom = found.next()?;
    let place =
        Found { value: atom.value, page, line, quote: atom.at.clone(), at: atom.at, confidence: 0.85 };
    found.next().is_none().then_some(place)
}
