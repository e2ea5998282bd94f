//! Rules on home oxygen (LCD L33797, NCD 240.2): how low blood gas or saturation is (OXY-1), when it was measured
//! (OXY-2), and the three values of an exercise test (OXY-3).

use super::Verdict;
use crate::case_file::{CaseFile, date, number, states};
use crate::knowledge::OxygenLimits;
use domain::parser::{Document, DocumentClass, Field};
use jiff::civil::Date;

/// Where measurements count: a letter or the order itself is no medical record, a sleep study's nadir no test.
const MEASURED_IN: [DocumentClass; 5] = [
    DocumentClass::OfficeNote,
    DocumentClass::TelehealthNote,
    DocumentClass::EncounterSummary,
    DocumentClass::Lab,
    DocumentClass::Other,
];

/// What the patient did while it was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Rest,
    Exercise,
    Sleep,
    Unstated,
}

/// One saturation or oxygen pressure.
#[derive(Clone, Copy)]
struct Reading<'a> {
    gas: bool,
    state: State,
    /// On room air; none where it is not said.
    air: Option<bool>,
    value: f64,
    field: &'a Field,
    document: &'a Document,
}

/// How far a reading qualifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Not,
    /// With a documented condition.
    WithCondition,
    /// By itself.
    Alone,
}

impl<'a> Reading<'a> {
    fn of(document: &'a Document, field: &'a Field) -> Option<Self> {
        let mut parts = field.name.split('.');
        let gas = match parts.next()? {
            "sat" => false,
            "po2" => true,
            _ => return None,
        };
        let state = match parts.next()? {
            "rest" => State::Rest,
            "exercise" => State::Exercise,
            "sleep" => State::Sleep,
            // An artery is punctured at rest, unless the report says otherwise.
            _ if gas => State::Rest,
            _ => State::Unstated,
        };
        let air = match parts.next()? {
            "air" => Some(true),
            "oxygen" => Some(false),
            _ => None,
        };
        Some(Self { gas, state, air, value: number(field)?, field, document })
    }

    fn level(&self, limits: &OxygenLimits) -> Level {
        let (alone, with) = if self.gas {
            (limits.po2_max, limits.po2_max_with_condition)
        } else {
            (limits.saturation_max, limits.saturation_max_with_condition)
        };
        if self.value <= alone {
            Level::Alone
        } else if self.value <= with {
            Level::WithCondition
        } else {
            Level::Not
        }
    }
}

/// The day a document's measurements were made; a summary of a stay shows none unless it dates the test.
fn day(document: &Document) -> Option<Date> {
    let names: &[&str] = match document.class {
        DocumentClass::EncounterSummary => &["test_date"],
        _ => &["test_date", "encounter_date", "service_date"],
    };
    names.iter().find_map(|name| document.field(name).and_then(date))
}

/// The readings that count. A blood gas of the same day and state outweighs the oximeter; of one state the latest day
/// counts.
fn readings<'a>(case: &CaseFile<'a>) -> Vec<Reading<'a>> {
    let all: Vec<Reading<'a>> = case
        .documents
        .iter()
        .filter(|document| MEASURED_IN.contains(&document.class))
        .flat_map(|document| document.fields.iter().filter_map(move |field| Reading::of(document, field)))
        .collect();
    let same_time = |a: &Reading<'_>, b: &Reading<'_>| {
        let same_day = std::ptr::eq(a.document, b.document)
            || matches!((day(a.document), day(b.document)), (Some(a), Some(b)) if a == b);
        same_day && (a.state == b.state || b.state == State::Unstated)
    };
    let outweighed = |reading: &Reading<'_>| {
        !reading.gas && all.iter().any(|other| other.gas && same_time(reading, other))
    };
    let superseded = |reading: &Reading<'_>| {
        let mine = day(reading.document);
        all.iter().any(|other| {
            (other.state, other.air) == (reading.state, reading.air) && day(other.document) > mine
        })
    };
    all.iter().filter(|reading| !outweighed(reading) && !superseded(reading)).copied().collect()
}

/// A condition with which a borderline value qualifies: yes, denied, or not told.
fn condition<'a>(case: &CaseFile<'a>, limits: &OxygenLimits) -> (Option<&'a Field>, bool) {
    let documents = || case.documents.iter().filter(|document| MEASURED_IN.contains(&document.class));
    let says = |name: &str| {
        documents().find(|document| states(document, name)).and_then(|document| document.field(name))
    };
    let thick = documents()
        .flat_map(|document| document.fields_named("hematocrit"))
        .find(|field| number(field).is_some_and(|value| value > limits.hematocrit_above));
    let oedema = says("sign.edema").filter(|_| says("comorbid.heart_failure").is_some());
    let denies =
        |name: &str| documents().any(|document| document.field(name).is_some()) && says(name).is_none();
    let denied =
        denies("comorbid.cor_pulmonale") && (denies("sign.edema") || denies("comorbid.heart_failure"));
    (says("comorbid.cor_pulmonale").or(oedema).or(thick), denied)
}

/// The reading an order rests on: on room air in a stated state, the one that qualifies most, rest before others.
fn qualifying<'a>(case: &CaseFile<'a>, limits: &OxygenLimits) -> Option<(Reading<'a>, Level)> {
    let usable = |reading: &Reading<'_>| reading.air == Some(true) && reading.state != State::Unstated;
    let rank = |reading: &Reading<'_>| {
        let state = match reading.state {
            State::Rest => 0,
            State::Exercise => 1,
            State::Sleep => 2,
            State::Unstated => 3,
        };
        (std::cmp::Reverse(reading.level(limits)), state)
    };
    readings(case)
        .into_iter()
        .filter(|reading| usable(reading) && reading.level(limits) > Level::Not)
        .min_by_key(rank)
        .map(|reading| (reading, reading.level(limits)))
}

/// OXY-1.
pub(super) fn blood_gas(case: &CaseFile<'_>, limits: &OxygenLimits, portable: &[String]) -> Verdict {
    let Some((reading, level)) = qualifying(case, limits) else { return not_low(case, limits) };
    let shown = |verdict: Verdict| verdict.with(&reading.field.name, reading.field);
    let is_portable = |code: &String| portable.contains(code);
    if reading.state == State::Sleep
        && case.order.lines.iter().filter_map(|line| line.hcpcs.as_ref()).any(is_portable)
    {
        let detail = "a test during sleep qualifies for use at night only, and a portable unit is ordered";
        return shown(Verdict::insufficient().because(detail));
    }
    if level == Level::Alone {
        return shown(Verdict::met());
    }
    match condition(case, limits) {
        (Some(field), _) => shown(Verdict::met()).with(&field.name, field),
        (None, true) => shown(Verdict::unmet().because("its value needs a condition that the record denies")),
        (None, false) => shown(Verdict::insufficient().because(
            "its value needs oedema of heart failure, pulmonary hypertension or a high haematocrit beside it",
        )),
    }
}

/// Nothing qualifies: low but unclear, clearly high, measured on oxygen only, or not measured.
fn not_low(case: &CaseFile<'_>, limits: &OxygenLimits) -> Verdict {
    let all = readings(case);
    let shown = |verdict: Verdict, reading: &Reading<'_>| verdict.with(&reading.field.name, reading.field);
    let low = all.iter().find(|reading| reading.level(limits) > Level::Not);
    if let Some(reading) = low {
        let detail = "a low value was found, but not that it was measured on room air, and at rest, asleep or during exercise";
        return shown(Verdict::insufficient().because(detail), reading);
    }
    // A value nobody says oxygen was given for was measured without.
    let plain = |reading: &&Reading<'_>| {
        reading.air == Some(true) || (reading.air.is_none() && reading.state == State::Rest)
    };
    match (all.iter().find(plain), all.first()) {
        (Some(reading), _) => shown(Verdict::unmet().because("it is too high"), reading),
        (None, Some(reading)) if reading.air == Some(false) => {
            shown(Verdict::insufficient().because("it was measured on oxygen only"), reading)
        }
        (None, Some(reading)) => {
            let detail = "a value was found, but not how it was measured";
            shown(Verdict::insufficient().because(detail), reading)
        }
        (None, None) => Verdict::insufficient().because("none is documented"),
    }
}

/// OXY-2: not after the order; of an inpatient, shortly before discharge.
pub(super) fn at_time_of_need(
    case: &CaseFile<'_>,
    limits: &OxygenLimits,
    days_before_discharge: f64,
) -> Verdict {
    let Some((reading, _)) = qualifying(case, limits) else { return Verdict::not_applicable() };
    let shown = |verdict: Verdict| verdict.with(&reading.field.name, reading.field);
    let Some(tested) = day(reading.document) else { return shown(Verdict::insufficient()) };
    let discharged = reading.document.field("discharge_date").and_then(date);
    if let Some(discharged) = discharged {
        let before = f64::from((discharged - tested).get_days());
        if !(0.0..=days_before_discharge).contains(&before) {
            return shown(Verdict::unmet().because("it was not made within two days before discharge"));
        }
    }
    match case.order_date() {
        None => shown(Verdict::insufficient()),
        Some(ordered) if tested > ordered => shown(Verdict::unmet().because("it was made after the order")),
        Some(_) => shown(Verdict::met()),
    }
}

/// OXY-3: where the order rests on exercise, rest and exercise on air and exercise on oxygen, in one document.
pub(super) fn exercise_series(case: &CaseFile<'_>, limits: &OxygenLimits) -> Verdict {
    let Some((reading, _)) = qualifying(case, limits).filter(|(reading, _)| reading.state == State::Exercise)
    else {
        return Verdict::not_applicable();
    };
    let session: Vec<Reading<'_>> =
        reading.document.fields.iter().filter_map(|field| Reading::of(reading.document, field)).collect();
    let value = |state: State, air: bool| {
        session
            .iter()
            .find(|other| other.state == state && other.air == Some(air) && other.gas == reading.gas)
    };
    let (rest, helped) = (value(State::Rest, true), value(State::Exercise, false));
    let missing: Vec<&str> = [(rest.is_none(), "rest on room air"), (helped.is_none(), "exercise on oxygen")]
        .into_iter()
        .filter_map(|(missing, name)| missing.then_some(name))
        .collect();
    let verdict = match (missing.is_empty(), helped) {
        (true, Some(helped)) if helped.value > reading.value => Verdict::met(),
        (true, _) => Verdict::unmet().because("the value on oxygen is no better"),
        (false, _) => Verdict::insufficient().because(format!("{} is missing", missing.join(" and "))),
    };
    verdict
        .with(&reading.field.name, reading.field)
        .with_opt("sat.rest.air", rest.map(|rest| rest.field))
        .with_opt("sat.exercise.oxygen", helped.map(|helped| helped.field))
}
