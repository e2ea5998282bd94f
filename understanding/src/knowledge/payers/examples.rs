//! Examples of a rule: papers in a few facts, and what the rule must say of them. They stand beside the rule, are run at
//! every start, and a rule without one that meets it and one that does not is refused.
//!
//! ```toml
//! [[ruleset.rule.example]]
//! is = "met"
//! items = ["E0601"]                       # the rule's own items unless given; no code: a description
//! order = { order_date = 2026-11-03, signature = true }
//! office_note = [{ encounter_date = 2026-09-14, symptom.snoring = true }, { symptom.snoring = false }]
//! ```

use super::Place;
use super::read::CLASSES;
use crate::knowledge::decode::{Node, date_of};
use crate::knowledge::outcomes::OUTCOME_NAMES;
use domain::parser::{DocumentClass, FieldValue, FindingOutcome};
use jiff::civil::Date;
use toml::{Table, Value};

/// One example.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    pub(crate) outcome: FindingOutcome,
    /// The order date, where the order does not show one.
    pub(crate) on: Option<Date>,
    /// Codes, or descriptions where an item has none.
    pub(crate) items: Vec<String>,
    pub(crate) family: Option<String>,
    /// The primary coverage as printed; Medicare unless given.
    pub(crate) payer: Option<String>,
    pub(crate) papers: Vec<(DocumentClass, Vec<(String, FieldValue)>)>,
    pub(crate) place: Place,
}

/// Reads a rule's examples.
pub(super) fn read(node: &Node<'_>) -> Vec<Example> {
    let examples: Vec<Example> = node.children("example").into_iter().map(read_one).collect();
    let any = |wanted: &[FindingOutcome]| examples.iter().any(|example| wanted.contains(&example.outcome));
    if !any(&[FindingOutcome::Met]) {
        node.mistake("example", "is missing: every rule needs one that meets it (`is = \"met\"`)", None);
    }
    if !any(&[FindingOutcome::Unmet, FindingOutcome::Insufficient]) {
        let reason =
            "is missing: every rule needs one that does not meet it (`is = \"unmet\"` or `\"insufficient\"`)";
        node.mistake("example", reason, None);
    }
    examples
}

fn read_one(node: Node<'_>) -> Example {
    let mut example = Example {
        outcome: node.one_of("is", &OUTCOME_NAMES).unwrap_or(FindingOutcome::NotApplicable),
        on: node.date_opt("on"),
        items: node.texts("items"),
        family: node.text_opt("family"),
        payer: node.text_opt("payer"),
        papers: Vec::new(),
        place: node.place(),
    };
    for (name, class) in CLASSES {
        let Some(value) = node.raw(name) else { continue };
        let papers: Vec<&Value> = match value {
            Value::Array(papers) => papers.iter().collect(),
            one => vec![one],
        };
        for paper in papers {
            match paper.as_table() {
                Some(table) => example.papers.push((class, facts(&node, name, table))),
                None => node.mistake(name, "must be a table of facts, or a list of them", None),
            }
        }
    }
    node.finish();
    example
}

/// The facts of one paper; `symptom.snoring = true` is a table in a table, a list is a field that stands there twice.
fn facts(node: &Node<'_>, paper: &str, table: &Table) -> Vec<(String, FieldValue)> {
    let mut facts = Vec::new();
    let mut open: Vec<(String, &Value)> = table.iter().map(|(key, value)| (key.clone(), value)).collect();
    open.reverse();
    while let Some((name, value)) = open.pop() {
        match value {
            Value::Table(inner) => {
                open.extend(inner.iter().rev().map(|(key, value)| (format!("{name}.{key}"), value)));
            }
            Value::Array(several) => open.extend(several.iter().rev().map(|value| (name.clone(), value))),
            Value::Boolean(flag) => facts.push((name, FieldValue::Flag(*flag))),
            Value::String(text) => facts.push((name, FieldValue::Text(text.clone()))),
            Value::Float(number) => facts.push((name, FieldValue::Number(*number))),
            Value::Integer(count) => facts.push((name, FieldValue::Count(*count))),
            Value::Datetime(_) => match date_of(value) {
                Some(date) => facts.push((name, FieldValue::Date(date))),
                None => node.mistake(&format!("{paper}.{name}"), "must be a date such as 2026-01-31", None),
            },
        }
    }
    for (name, _) in facts.iter().filter(|(name, _)| !super::inputs::is_field(name)) {
        let meant = super::inputs::nearest_field(name);
        node.mistake(&format!("{paper}.{name}"), format!("`{name}` is no field that is read"), meant);
    }
    facts
}
