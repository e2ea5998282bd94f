//! `rules list`: the rules of every payer, or those that hold on a day.

use crate::cli::RulesListArgs;
use crate::error::Failure;
use crate::output;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use understanding::{Knowledge, RuleLine};

/// The answer of `rules list --json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RulesList {
    /// The day asked for; none: rules of every day.
    pub on: Option<Date>,
    /// The rules, in the files' order.
    pub rules: Vec<ListedRule>,
}

/// One rule of one rule set.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ListedRule {
    /// The payer.
    pub payer: String,
    /// Its plan.
    pub plan: String,
    /// The rule set.
    pub ruleset: String,
    /// The rule.
    pub rule: String,
    /// Whether it can stop an order.
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
    /// Where its rule set comes from.
    pub ruleset_source: String,
    /// How many examples it has.
    pub examples: usize,
}

pub(super) fn run(knowledge: &Knowledge, args: &RulesListArgs) -> Result<(), Failure> {
    if let Some(name) = &args.payer {
        let known = knowledge.payers();
        if !known.contains(name) {
            let way_out = format!("one of: {}", known.join(", "));
            return Err(Failure::usage(format!("payer {name}"), "has no file in config/payers", way_out));
        }
    }
    let rules: Vec<ListedRule> =
        knowledge.rules(args.on, args.payer.as_deref()).into_iter().map(listed).collect();
    let list = RulesList { on: args.on, rules };
    if args.json { output::print_json(&list) } else { output::print(&table(&list)) }
}

fn listed(line: RuleLine) -> ListedRule {
    ListedRule {
        payer: line.payer,
        plan: line.plan,
        ruleset: line.ruleset,
        rule: line.rule,
        required: line.required,
        families: line.families,
        items: line.items,
        states: line.states,
        courses: line.courses,
        effective_from: line.effective_from,
        effective_to: line.effective_to,
        inputs: line.inputs,
        evidence: line.evidence,
        source: line.source,
        ruleset_source: line.ruleset_source,
        examples: line.examples,
    }
}

fn table(list: &RulesList) -> String {
    let mut table = output::table(&["payer", "rule", "holds", "from", "to", "for", "evidence", "source"]);
    for rule in &list.rules {
        let narrowed = [rule.items.as_slice(), rule.courses.as_slice(), rule.states.as_slice()].concat();
        let families = match rule.families.len() {
            0..=4 => rule.families.join(", "),
            count => format!("{count} families"),
        };
        let for_what =
            if narrowed.is_empty() { families } else { format!("{families}: {}", narrowed.join(", ")) };
        table.add_row(vec![
            rule.payer.clone(),
            rule.rule.clone(),
            if rule.required { "required" } else { "advice" }.to_owned(),
            rule.effective_from.to_string(),
            rule.effective_to.map_or_else(String::new, |last| last.to_string()),
            for_what,
            rule.evidence.join(", ").replace('_', " "),
            rule.source.clone(),
        ]);
    }
    format!("{table}\n\n{} rules", list.rules.len())
}
