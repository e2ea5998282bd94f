//! The report: tables a side, then every miss in groups, so that what costs most stands first.

use crate::floor::{figures, side_name};
use crate::score::{Count, Group, Miss, Reason, Side, Tallies};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Misses shown of one group; the JSON has all.
const SHOWN: usize = 12;

/// The report for people. Misses of houses that are held out are counted and not shown, unless asked for.
pub fn text(tallies: &Tallies, show_held_out: bool) -> String {
    let mut out = String::new();
    for (side, packets) in &tallies.packets {
        let _ = writeln!(out, "\n== {}: {packets} packets ==", side_name(*side).replace('_', " "));
        for (name, value) in figures(tallies, *side) {
            let _ = writeln!(out, "  {name:<26} {value:.4}");
        }
        table(&mut out, "class", &tallies.classes, *side, |_| true);
        for group in Group::ALL {
            table(&mut out, group.name(), &tallies.fields, *side, |name| Group::of(name) == group);
        }
        rules(&mut out, tallies, *side);
        table(&mut out, "duplicates", &tallies.duplicates, *side, |_| true);
    }
    misses(&mut out, &tallies.misses, show_held_out);
    if !tallies.unknown.is_empty() {
        let names: Vec<String> =
            tallies.unknown.iter().map(|(name, count)| format!("{name} {count}")).collect();
        let _ =
            writeln!(out, "\ngiven where no template says anything of it, not counted: {}", names.join(", "));
    }
    out
}

fn table(
    out: &mut String,
    title: &str,
    counts: &BTreeMap<(Side, String), Count>,
    side: Side,
    wanted: impl Fn(&str) -> bool,
) {
    let rows: Vec<_> = counts.iter().filter(|((of, name), _)| *of == side && wanted(name)).collect();
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "\n  {title:<26} {:>9} {:>7} {:>6} {:>6} {:>7} {:>9} {:>7}",
        "precision", "recall", "right", "wrong", "missing", "illegible", "misread"
    );
    for ((_, name), count) in rows {
        let _ = writeln!(
            out,
            "  {name:<26} {:>9.4} {:>7.4} {:>6} {:>6} {:>7} {:>9} {:>7}",
            count.precision(),
            count.recall(),
            count.right,
            count.wrong,
            count.missing,
            count.illegible,
            count.misread
        );
    }
}

fn rules(out: &mut String, tallies: &Tallies, side: Side) {
    let rows: Vec<_> = tallies.rules.iter().filter(|((of, _), _)| *of == side).collect();
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "\n  {:<26} {:>9} {:>6} {:>9} {:>6}",
        "rule", "agreement", "agrees", "false met", "other"
    );
    for ((_, name), count) in rows {
        let all = f64::from((count.right + count.wrong + count.missing).max(1));
        let share = f64::from(count.right) / all;
        let _ = writeln!(
            out,
            "  {name:<26} {share:>9.4} {:>6} {:>9} {:>6}",
            count.right, count.wrong, count.missing
        );
    }
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Missing => "missing",
        Reason::Wrong => "wrong value",
        Reason::MadeUp => "made up",
        Reason::Trap => "took what stands beside",
        Reason::WrongPage => "evidence on another page",
    }
}

/// Misses by what they are about, most first; alike ones of one template together.
fn misses(out: &mut String, misses: &[Miss], show_held_out: bool) {
    let mut groups: BTreeMap<(bool, &str, &str, Reason), Vec<&Miss>> = BTreeMap::new();
    for miss in misses {
        groups.entry((miss.side.held_out, miss.about, &miss.name, miss.reason)).or_default().push(miss);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|((held_out, ..), misses)| (*held_out, std::cmp::Reverse(misses.len())));
    let _ = writeln!(out, "\n== misses ==");
    for ((held_out, about, name, why), misses) in groups {
        let of = if held_out { " (held out)" } else { "" };
        let _ = writeln!(out, "\n{about} {name}: {} × {}{of}", misses.len(), reason(why));
        if held_out && !show_held_out {
            continue;
        }
        let mut alike: BTreeMap<(&str, &str), Vec<&Miss>> = BTreeMap::new();
        for miss in misses {
            alike.entry((&miss.family, miss.side.rendering)).or_default().push(miss);
        }
        let mut alike: Vec<_> = alike.into_iter().collect();
        alike.sort_by_key(|(_, misses)| std::cmp::Reverse(misses.len()));
        for ((family, rendering), misses) in alike.iter().take(SHOWN) {
            let one = misses[0];
            let _ = writeln!(
                out,
                "  {:>4} × {family} {rendering}, such as packet {} page {}: stated {:?} given {:?} in {:?}",
                misses.len(),
                one.packet,
                one.page,
                one.stated,
                one.given,
                one.line
            );
        }
        if alike.len() > SHOWN {
            let _ = writeln!(out, "       and {} templates more", alike.len() - SHOWN);
        }
    }
}

/// The report for programs: every count and, of tuning houses or if asked for, every miss.
pub fn json(tallies: &Tallies, show_held_out: bool) -> Value {
    let mut sides = serde_json::Map::new();
    for (side, packets) in &tallies.packets {
        let of = |counts: &BTreeMap<(Side, String), Count>| -> Value {
            let rows = counts.iter().filter(|((of, _), _)| of == side);
            Value::Object(rows.map(|((_, name), count)| (name.clone(), json!(count))).collect())
        };
        let body = json!({
            "packets": packets,
            "figures": figures(tallies, *side),
            "classes": of(&tallies.classes),
            "fields": of(&tallies.fields),
            "rules": of(&tallies.rules),
            "duplicates": of(&tallies.duplicates),
        });
        sides.insert(side_name(*side), body);
    }
    let misses: Vec<&Miss> =
        tallies.misses.iter().filter(|miss| show_held_out || !miss.side.held_out).collect();
    json!({ "sides": sides, "misses": misses })
}
