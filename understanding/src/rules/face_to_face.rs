//! F2F-1: a visit about the condition within some months before the written order. Signing and printing dates do not
//! count.

use super::Verdict;
use crate::case_file::{CaseFile, date, states};
use domain::parser::{Document, DocumentClass, Field};
use jiff::civil::Date;
use jiff::{Span, ToSpan};

/// Visits a payer takes for an encounter: in person, by telehealth, in a hospital.
const VISITS: [DocumentClass; 3] =
    [DocumentClass::OfficeNote, DocumentClass::TelehealthNote, DocumentClass::EncounterSummary];

/// What in a note shows that it deals with the condition: a stated topic, or a measured saturation or blood gas.
fn shows<'a>(note: &'a Document, topics: &[String]) -> Option<&'a Field> {
    let stated = topics.iter().find(|topic| states(note, topic)).and_then(|topic| note.field(topic));
    stated.or_else(|| {
        note.fields.iter().find(|field| field.name.starts_with("sat.") || field.name.starts_with("po2."))
    })
}

/// The verdict; visits after the order do not count.
pub(super) fn encounter(case: &CaseFile<'_>, months_before: f64, topics: &[String]) -> Verdict {
    let Some((ordered, order_date)) =
        case.order_field("order_date").and_then(|field| Some((date(field)?, field)))
    else {
        return Verdict::insufficient().because("the order date is not legible");
    };
    let Ok(first) = ordered.checked_sub(months(months_before)) else { return Verdict::insufficient() };
    let about: Vec<(&Document, &Field)> = case
        .documents
        .iter()
        .filter(|document| VISITS.contains(&document.class))
        .filter_map(|note| Some((note, shows(note, topics)?)))
        .collect();
    let dated: Vec<(Date, &Field, &Field)> = about
        .iter()
        .filter_map(|(note, shown)| {
            let field = note.field("encounter_date")?;
            Some((date(field)?, field, *shown))
        })
        .collect();
    let inside =
        dated.iter().filter(|(day, ..)| (first..=ordered).contains(day)).max_by_key(|(day, ..)| *day);
    if let Some((_, visit, shown)) = inside {
        return Verdict::met()
            .with("encounter_date", visit)
            .with("order_date", order_date)
            .with(&shown.name, shown);
    }
    if dated.len() < about.len() {
        return Verdict::insufficient()
            .because("a note about the condition shows no legible date of the visit")
            .with("order_date", order_date);
    }
    let Some((day, visit, _)) = dated.iter().max_by_key(|(day, ..)| *day) else {
        let any = case.documents.iter().any(|document| VISITS.contains(&document.class));
        let detail = if any {
            "the notes found do not deal with the condition"
        } else {
            "there is no note of a visit"
        };
        return Verdict::insufficient().because(detail).with("order_date", order_date);
    };
    let detail = if *day > ordered { "it was after the order" } else { "the latest one was earlier" };
    Verdict::unmet().because(detail).with("encounter_date", visit).with("order_date", order_date)
}

fn months(number: f64) -> Span {
    (number.clamp(0.0, 120.0) as i64).months()
}
