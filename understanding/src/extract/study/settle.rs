//! From what was found to what is said: the same value once, of two that contradict each other the one that events and
//! time confirm, else none.

use super::proof::{SAME_PER_HOUR, quotient};
use super::reading::Candidate;

/// Values of one report, each name at most once, except where the report itself tells several apart.
pub(super) fn settled(mut found: Vec<Candidate>, rule: Option<u8>) -> Vec<Candidate> {
    // What was left at the pressure settled on outweighs what was left at others.
    if found.iter().any(|one| one.name == "residual_final") {
        found.retain(|one| one.name != "residual_ahi");
        for one in found.iter_mut().filter(|one| one.name == "residual_final") {
            one.name = "residual_ahi";
        }
    }
    let mut found = renamed(found, rule);
    restated(&mut found);
    let names: Vec<&'static str> = {
        let mut names: Vec<&'static str> = found.iter().map(|one| one.name).collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let mut kept: Vec<Candidate> = Vec::new();
    for name in names {
        let of_name: Vec<Candidate> = found.iter().filter(|one| one.name == name).cloned().collect();
        kept.extend(one_of(of_name));
    }
    let kept = with_arithmetic(kept);
    times(sums(kept))
}

/// An index without a rule has the one that the report scores hypopneas by.
fn renamed(mut found: Vec<Candidate>, rule: Option<u8>) -> Vec<Candidate> {
    let name = match rule {
        Some(4) => "ahi_4pct",
        Some(3) => "ahi_3pct",
        _ => return found,
    };
    // A report that prints an index by this rule names it itself.
    if found.iter().any(|one| one.name == name)
        || (rule == Some(3) && found.iter().any(|one| one.name == "ahi_4pct"))
    {
        return found;
    }
    for one in found.iter_mut().filter(|one| matches!(one.name, "ahi" | "rei")) {
        one.name = name;
    }
    found
}

/// An index printed again without its rule says nothing new.
fn restated(found: &mut Vec<Candidate>) {
    let ruled: Vec<(f64, bool)> = found
        .iter()
        .filter(|one| matches!(one.name, "ahi_4pct" | "ahi_3pct"))
        .map(|one| (one.found.value, one.whole))
        .collect();
    if ruled.is_empty() {
        return;
    }
    let four = found.iter().any(|one| one.name == "ahi_4pct");
    found.retain(|one| {
        !matches!(one.name, "ahi" | "rei" | "pahi")
            || !(ruled.iter().any(|(value, _)| same(*value, one.found.value)) || (four && one.rank < 2))
    });
}

/// Whether one of two numbers is the other, rounded.
fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < 0.051 || ((a.fract() == 0.0 || b.fract() == 0.0) && (a - b).abs() <= 0.51)
}

/// The values of one name without repeats: one, or all that contradict each other.
fn one_of(found: Vec<Candidate>) -> Vec<Candidate> {
    let mut different: Vec<Candidate> = Vec::new();
    for one in found {
        match different.iter_mut().find(|other| same(other.found.value, one.found.value)) {
            // The more precise one counts.
            Some(other) if other.whole && !one.whole && one.found.value.fract() != 0.0 => {
                let rank = other.rank.max(one.rank);
                *other = Candidate { rank, ..one };
            }
            Some(other) => other.rank = other.rank.max(one.rank),
            None => different.push(one),
        }
    }
    // Several values under one heading are rows of pressures or positions, where another value tells the whole.
    let rows = different.iter().filter(|one| one.rank == 2).count();
    if rows > 1 && rows < different.len() {
        different.retain(|one| one.rank != 2);
    }
    let best = different.iter().map(|one| one.rank).max().unwrap_or(0);
    if different.iter().filter(|one| one.rank == best).count() == 1 {
        different.retain(|one| one.rank == best);
    }
    different
}

/// Of contradicting indices the one that events and time give; other contradictions are dropped.
fn with_arithmetic(kept: Vec<Candidate>) -> Vec<Candidate> {
    let values = |names: &[&str]| -> Vec<f64> {
        kept.iter().filter(|one| names.contains(&one.name)).map(|one| one.found.value).collect()
    };
    let count = |name: &str| values(&[name]).len();
    let events = values(&["events_total"]);
    let hours: Vec<f64> =
        values(&["tst", "trt", "monitoring", "tib"]).into_iter().map(|minutes| minutes / 60.0).collect();
    let confirmed = |one: &Candidate| {
        events.iter().any(|events| {
            hours.iter().any(|hours| (quotient(*events, *hours) - one.found.value).abs() <= SAME_PER_HOUR)
        })
    };
    let mut result: Vec<Candidate> = Vec::new();
    for one in &kept {
        let index = matches!(one.name, "ahi" | "ahi_4pct" | "ahi_3pct" | "rei" | "pahi");
        let alone = count(one.name) == 1;
        let rivals = kept.iter().filter(|other| other.name == one.name && confirmed(other)).count();
        if alone || (index && rivals == 1 && confirmed(one)) {
            result.push(one.clone());
        } else if index && rivals != 1 {
            // The rules must know that an index is printed which nobody can be sure of.
            result.push(Candidate { name: unproven(one.name), ..one.clone() });
        }
    }
    result
}

fn unproven(name: &str) -> &'static str {
    match name {
        "ahi_4pct" => "ahi_4pct_unproven",
        "ahi_3pct" => "ahi_3pct_unproven",
        _ => "ahi_unproven",
    }
}

/// A total that is not the sum of its own events counts something else, such as arousals, or was misread.
fn sums(mut kept: Vec<Candidate>) -> Vec<Candidate> {
    let value = |name: &str| kept.iter().find(|one| one.name == name).map(|one| one.found.value);
    let (Some(total), Some(hypopneas)) = (value("events_total"), value("hypopneas")) else { return kept };
    let kinds: Option<Vec<f64>> = ["obstructive", "central", "mixed"].into_iter().map(value).collect();
    let apneas = value("apneas").or(kinds.map(|kinds| kinds.iter().sum()));
    if apneas.is_some_and(|apneas| (apneas + hypopneas - total).abs() > 0.5) {
        kept.retain(|one| one.name != "events_total");
    }
    kept
}

/// Time in bed stands for the recording where no recording time is printed; what was monitored stands beside it.
fn times(mut kept: Vec<Candidate>) -> Vec<Candidate> {
    let recorded = kept.iter().any(|one| one.name == "trt");
    if recorded {
        kept.retain(|one| one.name != "tib");
    }
    for one in &mut kept {
        one.name = match one.name {
            "tib" => "trt",
            "monitoring" => "monitoring_time",
            name => name,
        };
    }
    kept
}
