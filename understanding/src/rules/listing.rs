//! The rules as a list for people and programs: what holds when, for whom, on what evidence, from which source.

use crate::knowledge::{EvidenceClass, Knowledge};
use jiff::civil::Date;

/// One rule of one rule set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleLine {
    /// The payer.
    pub payer: String,
    /// Its plan.
    pub plan: String,
    /// The rule set.
    pub ruleset: String,
    /// The rule.
    pub rule: String,
    /// Whether it can stop an order: required, of a payer whose rules bind.
    pub required: bool,
    /// Item families it is for.
    pub families: Vec<String>,
    /// Codes it is narrowed to; empty: none.
    pub items: Vec<String>,
    /// States it is narrowed to; empty: none.
    pub states: Vec<String>,
    /// Courses of treatment it is narrowed to; empty: none.
    pub courses: Vec<String>,
    /// The first day.
    pub effective_from: Date,
    /// The last day; none while it holds.
    pub effective_to: Option<Date>,
    /// What it looks at.
    pub inputs: Vec<String>,
    /// Papers that can prove it.
    pub evidence: Vec<String>,
    /// Where it comes from.
    pub source: String,
    /// Where the rule set comes from.
    pub ruleset_source: String,
    /// How many examples it has.
    pub examples: usize,
}

impl Knowledge {
    /// The rules, all of them or those that hold on a day, of every payer or of one.
    pub fn rules(&self, on: Option<Date>, payer: Option<&str>) -> Vec<RuleLine> {
        let mut lines = Vec::new();
        for known in self.payers.iter().filter(|known| payer.is_none_or(|name| known.name == name)) {
            for (plan, set) in known.all_sets().filter(|(_, set)| on.is_none() || set.holds_on(on)) {
                lines.extend(set.rules.iter().map(|rule| RuleLine {
                    payer: known.name.clone(),
                    plan: plan.name.clone(),
                    ruleset: set.name.clone(),
                    rule: rule.id.clone(),
                    required: rule.required && known.binding,
                    families: set.families.clone(),
                    items: rule.items.clone(),
                    states: [known.states.clone(), set.states.clone()].concat(),
                    courses: rule.courses.iter().map(|course| course.name().to_owned()).collect(),
                    effective_from: set.effective_from,
                    effective_to: set.effective_to,
                    inputs: rule.inputs.clone(),
                    evidence:
                        rule.evidence.iter().map(|class: &EvidenceClass| class.name().to_owned()).collect(),
                    source: rule.source.clone(),
                    ruleset_source: set.source.clone(),
                    examples: rule.examples.len(),
                }));
            }
        }
        lines
    }

    /// The payers that have a file.
    pub fn payers(&self) -> Vec<String> {
        self.payers.iter().map(|payer| payer.name.clone()).collect()
    }
}
