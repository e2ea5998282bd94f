//! The floor: figures under which the evaluation fails. Raised when the figures rise, never lowered to pass.

use crate::score::{Count, Group, Side, Tallies};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Floors by side (`tuning.clean`, `held_out.noisy`, …).
#[derive(Clone, Debug, Deserialize)]
pub struct Floor(BTreeMap<String, BTreeMap<String, f64>>);

/// Why a floor cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the floor cannot be read: {0}; a side's table holds figures by name, see docs/evaluation.md")]
pub struct FloorError(#[from] toml::de::Error);

impl Floor {
    /// Reads a floor.
    ///
    /// # Errors
    /// The text is no table of tables of numbers.
    pub fn from_toml(text: &str) -> Result<Self, FloorError> {
        Ok(toml::from_str(text).map(Self)?)
    }
}

/// A side's name in the floor.
pub(crate) fn side_name(side: Side) -> String {
    format!("{}_{}", if side.held_out { "held_out" } else { "tuning" }, side.rendering)
}

/// The figures of a side that a floor can hold, by name.
pub(crate) fn figures(tallies: &Tallies, side: Side) -> BTreeMap<String, f64> {
    let mut figures = BTreeMap::new();
    let sum = |counts: &BTreeMap<(Side, String), Count>, wanted: &dyn Fn(&str) -> bool| {
        let mut sum = Count::default();
        let of_side = counts.iter().filter(|((of, name), _)| *of == side && wanted(name));
        of_side.for_each(|(_, count)| sum.add(*count));
        sum
    };
    let classes: Vec<f64> =
        tallies.classes.iter().filter(|((of, _), _)| *of == side).map(|(_, count)| count.f1()).collect();
    figures.insert("class_f1_mean".to_owned(), mean(&classes));
    figures.insert("class_f1".to_owned(), sum(&tallies.classes, &|_| true).f1());
    for group in Group::ALL {
        let count = sum(&tallies.fields, &|name| Group::of(name) == group);
        let name = group.name().replace(' ', "_");
        figures.insert(format!("{name}_precision"), count.precision());
        figures.insert(format!("{name}_recall"), count.recall());
    }
    let rules = sum(&tallies.rules, &|_| true);
    let all = rules.right + rules.wrong + rules.missing;
    figures.insert("rule_agreement".to_owned(), ratio(rules.right, all));
    figures.insert("rule_not_falsely_met".to_owned(), 1.0 - ratio_or_none(rules.wrong, all));
    let repeats = sum(&tallies.duplicates, &|name| name.starts_with("again"));
    let others = sum(&tallies.duplicates, &|name| !name.starts_with("again"));
    figures.insert("duplicate_recall".to_owned(), repeats.recall());
    figures.insert("duplicate_precision".to_owned(), ratio(repeats.right, repeats.right + others.wrong));
    if let Some((right, wrong)) = tallies.splits.get(&side) {
        figures.insert("split_exact".to_owned(), ratio(*right, right + wrong));
    }
    figures
}

fn mean(of: &[f64]) -> f64 {
    if of.is_empty() { 1.0 } else { of.iter().sum::<f64>() / of.len() as f64 }
}

fn ratio(part: u32, whole: u32) -> f64 {
    if whole == 0 { 1.0 } else { f64::from(part) / f64::from(whole) }
}

fn ratio_or_none(part: u32, whole: u32) -> f64 {
    if whole == 0 { 0.0 } else { ratio(part, whole) }
}

/// What lies under the floor, a line each: side, figure, value and floor. Sides that did not run are passed over.
pub fn below(tallies: &Tallies, floor: &Floor) -> Vec<String> {
    let mut below = Vec::new();
    for side in tallies.packets.keys() {
        let Some(wanted) = floor.0.get(&side_name(*side)) else { continue };
        let figures = figures(tallies, *side);
        for (name, least) in wanted {
            match figures.get(name) {
                Some(value) if value + 1e-9 >= *least => {}
                Some(value) => {
                    below.push(format!("{}: {name} is {value:.4}, the floor is {least}", side_name(*side)))
                }
                None => {
                    below.push(format!("{}: the floor names {name}, which is no figure", side_name(*side)))
                }
            }
        }
    }
    below
}
