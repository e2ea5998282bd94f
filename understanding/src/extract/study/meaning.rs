//! What ideas together mean: `lowest` and `saturation` are the nadir, `apnea`, `hypopnea` and `index` the AHI. What could
//! mean two things means none.

use super::atoms::{Atom, Unit};
use super::words::{Idea, Ideas};
use Idea::*;

/// What a label says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Nothing yet: words around it may complete it.
    Open,
    /// Something that is read under no name.
    Other,
    Measure(&'static str),
}

/// Positions and stages: what was measured in one of them is not the night's.
const PLACES: [Idea; 4] = [Supine, Rem, Nrem, OffSupine];
/// Ideas that a count of events or an index of the whole night does not have.
const STATISTICS: [Idea; 6] = [Mean, Low, High, Time, Longest, Below];
const KINDS: [Idea; 3] = [Obstructive, Central, Mixed];
const EVENTS: [Idea; 2] = [Apnea, Hypopnea];

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Report {
    Study,
    /// Measured on therapy: times need no word on it.
    Titration,
    /// A device's record of its use.
    Use,
}

/// The meaning of a label for a number.
pub(super) fn meaning(ideas: Ideas, atom: &Atom, report: Report) -> Meaning {
    if report == Report::Use {
        return of_use(ideas, atom);
    }
    let of_use = ideas.any(&[Days, Used, NotUsed, FourHours, LessHours]) || atom.unit == Unit::Days;
    if ideas.any(&[Foreign, Prior, Goal]) || atom.unit == Unit::Foreign || of_use {
        return Meaning::Other;
    }
    // What was measured before treatment is not what is left under it.
    let before = report == Report::Titration && ideas.has(Diagnostic);
    if before && ideas.any(&[Ahi, Rei, Pahi, Rdi, Apnea, Hypopnea, Saturation]) {
        return Meaning::Other;
    }
    let measured = if report == Report::Titration { ideas.without(&[Therapy]) } else { ideas };
    index(ideas, atom)
        .or_else(|| saturation(measured, atom))
        .or_else(|| events(ideas, atom))
        .or_else(|| time(measured, atom))
        .unwrap_or(Meaning::Open)
}

/// What a device's record counts. Its index is of the nights on therapy.
fn of_use(ideas: Ideas, atom: &Atom) -> Meaning {
    let share = atom.unit == Unit::Percent || (ideas.has(Percent) && atom.unit == Unit::None);
    let counted = atom.whole && matches!(atom.unit, Unit::None | Unit::Days) && !share;
    let hourly = ideas.has(Index) || atom.unit == Unit::PerHour;
    match () {
        () if ideas.any(&[LessHours, NotUsed, Prior, High]) => Meaning::Other,
        () if ideas.has(FourHours) && ideas.has(Mean) => Meaning::Other,
        () if ideas.has(FourHours) && share => Meaning::Measure("pct_ge_4h"),
        () if ideas.has(FourHours) && counted => Meaning::Measure("days_ge_4h"),
        () if ideas.has(FourHours) => Meaning::Other,
        () if ideas.any(&[Ahi, Rei]) || (ideas.all(&EVENTS) && hourly) => {
            let plain = !ideas.any(&[Obstructive, Central, Mixed, Count, Goal])
                && matches!(atom.unit, Unit::None | Unit::PerHour);
            if plain { Meaning::Measure("residual_ahi") } else { Meaning::Other }
        }
        () if ideas.has(Days) && ideas.has(Total) && !ideas.has(Used) && counted => {
            Meaning::Measure("days_total")
        }
        () if ideas.any(&[Foreign, Mean, Time, Pressure, Goal]) => Meaning::Other,
        () if ideas.has(Days) && ideas.has(Used) && counted => Meaning::Measure("days_used"),
        () if ideas.has(Used) && atom.unit == Unit::Days && counted => Meaning::Measure("days_used"),
        () if ideas.has(Days) && ideas.has(Total) && counted => Meaning::Measure("days_total"),
        () => Meaning::Open,
    }
}

/// Whether ideas name something measured, so that they need no word from elsewhere.
pub(super) fn names_a_thing(ideas: Ideas) -> bool {
    ideas.any(&[
        Ahi,
        Rei,
        Pahi,
        Rdi,
        Odi,
        Apnea,
        Hypopnea,
        Rera,
        Desaturation,
        Saturation,
        Efficiency,
        Foreign,
        Bed,
        Monitoring,
        Recording,
        Obstructive,
        Central,
        Mixed,
        Pressure,
        FourHours,
        LessHours,
        NotUsed,
        Used,
    ]) || ideas.all(&[Sleep, Time])
        || ideas.all(&[Events, Respiratory])
}

fn index(ideas: Ideas, atom: &Atom) -> Option<Meaning> {
    let hourly = ideas.has(Index) || atom.unit == Unit::PerHour;
    let kind = match () {
        () if ideas.has(Pahi) => "pahi",
        () if ideas.has(Rei) => "rei",
        () if ideas.has(Rdi) => "rdi",
        () if ideas.has(Ahi) => "ahi",
        () if ideas.has(Odi) => "odi",
        () if ideas.all(&EVENTS) && hourly => "ahi",
        // `Residual events at the optimal pressure: 2.2 /h`
        () if hourly
            && ideas.all(&[Therapy, Final])
            && ideas.any(&[Events, Index])
            && !ideas.any(&[Desaturation, Rera]) =>
        {
            "ahi"
        }
        () if ideas.has(Central) && hourly && !ideas.has(Respiratory) => "central_index",
        () if ideas.has(Desaturation) && hourly && !ideas.any(&[Apnea, Hypopnea, Respiratory]) => "odi",
        () if hourly && ideas.any(&[Apnea, Hypopnea, Obstructive, Mixed, Rera]) => {
            return Some(Meaning::Other);
        }
        () => return None,
    };
    if ideas.any(&STATISTICS) || ideas.has(Percent) || !matches!(atom.unit, Unit::None | Unit::PerHour) {
        return Some(Meaning::Other);
    }
    // A number with decimals is no count, whatever stands over it.
    let counts = ideas.any(&[Count, Events]) && !hourly && atom.whole;
    if counts || (atom.counted && atom.unit == Unit::None) {
        let of_all = matches!(kind, "ahi" | "pahi" | "rei") && !ideas.any(&KINDS) && !ideas.any(&PLACES);
        return Some(match of_all && atom.whole && !ideas.has(Therapy) {
            true => Meaning::Measure("events_total"),
            false => Meaning::Other,
        });
    }
    let places: Vec<&Idea> = PLACES.iter().filter(|place| ideas.has(**place)).collect();
    let breathing = matches!(kind, "ahi" | "pahi" | "rei");
    let name = match (kind, &places[..]) {
        ("ahi" | "rei" | "pahi", _) if ideas.has(Rera) || ideas.any(&[Obstructive, Mixed]) => {
            return Some(Meaning::Other);
        }
        (_, []) if breathing && ideas.has(Central) => "central_index",
        ("central_index", []) if ideas.any(&[Obstructive, Mixed, Hypopnea]) => return Some(Meaning::Other),
        (_, [Supine]) if breathing && !ideas.has(Central) => "supine_ahi",
        (_, [Rem]) if breathing && !ideas.has(Central) => "rem_ahi",
        (_, []) => kind,
        _ => return Some(Meaning::Other),
    };
    if ideas.has(Therapy) {
        let residual = breathing && name == kind;
        return Some(match (residual, ideas.has(Final)) {
            (true, true) => Meaning::Measure("residual_final"),
            (true, false) => Meaning::Measure("residual_ahi"),
            (false, _) => Meaning::Other,
        });
    }
    if !breathing || name != kind {
        return Some(Meaning::Measure(name));
    }
    Some(match (ideas.has(Four), ideas.has(Three)) {
        (true, false) => Meaning::Measure("ahi_4pct"),
        (false, true) => Meaning::Measure("ahi_3pct"),
        (true, true) => Meaning::Other,
        (false, false) => Meaning::Measure(name),
    })
}

fn saturation(ideas: Ideas, atom: &Atom) -> Option<Meaning> {
    if ideas.has(Below) && ideas.any(&[At88, AtOther]) {
        return Some(below(ideas, atom));
    }
    let named = ideas.has(Saturation) || ideas.has(Nadir) || (ideas.has(Oxygen) && ideas.any(&[Low, Mean]));
    let fell = ideas.all(&[Desaturation, Low]);
    if !(named || fell) || !matches!(atom.unit, Unit::Percent | Unit::None) {
        return (named && ideas.has(Saturation)).then_some(Meaning::Other);
    }
    let other = [Baseline, High, Time, Below, Index, Count, Events, Apnea, Hypopnea, Therapy, Pressure];
    if ideas.any(&PLACES) || ideas.any(&other) {
        return Some(Meaning::Other);
    }
    // `SpO2 (min): 79 %`
    let low = ideas.has(Low) || ideas.has(Minutes) && atom.unit == Unit::Percent;
    match (low, ideas.has(Mean)) {
        (true, false) => Some(Meaning::Measure("nadir_spo2")),
        (false, true) if !ideas.has(Desaturation) => Some(Meaning::Measure("mean_spo2")),
        (false, false) => None,
        _ => Some(Meaning::Other),
    }
}

/// Time below a limit.
fn below(ideas: Ideas, atom: &Atom) -> Meaning {
    let other =
        [AtOther, Baseline, Index, Count, Events, Apnea, Hypopnea, Therapy, Percent, Mean, Longest, High];
    if !ideas.has(At88) || ideas.any(&PLACES) || ideas.any(&other) {
        return Meaning::Other;
    }
    match atom.unit {
        Unit::Minutes | Unit::Clock => Meaning::Measure("minutes_at_88"),
        // `min <= 88 %: 3.4`
        Unit::None if ideas.any(&[Minutes, Hours, Time, Low]) => Meaning::Measure("minutes_at_88"),
        Unit::None => Meaning::Open,
        _ => Meaning::Other,
    }
}

fn events(ideas: Ideas, atom: &Atom) -> Option<Meaning> {
    let kinds = KINDS.iter().filter(|kind| ideas.has(**kind)).count();
    let named = ideas.any(&EVENTS) || kinds > 0;
    let summed = ideas.has(Events) && ideas.any(&[Respiratory, Total, Count]);
    if !(named || summed) {
        return None;
    }
    if ideas.any(&[Desaturation, Saturation, Index, Rera, Therapy, Percent, Efficiency, Minutes, Pressure])
        || ideas.any(&STATISTICS)
        || ideas.any(&PLACES)
        || atom.unit != Unit::None
        || !atom.whole
    {
        return Some(Meaning::Other);
    }
    let kind = match KINDS.iter().find(|kind| ideas.has(**kind)) {
        Some(Obstructive) => "obstructive",
        Some(Central) => "central",
        _ => "mixed",
    };
    Some(match (ideas.has(Apnea), ideas.has(Hypopnea), kinds) {
        (true, true, 0) => Meaning::Measure("events_total"),
        (true, false, 0) => Meaning::Measure("apneas"),
        (false, true, 0) => Meaning::Measure("hypopneas"),
        (true, false, 1) => Meaning::Measure(kind),
        (false, false, 1) if ideas.has(Count) => Meaning::Measure(kind),
        (false, false, 1) => Meaning::Open,
        (false, false, 0) => Meaning::Measure("events_total"),
        _ => Meaning::Other,
    })
}

fn time(ideas: Ideas, atom: &Atom) -> Option<Meaning> {
    if ideas.has(Efficiency) {
        let share =
            matches!(atom.unit, Unit::Percent | Unit::None) && !ideas.any(&PLACES) && !ideas.has(Therapy);
        return Some(if share { Meaning::Measure("efficiency") } else { Meaning::Other });
    }
    let timed = matches!(atom.unit, Unit::Minutes | Unit::Clock);
    let name = match () {
        () if ideas.has(Monitoring) && (ideas.any(&[Time, Hours, Minutes]) || timed) => "monitoring",
        () if ideas.all(&[Bed, Time]) => "tib",
        () if ideas.all(&[Recording, Time]) && !ideas.has(Sleep) => "trt",
        () if ideas.all(&[Sleep, Time]) => "tst",
        () if timed && ideas.all(&[Sleep, Total]) && !ideas.has(Recording) => "tst",
        () if atom.unit == Unit::Minutes
            && ideas.only(&[Recording, Total]) == ideas
            && ideas.has(Recording) =>
        {
            "trt"
        }
        () => return None,
    };
    let other = [Apnea, Hypopnea, Below, Saturation, Desaturation, Percent, Mean, High, Therapy, Pressure];
    if !matches!(atom.unit, Unit::Minutes | Unit::Clock | Unit::None)
        || ideas.any(&PLACES)
        || ideas.any(&other)
    {
        return Some(Meaning::Other);
    }
    Some(Meaning::Measure(name))
}

/// Whether a value can be one of a measure.
pub(super) fn plausible(name: &str, value: f64) -> bool {
    match name {
        "nadir_spo2" => (30.0..=99.5).contains(&value),
        "mean_spo2" => (60.0..=100.0).contains(&value),
        "efficiency" => (5.0..=100.0).contains(&value),
        "tst" | "trt" | "tib" | "monitoring" => (10.0..=1440.0).contains(&value),
        "pct_ge_4h" => value <= 100.0,
        "days_used" | "days_ge_4h" | "days_total" => value <= 400.0,
        "minutes_at_88" => (0.0..=1000.0).contains(&value),
        "obstructive" | "central" | "mixed" | "hypopneas" | "apneas" | "events_total" => value < 2500.0,
        _ => value <= 200.0,
    }
}
