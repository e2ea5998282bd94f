//! The diagnostic sleep study of a case and its index, and what may be said of them: length (PAP-4), scoring (PAP-5),
//! baseline (PAP-17).

use super::Verdict;
use crate::case_file::{CaseFile, date, number};
use domain::parser::{Document, DocumentClass, Field};

/// The diagnostic index of a study and the events it was counted from.
pub(super) struct Index<'a> {
    pub(super) lowest: f64,
    pub(super) highest: f64,
    pub(super) field: &'a Field,
    /// Events printed, or summed from their kinds.
    pub(super) events: Option<(f64, &'a Field)>,
    /// Index times hours, where a time is printed.
    pub(super) derived: Option<(f64, &'a Field)>,
    /// The time it was counted over, in minutes.
    pub(super) minutes: Option<f64>,
}

/// The index scored by the 4 % rule, else the one without a named rule; 3 % alone never qualifies (PAP-5).
pub(super) fn index(study: &Document) -> Option<Index<'_>> {
    // An index that nobody can be sure of leaves none: another one beside it may count more than breathing stops.
    let ruled = |name: &str| study.field(name).is_some();
    if study.fields.iter().any(|field| matches!(field.name.as_str(), "ahi_unproven" | "ahi_4pct_unproven"))
        && !ruled("ahi_4pct")
        && !ruled("ahi")
    {
        return None;
    }
    // A report that scores by 3 %, or prints such an index beside another, has no index we may use.
    let by_three = study.field("ahi_3pct").is_some() || study.field("hypopnea_3pct").is_some();
    // Where sleep was measured an RDI counts arousals too; only a home test's is one of apneas and hypopneas.
    let counts_arousals = |name: &str| name == "rdi" && study.field("tst").is_some();
    let name = ["ahi_4pct", "ahi", "rei", "pahi", "rdi"].into_iter().find(|name| {
        study.field(name).is_some() && (*name == "ahi_4pct" || !by_three) && !counts_arousals(name)
    })?;
    let values: Vec<f64> = study.fields_named(name).filter_map(number).collect();
    let field = study.field(name)?;
    let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // Recording-based indices count per hour of recording, others per hour of sleep.
    let times: [&str; 3] = if matches!(name, "rei" | "rdi") {
        ["monitoring_time", "trt", "tst"]
    } else {
        ["tst", "monitoring_time", "trt"]
    };
    let events = events(study);
    // A report prints the whole recording beside what was monitored: the time is the one that fits the events, else
    // the shorter one.
    let misfit = |time: &&Field| {
        let derived = number(time).map_or(f64::INFINITY, |minutes| lowest * minutes / 60.0);
        events.as_ref().map_or(derived, |(printed, _)| (derived - printed).abs())
    };
    let time =
        times.iter().find_map(|name| study.fields_named(name).min_by(|a, b| misfit(a).total_cmp(&misfit(b))));
    let derived = time.and_then(|time| Some((lowest * number(time)? / 60.0, time)));
    let minutes = time.and_then(number);
    Some(Index { lowest, highest, field, events, derived, minutes })
}

/// The number of apneas and hypopneas: printed as one, or summed.
fn events(study: &Document) -> Option<(f64, &Field)> {
    let of = |name: &str| study.field(name).and_then(|field| Some((number(field)?, field)));
    if let Some(total) = of("events_total") {
        return Some(total);
    }
    let (hypopneas, field) = of("hypopneas")?;
    let apneas = of("apneas").map(|apneas| apneas.0).or_else(|| {
        let kinds: Vec<f64> =
            ["obstructive", "central", "mixed"].iter().filter_map(|kind| Some(of(kind)?.0)).collect();
        (!kinds.is_empty()).then(|| kinds.iter().sum())
    })?;
    Some((apneas + hypopneas, field))
}

/// Whether the events reach a number.
pub(super) enum Enough {
    Yes,
    No,
    Unclear,
}

pub(super) fn enough(index: &Index<'_>, events_min: f64) -> Enough {
    /// A printed total may differ from index times hours by rounding; by more it counts something else.
    const SAME: f64 = 0.1;
    match (&index.events, &index.derived) {
        (Some((events, _)), Some((derived, _)))
            if *events >= events_min && *derived < events_min && events - derived > SAME * events =>
        {
            Enough::Unclear
        }
        (Some((events, _)), _) if *events >= events_min => Enough::Yes,
        // Printed events that do not fit the index may be misread.
        (Some(_), Some((derived, _))) if *derived >= events_min => Enough::Unclear,
        (Some(_), _) => Enough::No,
        (None, Some((derived, _))) if *derived >= events_min => Enough::Yes,
        (None, Some(_)) => Enough::No,
        (None, None) => Enough::Unclear,
    }
}

/// Of several studies the one with the highest legible index; without any index the last one. A titration is
/// none (PAP-17).
pub(super) fn diagnostic_study<'a>(case: &CaseFile<'a>) -> Option<&'a Document> {
    case.of_class(DocumentClass::SleepStudy).max_by(|a, b| {
        let rank = |study: &Document| index(study).map_or(-1.0, |index| index.lowest);
        rank(a).total_cmp(&rank(b)).then_with(|| {
            let start = |study: &Document| study.field("recording_start").and_then(date);
            start(a).cmp(&start(b))
        })
    })
}

pub(super) fn shown<'a>(verdict: Verdict, index: &Index<'a>, study: &'a Document) -> Verdict {
    verdict
        .with(&index.field.name, index.field)
        .with_opt("events", index.events.as_ref().map(|events| events.1))
        .with_opt("sleep_time", index.derived.as_ref().map(|derived| derived.1))
        .with_opt("recording_start", study.field("recording_start"))
}

pub(super) fn no_index(study: Option<&Document>) -> Verdict {
    match study {
        None => Verdict::insufficient().because("there is none in the packet"),
        Some(study) => {
            let three = study.field("ahi_3pct").or_else(|| study.field("hypopnea_3pct"));
            let unproven = study.fields.iter().find(|field| field.name.ends_with("_unproven"));
            if let Some(field) = unproven {
                let detail = "its index does not fit its own events and times; look at the page";
                return Verdict::insufficient().because(detail).with(&field.name, field);
            }
            let detail = if three.is_some() {
                "the report shows the index by the 3 % rule only"
            } else {
                "the report shows none that can be read"
            };
            Verdict::insufficient().because(detail).with_opt("ahi_3pct", three)
        }
    }
}

/// PAP-4: a study shorter than `minutes_below` shows the events that two hours would need.
pub(super) fn short_study_events(
    case: &CaseFile<'_>,
    minutes_below: f64,
    events_min: f64,
    index_min: f64,
    events_min_below_index: f64,
) -> Verdict {
    let Some((study, index)) = diagnostic_study(case).and_then(|study| Some((study, index(study)?))) else {
        return Verdict::not_applicable();
    };
    let Some(minutes) = index.minutes else { return shown(Verdict::insufficient(), &index, study) };
    if minutes >= minutes_below {
        return shown(Verdict::not_applicable(), &index, study);
    }
    let needed = if index.lowest >= index_min { events_min } else { events_min_below_index };
    let verdict = match enough(&index, needed) {
        Enough::Yes => Verdict::met(),
        Enough::No => Verdict::unmet(),
        Enough::Unclear => Verdict::insufficient(),
    };
    shown(verdict, &index, study)
}

/// PAP-5: by which rule the index was scored.
pub(super) fn scoring(case: &CaseFile<'_>) -> Verdict {
    let Some(study) = diagnostic_study(case) else { return Verdict::not_applicable() };
    if let Some(four) = study.field("ahi_4pct") {
        return Verdict::met().with("ahi_4pct", four);
    }
    // The report names the rule away from its index.
    if let (Some(index), Some(four)) = (index(study), study.field("hypopnea_4pct")) {
        return shown(Verdict::met(), &index, study).with("hypopnea_4pct", four);
    }
    match (index(study), study.field("ahi_3pct")) {
        (None, Some(three)) => Verdict::unmet().with("ahi_3pct", three),
        (None, None) => Verdict::not_applicable(),
        (Some(index), _) => shown(Verdict::insufficient(), &index, study),
    }
}

/// PAP-17: the index is that of the diagnostic recording, not one measured on therapy.
pub(super) fn baseline(case: &CaseFile<'_>) -> Verdict {
    if let Some((study, index)) = diagnostic_study(case).and_then(|study| Some((study, index(study)?))) {
        return shown(Verdict::met(), &index, study);
    }
    // By another rule than Medicare's it is an index of the diagnostic recording all the same.
    const OTHERS: [&str; 4] = ["ahi_3pct", "rei_3pct", "pahi_3pct", "rdi"];
    let diagnostic = case
        .of_class(DocumentClass::SleepStudy)
        .find_map(|study| OTHERS.iter().find_map(|name| study.field(name)));
    if let Some(field) = diagnostic {
        return Verdict::met().with(&field.name, field);
    }
    let residual = [DocumentClass::Titration, DocumentClass::SleepStudy]
        .into_iter()
        .flat_map(|class| case.of_class(class))
        .find_map(|document| document.field("residual_ahi"));
    match residual {
        Some(field) => Verdict::unmet().with("residual_ahi", field),
        None => Verdict::insufficient(),
    }
}
